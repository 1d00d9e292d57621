"""The clock of a sandbox."""

from datetime import timedelta
from typing import Any

from mockvoice.control import render
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidTime
from mockvoice.control.parsing import parse_instant


def get(server: ServerContext, sandbox_name: str) -> dict[str, Any]:
    return render.clock(server.sandbox(sandbox_name).clock)


def set(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> dict[str, Any]:  # noqa: A001
    sandbox = server.sandbox(sandbox_name)
    now = parse_instant(body["now"]) if "now" in body else None
    match body.get("frozen"):
        case True:
            sandbox.freeze()
        case False:
            sandbox.thaw()
    if now is not None:
        sandbox.set_clock(now)
    return render.clock(sandbox.clock)


def advance(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> dict[str, Any]:
    sandbox = server.sandbox(sandbox_name)
    try:
        sandbox.advance(timedelta(**body))
    except (OverflowError, ValueError) as error:
        raise InvalidTime(f"The clock cannot advance that far: {error}") from error
    return render.clock(sandbox.clock)
