"""A sandbox as a file: sorted and indented JSON that can be compared, kept and read again."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from mockvoice.kernel import codec, serialization
from mockvoice.kernel.clock import Clock, parse_instant
from mockvoice.kernel.codec import DecodeError
from mockvoice.web.state import InitialState, SandboxState
from mockvoice.web.state_cache import StateCache
from mockvoice.web.vendor import Vendor

# Grows when a file of an older form could no longer be read.
FORMAT = "mockvoice-sandbox/1"

_PARTS = {"format", "clock", "seed", "vendors"}


def dump(saved: SandboxState) -> bytes:
    """A saved state as a file; equal states give equal files.

    It holds all that the state needs, tokens that were granted included, but not the sandbox's own
    credentials. May run in any thread, since nobody changes what is saved.
    """
    return b"".join(_pieces(saved))


def _pieces(saved: SandboxState) -> Iterator[bytes]:
    clock = {"now": saved.now or Clock().now(), "frozen": saved.frozen}
    yield b'{\n  "clock": ' + codec.dumps(clock, "  ")
    yield b',\n  "format": "%s",\n  "seed": %d,\n  "vendors": {' % (FORMAT.encode(), saved.seed)
    for number, (key, world) in enumerate(sorted(saved.backends.items())):
        yield b'%s\n    "%s": ' % (b"," * (number > 0), key.encode())
        yield from serialization.dump(world, "    ")
    yield b"\n  }\n}\n"


def load(vendors: Mapping[str, Vendor], worlds: StateCache, found: Any) -> SandboxState:
    """The state that a file's data describes. Raises ``Unreadable``.

    A vendor that the file does not name begins with an empty account. May run in any thread.
    """
    _check_parts(found)
    now, frozen = _time(found["clock"])
    seed = _below("$.seed", int, found["seed"])
    unknown = found["vendors"].keys() - vendors.keys()
    if unknown:
        served = ", ".join(vendors)
        raise DecodeError(f"is not served here, only {served}", f"$.vendors.{min(unknown)}")
    made = {}
    for key, vendor in vendors.items():
        if key in found["vendors"]:
            made[key] = _world(vendor, now, found["vendors"][key])
    others = {key: vendor for key, vendor in vendors.items() if key not in made}
    made.update(worlds.resolve(others, InitialState("empty", seed, now)).backends)
    return SandboxState({key: made[key] for key in vendors}, seed, now, frozen)


def _world(vendor: Vendor, now: datetime, found: Any) -> Any:
    try:
        return serialization.load(vendor.backend, Clock(now, frozen=True), found)
    except DecodeError as error:
        raise error.prefixed(f"$.vendors.{vendor.key}") from error


def _check_parts(found: Any) -> None:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise DecodeError(f"must be {FORMAT!r}; this is no exported sandbox", "$.format")
    for name in sorted(_PARTS ^ found.keys()):
        raise DecodeError("is missing" if name in _PARTS else "is unknown", f"$.{name}")
    if not isinstance(found["vendors"], dict):
        raise DecodeError("must be an object", "$.vendors")


def _time(found: Any) -> tuple[datetime, bool]:
    if not isinstance(found, dict) or found.keys() != {"now", "frozen"}:
        raise DecodeError("must have now and frozen, and nothing else", "$.clock")
    frozen = _below("$.clock.frozen", bool, found["frozen"])
    try:
        return parse_instant(_below("$.clock.now", str, found["now"])).astimezone(UTC), frozen
    except ValueError as error:
        raise DecodeError(
            f"must be an instant such as 2026-03-01T09:00:00Z: {error}", "$.clock.now"
        ) from error


def _below(where: str, kind: Any, found: Any) -> Any:
    try:
        return codec.decode(kind, found)
    except DecodeError as error:
        raise error.prefixed(where) from error
