"""Writes the collections and environments of vendors."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockvoice.vendor_registry import load_vendor
from tools.collections.documents import document_for_conversion
from tools.collections.environments import environments, variables
from tools.collections.nodejs import FOLDER, convert
from tools.collections.operations import operations_of
from tools.collections.order import in_order
from tools.collections.postman import EXAMPLE_FILE, runnable_collection
from tools.collections.settings import load_settings
from tools.collections.values import passed_values


@dataclass(frozen=True)
class CollectionFiles:
    """The files of one vendor's collections."""

    key: str
    folder: Path

    @property
    def postman(self) -> Path:
        """The Postman collection."""
        return self.folder / f"{self.key}.postman_collection.json"

    @property
    def bruno(self) -> Path:
        """The folder of the Bruno collection."""
        return self.folder / f"{self.key}-bruno"

    @property
    def document(self) -> Path:
        """What the converter reads; it is not a part of the result."""
        return self.folder / "documents" / f"{self.key}.json"

    def environment(self, name: str) -> Path:
        """Return the file of a Postman environment."""
        return self.folder / f"{self.key}.{name}.postman_environment.json"


def generate(keys: list[str], folder: Path) -> list[CollectionFiles]:
    """Write the collections of vendors for Postman and Bruno; return the files of each."""
    collections = generate_postman(keys, folder)
    generate_bruno(collections)
    return collections


def generate_postman(keys: list[str], folder: Path) -> list[CollectionFiles]:
    """Write the Postman collections of vendors in a new folder; return the files of each."""
    folder = folder.resolve()
    collections = [CollectionFiles(key, folder) for key in keys]
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "documents").mkdir(parents=True)
    (folder / EXAMPLE_FILE).write_text("An example of a file.\n", "utf-8")
    for each in collections:
        contract = load_vendor(each.key).contract.document.data
        each.document.write_text(json.dumps(document_for_conversion(dict(contract))), "utf-8")
    convert("postman", *(path for each in collections for path in (each.document, each.postman)))
    for each in collections:
        _write_postman(each)
    return collections


def generate_bruno(collections: list[CollectionFiles]) -> None:
    """Write Bruno collections from the Postman ones."""
    convert("bruno", *(path for each in collections for path in _bruno_arguments(each)))
    for each in collections:
        shutil.copy(each.folder / EXAMPLE_FILE, each.bruno)


def _write_postman(files: CollectionFiles) -> None:
    """Complete a converted collection, and write its environments."""
    vendor = load_vendor(files.key)
    contract = vendor.contract.document.data
    settings = load_settings(files.key)
    included = [each for each in operations_of(contract) if each.id not in settings.left_out]
    tags = [tag["name"] for tag in contract["tags"]]
    operations = in_order(included, tags, settings.after)
    converted = json.loads(files.postman.read_text("utf-8"))
    collection = runnable_collection(
        converted, files.key, operations, passed_values(operations, settings.stored),
        variables(vendor.credentials), FOLDER / f"{files.key}.postman.js",
    )  # fmt: skip
    _write(files.postman, collection)
    for name, environment in environments(
        vendor.title, contract["servers"], vendor.credentials
    ).items():
        _write(files.environment(name), environment)


def _bruno_arguments(files: CollectionFiles) -> tuple[Path | str, ...]:
    environments = f"{files.environment('mock')},{files.environment('real')}"
    return files.postman, environments, files.bruno


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", "utf-8")
