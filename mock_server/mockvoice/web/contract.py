"""Load contracts from files, and describe operations for the middlewares."""

import functools
import logging
import os
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
from connexion.spec import OpenAPISpecification

from mockvoice import __version__
from mockvoice.web.contract_files import JOINED, ContractFiles, Document, to_yaml, yaml_files
from mockvoice.web.schemas import ResponseValidator

__all__ = ["JOINED", "Document", "Operation", "load", "resource", "source", "strip_docs", "to_yaml"]

logger = logging.getLogger("mockvoice")


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


def source(name: str) -> str:
    """Return the text of a contract: its file if there is only one, else its joined files."""
    contract_files = list(yaml_files(resource("openapi", name)))
    if len(contract_files) == 1:
        return contract_files[0].read_text("utf-8")
    return to_yaml(load(name))


@functools.cache
def _load(name: str) -> Document:
    validated = _validated_file(name)
    if validated is not None:
        document: Document = orjson.loads(validated.read_bytes())
        return document
    return ContractFiles(resource("openapi", name)).joined()


def _validated_file(name: str) -> Traversable | None:
    """Return the wheel's joined contract, else the cached one; ``None`` if there is neither."""
    shipped = resource("openapi", name, JOINED)
    if shipped.is_file():
        return shipped
    cached = _cache_path(name)
    return cached if cached.exists() else None


@functools.cache
def _cache_path(name: str) -> Path:
    """Return the path of the cached JSON of a validated contract, which loads faster than YAML.

    It is next to this module's bytecode, and its name contains the digest of the contract's files.
    Like bytecode, it can be deleted at any time.
    """
    digest = sha256(__version__.encode())
    for file in yaml_files(resource("openapi", name)):
        digest.update(file.read_bytes())
    folder = Path(cache_from_source(__file__)).parent
    return folder / f"contract.{name}.{digest.hexdigest()[:16]}.json"


def write_cache(name: str) -> None:
    """Cache a contract that Connexion has validated, unless Python may not write bytecode."""
    if sys.dont_write_bytecode or _validated_file(name) is not None:
        return
    path = _cache_path(name)
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
    """Skip Connexion's validation of a contract that was valid when it was built or cached.

    Validation takes longer than everything else at start-up, and Connexion has no option for it.
    """
    if _validated_file(name) is None:
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
# Below these, keys are names: a property that is called "summary" is not documentation.
_MAPS_BY_NAME = {"properties", "schemas", "parameters", "responses", "headers", "paths"}


def strip_docs(node: Any, parent_key: str = "") -> Any:
    """Return the part of a contract that a server needs: no examples, links or descriptions."""
    if isinstance(node, list):
        return [strip_docs(item, parent_key) for item in node]
    if not isinstance(node, dict):
        return node
    if parent_key in _MAPS_BY_NAME:
        return {key: strip_docs(value) for key, value in node.items()}
    return {
        key: "" if key == "description" else strip_docs(value, key)
        for key, value in node.items()
        if key not in _DOCUMENTATION_KEYS
    }


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the contract, compiled at start-up."""

    id: str
    path: str
    method: str
    success_status: int | None  # the documented 2xx status, if there is exactly one
    responses: Mapping[int, ResponseValidator]  # by status
    default_response: ResponseValidator | None  # for every status without its own response
    extensions: Mapping[str, Any]  # the operation's ``x-…`` keys

    def validator(self, status: int) -> ResponseValidator | None:
        """Return the validator of a status; ``None`` if the contract does not document it."""
        return self.responses.get(status) or self.default_response
