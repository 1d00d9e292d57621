"""Clock and faults of a sandbox; real accounts have neither."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mockvoice.commands.base import sandbox_path
from mockvoice.outbound.control_client import ControlClient

NO_BODY = object()  # a response without a body, which is not the JSON value null


class SandboxClock:
    """The clock of one sandbox. Each method returns the time that the clock shows afterwards."""

    def __init__(self, client: ControlClient, sandbox: str) -> None:
        self._client = client
        self._path = sandbox_path(sandbox, "clock")

    def now(self) -> datetime:
        """Return the current instant."""
        return _parse(self._client.get(self._path))

    def set(self, now: datetime | str) -> datetime:
        """Set the clock to an instant, forwards or backwards; due events run."""
        return self._put(now=format_instant(now))

    def freeze(self, now: datetime | str | None = None) -> datetime:
        """Freeze the clock at an instant, by default at its current time."""
        return self._put(frozen=True, **({} if now is None else {"now": format_instant(now)}))

    def thaw(self) -> datetime:
        """Unfreeze the clock."""
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
        """Advance the clock; due events run in order."""
        span = (by or timedelta()) + timedelta(
            days=days, hours=hours, minutes=minutes, seconds=seconds
        )
        body = {"seconds": span.total_seconds()}
        return _parse(self._client.send("POST", f"{self._path}/advance", body))

    def _put(self, **body: Any) -> datetime:
        return _parse(self._client.send("PUT", self._path, body))


class SandboxFaults:
    """The faults of one sandbox."""

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
        match: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> int:
        """Add a fault for an operation from now on, and return its number.

        ``kind`` is ``status``, ``delay``, ``drop``, ``commit_then_drop``, ``malformed``, ``rate_limit``,
        ``expire_tokens``, ``answer`` or ``webhook``; ``parameters`` depend on the kind, such as ``status=503``.
        ``match`` are criteria such as ``{"body": {"payment_amount": 450.8}}``.
        """
        effect = {"kind": kind, **parameters}
        return self._add(
            vendor, operation, effect=effect, times=times, match=match, probability=probability
        )

    def answer(
        self,
        vendor: str,
        operation: str,
        body: Any = NO_BODY,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        match: Mapping[str, Any] | None = None,
        times: int | None = None,
        name: str | None = None,
    ) -> int:
        """Answer requests of an operation with this response from now on; return the fault's number.

        Nothing is executed. With a ``name``, only requests with the header ``X-Mock-Fault: answer=NAME`` get it.
        """
        effect: dict[str, Any] = {"kind": "answer", "status": status, "headers": headers or {}}
        if body is not NO_BODY:
            effect["body"] = body
        return self._add(vendor, operation, effect=effect, match=match, times=times, name=name)

    def sequence(
        self,
        vendor: str,
        operation: str,
        effects: Sequence[Mapping[str, Any]],
        *,
        match: Mapping[str, Any] | None = None,
    ) -> int:
        """Use several effects once each, one after the other; return the fault's number."""
        return self._add(vendor, operation, effects=list(effects), match=match)

    def _add(self, vendor: str, operation: str, **members: Any) -> int:
        present = {name: value for name, value in members.items() if value is not None}
        fault = {"vendor": vendor, "operation": operation, **present}
        number: int = self._client.send("POST", self._path, fault)["id"]
        return number

    def list(self) -> list[dict[str, Any]]:
        """Return all faults, also used-up faults, with the number of times each was triggered."""
        faults: list[dict[str, Any]] = self._client.get(self._path)
        return faults

    def delete(self, number: int) -> None:
        """Delete one fault."""
        self._client.send("DELETE", f"{self._path}/{number}")

    def clear(self) -> None:
        """Delete all faults."""
        self._client.send("DELETE", self._path)


def _parse(clock: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(clock["now"])


def format_instant(instant: datetime | str) -> str:
    """Return an instant as ISO 8601 text. Raises ``ValueError`` if it has no time zone."""
    if isinstance(instant, str):
        return instant
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} needs a time zone, such as datetime.UTC")
    return instant.isoformat().replace("+00:00", "Z")
