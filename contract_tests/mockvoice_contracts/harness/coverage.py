"""Contract coverage: statuses, parameters, values, fields, error codes and state transitions that were observed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from mockvoice_contracts.harness.contract import Contract, Operation

MAX_ROWS = 3  # of a list; the other rows have the same fields
MAX_DEPTH = 6  # of nested objects
STATE_PROPERTIES = ("status", "state", "is_draft", "isDraft", "active", "posted")
CODE_PROPERTIES = ("code", "error", "error_code", "type")

# The kinds of coverage of an operation.
KINDS = ("statuses", "parameters", "sent", "enums", "fields", "codes")


class Coverage:
    """The parts of one contract that a run has observed."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.seen: dict[str, dict[str, set[str]]] = {
            name: {kind: set() for kind in KINDS} for name in contract.operations
        }
        self.transitions: dict[str, set[str]] = defaultdict(set)
        self._states: dict[tuple[str, str], str] = {}

    def record(
        self,
        operation: Operation,
        request: requests.PreparedRequest,
        sent: Any,
        response: requests.Response,
        body: Any,
    ) -> None:
        """Record an exchange; ``sent`` and ``body`` are the parsed bodies of request and response."""
        seen = self.seen[operation.id]
        seen["statuses"].add(str(response.status_code))
        query = parse_qsl(urlsplit(str(request.url)).query, keep_blank_values=True)
        for name, value in query:
            plain = name.partition("[]")[0]
            seen["parameters"].add(f"query {plain}")
            seen["enums"].add(f"query {plain}={value}")
        seen["sent"].update(_sent_properties(sent))
        if response.status_code >= 400:
            seen["codes"].update(_codes(body))
        else:
            for name, value in _leaves(body):
                seen["fields"].add(name)
                if isinstance(value, str) and len(value) <= 40:
                    seen["enums"].add(f"{name}={value}")
            self._record_transition(operation, body)

    def _record_transition(self, operation: Operation, body: Any) -> None:
        """Record a transition if a record's state differs from its last observed state."""
        resource = operation.id.partition(".")[0]
        record = body.get("data", body) if isinstance(body, Mapping) else None
        if not isinstance(record, Mapping) or "id" not in record:
            return
        for name in STATE_PROPERTIES:
            value = record.get(name)
            if isinstance(value, Mapping):
                value = value.get("title", value.get("id"))
            if isinstance(value, str | int):
                key = f"{resource}.{name}", str(record["id"])
                before = self._states.get(key)
                if before is not None and before != str(value):
                    self.transitions[f"{resource}.{name}"].add(f"{before} → {value}")
                self._states[key] = str(value)

    def to_jsonable(self) -> dict[str, Any]:
        """Return the coverage as JSON data, to send it between processes."""
        return {
            "seen": {
                name: {kind: sorted(values) for kind, values in kinds.items()}
                for name, kinds in self.seen.items()
            },
            "transitions": {name: sorted(values) for name, values in self.transitions.items()},
        }


def merge(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Merge the coverage of several processes, as ``to_jsonable`` returns it."""
    seen: dict[str, dict[str, set[str]]] = {}
    transitions: dict[str, set[str]] = {}
    for part in parts:
        for name, kinds in part["seen"].items():
            for kind, values in kinds.items():
                seen.setdefault(name, {}).setdefault(kind, set()).update(values)
        for name, values in part["transitions"].items():
            transitions.setdefault(name, set()).update(values)
    return {"seen": seen, "transitions": transitions}


def compare(contract: Contract, observed: Mapping[str, Any]) -> dict[str, Any]:
    """Return, for each operation and kind, which declared names were seen and which never."""
    operations = {}
    for operation in contract.operations.values():
        declared = _declared(contract, operation)
        seen = observed["seen"].get(operation.id, {})
        operations[operation.id] = {
            "method": operation.method,
            "path": operation.path,
            "codes": {
                "seen": sorted(seen.get("codes", ())),
                "never": sorted(_declared_codes(contract, operation) - set(seen.get("codes", ()))),
            },
            **{
                kind: {
                    "seen": sorted(names & set(seen.get(kind, ()))),
                    "never": sorted(names - set(seen.get(kind, ()))),
                }
                for kind, names in declared.items()
            },
        }
    transitions = {name: sorted(values) for name, values in sorted(observed["transitions"].items())}
    return {"operations": operations, "transitions": transitions}


def _declared(contract: Contract, operation: Operation) -> dict[str, set[str]]:
    """Return the declared names of an operation by kind, written as in ``Coverage.record``."""
    enums: set[str] = set()
    parameters = set()
    for (location, name), parameter in operation.parameters.items():
        if location == "query":
            plain = name.removesuffix("[]")
            parameters.add(f"query {plain}")
            enums |= {
                f"query {plain}={value}"
                for value in _enum_values(contract, parameter.get("schema", {}))
            }
    fields, sent = set(), set()
    for status, response in operation.responses.items():
        if status.startswith("2"):
            for media in response.get("content", {}).values():
                for name, schema, optional in _properties(contract, media.get("schema", {})):
                    if optional:
                        fields.add(name)
                    enums |= {f"{name}={value}" for value in _enum_values(contract, schema)}
    for media in operation.body.values():
        for name, _, _ in _properties(contract, media.get("schema", {}), hidden="readOnly"):
            sent.add(name)
    statuses = {status for status in operation.responses if status != "default"}
    return {
        "statuses": statuses, "parameters": parameters, "sent": sent, "enums": enums, "fields": fields,
    }  # fmt: skip


def _declared_codes(contract: Contract, operation: Operation) -> set[str]:
    """Return the error codes that a contract enumerates for an operation."""
    return {
        code
        for status, response in operation.responses.items()
        if not status.startswith("2")
        for media in response.get("content", {}).values()
        for name, schema, _ in _properties(contract, media.get("schema", {}))
        if name.rpartition(".")[2] in CODE_PROPERTIES
        for code in _enum_values(contract, schema)
    }


def _enum_values(contract: Contract, schema: Any) -> Iterator[str]:
    schema = contract.resolve(schema)
    for value in schema.get("enum", ()):
        if isinstance(value, str):
            yield value
    if isinstance(schema.get("items"), Mapping):
        yield from _enum_values(contract, schema["items"])
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _enum_values(contract, part)


def _properties(
    contract: Contract,
    schema: Any,
    prefix: str = "",
    depth: int = MAX_DEPTH,
    hidden: str = "writeOnly",
) -> Iterator[tuple[str, Any, bool]]:
    """Yield each property below a schema: its dotted name, its schema, and whether it is optional."""
    schema = contract.resolve(schema)
    if not depth:
        return
    for name, child in schema.get("properties", {}).items():
        plain = contract.resolve(child)
        if plain.get(hidden):
            continue
        path = f"{prefix}{name}"
        yield path, plain, name not in schema.get("required", ())
        yield from _properties(contract, plain, f"{path}.", depth - 1, hidden)
    if isinstance(schema.get("items"), Mapping):
        yield from _properties(contract, schema["items"], prefix, depth, hidden)
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _properties(contract, part, prefix, depth - 1, hidden)


def _leaves(body: Any, prefix: str = "", depth: int = MAX_DEPTH) -> Iterator[tuple[str, Any]]:
    """Yield the properties of a body with their values; the rows of a list share one name."""
    if isinstance(body, list):
        for row in body[:MAX_ROWS]:
            yield from _leaves(row, prefix, depth)
    elif isinstance(body, Mapping) and depth:
        for name, value in body.items():
            yield f"{prefix}{name}", value
            if isinstance(value, Mapping | list):
                yield from _leaves(value, f"{prefix}{name}.", depth - 1)


def _sent_properties(sent: Any) -> Iterator[str]:
    for name, _ in _leaves(sent):
        yield name.partition("[")[0]


def _codes(body: Any) -> Iterator[str]:
    """Yield the error codes in the body of an error response."""
    if isinstance(body, Mapping):
        for name in CODE_PROPERTIES:
            if isinstance(body.get(name), str):
                yield body[name][:80]
        for value in body.values():
            if isinstance(value, Mapping):
                yield from _codes(value)
            elif isinstance(value, list):
                for item in value:
                    yield from _codes(item)
