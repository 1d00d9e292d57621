"""Where in the files of a contract something is said."""

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
    """A line of a file; both as people count them."""

    file: str
    line: int


class SourceMap:
    """The files of one contract, with the lines of what they say."""

    def __init__(self, vendor: str) -> None:
        self._folder = f"openapi/{vendor}"
        self._vendor = vendor
        self._files: dict[str, yaml.Node] = {}

    def locate(self, operation: Operation, steps: Iterable[str] = ()) -> SourceLocation:
        """The place that the steps lead to from an operation on, or the last one that is there.

        The steps may come from a translated schema, whose wrappers stand in no file.
        """
        here = _Position("openapi.yaml", self._load_file("openapi.yaml"))
        for step in ("paths", operation.path, operation.method.lower()):
            here = self._child(here, step) or here
        for step in steps:
            here = self._child(here, step) or here
        mark = (here.key or here.node).start_mark
        return SourceLocation(f"{self._folder}/{here.file}", mark.line + 1)

    def _child(self, here: "_Position", step: str) -> "_Position | None":
        here = self._dereference(here)
        if isinstance(here.node, yaml.MappingNode):
            for key, value in here.node.value:
                if key.value == step:
                    return _Position(here.file, value, key)
        several = isinstance(here.node, yaml.SequenceNode) and step.isdigit()
        if several and int(step) < len(here.node.value):
            return _Position(here.file, here.node.value[int(step)])
        return None

    def _dereference(self, here: "_Position") -> "_Position":
        for _ in range(20):
            reference = _reference(here.node)
            if reference is None:
                return here
            path, _, pointer = reference.partition("#")
            file = _resolve_path(here.file, path) if path else here.file
            here = _Position(file, self._load_file(file))
            for name in pointer.strip("/").split("/"):
                plain = name.replace("~1", "/").replace("~0", "~")
                found = self._child(here, plain)
                if found is None:
                    return here
                here = found
        return here

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
    """The places of a vendor's contract, read once."""
    return SourceMap(vendor)


def _reference(node: yaml.Node) -> str | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "$ref":
                text: str = value.value
                return text
    return None


def _resolve_path(file: str, path: str) -> str:
    """The file that a path means which stands in another file."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
