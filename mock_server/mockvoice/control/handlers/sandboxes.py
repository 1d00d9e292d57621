"""Sandboxes."""

from datetime import timedelta
from typing import Any

from mockvoice.control import render
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import DefaultSandboxProtected, SandboxExists
from mockvoice.control.initial_state import ResolvedState, resolve
from mockvoice.web.responses import Response
from mockvoice.web.sandboxes import DEFAULT, Sandbox

Body = dict[str, Any]


def search(house: ServerContext) -> list[dict[str, Any]]:
    return [_shown(each) for each in house.sandboxes]


def get(house: ServerContext, sandbox_name: str) -> dict[str, Any]:
    return _shown(house.sandbox(sandbox_name))


def create(house: ServerContext, body: Body | None = None) -> Any:
    wanted = body or {}

    def opened(state: ResolvedState) -> Response:
        name = wanted.get("name") or house.factory.free_name()
        _check_free(house, name)
        sandbox = house.factory.create(name, *state)
        if "ttl_seconds" in wanted:
            house.sandboxes.expire(sandbox, timedelta(seconds=wanted["ttl_seconds"]))
        return Response(_shown(sandbox), 201, {"Location": f"/_mock/sandboxes/{name}"})

    if "name" in wanted:
        _check_free(house, wanted["name"])
    return resolve(house, wanted, opened)


def reset(house: ServerContext, sandbox_name: str, body: Body | None = None) -> Any:
    before = house.sandbox(sandbox_name).initial_state

    def done(state: ResolvedState) -> dict[str, Any]:
        sandbox = house.sandbox(sandbox_name)
        sandbox.reset(*state)
        return _shown(sandbox)

    return resolve(house, body or {}, done, before)


def delete(house: ServerContext, sandbox_name: str) -> Response:
    sandbox = house.sandbox(sandbox_name)
    if sandbox.name == DEFAULT:
        raise DefaultSandboxProtected
    house.sandboxes.remove(sandbox.name)
    return Response(status=204)


def _check_free(house: ServerContext, name: str) -> None:
    if house.sandboxes.get(name) is not None:
        raise SandboxExists(name)


def _shown(sandbox: Sandbox) -> dict[str, Any]:
    sandbox.run_all_due_events()
    return render.sandbox(sandbox)
