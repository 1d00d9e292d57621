"""Response faults: rewrite responses after the mock has validated them.

A fault selects responses by ``method``, ``path`` (a regular expression for the whole path) and
``on`` (statuses). It has one or more changes: ``status``; ``drop`` and ``rename`` for fields;
``text`` and ``number`` for the type of fields; ``set`` for their value; ``body`` to replace the
whole body; ``without`` to remove a header; ``wrap`` to put the body into an array. Fields are named
by paths such as ``data.*.id``.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from functools import partial
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEYS = {
    "method", "path", "on", "status", "drop", "rename", "text", "number", "set", "body", "wrap", "without",
}  # fmt: skip


def rewrite_responses(app: ASGIApp, fault: Mapping[str, Any]) -> ASGIApp:
    """Wrap an application in a middleware that rewrites its responses."""
    unknown = fault.keys() - KEYS
    if unknown:
        raise ValueError(f"unknown keys of a response fault: {', '.join(sorted(unknown))}")
    path = re.compile(fault.get("path", ".*"))

    async def rewrite(scope: Scope, receive: Receive, send: Send) -> None:
        subpath = scope["path"][len(scope.get("root_path", "")) :]
        matches = fault.get("method", scope["method"]) == scope["method"] and path.fullmatch(
            subpath
        )
        await app(scope, receive, _ResponseRewriter(send, fault) if matches else send)

    return rewrite


class _ResponseRewriter:
    """Buffers a response until it is complete and sends it changed."""

    def __init__(self, send: Send, fault: Mapping[str, Any]) -> None:
        self._send = send
        self._fault = fault
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        if self._start["status"] in self._fault.get("on", [self._start["status"]]):
            self._rewrite()
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._body})

    def _rewrite(self) -> None:
        fault = self._fault
        headers = {name.lower(): value for name, value in self._start["headers"]}
        if "body" in fault:
            self._body = orjson.dumps(fault["body"])
            headers[b"content-type"] = b"application/json"
        elif self._body and b"json" in headers.get(b"content-type", b""):
            self._body = orjson.dumps(_rewrite_body(orjson.loads(self._body), fault))
        headers.pop(fault.get("without", "").lower().encode(), None)
        headers[b"content-length"] = b"%d" % len(self._body)
        status = fault.get("status", self._start["status"])
        self._start = {**self._start, "status": status, "headers": list(headers.items())}


def _rewrite_body(body: Any, fault: Mapping[str, Any]) -> Any:
    for path in fault.get("drop", ()):
        _change_fields(body, path, lambda holder, name: holder.pop(name))
    for kind, convert in (("text", str), ("number", float)):
        for path in fault.get(kind, ()):
            _change_fields(body, path, partial(_convert, convert))
    for path, new_name in fault.get("rename", {}).items():
        _change_fields(body, path, partial(_rename, new_name))
    for path, value in fault.get("set", {}).items():
        _change_fields(body, path, partial(_convert, partial(_constant, value)))
    return [body] if fault.get("wrap") else body


def _convert(convert: Callable[[Any], Any], holder: MutableMapping[str, Any], name: str) -> None:
    holder[name] = convert(holder[name])


def _rename(new_name: str, holder: MutableMapping[str, Any], name: str) -> None:
    holder[new_name] = holder.pop(name)


def _constant(value: Any, _: Any) -> Any:
    return value


Change = Callable[[MutableMapping[str, Any], str], Any]


def _change_fields(node: Any, path: str, change: Change) -> None:
    """Change every field that a path matches."""
    step, _, remaining = path.partition(".")
    if step == "*":
        for item in node if isinstance(node, list) else ():
            _change_fields(item, remaining, change)
    elif isinstance(node, dict) and step in node:
        if remaining:
            _change_fields(node[step], remaining, change)
        else:
            change(node, step)
