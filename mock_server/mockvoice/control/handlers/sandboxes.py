"""Sandboxes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from mockvoice.control import render
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import DefaultSandboxProtected, SandboxExists
from mockvoice.control.initial_state import ResolvedState, resolve
from mockvoice.sandboxes.registry import DEFAULT
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.responses import Response

Body = dict[str, Any]


def search(server: ServerContext) -> list[dict[str, Any]]:
    server.sandboxes.refresh()
    return [_render(sandbox) for sandbox in server.sandboxes]


def get(server: ServerContext, sandbox_name: str) -> dict[str, Any]:
    return _render(server.sandbox(sandbox_name))


def create(server: ServerContext, body: Body | None = None) -> Any:
    args = body or {}

    def create_sandbox(state: ResolvedState) -> Response:
        name = args.get("name") or server.factory.free_name()
        _check_free(server, name)
        server.sandboxes.claim(name)
        settings = replace(server.factory.settings, **args.get("settings", {}))
        sandbox = server.factory.create(name, *state, settings)
        if "ttl_seconds" in args:
            server.sandboxes.expire(sandbox, timedelta(seconds=args["ttl_seconds"]))
        return Response(_render(sandbox), 201, {"Location": f"/_mock/sandboxes/{name}"})

    if "name" in args:
        _check_free(server, args["name"])
    return resolve(server, args, create_sandbox)


def reset(server: ServerContext, sandbox_name: str, body: Body | None = None) -> Any:
    previous = server.sandbox(sandbox_name).initial_state

    def reset_sandbox(state: ResolvedState) -> dict[str, Any]:
        sandbox = server.sandbox(sandbox_name)
        sandbox.reset(*state)
        return _render(sandbox)

    return resolve(server, body or {}, reset_sandbox, previous)


def delete(server: ServerContext, sandbox_name: str) -> Response:
    sandbox = server.sandbox(sandbox_name)
    if sandbox.name == DEFAULT:
        raise DefaultSandboxProtected
    server.sandboxes.remove(sandbox.name)
    return Response(status=204)


def _check_free(server: ServerContext, name: str) -> None:
    sandbox = server.sandboxes.get(name)
    if sandbox is not None:
        sandbox.use()  # another server may have deleted it meanwhile
        raise SandboxExists(name)


def _render(sandbox: Sandbox) -> dict[str, Any]:
    sandbox.run_all_due_events()
    return render.sandbox(sandbox)
