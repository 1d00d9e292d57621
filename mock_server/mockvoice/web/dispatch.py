"""The end of the walk: one transaction around one handler, one answer that keeps the contract."""

import asyncio
import inspect
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import Receive, Scope, Send

from mockvoice.web.contract import Operation
from mockvoice.web.errors import ContractViolation
from mockvoice.web.middleware import OperationMiddleware, OperationStep
from mockvoice.web.parameters import argument_name
from mockvoice.web.request_context import SCOPE_KEY, RequestContext
from mockvoice.web.responses import DeferredResponse, Response

JSON = b"application/json"

# What a handler may ask for besides the contract's parameters and body.
FROM_CONTEXT = {"accept", "address", "base_url", "principal", "sandbox"}


class HandlerStep(OperationStep):
    """Runs one operation's handler."""

    def prepare(self, operation: AbstractOperation, specification: Specification) -> None:
        self._handler: Callable[..., Any] = operation.function
        self._names = _wanted(operation, self._handler)
        offered = {argument_name(each["name"]) for each in operation.parameters}
        self._from_call = FROM_CONTEXT.intersection(self._names) - offered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        context: RequestContext = scope[SCOPE_KEY]
        operation = context.operation
        sandbox = context.sandbox
        if operation is None or sandbox is None:
            raise RuntimeError("dispatch needs routing and security before it")
        backend = sandbox.backends[self.vendor.key]
        sandbox.run_due_events(backend)
        mark = backend.undo.begin()
        try:
            given = self._handler(backend, **self._arguments(context))
            if type(given) is not DeferredResponse:
                status, headers, body = encode(given, operation)
        except BaseException:
            backend.undo.roll_back(mark)
            raise
        backend.undo.commit()
        if type(given) is DeferredResponse:
            status, headers, body = encode(await asyncio.to_thread(given.work), operation)
        if scope["method"] == "HEAD":
            body = b""
        context.response = status, headers, body
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _arguments(self, context: RequestContext) -> dict[str, Any]:
        arguments = context.arguments
        if not self._from_call:
            return {name: arguments[name] for name in self._names}
        return {name: getattr(context, name) if name in self._from_call else arguments[name]
                for name in self._names}  # fmt: skip


def _wanted(operation: AbstractOperation, handler: Callable[..., Any]) -> tuple[str, ...]:
    """The arguments that a handler takes after its backend.

    Raises ``TypeError`` at start-up if it asks for what no request of this operation brings, or
    leaves a path parameter or a body aside.
    """
    parameters = {argument_name(each["name"]): each["in"] for each in operation.parameters}
    offered = {*parameters, "query"} if "query" in parameters.values() else {*parameters}
    needed = {name for name, place in parameters.items() if place == "path"}
    if operation.request_body:
        offered.add("body")
        needed.add("body")
    wanted = tuple(inspect.signature(handler).parameters)[1:]
    strange = set(wanted) - offered - FROM_CONTEXT
    if strange or not needed <= set(wanted):
        raise TypeError(
            f"{operation.operation_id}: the handler takes ({', '.join(wanted)}); the contract offers "
            f"({', '.join(sorted(offered))}) and needs ({', '.join(sorted(needed))})"
        )
    return wanted


def encode(given: Any, operation: Operation) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """An answer as status, headers and bytes. Raises ``BrokenContract`` if the contract has no such answer."""
    if type(given) is Response:
        status = operation.success if given.status is None else given.status
        media_type, extra = given.media_type.encode(), given.headers
        content = given.body
    else:
        status, media_type, extra, content = operation.success, JSON, None, given
    if status is None:
        raise ContractViolation(f"{operation.id}: the handler must say which success it means")
    validator = operation.validator(status)
    if validator is None:
        raise ContractViolation(f"{operation.id}: status {status} is not documented")
    headers = [] if extra is None else encode_headers(extra)
    if content is None and validator.is_valid(None):
        return status, headers if status == 204 else [*headers, (b"content-length", b"0")], b""
    if media_type == JSON:
        if not validator.is_valid(content):
            raise ContractViolation(f"{operation.id}: {status}: {validator.explain(content)}")
        body = orjson.dumps(content, default=_number)
    else:
        if given.media_type.partition(";")[0] not in validator.media_types:
            raise ContractViolation(f"{operation.id}: {given.media_type} is not documented")
        body = content if isinstance(content, bytes) else str(content).encode()
    headers += [(b"content-type", media_type), (b"content-length", b"%d" % len(body))]
    return status, headers, body


def encode_headers(headers: Any) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI wants them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def _number(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


class HandlerMiddleware(OperationMiddleware):
    step = HandlerStep
