"""A contract's document: its operations, and the targets of its references."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")


class UnknownOperation(LookupError):
    """The contract has no operation with this id."""


class InvalidContract(Exception):
    """The contract is not valid, or lacks what the vendor needs to serve an operation."""


@dataclass(frozen=True, slots=True)
class DocumentedOperation:
    """An operation as the contract documents it."""

    id: str
    method: str  # in upper case
    path: str  # a template such as ``/invoices/{invoiceId}``
    spec: Mapping[str, Any]
    # Those of its path item too, each with its schema; references are resolved.
    parameters: tuple[Mapping[str, Any], ...]


class Document:
    """The document of one contract. It must not change: results are cached."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    @cached_property
    def operations(self) -> Mapping[str, DocumentedOperation]:
        """All operations by id, in the contract's order."""
        operations: dict[str, DocumentedOperation] = {}
        for path, item in self.data["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = self._operation(path, item, method)
                    operations[operation.id] = operation
        return operations

    def find(self, operation_id: str) -> DocumentedOperation:
        """Return the operation with this id. Raises ``UnknownOperation``."""
        try:
            return self.operations[operation_id]
        except KeyError:
            raise UnknownOperation(f"the contract has no operation {operation_id!r}") from None

    def resolve(self, node: Any) -> Any:
        """Return the node, or the target of its reference."""
        while isinstance(node, Mapping) and "$ref" in node:
            target: Any = self.data
            for name in node["$ref"].removeprefix("#/").split("/"):
                target = target[name.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def expand(self, node: Any, enclosing: tuple[str, ...] = ()) -> Any:
        """Return a node without references; a recursive one becomes an empty schema."""
        if isinstance(node, list):
            return [self.expand(item, enclosing) for item in node]
        if not isinstance(node, Mapping):
            return node
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return {key: self.expand(value, enclosing) for key, value in node.items()}
        if reference in enclosing:
            return {}
        return self.expand(self.resolve(node), (*enclosing, reference))

    def _operation(self, path: str, item: Mapping[str, Any], method: str) -> DocumentedOperation:
        spec = item[method]
        declared = map(self.resolve, (*item.get("parameters", ()), *spec.get("parameters", ())))
        # A parameter of the operation replaces that of the path item.
        by_name = {(parameter["in"], parameter["name"]): parameter for parameter in declared}
        parameters = tuple(
            {**parameter, "schema": self.resolve(parameter["schema"])}
            for parameter in by_name.values()
        )
        return DocumentedOperation(spec["operationId"], method.upper(), path, spec, parameters)
