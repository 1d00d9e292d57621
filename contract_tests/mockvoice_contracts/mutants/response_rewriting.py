"""Faults on the wire: answers are rewritten on their way out, after the mock has checked them.

A fault says whose answers it means (``method``, ``path``: an expression that the whole path fits,
``on``: statuses) and one or more of ``status``, ``drop`` and ``rename`` of fields, ``text`` and
``number`` for the type of fields, ``set`` for their value, ``body`` in place of the whole body, ``without`` a header,
``wrap`` the body in an array. Fields are paths such as ``data.*.id``.
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
    """The application with this fault before it."""
    strange = fault.keys() - KEYS
    if strange:
        raise ValueError(f"a fault on the wire has no {', '.join(sorted(strange))}")
    path = re.compile(fault.get("path", ".*"))

    async def rewrite(scope: Scope, receive: Receive, send: Send) -> None:
        below = scope["path"][len(scope.get("root_path", "")) :]
        meant = fault.get("method", scope["method"]) == scope["method"] and path.fullmatch(below)
        await app(scope, receive, _ResponseRewriter(send, fault) if meant else send)

    return rewrite


class _ResponseRewriter:
    """Holds an answer back until it is whole, and sends it changed."""

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
    for place in fault.get("drop", ()):
        _change_fields(body, place, lambda holder, name: holder.pop(name))
    for kind, convert in (("text", str), ("number", float)):
        for place in fault.get(kind, ()):
            _change_fields(body, place, partial(_convert, convert))
    for place, other in fault.get("rename", {}).items():
        _change_fields(body, place, partial(_rename, other))
    for place, value in fault.get("set", {}).items():
        _change_fields(body, place, partial(_convert, partial(_constant, value)))
    return [body] if fault.get("wrap") else body


def _convert(to: Callable[[Any], Any], holder: MutableMapping[str, Any], name: str) -> None:
    holder[name] = to(holder[name])


def _rename(other: str, holder: MutableMapping[str, Any], name: str) -> None:
    holder[other] = holder.pop(name)


def _constant(value: Any, _: Any) -> Any:
    return value


Change = Callable[[MutableMapping[str, Any], str], Any]


def _change_fields(node: Any, place: str, change: Change) -> None:
    """Change the field at a path, wherever the path leads to one."""
    step, _, rest = place.partition(".")
    if step == "*":
        for each in node if isinstance(node, list) else ():
            _change_fields(each, rest, change)
    elif isinstance(node, dict) and step in node:
        if rest:
            _change_fields(node[step], rest, change)
        else:
            change(node, step)
