"""Find the operation of a request: exact paths in one dictionary, templates by their segments."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote, unquote

from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware
from connexion.spec import Specification
from starlette.types import Message, Receive, Scope, Send

from mockvoice.kernel.clock import monotonic
from mockvoice.sandboxes.durability import ChangesUndone, StoreUnavailable, until_stored
from mockvoice.sandboxes.registry import DEFAULT, SandboxRegistry
from mockvoice.web.contract import Operation
from mockvoice.web.date_header import with_date
from mockvoice.web.document import Document, DocumentedOperation
from mockvoice.web.error_responder import ErrorResponder
from mockvoice.web.errors import (
    InjectedError,
    MethodNotAllowed,
    RequestError,
    RouteNotFound,
    ServerStopping,
)
from mockvoice.web.journal import capture_response, capture_status, error_note, record
from mockvoice.web.method_override import override_method
from mockvoice.web.middleware import OperationMiddleware, Step
from mockvoice.web.path_hints import PathHints
from mockvoice.web.request_context import LOOP_KEY, REJECTION_KEY, SCOPE_KEY, RequestContext
from mockvoice.web.request_metrics import PAGE, UNMATCHED, RequestMetrics
from mockvoice.web.schemas import ResponseValidator
from mockvoice.web.vendor import Vendor

Methods = dict[str, Operation]

# The host may be empty in HTTP; an underscore is common in the names of containers.
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*)(?::[0-9]{0,5})?")
_SLASH = re.compile("%2f", re.IGNORECASE)
# Stands for an encoded slash while a path is compared with the templates, which do not have it.
_MARK = "\ufdd0"


class Paths:
    """Path templates, with look-ups whose cost does not grow with their number.

    Templates of one *shape* have the same number of segments and the same parameter positions. A
    path is looked up once for each shape of its length, shapes with more literal segments first.
    """

    def __init__(self) -> None:
        self._exact: dict[str, Methods] = {}
        self._shapes: dict[int, list[tuple[int, ...]]] = {}
        self._templates: dict[tuple[str | None, ...], Methods] = {}

    def add(self, template: str, operation: Operation) -> None:
        """Add an operation under its template, such as ``/invoices/{invoiceId}/tags``."""
        if "{" not in template:
            self._exact.setdefault(template, {})[operation.method] = operation
            return
        segments = [None if part.startswith("{") else part for part in template.split("/")]
        shape = tuple(index for index, segment in enumerate(segments) if segment is None)
        shapes = self._shapes.setdefault(len(segments), [])
        if shape not in shapes:
            shapes.append(shape)
            shapes.sort(key=lambda indexes: (len(indexes), [-index for index in indexes]))
        self._templates.setdefault(tuple(segments), {})[operation.method] = operation

    def matches(
        self, path: str, sent_segments: Sequence[str]
    ) -> Iterator[tuple[Methods, tuple[str, ...]]]:
        """Iterate over the matching templates: operations by method, and parameter values.

        The values are segments of the path as it was sent, of which ``path`` is the canonical form.
        Literal segments take precedence over parameters; an empty segment is not a value.
        """
        exact = self._exact.get(path)
        if exact is not None:
            yield exact, ()
        segments = path.split("/")
        for shape in self._shapes.get(len(segments), ()):
            key: list[str | None] = [*segments]
            for index in shape:
                key[index] = None
            methods = self._templates.get(tuple(key))
            if methods is not None:
                values = tuple([sent_segments[index] for index in shape])
                if all(values):
                    yield methods, values


class RoutingMiddleware(SpecMiddleware):
    """Finds the operation; the paths of pages are passed to Flask, others are not found.

    Errors of all later middlewares are caught here, and sent in the vendor's format.
    """

    def __init__(
        self,
        app: OperationMiddleware,
        vendor: Vendor,
        sandboxes: SandboxRegistry,
        error_responder: ErrorResponder,
        metrics: RequestMetrics,
    ) -> None:
        self.app = app
        self._vendor = vendor
        self._sandboxes = sandboxes
        self._logs_requests = vendor.instrumented and sandboxes.journal_size > 0
        self._error_responder = error_responder
        self._count = metrics.add
        self._has_method_field = vendor.framework.method_field is not None
        self._paths = Paths()
        self._hints = PathHints((), self._exists)
        self._steps: Mapping[str | None, Step] = {}  # the first of each operation

    def add_api(self, specification: Specification, **_: Any) -> None:
        """Compile the operations of a contract. Raises ``InvalidContract``."""
        self._steps = self.app.steps
        documented_operations = Document(specification).operations.values()
        self._hints = PathHints([each.path for each in documented_operations], self._exists)
        for documented in documented_operations:
            self._vendor.check_operation(documented)
            operation = _compile_operation(documented, specification.components)
            self._paths.add(self._vendor.canonical_path(documented.path), operation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route and log a request; send an error response for any exception."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = monotonic()
        root_path: str = scope.get("root_path", "")
        context = RequestContext(scope, scope["path"][len(root_path) :])
        try:
            if REJECTION_KEY in scope:
                raise scope[REJECTION_KEY]
            if self._has_method_field and scope["method"] == "POST":
                await override_method(context, self._vendor, receive, self._sandboxes.threads)
            _check_host(context)
            operation = context.operation = self._find_operation(context)
            if operation is None:
                await self._call_page(context, receive, send, started)
                return
            await self._steps[operation.id](context, receive, send)
        except asyncio.CancelledError:  # the server ends
            if context.response is None:
                await self._error_responder.send(InjectedError(ServerStopping()), context, send)
        except Exception as error:
            # This frame must not keep the error, whose traceback refers to it.
            await self._send_error(error, context, send)
        if context.error_send is not None:
            context.error_send = None  # it refers to the context
        self._finish(context, started)

    async def _send_error(self, raised: Exception, context: RequestContext, send: Send) -> None:
        error = await self._after_storing(raised, context)
        await self._error_responder.send(error, context, context.error_send or send)
        if self._logs_requests:
            context.add_note(error_note(error))

    async def _after_storing(self, error: Exception, context: RequestContext) -> Exception:
        """Return the error once everything is stored that it tells of, or why that is impossible."""
        shown = context.sandbox or self._sandboxes
        if shown.unstored is None or isinstance(error, StoreUnavailable):
            return error
        failed_batches = shown.failed_batches
        try:
            await until_stored(shown.unstored)
        except StoreUnavailable as unavailable:
            return unavailable
        return error if shown.failed_batches == failed_batches else ChangesUndone()

    def _send_after_storing(self, context: RequestContext, send: Send) -> Send:
        """Return a ``send`` that begins a page once everything is stored that it may tell of.

        If that is impossible, it sends the error instead of the page.
        """
        is_rejected = False
        failed_batches = self._sandboxes.failed_batches

        async def forward(message: Message) -> None:
            nonlocal is_rejected
            if message["type"] == "http.response.start":
                try:
                    if self._sandboxes.unstored is not None:
                        await until_stored(self._sandboxes.unstored)
                    if self._sandboxes.failed_batches != failed_batches:
                        raise ChangesUndone
                except StoreUnavailable as error:
                    is_rejected = True
                    await self._error_responder.send(error, context, send)
            if not is_rejected:
                await send(message)

        return forward

    async def _call_page(
        self, context: RequestContext, receive: Receive, send: Send, started: float
    ) -> None:
        """Call another app, which sends the response itself."""
        send = with_date(send, lambda: context.clock)
        if self._sandboxes.storage is not None:
            send = self._send_after_storing(context, send)
        context.is_page = True
        finish = partial(self._finish, context, started)
        capture = capture_response if self._logs_requests else capture_status
        send = capture(context, send, finish)
        scope = context.scope
        scope[SCOPE_KEY] = context
        scope[LOOP_KEY] = asyncio.get_running_loop()
        scope.setdefault("extensions", {})[ROUTING_CONTEXT] = {}
        try:
            await self.app(scope, receive, send)
        finally:
            # Scope and context refer to each other, so only the garbage collector would free them.
            del scope[SCOPE_KEY]

    def _finish(self, context: RequestContext, started: float) -> None:
        """Count the request, and record it in the log of its sandbox.

        Requests that match no sandbox are logged in ``default``.
        """
        seconds = monotonic() - started
        response, operation = context.response, context.operation
        name = _name_without_operation(context) if operation is None else operation.id
        self._count(name, None if response is None else response[0], seconds)
        if not self._logs_requests:
            return
        sandbox = context.sandbox or self._sandboxes.get(DEFAULT)
        if sandbox is not None:
            record(context, self._vendor.key, sandbox, seconds)

    def _find_operation(self, context: RequestContext) -> Operation | None:
        """Return the operation, or ``None`` for one of the vendor's HTML pages."""
        method = "GET" if context.method == "HEAD" else context.method
        allow: set[str] = set()
        path, segments = self._split_path(context)
        for methods, values in self._paths.matches(self._vendor.canonical_path(path), segments):
            operation = methods.get(method)
            if operation is not None:
                context.path_values = values
                return operation
            allow |= methods.keys()
        if allow:
            raise MethodNotAllowed(
                context.method, sorted(allow | {"HEAD"} if "GET" in allow else allow)
            )
        if self._vendor.has_page(context.path):
            return None
        raise RouteNotFound(context.method, context.path, self._hints.hint(path))

    def _exists(self, path: str) -> bool:
        """Return whether the contract has a path, whatever the method."""
        return any(self._paths.matches(self._vendor.canonical_path(path), path.split("/")))

    def _split_path(self, context: RequestContext) -> tuple[str, Sequence[str]]:
        """Return the path in which encoded slashes do not separate, and its segments' values."""
        slash = self._vendor.framework.encoded_slash
        raw: bytes = context.scope.get("raw_path") or b""
        if slash is None or b"%2" not in raw:
            return context.path, context.path.split("/")
        sent = raw.partition(b"?")[0].decode("latin-1").split("/")
        # The prefix has no encoded slash, but may have other escapes.
        below_prefix = sent[context.scope.get("root_path", "").count("/") + 1 :]
        segments = [unquote(_SLASH.sub(_MARK, part)) for part in below_prefix]
        values = [unquote(_SLASH.sub(quote(slash), part)) for part in below_prefix]
        return "/".join(["", *segments]), ["", *values]


def _name_without_operation(context: RequestContext) -> str:
    return PAGE if context.is_page else UNMATCHED


def _check_host(context: RequestContext) -> None:
    """Raise ``RequestError`` unless the host is valid: URLs in responses contain it."""
    host = context.first_headers.get(b"host")
    if host is None:
        if context.scope["http_version"] == "1.1":
            raise RequestError("A request of HTTP/1.1 needs the header Host")
    elif not _is_host(host):
        raise RequestError("The header Host is not a host with an optional port")


@lru_cache(maxsize=64)
def _is_host(header: bytes) -> bool:
    return _HOST.fullmatch(header) is not None


def _compile_operation(documented: DocumentedOperation, components: Mapping[str, Any]) -> Operation:
    validators = {
        status: ResponseValidator(response, components)
        for status, response in documented.spec["responses"].items()
    }
    default_response = validators.pop("default", None)
    by_status = {int(status): validator for status, validator in validators.items()}
    successes = [status for status in by_status if 200 <= status < 300]
    return Operation(
        id=documented.id,
        path=documented.path,
        method=documented.method,
        success_status=successes[0] if len(successes) == 1 else None,
        responses=by_status,
        default_response=default_response,
        extensions={key: value for key, value in documented.spec.items() if key.startswith("x-")},
    )
