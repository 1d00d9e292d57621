"""Load contracts from files, and describe operations for the middlewares."""

import functools
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.resources.abc import Traversable
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import orjson

from mockvoice import __version__
from mockvoice.resources import vendor_folder
from mockvoice.web.contract_files import JOINED, ContractData, ContractFiles, to_yaml, yaml_files
from mockvoice.web.document import Document, InvalidContract
from mockvoice.web.schemas import ResponseValidator

__all__ = [
    "JOINED",
    "ContractData",
    "Operation",
    "PublishedContract",
    "load",
    "strip_docs",
    "to_yaml",
]

logger = logging.getLogger("mockvoice")


class PublishedContract:
    """A contract in its files, joined into one document.

    The files are YAML: ``openapi.yaml`` and those that it refers to. Callers must not change the
    document: it is shared.
    """

    def __init__(self, name: str, folder: Traversable) -> None:
        self.name = name
        self.folder = folder
        self._is_valid = False

    @cached_property
    def data(self) -> ContractData:
        """The joined document."""
        validated = self._validated_file
        if validated is not None:
            data: ContractData = orjson.loads(validated.read_bytes())
            return data
        return ContractFiles(self.folder).joined()

    @cached_property
    def document(self) -> Document:
        """The operations and references of the joined document."""
        return Document(self.data)

    def response_headers(self) -> list[str]:
        """Return the names of all headers that responses may have, sorted."""
        responses = list(self.data.get("components", {}).get("responses", {}).values())
        for operation in self.document.operations.values():
            responses += operation.spec["responses"].values()
        return sorted({name for response in responses for name in response.get("headers", {})})

    @property
    def is_complete(self) -> bool:
        """Whether the folder contains a contract."""
        return self.folder.joinpath("openapi.yaml").is_file()

    def text(self) -> str:
        """Return the contract as YAML: its file if there is only one, else its joined files."""
        contract_files = list(yaml_files(self.folder))
        if len(contract_files) == 1:
            return contract_files[0].read_text("utf-8")
        return to_yaml(self.data)

    @property
    def _validated_file(self) -> Traversable | None:
        """The wheel's joined contract, else the cached one; ``None`` if there is neither."""
        shipped = self.folder.joinpath(JOINED)
        if shipped.is_file():
            return shipped
        return self._cache_path if self._cache_path.exists() else None

    @cached_property
    def _cache_path(self) -> Path:
        """The path of the cached JSON of a validated contract, which loads faster than YAML.

        It is next to this module's bytecode, and its name contains the digest of the contract's
        files. Like bytecode, it can be deleted at any time.
        """
        digest = sha256(__version__.encode())
        for file in yaml_files(self.folder):
            digest.update(file.read_bytes())
        folder = Path(cache_from_source(__file__)).parent
        return folder / f"contract.{self.name}.{digest.hexdigest()[:16]}.json"

    def validate(self) -> None:
        """Validate the contract, unless it was valid when it was built or cached.

        Raises ``InvalidContract``. Validation takes longer than everything else at start-up.
        """
        if self._is_valid or self._validated_file is not None:
            return
        # Late, because Connexion takes longer to import than all else that most commands need.
        from mockvoice.web.connexion_import import InvalidSpecification, Specification

        try:
            Specification.load(strip_docs(self.data))
        except InvalidSpecification as error:
            names = (str(name).replace("~", "~0").replace("/", "~1") for name in error.path)
            pointer = "".join(f"/{name}" for name in names)
            raise InvalidContract(
                f"the contract is not valid at #{pointer}: {error.message}"
            ) from error
        self._is_valid = True
        self._write_cache()

    def _write_cache(self) -> None:
        """Cache the validated contract, unless Python may not write bytecode."""
        if sys.dont_write_bytecode:
            return
        path = self._cache_path
        try:
            path.parent.mkdir(exist_ok=True)
            for outdated in path.parent.glob(f"contract.{self.name}.*.json"):
                outdated.unlink(missing_ok=True)
            partial = path.with_suffix(f".{os.getpid()}.part")
            partial.write_bytes(orjson.dumps(self.data))
            partial.replace(path)
        except OSError as error:
            logger.debug("cannot cache the contract of %s: %s", self.name, error)


@functools.cache
def load(key: str, package: str) -> PublishedContract:
    """Return the contract of a vendor, or of the control API, that this package defines."""
    return PublishedContract(key, vendor_folder("openapi", key, package))


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
