"""Sandboxes."""

from datetime import timedelta
from typing import Any

from mockvoice.control import render
from mockvoice.control.beginnings import Begun, begun
from mockvoice.control.errors import DefaultStays, SandboxExists
from mockvoice.control.house import House
from mockvoice.web.responses import Response
from mockvoice.web.sandboxes import DEFAULT, Sandbox

Body = dict[str, Any]


def search(house: House) -> list[dict[str, Any]]:
    return [_shown(each) for each in house.sandboxes]


def get(house: House, sandbox_name: str) -> dict[str, Any]:
    return _shown(house.sandbox(sandbox_name))


def create(house: House, body: Body | None = None) -> Any:
    wanted = body or {}

    def opened(state: Begun) -> Response:
        name = wanted.get("name") or house.openings.free_name()
        _check_free(house, name)
        sandbox = house.openings.open(name, *state)
        if "ttl_seconds" in wanted:
            house.sandboxes.expire(sandbox, timedelta(seconds=wanted["ttl_seconds"]))
        return Response(_shown(sandbox), 201, {"Location": f"/_mock/sandboxes/{name}"})

    if "name" in wanted:
        _check_free(house, wanted["name"])
    return begun(house, wanted, opened)


def reset(house: House, sandbox_name: str, body: Body | None = None) -> Any:
    before = house.sandbox(sandbox_name).initial_state

    def done(state: Begun) -> dict[str, Any]:
        sandbox = house.sandbox(sandbox_name)
        sandbox.reset(*state)
        return _shown(sandbox)

    return begun(house, body or {}, done, before)


def delete(house: House, sandbox_name: str) -> Response:
    sandbox = house.sandbox(sandbox_name)
    if sandbox.name == DEFAULT:
        raise DefaultStays
    house.sandboxes.remove(sandbox.name)
    return Response(status=204)


def _check_free(house: House, name: str) -> None:
    if house.sandboxes.get(name) is not None:
        raise SandboxExists(name)


def _shown(sandbox: Sandbox) -> dict[str, Any]:
    sandbox.run_all_due_events()
    return render.sandbox(sandbox)
