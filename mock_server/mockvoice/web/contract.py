"""Contracts as files, and an operation as the walk needs it."""

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


def _text(dumper: Any, text: str) -> Any:
    """Text of several lines as a block, the way people write it."""
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def resource(folder: str, *names: str) -> Traversable:
    """A file of ``openapi/`` or ``fixtures/``: inside the installed package, or beside it in a checkout."""
    package = files("mockvoice")
    inside = package.joinpath(folder)
    root = inside if inside.is_dir() else package.joinpath("..", "..", folder)
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
    kept = cache_path(name)
    if kept is not None and kept.exists():
        document: Document = orjson.loads(kept.read_bytes())
        return document
    return Bundle(resource("openapi", name)).document()


@functools.cache
def cache_path(name: str) -> Path | None:
    """Where a contract is kept in a form that loads fast, once it has been checked.

    It lies beside this module's bytecode, under the digest of the contract's files, and like
    bytecode it can be deleted at any time. ``None`` where Python shall not write bytecode.
    """
    if sys.dont_write_bytecode:
        return None
    digest = sha256(__version__.encode())
    for part in _files_below(resource("openapi", name)):
        digest.update(part.read_bytes())
    folder = Path(cache_from_source(__file__)).parent
    return folder / f"contract.{name}.{digest.hexdigest()[:16]}.json"


def _files_below(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _files_below(entry)
        elif entry.name.endswith(".yaml"):
            yield entry


def write_cache(name: str) -> None:
    """Keep a contract that Connexion has checked, unless it is kept or cannot be."""
    copy = cache_path(name)
    if copy is None or copy.exists():
        return
    try:
        copy.parent.mkdir(exist_ok=True)
        for older in copy.parent.glob(f"contract.{name}.*.json"):
            older.unlink(missing_ok=True)
        partial = copy.with_suffix(f".{os.getpid()}.part")
        partial.write_bytes(orjson.dumps(load(name)))
        partial.replace(copy)
    except OSError as error:
        logger.debug("the contract of %s is not kept: %s", name, error)


@contextmanager
def validation_skipped(name: str) -> Iterator[None]:
    """Lets Connexion load a contract without checking it, if the very same one passed before.

    Checking takes longer than everything else at start-up, and Connexion has no switch for it.
    """
    copy = cache_path(name)
    if copy is None or not copy.exists():
        yield
        return
    check = OpenAPISpecification.__dict__.get("_validate_spec")
    OpenAPISpecification._validate_spec = classmethod(lambda cls, spec: None)  # noqa: SLF001
    try:
        yield
    finally:
        if check is None:
            del OpenAPISpecification._validate_spec  # noqa: SLF001
        else:
            OpenAPISpecification._validate_spec = check  # noqa: SLF001


_FOR_READERS = {"example", "examples", "links", "externalDocs", "summary", "x-evidence"}
_NAMES_ANYTHING = {"properties", "schemas", "parameters", "responses", "headers", "paths"}


def strip_docs(node: Any, holder: str = "") -> Any:
    """The part of a contract that a server needs: no examples, links or long texts."""
    if isinstance(node, list):
        return [strip_docs(each, holder) for each in node]
    if not isinstance(node, dict):
        return node
    if holder in _NAMES_ANYTHING:
        return {key: strip_docs(value) for key, value in node.items()}
    return {
        key: "" if key == "description" else strip_docs(value, key)
        for key, value in node.items()
        if key not in _FOR_READERS
    }


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
    """The file that a path means which stands in another file; without a path, that file."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file


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
    responses: Mapping[int, ResponseValidator]  # by status
    other: ResponseValidator | None  # of every status that is not documented by itself
    extensions: Mapping[str, Any]  # what the contract says of it in ``x-…`` words

    def validator(self, status: int) -> ResponseValidator | None:
        """What an answer of this status must look like; ``None`` if the contract does not have it."""
        return self.responses.get(status) or self.other
