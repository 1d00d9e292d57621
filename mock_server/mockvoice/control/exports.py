"""A sandbox as a file: sorted and indented JSON that can be compared, kept and read again."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from mockvoice.kernel import codec, records
from mockvoice.kernel.clock import Clock, read_instant
from mockvoice.kernel.codec import Unreadable
from mockvoice.web.saved import Beginning, Saved
from mockvoice.web.vendor import Vendor
from mockvoice.web.worlds import Worlds

# Grows when a file of an older form could no longer be read.
FORMAT = "mockvoice-sandbox/1"

_PARTS = {"format", "clock", "seed", "vendors"}


def written(saved: Saved) -> bytes:
    """A saved state as a file; equal states give equal files.

    It holds all that the state needs, tokens that were granted included, but not the sandbox's own
    credentials. May run in any thread, since nobody changes what is saved.
    """
    return b"".join(_pieces(saved))


def _pieces(saved: Saved) -> Iterator[bytes]:
    clock = {"now": saved.now or Clock().now(), "frozen": saved.frozen}
    yield b'{\n  "clock": ' + codec.text(clock, "  ")
    yield b',\n  "format": "%s",\n  "seed": %d,\n  "vendors": {' % (FORMAT.encode(), saved.seed)
    for number, (key, world) in enumerate(sorted(saved.worlds.items())):
        yield b'%s\n    "%s": ' % (b"," * (number > 0), key.encode())
        yield from records.written(world, "    ")
    yield b"\n  }\n}\n"


def read(vendors: Mapping[str, Vendor], worlds: Worlds, found: Any) -> Saved:
    """The state that a file's data describes. Raises ``Unreadable``.

    A vendor that the file does not name begins with an empty account. May run in any thread.
    """
    _check_parts(found)
    now, frozen = _time(found["clock"])
    seed = _below("$.seed", int, found["seed"])
    unknown = found["vendors"].keys() - vendors.keys()
    if unknown:
        served = ", ".join(vendors)
        raise Unreadable(f"is not served here, only {served}", f"$.vendors.{min(unknown)}")
    made = {}
    for key, vendor in vendors.items():
        if key in found["vendors"]:
            made[key] = _world(vendor, now, found["vendors"][key])
    others = {key: vendor for key, vendor in vendors.items() if key not in made}
    made.update(worlds.begin(others, Beginning("empty", seed, now)).worlds)
    return Saved({key: made[key] for key in vendors}, seed, now, frozen)


def _world(vendor: Vendor, now: datetime, found: Any) -> Any:
    try:
        return records.read(vendor.backend, Clock(now, frozen=True), found)
    except Unreadable as error:
        raise error.below(f"$.vendors.{vendor.key}") from error


def _check_parts(found: Any) -> None:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Unreadable(f"must be {FORMAT!r}; this is no exported sandbox", "$.format")
    for name in sorted(_PARTS ^ found.keys()):
        raise Unreadable("is missing" if name in _PARTS else "is unknown", f"$.{name}")
    if not isinstance(found["vendors"], dict):
        raise Unreadable("must be an object", "$.vendors")


def _time(found: Any) -> tuple[datetime, bool]:
    if not isinstance(found, dict) or found.keys() != {"now", "frozen"}:
        raise Unreadable("must have now and frozen, and nothing else", "$.clock")
    frozen = _below("$.clock.frozen", bool, found["frozen"])
    try:
        return read_instant(_below("$.clock.now", str, found["now"])).astimezone(UTC), frozen
    except ValueError as error:
        raise Unreadable(
            f"must be an instant such as 2026-03-01T09:00:00Z: {error}", "$.clock.now"
        ) from error


def _below(where: str, kind: Any, found: Any) -> Any:
    try:
        return codec.read(kind, found)
    except Unreadable as error:
        raise error.below(where) from error
