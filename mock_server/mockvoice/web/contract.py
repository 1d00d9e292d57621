"""Load contracts from files, and describe operations for the middlewares."""

import functools
import logging
import os
import posixpath
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import orjson
import yaml
from connexion.spec import OpenAPISpecification

from mockvoice import __version__
from mockvoice.web.schemas import ResponseValidator

logger = logging.getLogger("mockvoice")

Document = dict[str, Any]


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


def resource(folder: str, *names: str) -> Traversable:
    """Return a file of ``openapi/`` or ``fixtures/``, in the installed package or in a checkout."""
    package = files("mockvoice")
    inside = package.joinpath(folder)
    root = inside if inside.is_dir() else package.joinpath("..", "..", folder)
    return root.joinpath(*names)


def load(name: str) -> Document:
    """Load the contract ``openapi/<name>/openapi.yaml`` and its other files as one document.

    The caller must not change the document: it is shared.
    """
    return _load(name)


def to_yaml(document: Document) -> str:
    """Dump a contract as YAML text in the order of its keys."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


def source(name: str) -> str:
    """Return the text of a contract: the file itself if there is only one, else the joined files."""
    folder = resource("openapi", name)
    if [file.name for file in folder.iterdir()] == ["openapi.yaml"]:
        return folder.joinpath("openapi.yaml").read_text("utf-8")
    return to_yaml(load(name))


@functools.cache
def _load(name: str) -> Document:
    cached = cache_path(name)
    if cached is not None and cached.exists():
        document: Document = orjson.loads(cached.read_bytes())
        return document
    return Bundle(resource("openapi", name)).document()


@functools.cache
def cache_path(name: str) -> Path | None:
    """Return the path of the cached JSON of a validated contract, which loads faster than YAML.

    It is next to this module's bytecode, named by the digest of the contract's files, and like
    bytecode it can be deleted at any time. ``None`` if Python must not write bytecode.
    """
    if sys.dont_write_bytecode:
        return None
    digest = sha256(__version__.encode())
    for file in _yaml_files(resource("openapi", name)):
        digest.update(file.read_bytes())
    folder = Path(cache_from_source(__file__)).parent
    return folder / f"contract.{name}.{digest.hexdigest()[:16]}.json"


def _yaml_files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _yaml_files(entry)
        elif entry.name.endswith(".yaml"):
            yield entry


def write_cache(name: str) -> None:
    """Cache a contract that Connexion has validated, if the folder is writable."""
    path = cache_path(name)
    if path is None or path.exists():
        return
    try:
        path.parent.mkdir(exist_ok=True)
        for outdated in path.parent.glob(f"contract.{name}.*.json"):
            outdated.unlink(missing_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.part")
        partial.write_bytes(orjson.dumps(load(name)))
        partial.replace(path)
    except OSError as error:
        logger.debug("cannot cache the contract of %s: %s", name, error)


@contextmanager
def validation_skipped(name: str) -> Iterator[None]:
    """Skip Connexion's validation of a contract that is cached, since it was valid before.

    Validation takes longer than everything else at start-up, and Connexion has no option for it.
    """
    path = cache_path(name)
    if path is None or not path.exists():
        yield
        return
    original = OpenAPISpecification.__dict__.get("_validate_spec")
    OpenAPISpecification._validate_spec = classmethod(lambda cls, spec: None)  # noqa: SLF001
    try:
        yield
    finally:
        if original is None:
            del OpenAPISpecification._validate_spec  # noqa: SLF001
        else:
            OpenAPISpecification._validate_spec = original  # noqa: SLF001


_DOCUMENTATION_KEYS = {"example", "examples", "links", "externalDocs", "summary", "x-evidence"}
_MAPS_OF_NAMES = {"properties", "schemas", "parameters", "responses", "headers", "paths"}


def strip_docs(node: Any, holder: str = "") -> Any:
    """Return the part of a contract that a server needs: no examples, links or descriptions."""
    if isinstance(node, list):
        return [strip_docs(item, holder) for item in node]
    if not isinstance(node, dict):
        return node
    if holder in _MAPS_OF_NAMES:
        return {key: strip_docs(value) for key, value in node.items()}
    return {
        key: "" if key == "description" else strip_docs(value, key)
        for key, value in node.items()
        if key not in _DOCUMENTATION_KEYS
    }


class Bundle:
    """Joins a contract's files: definitions of other files become components of one document."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._files: dict[str, Document] = {}

    def document(self) -> Document:
        """Return the joined document."""
        root = self._file("openapi.yaml")
        components: Document = {
            kind: dict(entries) for kind, entries in root.get("components", {}).items()
        }
        self._schemas = components.setdefault("schemas", {})
        joined: Document = self._join({**root, "components": components}, "openapi.yaml")
        joined["components"] = self._join(components, "openapi.yaml")
        # References have added schemas of other files, which are joined already.
        joined["components"]["schemas"] |= {
            name: schema
            for name, schema in self._schemas.items()
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


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the contract, compiled at start-up."""

    id: str
    path: str
    method: str
    success_status: int | None  # the documented 2xx status, if there is exactly one
    responses: Mapping[int, ResponseValidator]  # by status
    default_response: ResponseValidator | None  # for every status without a response of its own
    extensions: Mapping[str, Any]  # the operation's ``x-…`` keys

    def validator(self, status: int) -> ResponseValidator | None:
        """Return the validator of a status; ``None`` if the contract does not document it."""
        return self.responses.get(status) or self.default_response
