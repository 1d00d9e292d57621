"""Which operation a request means: exact paths from one dictionary, patterns by their segments."""

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from connexion.http_facts import METHODS
from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.kernel.clock import monotonic
from mockvoice.web.contract import Operation
from mockvoice.web.error_responder import ErrorResponder
from mockvoice.web.errors import MethodNotAllowed, RouteNotFound
from mockvoice.web.request_context import LOOP_KEY, SCOPE_KEY, RequestContext
from mockvoice.web.request_log import capture_response, error_note
from mockvoice.web.sandboxes import DEFAULT, SandboxRegistry
from mockvoice.web.schemas import ResponseValidator
from mockvoice.web.vendor import Vendor

Methods = dict[str, Operation]


class Paths:
    """Path templates, found in a time that does not grow with their number.

    Templates of one *shape* have as many segments, and their parameters in the same places. A
    path is looked up once for each shape of its length, those with more literal segments first.
    """

    def __init__(self) -> None:
        self._exact: dict[str, Methods] = {}
        self._shapes: dict[int, list[tuple[int, ...]]] = {}
        self._templates: dict[tuple[str | None, ...], Methods] = {}

    def add(self, template: str, operation: Operation) -> None:
        """Enter an operation below its template, such as ``/invoices/{invoiceId}/tags``."""
        if "{" not in template:
            self._exact.setdefault(template, {})[operation.method] = operation
            return
        segments = [None if each.startswith("{") else each for each in template.split("/")]
        shape = tuple(place for place, each in enumerate(segments) if each is None)
        shapes = self._shapes.setdefault(len(segments), [])
        if shape not in shapes:
            shapes.append(shape)
            shapes.sort(key=lambda places: (len(places), [-place for place in places]))
        self._templates.setdefault(tuple(segments), {})[operation.method] = operation

    def matches(self, path: str) -> Iterator[tuple[Methods, tuple[str, ...]]]:
        """The operations below each template that fits, by method, and the values of its parameters.

        Literal segments go before parameters; an empty segment is no value.
        """
        exact = self._exact.get(path)
        if exact is not None:
            yield exact, ()
        segments = path.split("/")
        for shape in self._shapes.get(len(segments), ()):
            key: list[str | None] = [*segments]
            for place in shape:
                key[place] = None
            methods = self._templates.get(tuple(key))
            if methods is not None:
                values = tuple([segments[place] for place in shape])
                if all(values):
                    yield methods, values


class RoutingMiddleware(SpecMiddleware):
    """Finds the operation; what no contract knows goes on to Flask, or to the vendor's 404.

    Whatever goes wrong from here on ends here, in the vendor's words.
    """

    def __init__(
        self, app: ASGIApp, vendor: Vendor, sandboxes: SandboxRegistry, failures: ErrorResponder
    ) -> None:
        self.app = app
        self._vendor = vendor
        self._sandboxes = sandboxes
        self._journals = vendor.instrumented and sandboxes.journal_size > 0
        self._failures = failures
        self._paths = Paths()
        self._base_path = ""

    def add_api(
        self, specification: Specification, *, base_path: str | None = None, **_: Any
    ) -> None:
        self._base_path = specification.base_path if base_path is None else base_path
        for template, item in specification["paths"].items():
            for method in item.keys() & METHODS:
                operation = _operation(template, method, item[method], specification.components)
                self._paths.add(self._vendor.canonical_path(template), operation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = monotonic()
        root_path: str = scope.get("root_path", "")
        context = RequestContext(scope, scope["path"][len(root_path) :])
        scope[SCOPE_KEY] = context
        try:
            self._route(context, scope)
            if context.operation is None and self._journals:
                await self.app(
                    scope,
                    receive,
                    capture_response(context, send, partial(self._keep, context, began)),
                )
                return
            await self.app(scope, receive, send)
        except Exception as error:
            await self._failures.send(error, context, context.error_send or send)
            if self._journals:
                context.add_note(error_note(error))
        finally:
            # The two hold each other, and only the collector would find them.
            del scope[SCOPE_KEY]
            context.error_send = None
        if self._journals:
            self._keep(context, began)

    def _keep(self, context: RequestContext, began: float) -> None:
        """Enter the request into the journal of its sandbox.

        Whoever opened none looks for the reason in the one that is always there.
        """
        sandbox = context.sandbox or self._sandboxes.get(DEFAULT)
        if sandbox is not None:
            sandbox.request_log.record(context, self._vendor.key, sandbox.clock, began)

    def _route(self, context: RequestContext, scope: Scope) -> None:
        operation = context.operation = self._find(context)
        if operation is None:
            scope[LOOP_KEY] = asyncio.get_running_loop()
            routing = {}
        else:
            routing = {"api_base_path": self._base_path, "operation_id": operation.id}
        scope.setdefault("extensions", {})[ROUTING_CONTEXT] = routing

    def _find(self, context: RequestContext) -> Operation | None:
        """The operation; ``None`` if one of the vendor's pages for people is meant."""
        method = "GET" if context.method == "HEAD" else context.method
        allow: set[str] = set()
        for methods, values in self._paths.matches(self._vendor.canonical_path(context.path)):
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
        raise RouteNotFound(context.method, context.path)


def _operation(
    template: str, method: str, spec: Mapping[str, Any], components: Mapping[str, Any]
) -> Operation:
    answers = {
        status: ResponseValidator(response, components)
        for status, response in spec["responses"].items()
    }
    other = answers.pop("default", None)
    by_status = {int(status): validator for status, validator in answers.items()}
    successes = [status for status in by_status if 200 <= status < 300]
    return Operation(
        id=spec["operationId"],
        path=template,
        method=method.upper(),
        success=successes[0] if len(successes) == 1 else None,
        responses=by_status,
        other=other,
        extensions={key: value for key, value in spec.items() if key.startswith("x-")},
    )
