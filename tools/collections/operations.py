"""The operations of a contract, and the links that pass values from their responses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
_VALUE = "$response.body#"


@dataclass(frozen=True)
class Link:
    """A value of a response, by its JSON pointer, that is a path parameter of another operation."""

    operation: str
    parameter: str
    pointer: str


@dataclass(frozen=True)
class Operation:
    """What an operation's place in a collection depends on."""

    id: str
    tag: str
    method: str
    path: str
    links: tuple[Link, ...] = ()
    is_collection: bool = False  # below its path are the paths of single records
    needs_token: bool = True

    @property
    def parameters(self) -> list[str]:
        """The names of the path parameters."""
        return [part.partition("}")[0] for part in self.path.split("{")[1:]]

    @property
    def is_create(self) -> bool:
        """Whether it creates a record, which other operations then find by its id."""
        return self.method == "post" and self.is_collection

    @property
    def is_update(self) -> bool:
        """Whether it changes the record as a whole."""
        return self.method in ("put", "patch") and self.path.endswith("}")


def operations_of(contract: Mapping[str, Any]) -> list[Operation]:
    """Return the operations of a contract with their links, without the aliases."""
    paths = contract["paths"]
    parents = {path.rpartition("/{")[0] for path in paths if path.endswith("}")}
    return [
        Operation(
            spec["operationId"], spec["tags"][0], method, path, _links(contract, spec),
            path in parents, _needs_token(contract, spec),
        )
        for path, item in paths.items()
        for method, spec in item.items()
        if method in METHODS and "x-alias-of" not in spec
    ]  # fmt: skip


def resolve(contract: Mapping[str, Any], node: Any) -> Any:
    """Return a part of a contract, or the target of its reference."""
    while "$ref" in node:
        target: Any = contract
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _links(contract: Mapping[str, Any], spec: Mapping[str, Any]) -> tuple[Link, ...]:
    found = []
    for status, response in spec["responses"].items():
        links = resolve(contract, response).get("links", {}) if status.startswith("2") else {}
        for link in (resolve(contract, each) for each in links.values()):
            found += [
                Link(link["operationId"], name, value.removeprefix(_VALUE))
                for name, value in link.get("parameters", {}).items()
                if str(value).startswith(_VALUE)
            ]
    return tuple(found)


def _needs_token(contract: Mapping[str, Any], spec: Mapping[str, Any]) -> bool:
    """Return whether a request has a bearer token, besides other credentials."""
    schemes = contract["components"]["securitySchemes"]
    needed = spec.get("security", contract.get("security", []))
    return any(schemes[name].get("scheme") == "bearer" for each in needed for name in each)
