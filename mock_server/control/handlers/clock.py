"""A sandbox's time."""

from datetime import timedelta
from typing import Any

from mock_server.control import render
from mock_server.control.errors import InvalidTime
from mock_server.control.house import House
from mock_server.kernel.clock import read_instant


def get(house: House, sandbox_name: str) -> dict[str, Any]:
    return render.clock(house.sandbox(sandbox_name).clock)


def set(house: House, sandbox_name: str, body: dict[str, Any]) -> dict[str, Any]:  # noqa: A001
    sandbox = house.sandbox(sandbox_name)
    now = _instant(body["now"]) if "now" in body else None
    match body.get("frozen"):
        case True:
            sandbox.clock.freeze()
        case False:
            sandbox.clock.thaw()
    if now is not None:
        sandbox.set_clock(now)
    return render.clock(sandbox.clock)


def advance(house: House, sandbox_name: str, body: dict[str, Any]) -> dict[str, Any]:
    sandbox = house.sandbox(sandbox_name)
    try:
        sandbox.advance(timedelta(**body))
    except (OverflowError, ValueError) as error:
        raise InvalidTime(f"The clock cannot move that far: {error}") from error
    return render.clock(sandbox.clock)


def _instant(text: str) -> Any:
    try:
        return read_instant(text)
    except ValueError as error:
        raise InvalidTime(
            f"now must be an instant such as 2026-03-01T09:00:00Z: {error}"
        ) from error
