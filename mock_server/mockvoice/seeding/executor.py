"""Execute requests of a seeder in a backend of the mock, with the vendor's handlers.

The backend's clock is set to the time of each request in the past.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import orjson

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.handlers import find_handler
from mockvoice.seeding.requests import Request, extract, resolve_refs
from mockvoice.seeding.seeder import VendorSeeder
from mockvoice.web.parameters import Parameter, argument_name
from mockvoice.web.request_context import RequestUrl
from mockvoice.web.responses import Response
from mockvoice.web.vendor import Vendor

# The first request of a day is made in the morning; the others follow.
_MORNING = time(8, 30)
_SECONDS_BETWEEN = 90
_WORKING_DAY_SECONDS = 15 * 60 * 60


class _ArgumentNames(dict[str, str]):
    """Names of handler arguments, by parameter name."""

    def __missing__(self, name: str) -> str:
        self[name] = argument_name(name)
        return self[name]


_ARGUMENT_NAMES = _ArgumentNames()


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation's handler, its argument names, and the arguments for missing parameters."""

    handler: Callable[..., Any]
    names: frozenset[str]
    defaults: Mapping[str, Any]


class RequestRejected(Exception):
    """The vendor's rules do not allow a request in this backend."""

    def __init__(self, request: Request, response: Response) -> None:
        body = orjson.dumps(response.body, default=str).decode()[:500]
        super().__init__(
            f"{request.operation} rejected {request.name!r} with {response.status}: {body}. If the "
            "sandbox already holds data generated with this seed, choose another seed"
        )


class HandlerExecutor:
    """Executes requests in one backend, and sets its clock.

    ``extracted`` has the values that requests have extracted from responses, by request name.
    """

    def __init__(
        self, vendor: Vendor, seeder: VendorSeeder, backend: Backend, credentials: Mapping[str, str]
    ) -> None:
        self._vendor = vendor
        self._backend = backend
        self._end = backend.clock.now()
        self._morning = datetime.combine(self._end.date(), _MORNING, UTC)
        self._operation = functools.cache(functools.partial(_operation, vendor))
        self._principal = seeder.principal(credentials)
        self._day: int | None = None
        self._requests_of_day = 0
        self.extracted: dict[str, Mapping[str, Any]] = {}

    def read(self, prefetch: Mapping[str, Request]) -> dict[str, Any]:
        """Return the responses to requests that only read, by name."""
        return {name: self._call(request) for name, request in prefetch.items()}

    def execute(self, requests: Iterable[Request]) -> Iterator[None]:
        """Execute one request per iteration. Raises ``RequestRejected``."""
        for request in requests:
            self._set_clock(request.day)
            try:
                with self._backend.transaction():
                    response = self._call(request)
            except Exception as error:
                response = self._vendor.error_response(error)
                if (response.status or 500) >= 500:
                    raise
                raise RequestRejected(request, response) from error
            if request.extracts:
                self.extracted[request.name] = extract(response, request.extracts)
            yield

    def _call(self, request: Request) -> Any:
        operation = self._operation(request.operation)
        query = self._resolve(request.query)
        args = {**operation.defaults, **self._resolve(request.path)}
        args |= {name: value for name, value in query.items() if name in operation.names}
        if "query" in operation.defaults:
            args["query"] = {**operation.defaults["query"], **query}
        if request.body is not None:
            args["body"] = resolve_refs(request.body, self.extracted)
        if "principal" in operation.names:
            args["principal"] = self._principal
        result = operation.handler(self._backend, **args)
        return result.body if isinstance(result, Response) else result

    def _resolve(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            _ARGUMENT_NAMES[name]: resolve_refs(value, self.extracted)
            for name, value in values.items()
        }

    def _set_clock(self, day: int) -> None:
        is_new_day = day != self._day
        if is_new_day:
            self._day, self._requests_of_day = day, 0
        seconds = min(self._requests_of_day * _SECONDS_BETWEEN, _WORKING_DAY_SECONDS)
        self._requests_of_day += 1
        now = self._morning + timedelta(days=day) + timedelta(seconds=seconds)
        self._backend.clock.set(min(now, self._end))
        if is_new_day:
            self._backend.catch_up()


def scratch_copy(backend: Backend) -> Backend:
    """Return a fork of a backend with its own clock, which does not send webhooks."""
    copy = backend.fork(Clock(backend.clock.now(), frozen=True))
    copy.is_replaying = True
    return copy


def _operation(vendor: Vendor, operation_id: str) -> _Operation:
    """Return an operation's handler, with the arguments of a request without parameters."""
    handler = find_handler(vendor.handlers, operation_id)
    names = frozenset(inspect.signature(handler).parameters)
    defaults: dict[str, Any] = {}
    query: dict[str, Any] = {}
    document = vendor.contract.document
    for declared in document.find(operation_id).parameters:
        parameter = Parameter(declared, document.data["components"])
        if parameter.location != "path":
            defaults[parameter.argument] = parameter.parse((), [])
        if parameter.location == "query":
            query[parameter.argument] = defaults[parameter.argument]
    defaults |= {"query": query, "address": RequestUrl("", ()), "body": None}
    return _Operation(
        handler, names, {name: value for name, value in defaults.items() if name in names}
    )
