"""Which operation a request means: exact paths from one dictionary, patterns by their segments."""

from collections.abc import Iterator, Mapping
from typing import Any

from connexion.http_facts import METHODS
from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.web.call import SCOPE_KEY, Call
from mock_server.web.contract import Operation
from mock_server.web.refusals import MethodNotAllowed, RouteNotFound
from mock_server.web.schemas import ResponseValidator
from mock_server.web.vendor import Vendor

Methods = dict[str, Operation]


class Paths:
    """Path templates, found in a time that does not grow with their number."""

    def __init__(self) -> None:
        self._exact: dict[str, Methods] = {}
        self._tree: dict[str | None, Any] = {}

    def add(self, template: str, operation: Operation) -> None:
        """Enter an operation below its template, such as ``/invoices/{invoiceId}/tags``."""
        if "{" not in template:
            self._exact.setdefault(template, {})[operation.method] = operation
            return
        node = self._tree
        for segment in template.split("/"):
            node = node.setdefault(None if segment.startswith("{") else segment, {})
        node.setdefault("/", {})[operation.method] = operation

    def matches(self, path: str) -> Iterator[tuple[Methods, tuple[str, ...]]]:
        """The operations below each template that fits, by method, and the values of its parameters.

        The template with a literal segment comes before one with a parameter there; an empty
        segment is no value.
        """
        exact = self._exact.get(path)
        if exact is not None:
            yield exact, ()
        yield from self._search(self._tree, path.split("/"), 0, ())

    def _search(
        self, node: dict[str | None, Any], segments: list[str], depth: int, values: tuple[str, ...]
    ) -> Iterator[tuple[Methods, tuple[str, ...]]]:
        if depth == len(segments):
            if "/" in node:
                yield node["/"], values
            return
        segment = segments[depth]
        literal = node.get(segment)
        if literal is not None:
            yield from self._search(literal, segments, depth + 1, values)
        parameter = node.get(None)
        if parameter is not None and segment:
            yield from self._search(parameter, segments, depth + 1, (*values, segment))


class Routing(SpecMiddleware):
    """Finds the operation; what no contract knows goes on to Flask, or to the vendor's 404."""

    def __init__(self, app: ASGIApp, vendor: Vendor) -> None:
        self.app = app
        self._vendor = vendor
        self._paths = Paths()
        self._base_path = ""

    def add_api(self, specification: Specification, *, base_path: str | None = None, **_: Any) -> None:
        self._base_path = specification.base_path if base_path is None else base_path
        for template, item in specification["paths"].items():
            for method in item.keys() & METHODS:
                operation = _operation(template, method, item[method], specification.components)
                self._paths.add(self._vendor.canonical_path(template), operation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        root_path: str = scope.get("root_path", "")
        call = Call(scope, scope["path"][len(root_path) :])
        scope[SCOPE_KEY] = call
        operation = self._find(call)
        if operation is None:
            scope.setdefault("extensions", {})[ROUTING_CONTEXT] = {}
        else:
            call.operation = operation
            scope.setdefault("extensions", {})[ROUTING_CONTEXT] = {
                "api_base_path": self._base_path,
                "operation_id": operation.id,
            }
        await self.app(scope, receive, send)

    def _find(self, call: Call) -> Operation | None:
        """The operation; ``None`` if one of the vendor's pages for people is meant."""
        method = "GET" if call.method == "HEAD" else call.method
        allow: set[str] = set()
        for methods, values in self._paths.matches(self._vendor.canonical_path(call.path)):
            operation = methods.get(method)
            if operation is not None:
                call.path_values = values
                return operation
            allow |= methods.keys()
        if allow:
            raise MethodNotAllowed(call.method, sorted(allow | {"HEAD"} if "GET" in allow else allow))
        if self._vendor.has_page(call.path):
            return None
        raise RouteNotFound


def _operation(
    template: str, method: str, spec: Mapping[str, Any], components: Mapping[str, Any]
) -> Operation:
    statuses = [int(status) for status in spec["responses"] if status.startswith("2")]
    return Operation(
        id=spec["operationId"],
        path=template,
        method=method.upper(),
        success=statuses[0] if len(statuses) == 1 else None,
        answers={
            status: ResponseValidator(response, components)
            for status, response in spec["responses"].items()
        },
    )
