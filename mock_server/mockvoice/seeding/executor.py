"""A plan carried out in a world of the mock, by the vendor's own handlers and at each request's own time."""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib import import_module
from typing import Any

import orjson

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.seeding.requests import Request, extract, resolve_refs
from mockvoice.seeding.seeder import VendorSeeder
from mockvoice.web import contract
from mockvoice.web.parameters import Parameter, argument_name
from mockvoice.web.request_context import Address
from mockvoice.web.responses import Response
from mockvoice.web.vendor import Vendor

# The first request of a day is made in the morning; the others follow.
_MORNING = time(8, 30)
_SECONDS_BETWEEN = 90
_SECONDS_OF_WORK = 15 * 60 * 60


class _Arguments(dict[str, str]):
    """The arguments of handlers by the names of parameters."""

    def __missing__(self, name: str) -> str:
        self[name] = argument_name(name)
        return self[name]


_ARGUMENT = _Arguments()


@dataclass(frozen=True, slots=True)
class _Call:
    """An operation's handler, and what it is given besides what a request says."""

    handler: Callable[..., Any]
    names: frozenset[str]
    absent: Mapping[str, Any]


class RequestRejected(Exception):
    """A request that the vendor's rules do not allow in this world."""

    def __init__(self, request: Request, answer: Response) -> None:
        said = orjson.dumps(answer.body, default=str).decode()[:500]
        super().__init__(
            f"{request.operation} was refused for {request.name!r} with {answer.status}: {said}. If the "
            "same data is there already, another seed gives other data"
        )


class HandlerExecutor:
    """Carries requests out in one world, whose clock it moves.

    ``kept`` holds what was kept of answers. What a rule refuses raises ``Refused``.
    """

    def __init__(
        self, vendor: Vendor, seeder: VendorSeeder, world: Backend, credentials: Mapping[str, str]
    ) -> None:
        self._vendor = vendor
        self._world = world
        self._end = world.clock.now()
        self._morning = datetime.combine(self._end.date(), _MORNING, UTC)
        self._calls = functools.cache(functools.partial(_call_of, vendor))
        self._caller = seeder.principal(credentials)
        self._day: int | None = None
        self._of_day = 0
        self.kept: dict[str, Mapping[str, Any]] = {}

    def read(self, survey: Mapping[str, Request]) -> dict[str, Any]:
        """The answers to a plan's survey."""
        return {name: self._answer(request) for name, request in survey.items()}

    def execute(self, requests: Iterable[Request]) -> Iterator[None]:
        """Carry the requests out, one at each step."""
        for request in requests:
            self._set_clock(request.day)
            try:
                with self._world.transaction():
                    answer = self._answer(request)
            except Exception as error:
                answer = self._vendor.error_response(error)
                if (answer.status or 500) >= 500:
                    raise
                raise RequestRejected(request, answer) from error
            if request.extracts:
                self.kept[request.name] = extract(answer, request.extracts)
            yield

    def _answer(self, request: Request) -> Any:
        call = self._calls(request.operation)
        query = self._given(request.query)
        arguments = {**call.absent, **self._given(request.path)}
        arguments |= {name: value for name, value in query.items() if name in call.names}
        if "query" in call.absent:
            arguments["query"] = {**call.absent["query"], **query}
        if request.body is not None:
            arguments["body"] = resolve_refs(request.body, self.kept)
        if "principal" in call.names:
            arguments["principal"] = self._caller
        given = call.handler(self._world, **arguments)
        return given.body if isinstance(given, Response) else given

    def _given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {_ARGUMENT[name]: resolve_refs(each, self.kept) for name, each in values.items()}

    def _set_clock(self, day: int) -> None:
        new = day != self._day
        if new:
            self._day, self._of_day = day, 0
        work = timedelta(seconds=min(self._of_day * _SECONDS_BETWEEN, _SECONDS_OF_WORK))
        self._of_day += 1
        self._world.clock.set(min(self._morning + timedelta(days=day) + work, self._end))
        if new:
            self._settle()

    def _settle(self) -> None:
        """What falls due on the way happens with the first request of a day."""
        due = self._world.next_event_at()
        if due is not None and due <= self._world.clock.now():
            with self._world.transaction():
                self._world.run_due_events()


def scratch_copy(world: Backend) -> Backend:
    """A fork of a world whose time can be moved, and of which nobody outside hears."""
    twin = world.fork(Clock(world.clock.now(), frozen=True))
    twin.is_replaying = True
    return twin


def _call_of(vendor: Vendor, operation: str) -> _Call:
    """An operation's handler, with every parameter that it takes as if it had not been sent."""
    module, _, action = operation.rpartition(".")
    handler = getattr(import_module(f"{vendor.handlers}.{module}"), action)
    names = frozenset(inspect.signature(handler).parameters)
    absent: dict[str, Any] = {}
    query: dict[str, Any] = {}
    for parameter in _parameters(vendor.key, operation):
        if parameter.location != "path":
            absent[parameter.argument] = parameter.parse((), [])
        if parameter.location == "query":
            query[parameter.argument] = absent[parameter.argument]
    absent |= {"query": query, "address": Address("", ()), "body": None}
    return _Call(handler, names, {name: value for name, value in absent.items() if name in names})


def _parameters(key: str, operation: str) -> list[Parameter]:
    document = contract.load(key)
    components = document["components"]
    for item in document["paths"].values():
        for spec in item.values():
            if isinstance(spec, dict) and spec.get("operationId") == operation:
                given = [*item.get("parameters", ()), *spec.get("parameters", ())]
                return [Parameter(_joined(each, components), components) for each in given]
    raise LookupError(f"the contract of {key} has no operation {operation}")


def _joined(parameter: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter, and its schema, whether they stand here or among the components."""
    while "$ref" in parameter:
        parameter = components["parameters"][parameter["$ref"].rpartition("/")[2]]
    schema = parameter["schema"]
    while "$ref" in schema:
        schema = components["schemas"][schema["$ref"].rpartition("/")[2]]
    return {**parameter, "schema": schema}
