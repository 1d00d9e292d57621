"""The settings of a sandbox."""

from dataclasses import replace
from typing import Any

from mockvoice.control import render
from mockvoice.control.context import ServerContext


def get(server: ServerContext, sandbox_name: str) -> dict[str, Any]:
    return render.settings(server.sandbox(sandbox_name).settings)


def set(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> dict[str, Any]:  # noqa: A001
    sandbox = server.sandbox(sandbox_name)
    sandbox.settings = replace(sandbox.settings, **body)
    return render.settings(sandbox.settings)
