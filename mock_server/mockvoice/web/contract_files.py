"""The files of a contract, joined into one document.

The build of the wheel loads this module by its path, so it imports only PyYAML.
"""

import posixpath
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Any

import yaml

# The joined and validated contract in JSON, which the wheel contains beside the YAML files.
JOINED = "joined.json"

ContractData = dict[str, Any]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Loads YAML with JSON's types: dates and keys stay text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        return {str(key): value for key, value in super().construct_mapping(node, deep).items()}


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in _Loader.yaml_implicit_resolvers.items()
}


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Dumps YAML without anchors, which many OpenAPI tools do not support."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: Any, text: str) -> Any:
    """Represent text of several lines as a block."""
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def to_yaml(document: ContractData) -> str:
    """Dump a contract as YAML text in the order of its keys."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


def yaml_files(folder: Traversable) -> Iterator[Traversable]:
    """Yield the YAML files below a folder, sorted by name."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from yaml_files(entry)
        elif entry.name.endswith(".yaml"):
            yield entry


class ContractFiles:
    """Joins a contract's files: definitions of other files become components of one document."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._files: dict[str, ContractData] = {}

    def joined(self) -> ContractData:
        """Return the joined document."""
        root = self._file("openapi.yaml")
        components: ContractData = {
            kind: dict(entries) for kind, entries in root.get("components", {}).items()
        }
        self._schemas = components.setdefault("schemas", {})
        joined: ContractData = self._join({**root, "components": components}, "openapi.yaml")
        joined["components"] = self._join(components, "openapi.yaml")
        # References have added schemas of other files, which are joined already.
        joined["components"]["schemas"] |= {
            name: schema
            for name, schema in self._schemas.items()
            if name not in joined["components"]["schemas"]
        }
        return joined

    def _file(self, name: str) -> ContractData:
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
        target = _resolve_path(file, path)
        if target == "openapi.yaml":
            return {"$ref": f"#{pointer}"}
        names = pointer.strip("/").split("/")
        if target.startswith("schemas/"):
            name = names[-1]
            if name not in self._schemas:
                self._schemas[name] = {}  # a placeholder, because a schema may refer to itself
                self._schemas[name] = self._join(
                    _resolve_pointer(self._file(target), names), target
                )
            return {"$ref": f"#/components/schemas/{name}"}
        return self._join(_resolve_pointer(self._file(target), names), target)


def _resolve_path(file: str, path: str) -> str:
    """Resolve a reference's path against the file that contains it; no path means that file."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file


def _resolve_pointer(document: Any, names: list[str]) -> Any:
    for name in names:
        document = document[name.replace("~1", "/").replace("~0", "~")]
    return document
