"""Operations of an OpenAPI contract by id, and validation of their responses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jsonschema
from jsonschema.protocols import Validator

from mockvoice_contracts.harness.declared_form import declared_form
from mockvoice_contracts.harness.schema_validators import Schemas

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
SAFE = frozenset(("GET", "HEAD"))


@dataclass(frozen=True)
class Breach:
    """A deviation from the contract, with the evidence for the broken rule."""

    message: str
    evidence: str  # "seed", "public", or "choice" for an assumption
    location: tuple[str, ...] = ()  # in the contract, starting at the operation


@dataclass(frozen=True)
class Operation:
    """One operation of a contract."""

    id: str
    method: str
    path: str
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]  # by location and name
    body: Mapping[str, Any]  # by media type; empty if there is no request body
    responses: Mapping[str, Mapping[str, Any]]  # by status, or "default"
    evidence: str
    tags: Sequence[str]
    security: Sequence[Any] | None  # None: the default of the whole contract

    @property
    def path_parameters(self) -> list[str]:
        """The names of the path parameters, in order."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    def build_path(self, values: Mapping[str, Any]) -> str:
        """Return the path with parameter values filled in. Raises ``KeyError`` for a missing one."""
        path = self.path
        for name in self.path_parameters:
            path = path.replace(f"{{{name}}}", quote(str(values[name]), safe=""))
        return path

    def response(self, status: int) -> Mapping[str, Any] | None:
        """Return the documented response for a status, or ``None``."""
        return self.responses.get(str(status)) or self.responses.get("default")

    def response_of_body(self, status: int | str) -> Mapping[str, Any] | None:
        """Return the documented response that describes a body.

        A success with another status than the documented one, such as 200 in place of 201, has the
        body of the documented success, not of the default, which is an error.
        """
        successes = [name for name in self.responses if name.startswith("2")]
        if str(status).startswith("2") and str(status) not in self.responses and successes:
            return self.responses[successes[0]]
        return self.responses.get(str(status)) or self.responses.get("default")


class Contract:
    """The operations of an OpenAPI document, and validators for their responses."""

    def __init__(self, document: Mapping[str, Any], *, closed: bool) -> None:
        self.document = document
        self._default_evidence: str = document.get("x-evidence", "seed")
        self.schemas = Schemas(document.get("components", {}), closed=closed)
        self._validators: dict[tuple[str, str, str], Validator] = {}
        self.operations = {operation.id: operation for operation in self._parse_operations()}

    @property
    def method_evidence(self) -> str:
        """The evidence that a method which a path does not have gets 405; by default, none."""
        evidence: str = self.document.get("x-unsupported-method", {}).get("x-evidence", "choice")
        return evidence

    def find(self, operation_id: str) -> Operation:
        """Return the operation with this id. Raises ``KeyError``."""
        return self.operations[operation_id]

    def declared_body(self, operation: Operation, status: int, media_type: str, body: Any) -> Any:
        """Return a response body in declared form; a real service may send more than the contract has."""
        content = (operation.response_of_body(status) or {}).get("content", {})
        schema = content.get(media_type, {}).get("schema")
        return body if schema is None else declared_form(self.document, schema, body)

    def validator(self, operation: Operation, status: int, media_type: str) -> Validator | None:
        """Return the validator of a response body; ``None`` if the contract has no schema for it."""
        response = operation.response_of_body(status) or {}
        content = response.get("content", {}).get(media_type)
        if content is None or "schema" not in content:
            return None
        key = operation.id, str(status), media_type
        if key not in self._validators:
            self._validators[key] = self.schemas.response_validator(content["schema"])
        return self._validators[key]

    def breaches(
        self, operation: Operation, status: int, media_type: str, body: Any
    ) -> list[Breach]:
        """Return the breaches in a response body; empty if the body keeps the contract."""
        validator = self.validator(operation, status, media_type)
        if validator is None:
            return []
        location = ("responses", str(status), "content", media_type, "schema")
        return self._breaches(validator, location, body)

    def webhook_breaches(self, event: str, payload: Any) -> list[Breach]:
        """Return the breaches in the payload of a webhook event. Raises ``KeyError`` for an unknown one."""
        body = self.resolve(self.document["x-webhooks"][event]["post"]["requestBody"])
        schema = body["content"]["application/json"]["schema"]
        key = "x-webhooks", event, "application/json"
        if key not in self._validators:
            self._validators[key] = self.schemas.response_validator(schema)
        location = ("requestBody", "content", "application/json", "schema")
        return self._breaches(self._validators[key], location, payload)

    def _breaches(self, validator: Validator, location: Sequence[str], body: Any) -> list[Breach]:
        errors = sorted(validator.iter_errors(body), key=lambda error: error.json_path)
        best = [jsonschema.exceptions.best_match([error]) for error in errors[:8]]
        return [
            Breach(
                _error_message(error),
                self._evidence_of_error(validator.schema, error),
                (*location, *map(str, error.absolute_schema_path)),
            )
            for error in best
        ]

    def evidence_of(self, operation: Operation, status: int) -> str:
        """Return the evidence that an operation returns a status."""
        evidence: str = (operation.response(status) or {}).get("x-evidence", operation.evidence)
        return evidence

    def _evidence_of_error(self, root: Any, error: Any) -> str:
        """Return the evidence of the broken schema, or of the nearest enclosing one that has it."""
        node = resolve_reference(root, root)
        evidence = node.get("x-evidence", self._default_evidence)
        for step in error.absolute_schema_path:
            if step == "required":
                node = node.get("properties", {}).get(error.message.split("'")[1], {})
            else:
                node = node[step]
            node = resolve_reference(root, node)
            if isinstance(node, Mapping):
                evidence = node.get("x-evidence", evidence)
        return str(evidence)

    def resolve(self, node: Any) -> Any:
        """Return the node, or the target of its reference."""
        return resolve_reference(self.document, node)

    def links(self, operation: Operation, status: int | str) -> Iterator[tuple[str, str]]:
        """Yield the parameters that a response's links fill, each with its JSON pointer in the body.

        For example ``("invoiceId", "data/id")``. This is how the contract states the ids of a new
        record.
        """
        response = operation.response_of_body(status) or {}
        for link in map(self.resolve, response.get("links", {}).values()):
            for name, expression in link.get("parameters", {}).items():
                if str(expression).startswith("$response.body#/"):
                    yield name.removeprefix("path."), expression.partition("#/")[2]

    def _parse_operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method not in item:
                    continue
                spec = item[method]
                parameters = [
                    self.resolve(parameter)
                    for parameter in (*item.get("parameters", ()), *spec.get("parameters", ()))
                ]
                yield Operation(
                    id=spec["operationId"],
                    method=method.upper(),
                    path=path,
                    parameters={
                        (parameter["in"], parameter["name"]): parameter for parameter in parameters
                    },
                    body=self.resolve(spec.get("requestBody", {})).get("content", {}),
                    responses={
                        s: self.resolve(definition) for s, definition in spec["responses"].items()
                    },
                    evidence=spec.get("x-evidence", self._default_evidence),
                    tags=spec.get("tags", ()),
                    security=spec.get("security"),
                )


def resolve_pointer(body: Any, pointer: str) -> Any:
    """Return the value at ``data/id`` in a body, or at ``0/id`` in a list; ``None`` if missing."""
    for name in pointer.split("/"):
        if isinstance(body, list):
            body = body[int(name)] if name.isdigit() and int(name) < len(body) else None
        else:
            body = body.get(name) if isinstance(body, Mapping) else None
    return body


def resolve_reference(root: Any, node: Any) -> Any:
    """Return a node of a document, or the target of its reference."""
    while isinstance(node, Mapping) and "$ref" in node:
        target = root
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _error_message(error: Any) -> str:
    rule = f"{error.validator}: {error.validator_value!r}"
    return f"{error.json_path}: {error.message[:300]} (contract: {rule[:200]})"
