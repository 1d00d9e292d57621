"""The clock of a sandbox."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from mockvoice.control import render
from mockvoice.control.clock_move import ClockMove
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidTime
from mockvoice.control.parsing import parse_instant
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.responses import DeferredResponse


def get(server: ServerContext, sandbox_name: str) -> dict[str, Any]:
    return render.clock(server.sandbox(sandbox_name).clock)


def set(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> DeferredResponse:  # noqa: A001
    sandbox = server.sandbox(sandbox_name)
    now = parse_instant(body["now"]) if "now" in body else None

    def steps() -> Iterator[str]:
        match body.get("frozen"):
            case True:
                sandbox.freeze()
            case False:
                sandbox.thaw()
        if now is not None:
            yield from sandbox.set_clock(now)

    return _move(server, sandbox, steps)


def advance(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> DeferredResponse:
    sandbox = server.sandbox(sandbox_name)

    def steps() -> Iterator[str]:
        try:
            moves = sandbox.advance(timedelta(**body))
            first = next(moves, None)
        except (OverflowError, ValueError) as error:
            raise InvalidTime(f"The clock cannot advance that far: {error}") from error
        if first is not None:
            yield first
            yield from moves

    return _move(server, sandbox, steps)


def _move(
    server: ServerContext, sandbox: Sandbox, steps: Callable[[], Iterator[str]]
) -> DeferredResponse:
    move = ClockMove(server, sandbox, steps)

    def run() -> dict[str, Any]:
        move.run()
        return render.clock(sandbox.clock)

    return DeferredResponse(run, pool="clocks")
