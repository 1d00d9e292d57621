"""Export files of sandboxes: sorted, indented JSON that can be compared, stored and imported."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from mockvoice.kernel import codec, serialization
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock, parse_instant
from mockvoice.kernel.codec import DecodeError
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.state import InitialState, SandboxState
from mockvoice.sandboxes.state_cache import StateCache

# Increase the number with a change that makes older files unreadable.
FORMAT = "mockvoice-sandbox/1"

_MEMBERS = {"format", "clock", "seed", "vendors"}


def dump(saved: SandboxState) -> bytes:
    """Dump a saved state to a file; equal states give equal files.

    The file has everything in the state, including granted tokens, but not the sandbox's own
    credentials. May run in any thread, since saved states never change.
    """
    return b"".join(_chunks(saved))


def _chunks(saved: SandboxState) -> Iterator[bytes]:
    clock = {"now": saved.now or Clock().now(), "frozen": saved.frozen}
    yield b'{\n  "clock": ' + codec.dumps(clock, "  ")
    yield b',\n  "format": "%s",\n  "seed": %d,\n  "vendors": {' % (FORMAT.encode(), saved.seed)
    for number, (key, backend) in enumerate(sorted(saved.backends.items())):
        yield b'%s\n    "%s": ' % (b"," * (number > 0), key.encode())
        yield from serialization.dump(backend, "    ")
    yield b"\n  }\n}\n"


def load_file(path: Path, specs: Mapping[str, BackendSpec], states: StateCache) -> SandboxState:
    """Load the state of an export file. Raises ``OSError`` and ``DecodeError``."""
    try:
        document = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise DecodeError(f"is not JSON: {error}") from error
    return load(specs, states, document)


def load(specs: Mapping[str, BackendSpec], states: StateCache, document: Any) -> SandboxState:
    """Load the state of an export file. Raises ``DecodeError``.

    A vendor that is missing in the file starts with an empty account. May run in any thread.
    """
    _check_members(document)
    now, frozen = _decode_clock(document["clock"])
    seed = _decode_at("$.seed", int, document["seed"])
    unknown = document["vendors"].keys() - specs.keys()
    if unknown:
        served = ", ".join(specs)
        raise DecodeError(
            f"is not served by this server; expected one of {served}", f"$.vendors.{min(unknown)}"
        )
    backends = {}
    for key, spec in specs.items():
        if key in document["vendors"]:
            backends[key] = _load_backend(spec, now, document["vendors"][key])
    missing = {key: spec for key, spec in specs.items() if key not in backends}
    backends.update(states.resolve(missing, InitialState("empty", seed, now)).backends)
    return SandboxState({key: backends[key] for key in specs}, seed, now, frozen)


def _load_backend(spec: BackendSpec, now: datetime, data: Any) -> Backend:
    try:
        backend = serialization.load(spec.create_backend, Clock(now, frozen=True), data)
        _check_rows(spec, backend)
        _check_due_events(backend)
    except DecodeError as error:
        raise error.prefixed(f"$.vendors.{spec.key}") from error
    return backend


def _check_rows(spec: BackendSpec, backend: Backend) -> None:
    for name, check in spec.row_checks.items():
        table = backend.all_tables()[name]
        for index, row in enumerate(table):
            problem = check(backend, row)
            if problem is not None:
                raise DecodeError(
                    f"{problem} (the row with the key {table.key_of(row)!r})",
                    f"$.tables.{name}[{index}]",
                )


def _check_due_events(backend: Backend) -> None:
    """Check that the first request will be able to run the due events."""
    copy = backend.fork(backend.clock)
    copy.is_replaying = True
    try:
        copy.catch_up()
    except Exception as error:
        raise DecodeError(f"due events fail: {type(error).__name__}: {error}") from error


def _check_members(document: Any) -> None:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise DecodeError(f"must be {FORMAT!r}; this is not an export of a sandbox", "$.format")
    for name in sorted(_MEMBERS ^ document.keys()):
        raise DecodeError("is missing" if name in _MEMBERS else "is unknown", f"$.{name}")
    if not isinstance(document["vendors"], dict):
        raise DecodeError("must be an object", "$.vendors")


def _decode_clock(data: Any) -> tuple[datetime, bool]:
    if not isinstance(data, dict) or data.keys() != {"now", "frozen"}:
        raise DecodeError("must be an object with exactly the members now and frozen", "$.clock")
    frozen = _decode_at("$.clock.frozen", bool, data["frozen"])
    try:
        return parse_instant(_decode_at("$.clock.now", str, data["now"])).astimezone(UTC), frozen
    except ValueError as error:
        raise DecodeError(
            f"must be an instant such as 2026-03-01T09:00:00Z: {error}", "$.clock.now"
        ) from error


def _decode_at(path: str, kind: Any, data: Any) -> Any:
    try:
        return codec.decode(kind, data)
    except DecodeError as error:
        raise error.prefixed(path) from error
