"""Source locations (file and line) of the parts of a contract."""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import yaml

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Operation

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class SourceLocation:
    """A file and a line number, counted from 1."""

    file: str
    line: int


class SourceMap:
    """The parsed files of one contract, with line numbers."""

    def __init__(self, vendor: str) -> None:
        self._folder = targets.contract_path(vendor)
        self._vendor = vendor
        self._files: dict[str, yaml.Node] = {}

    def locate(self, operation: Operation, steps: Iterable[str] = ()) -> SourceLocation:
        """Follow steps from an operation and return the location.

        Steps without a node are skipped: wrappers of a translated schema are in no file.
        """
        position = _Position("openapi.yaml", self._load_file("openapi.yaml"))
        for step in ("paths", operation.path, operation.method.lower()):
            position = self._child(position, step) or position
        for step in steps:
            position = self._child(position, step) or position
        mark = (position.key or position.node).start_mark
        return SourceLocation(f"{self._folder}/{position.file}", mark.line + 1)

    def _child(self, position: "_Position", step: str) -> "_Position | None":
        position = self._dereference(position)
        if isinstance(position.node, yaml.MappingNode):
            for key, value in position.node.value:
                if key.value == step:
                    return _Position(position.file, value, key)
        is_index = isinstance(position.node, yaml.SequenceNode) and step.isdigit()
        if is_index and int(step) < len(position.node.value):
            return _Position(position.file, position.node.value[int(step)])
        return None

    def _dereference(self, position: "_Position") -> "_Position":
        for _ in range(20):
            reference = _reference(position.node)
            if reference is None:
                return position
            path, _, pointer = reference.partition("#")
            file = _resolve_path(position.file, path) if path else position.file
            position = _Position(file, self._load_file(file))
            for name in pointer.strip("/").split("/"):
                plain = name.replace("~1", "/").replace("~0", "~")
                child = self._child(position, plain)
                if child is None:
                    return position
                position = child
        return position

    def _load_file(self, name: str) -> yaml.Node:
        if name not in self._files:
            text = targets.contract_file(self._vendor, name).read_text("utf-8")
            root = yaml.compose(text, _Loader)
            assert root is not None, f"{name} is empty"
            self._files[name] = root
        return self._files[name]


@dataclass(frozen=True)
class _Position:
    file: str
    node: yaml.Node
    key: yaml.Node | None = None


@cache
def source_map_for(vendor: str) -> SourceMap:
    """Return the source map of a vendor's contract, cached."""
    return SourceMap(vendor)


def _reference(node: yaml.Node) -> str | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "$ref":
                text: str = value.value
                return text
    return None


def _resolve_path(file: str, path: str) -> str:
    """Resolve a path relative to the file that contains it."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
