"""Run an operation's handler in a transaction, and validate its response."""

import inspect
import math
from collections.abc import Callable
from functools import partial
from typing import Any

from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import Receive, Send

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.work_budget import WorkLimitExceeded
from mockvoice.sandboxes.durability import ChangesUndone, NotLoaded, until_stored
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.contract import Operation
from mockvoice.web.date_header import date_header
from mockvoice.web.errors import ContractViolation
from mockvoice.web.long_requests import WORK_LIMIT, LongRequest, run_within_limit
from mockvoice.web.middleware import METHODS_WITH_BODY, OperationMiddleware, OperationStep
from mockvoice.web.parameters import argument_name
from mockvoice.web.request_context import RequestContext
from mockvoice.web.responses import JSON, DeferredResponse, Response, to_json, to_json_in_parts
from mockvoice.web.vendor import Vendor

# Arguments that a handler may have besides the contract's parameters and body.
FROM_CONTEXT = {"accept", "address", "base_url", "principal", "sandbox"}

EncodedResponse = tuple[int, list[tuple[bytes, bytes]], bytes]
Result = EncodedResponse | DeferredResponse


class HandlerStep(OperationStep):
    """Runs one operation's handler."""

    def prepare(self, operation: AbstractOperation, specification: Specification) -> None:
        """Check the handler's arguments against the contract."""
        self._threads = self.sandboxes.threads
        self._key = self.vendor.key
        self._json_type = self.vendor.json_content_type
        self._handler: Callable[..., Any] = operation.function
        self._names = _handler_arguments(operation, self._handler)
        parameters = {argument_name(parameter["name"]) for parameter in operation.parameters}
        self._work_limit = WORK_LIMIT if self.vendor.limits_work else math.inf
        self._storage_limits = self.sandboxes.storage_limits
        self._reads = operation.method == "get"
        self._stores = _stores_data(operation, self.vendor)
        self._context_names = FROM_CONTEXT.intersection(self._names) - parameters

    async def __call__(self, context: RequestContext, receive: Receive, send: Send) -> None:
        """Run the handler in a transaction, and send its response."""
        sandbox = context.sandbox
        if context.operation is None or sandbox is None:
            raise RuntimeError("dispatch must run after routing and security")
        if self._stores:
            self._storage_limits.check_memory()
        work = partial(self._run, context.operation, self._arguments(context), sandbox)
        result: Result | None = None
        while result is None:
            failed_batches = sandbox.failed_batches
            try:
                result = await self._handle(work, sandbox)
            except NotLoaded as error:
                load = error.load
            else:
                break
            await load()
        if isinstance(result, DeferredResponse):
            deferred = await getattr(self._threads, result.pool).run(result.work)
            result = encode(deferred, context.operation, self._json_type)
        if sandbox.unstored is not None:
            await until_stored(sandbox.unstored)
        if sandbox.failed_batches != failed_batches:
            raise ChangesUndone  # it happened while a thread worked
        status, headers, body = result
        if context.method == "HEAD":
            body = b""
        context.response = status, headers, body
        headers = [*headers, date_header(context.clock)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _handle(self, work: Callable[[Backend], Result], sandbox: Sandbox) -> Result:
        """Run the handler, in a thread if it takes long. Raises ``NotLoaded``."""
        if sandbox.backends.change_locks:
            await self._wait_for_long_change(sandbox)
        sandbox.use()
        try:
            return run_within_limit(work, sandbox.backends[self._key], self._work_limit)
        except WorkLimitExceeded:
            request = LongRequest(sandbox, self._key, work, self._threads.handlers)
            return await (request.read() if self._reads else request.change())

    async def _wait_for_long_change(self, sandbox: Sandbox) -> None:
        """Wait for a long change, unless the request changes nothing itself."""
        if not self._reads or sandbox.backends[self.vendor.key].has_due_events():
            async with sandbox.backends.change_lock(self.vendor.key):
                pass

    def _run(
        self, operation: Operation, arguments: dict[str, Any], sandbox: Sandbox, backend: Backend
    ) -> Result:
        """Run the due events, and then the handler in a transaction. Raises ``StorageFull``."""
        backend.catch_up()
        rows = backend.row_counter.rows
        savepoint = backend.undo.begin()
        try:
            result = self._handler(backend, **arguments)
            if self._stores and backend.row_counter.rows > rows:
                other_rows = sandbox.backends.row_count(without=self.vendor.key)
                self._storage_limits.check_rows(other_rows + backend.row_counter.rows)
            if type(result) is not DeferredResponse:
                result = encode(result, operation, self._json_type, in_parts=backend.is_for_thread)
        except BaseException:
            backend.undo.roll_back(savepoint)
            raise
        backend.undo.commit()
        return result  # type: ignore[no-any-return]

    def _arguments(self, context: RequestContext) -> dict[str, Any]:
        arguments = context.arguments
        if not self._context_names:
            return {name: arguments[name] for name in self._names}
        return {name: getattr(context, name) if name in self._context_names else arguments[name]
                for name in self._names}  # fmt: skip


def _stores_data(operation: AbstractOperation, vendor: Vendor) -> bool:
    """Whether an operation is rejected if the server stores no more data.

    Deleting, reading and getting a token work all the same. The operations of the control API that
    store data document the status.
    """
    if not vendor.limits_storage:
        return "507" in operation.responses
    return operation.method in METHODS_WITH_BODY and bool(operation.security)


def _handler_arguments(
    operation: AbstractOperation, handler: Callable[..., Any]
) -> tuple[str, ...]:
    """Return the names of a handler's arguments after its backend.

    Raises ``TypeError`` at start-up if the operation does not provide one of them, or if the
    handler ignores a path parameter or the body.
    """
    parameters = {
        argument_name(parameter["name"]): parameter["in"] for parameter in operation.parameters
    }
    provided = {*parameters, "query"} if "query" in parameters.values() else {*parameters}
    required = {name for name, location in parameters.items() if location == "path"}
    if operation.request_body:
        provided.add("body")
        required.add("body")
    names = tuple(inspect.signature(handler).parameters)[1:]
    unknown = set(names) - provided - FROM_CONTEXT
    if unknown or not required <= set(names):
        raise TypeError(
            f"{operation.operation_id}: the handler takes ({', '.join(names)}); the contract "
            f"provides ({', '.join(sorted(provided))}) and requires ({', '.join(sorted(required))})"
        )
    return names


def encode(
    result: Any, operation: Operation, json_type: str = JSON, *, in_parts: bool = False
) -> EncodedResponse:
    """Encode a handler's result as status, headers and bytes; ``json_type`` is the header of JSON.

    With ``in_parts``, no step takes long for large JSON data, but all together take longer.

    Raises ``ContractViolation`` if the contract does not allow the response.
    """
    if type(result) is Response:
        status = operation.success_status if result.status is None else result.status
        media_type, extra_headers = result.media_type, result.headers
        content = result.body
    else:
        status, media_type, extra_headers, content = operation.success_status, JSON, None, result
    if status is None:
        raise ContractViolation(f"{operation.id}: the handler must set the status of its response")
    validator = operation.validator(status)
    if validator is None:
        raise ContractViolation(f"{operation.id}: status {status} is not documented")
    headers = encode_headers(extra_headers) if extra_headers else []
    if content is None and validator.is_valid(None):
        return status, headers if status == 204 else [*headers, (b"content-length", b"0")], b""
    if media_type == JSON:
        is_valid = validator.is_valid_in_parts if in_parts else validator.is_valid
        if not is_valid(content):
            raise ContractViolation(f"{operation.id}: {status}: {validator.explain(content)}")
        body = to_json_in_parts(content) if in_parts else to_json(content)
        media_type = json_type
    else:
        if media_type.partition(";")[0] not in validator.media_types:
            raise ContractViolation(f"{operation.id}: {media_type} is not documented")
        body = content if isinstance(content, bytes) else str(content).encode()
    headers += [(b"content-type", media_type.encode()), (b"content-length", b"%d" % len(body))]
    return status, headers, body


def encode_headers(headers: Any) -> list[tuple[bytes, bytes]]:
    """Encode headers for ASGI. Raises ``ContractViolation`` for a value that would end a header."""
    for name, value in headers.items():
        if not value.isprintable():
            raise ContractViolation(f"the header {name} has a control character")
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class HandlerMiddleware(OperationMiddleware):
    """Runs the handler of the request's operation."""

    step = HandlerStep
