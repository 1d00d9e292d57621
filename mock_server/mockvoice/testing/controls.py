"""What can be done to a sandbox and to no real account: its time moved, its answers spoilt."""

from datetime import datetime, timedelta
from typing import Any

from mockvoice.commands.base import sandbox_path
from mockvoice.commands.client import ControlClient
from mockvoice.testing.markers import instant


class SandboxClock:
    """The time of one sandbox. Each call gives the instant at which it then is."""

    def __init__(self, client: ControlClient, sandbox: str) -> None:
        self._client = client
        self._path = sandbox_path(sandbox, "clock")

    def now(self) -> datetime:
        """The present instant."""
        return _read(self._client.get(self._path))

    def set(self, now: datetime | str) -> datetime:
        """Jump to an instant, forwards or backwards; what falls due on the way happens."""
        return self._put(now=instant(now))

    def freeze(self, now: datetime | str | None = None) -> datetime:
        """Stand still, at an instant or where it is."""
        return self._put(frozen=True, **({} if now is None else {"now": instant(now)}))

    def thaw(self) -> datetime:
        """Run on."""
        return self._put(frozen=False)

    def advance(
        self,
        by: timedelta | None = None,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> datetime:
        """Let time pass; what falls due on the way happens, in order."""
        whole = (by or timedelta()) + timedelta(
            days=days, hours=hours, minutes=minutes, seconds=seconds
        )
        body = {"seconds": whole.total_seconds()}
        return _read(self._client.send("POST", f"{self._path}/advance", body))

    def _put(self, **body: Any) -> datetime:
        return _read(self._client.send("PUT", self._path, body))


class SandboxFaults:
    """What shall go wrong in one sandbox."""

    def __init__(self, client: ControlClient, sandbox: str) -> None:
        self._client = client
        self._path = sandbox_path(sandbox, "faults")

    def add(
        self,
        kind: str,
        vendor: str = "*",
        operation: str = "*",
        *,
        times: int | None = None,
        probability: float = 1,
        **figures: float,
    ) -> int:
        """Let an operation fail from now on; gives the fault's number.

        ``kind`` is ``status``, ``delay``, ``drop``, ``commit_then_drop``, ``malformed``, ``rate_limit``
        or ``expire_tokens``; ``figures`` are its own, such as ``status=503``.
        """
        fault = {
            "vendor": vendor, "operation": operation, "effect": {"kind": kind, **figures},
            "probability": probability, **({} if times is None else {"times": times}),
        }  # fmt: skip
        number: int = self._client.send("POST", self._path, fault)["id"]
        return number

    def list(self) -> list[dict[str, Any]]:
        """All faults, those that are used up too, with how often each has struck."""
        told: list[dict[str, Any]] = self._client.get(self._path)
        return told

    def delete(self, number: int) -> None:
        """Let one fault strike no more."""
        self._client.send("DELETE", f"{self._path}/{number}")

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._client.send("DELETE", self._path)


def _read(told: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(told["now"])
