"""A contract as the suites use it: operations by name, and what each may answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jsonschema
from jsonschema.protocols import Validator

from mockvoice_contracts.harness.schemas import Schemas

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
SAFE = frozenset(("GET", "HEAD"))


@dataclass(frozen=True)
class Breach:
    """Something that is not as the contract says, and how well the contract knows it."""

    message: str
    evidence: str  # "seed", "public", or "choice" for an assumption
    location: tuple[str, ...] = ()  # in the contract, from the operation on


@dataclass(frozen=True)
class Operation:
    """One operation of a contract."""

    id: str
    method: str
    path: str
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]  # by place and name
    body: Mapping[str, Any]  # by media type; empty if it takes none
    responses: Mapping[str, Mapping[str, Any]]  # by status, or "default"
    evidence: str
    security: Sequence[Any] | None  # None means that of the whole contract

    @property
    def path_names(self) -> list[str]:
        """The names of the path's parameters, in their order."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    def fill(self, values: Mapping[str, Any]) -> str:
        """The path with its parameters. Raises ``KeyError`` for one that is not given."""
        path = self.path
        for name in self.path_names:
            path = path.replace(f"{{{name}}}", quote(str(values[name]), safe=""))
        return path

    def response(self, status: int) -> Mapping[str, Any] | None:
        """What the contract says of a status; ``None`` if it does not have it."""
        return self.responses.get(str(status)) or self.responses.get("default")


class Contract:
    """The operations of an OpenAPI document, and the check of their answers."""

    def __init__(self, document: Mapping[str, Any], *, closed: bool) -> None:
        self.document = document
        self._default_evidence: str = document.get("x-evidence", "seed")
        self.schemas = Schemas(document.get("components", {}), closed=closed)
        self._validators: dict[tuple[str, str, str], Validator] = {}
        self.operations = {each.id: each for each in self._parse_operations()}

    def find(self, operation_id: str) -> Operation:
        """The operation of this id. Raises ``KeyError``, which names it."""
        return self.operations[operation_id]

    def validator(self, operation: Operation, status: int, media_type: str) -> Validator | None:
        """The check of a body; ``None`` if the contract says nothing of such a body."""
        answer = operation.response(status) or {}
        content = answer.get("content", {}).get(media_type)
        if content is None or "schema" not in content:
            return None
        key = operation.id, str(status), media_type
        if key not in self._validators:
            self._validators[key] = self.schemas.response_validator(content["schema"])
        return self._validators[key]

    def breaches(
        self, operation: Operation, status: int, media_type: str, body: Any
    ) -> list[Breach]:
        """What is wrong with a body; empty for one that keeps the contract."""
        validator = self.validator(operation, status, media_type)
        if validator is None:
            return []
        errors = sorted(validator.iter_errors(body), key=lambda error: error.json_path)
        named = [jsonschema.exceptions.best_match([error]) for error in errors[:8]]
        below = ("responses", str(status), "content", media_type, "schema")
        return [
            Breach(
                _error_message(each),
                self._evidence_of_error(validator.schema, each),
                (*below, *map(str, each.absolute_schema_path)),
            )
            for each in named
        ]

    def evidence_of(self, operation: Operation, status: int) -> str:
        """How well it is known that an operation answers with a status."""
        mark: str = (operation.response(status) or {}).get("x-evidence", operation.evidence)
        return mark

    def _evidence_of_error(self, root: Any, error: Any) -> str:
        """The mark of what is broken, or of the nearest thing around it that has one."""
        node = _dereference(root, root)
        mark = node.get("x-evidence", self._default_evidence)
        for step in error.absolute_schema_path:
            if step == "required":
                node = node.get("properties", {}).get(error.message.split("'")[1], {})
            else:
                node = node[step]
            node = _dereference(root, node)
            if isinstance(node, Mapping):
                mark = node.get("x-evidence", mark)
        return str(mark)

    def resolve(self, node: Any) -> Any:
        """The node itself, or what its reference points to."""
        while isinstance(node, Mapping) and "$ref" in node:
            target: Any = self.document
            for name in node["$ref"].removeprefix("#/").split("/"):
                target = target[name.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def links(self, operation: Operation, status: int | str) -> Iterator[tuple[str, str]]:
        """The parameters that an answer's links fill, and where in the body each is found.

        Such as ``("invoiceId", "data/id")``: so the contract itself says under which ids a new
        record is found.
        """
        answer = operation.responses.get(str(status)) or operation.responses.get("default") or {}
        for link in map(self.resolve, answer.get("links", {}).values()):
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
                    self.resolve(each)
                    for each in (*item.get("parameters", ()), *spec.get("parameters", ()))
                ]
                yield Operation(
                    id=spec["operationId"],
                    method=method.upper(),
                    path=path,
                    parameters={(each["in"], each["name"]): each for each in parameters},
                    body=self.resolve(spec.get("requestBody", {})).get("content", {}),
                    responses={s: self.resolve(each) for s, each in spec["responses"].items()},
                    evidence=spec.get("x-evidence", self._default_evidence),
                    security=spec.get("security"),
                )


def resolve_pointer(body: Any, pointer: str) -> Any:
    """What stands at ``data/id`` in a body, or at ``0/id`` of a list; ``None`` if nothing does."""
    for name in pointer.split("/"):
        if isinstance(body, list):
            body = body[int(name)] if name.isdigit() and int(name) < len(body) else None
        else:
            body = body.get(name) if isinstance(body, Mapping) else None
    return body


def _dereference(root: Any, node: Any) -> Any:
    """The schema that a reference leads to: paths of errors pass references over in silence."""
    while isinstance(node, Mapping) and "$ref" in node:
        target = root
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        node = target
    return node


def _error_message(error: Any) -> str:
    rule = f"{error.validator}: {error.validator_value!r}"
    return f"{error.json_path}: {error.message[:300]} (contract: {rule[:200]})"
