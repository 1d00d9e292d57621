"""Contracts as files, and an operation as the walk needs it."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from mock_server.web.schemas import ResponseValidator

Document = dict[str, Any]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as JSON has it: a date stays text, and so does every key."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        return {str(key): value for key, value in super().construct_mapping(node, deep).items()}


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in _Loader.yaml_implicit_resolvers.items()
}


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """YAML without anchors, which many tools for contracts do not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def resource(folder: str, *names: str) -> Traversable:
    """A file of ``openapi/`` or ``fixtures/``: inside the installed package, or beside it in a checkout."""
    package = files("mock_server")
    inside = package.joinpath(folder)
    root = inside if inside.is_dir() else package.joinpath("..", folder)
    return root.joinpath(*names)


def load(name: str) -> Document:
    """The contract ``openapi/<name>/openapi.yaml`` as one document, parts in other files joined in.

    The caller must not change what it gets: it is shared.
    """
    return _load(name)


def to_yaml(document: Document) -> str:
    """A contract as text, its parts in their order."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


def source(name: str) -> str:
    """A contract as its author wrote it, if that is one file; else joined from its files."""
    folder = resource("openapi", name)
    if [each.name for each in folder.iterdir()] == ["openapi.yaml"]:
        return folder.joinpath("openapi.yaml").read_text("utf-8")
    return to_yaml(load(name))


@functools.cache
def _load(name: str) -> Document:
    folder = resource("openapi", name)
    return Bundle(folder).document()


class Bundle:
    """Joins a contract's files: what another file defines becomes a component of the one document."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._files: dict[str, Document] = {}

    def document(self) -> Document:
        root = self._file("openapi.yaml")
        components: Document = {
            kind: dict(entries) for kind, entries in root.get("components", {}).items()
        }
        self._schemas = components.setdefault("schemas", {})
        joined: Document = self._join({**root, "components": components}, "openapi.yaml")
        joined["components"] = self._join(components, "openapi.yaml")
        # Schemas that were met on the way stand there already, joined.
        joined["components"]["schemas"] |= {
            name: schema for name, schema in self._schemas.items()
            if name not in joined["components"]["schemas"]
        }
        return joined

    def _file(self, name: str) -> Document:
        if name not in self._files:
            text = self._folder.joinpath(*name.split("/")).read_text("utf-8")
            self._files[name] = yaml.load(text, _Loader)  # noqa: S506 - a safe loader's subclass
        return self._files[name]

    def _join(self, node: Any, file: str) -> Any:
        if isinstance(node, list):
            return [self._join(item, file) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return {key: self._join(value, file) for key, value in node.items()}
        path, _, pointer = reference.partition("#")
        target = _relative(file, path)
        if target == "openapi.yaml":
            return {"$ref": f"#{pointer}"}
        names = pointer.strip("/").split("/")
        if target.startswith("schemas/"):
            name = names[-1]
            if name not in self._schemas:
                self._schemas[name] = {}  # a mark, so that a schema may refer to itself
                self._schemas[name] = self._join(_at(self._file(target), names), target)
            return {"$ref": f"#/components/schemas/{name}"}
        return self._join(_at(self._file(target), names), target)


def _relative(file: str, path: str) -> str:
    if not path:
        return file
    parts = file.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _at(document: Any, names: list[str]) -> Any:
    for name in names:
        document = document[name.replace("~1", "/").replace("~0", "~")]
    return document


@dataclass(frozen=True, slots=True)
class Operation:
    """What the walk knows of an operation before a request comes."""

    id: str
    path: str
    method: str
    success: int | None  # the only documented 2xx status, if there is only one
    answers: Mapping[int, ResponseValidator]  # by status
    other: ResponseValidator | None  # of every status that is not documented by itself

    def validator(self, status: int) -> ResponseValidator | None:
        """What an answer of this status must look like; ``None`` if the contract does not have it."""
        return self.answers.get(status) or self.other
