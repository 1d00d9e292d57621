"""Records of a sandbox, in place of those that the examples of a contract name.

The examples name records of the demo data with the seed 0. In another sandbox a record has another id
if ids are random, and it may be missing: it was deleted, or the sandbox has other data.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from mockvoice.control.console.docs_contract import Node
from mockvoice.kernel.backend import Backend
from mockvoice.web.document import Document, DocumentedOperation
from mockvoice.web.record_views import RecordView
from mockvoice.web.vendor import Vendor

Tables = Mapping[str, Sequence[str]]  # the names of tables by that of a path parameter


class SandboxRecords:
    """Ids and credentials of one vendor in one sandbox.

    ``demo`` has the demo data with the seed 0, ``counterpart`` with the sandbox's seed; ``current``
    is the sandbox's own data.
    """

    def __init__(
        self, demo: Backend, counterpart: Backend, current: Backend, secrets: Mapping[str, str]
    ) -> None:
        self._demo = demo.all_tables()
        self._counterpart = counterpart.all_tables()
        self._current = current.all_tables()
        self._secrets = secrets

    def replace(self, value: Any) -> Any:
        """Return an example with the sandbox's credentials and with its random ids."""
        if isinstance(value, Mapping):
            return {key: self.replace(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.replace(item) for item in value]
        if not isinstance(value, str):
            return value
        table = self._owners.get(value)
        return self._secrets.get(value, value) if table is None else self.find(table, value)

    def has(self, table: str, key: Any) -> bool:
        """Whether the demo data has a row with this key."""
        return table in self._demo and key in self._demo[table]

    def find(self, table: str, key: Any) -> Any:
        """Return the key itself if the sandbox has this row, else that of its counterpart or first row."""
        current = self._current[table]
        if key in current:
            return key
        keys = islice(self._counterpart[table].created_keys(), self._position(table, key), None)
        counterpart = next(keys, None)
        return counterpart if counterpart in current else next(current.created_keys(), key)

    def _position(self, table: str, key: Any) -> int:
        return next(at for at, each in enumerate(self._demo[table].created_keys()) if each == key)

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        """The table of each row of the demo data whose key is a text."""
        return {
            key: name
            for name, table in self._demo.items()
            for key in table.created_keys()
            if isinstance(key, str)
        }


class PathRecords:
    """The records that the path parameters of a vendor's contract name, by their tables."""

    def __init__(self, tables: Tables, records: SandboxRecords) -> None:
        self._tables = tables
        self._records = records

    def replace(self, value: Any, parameter: Node | None) -> Any:
        """Return the value to fill in for the example of a parameter, or of a body."""
        if parameter is not None and parameter["in"] == "path":
            for table in self._tables.get(parameter["name"], ()):
                if self._records.has(table, value):
                    return self._records.find(table, value)
        return self._records.replace(value)


def tables_by_parameter(vendor: Vendor) -> Tables:
    """Return for each path parameter the tables whose rows the operations at this path return."""
    tables: dict[str, list[str]] = {}
    document = vendor.contract.document
    by_schema = _tables_by_schema(vendor)
    for operation in document.operations.values():
        if operation.path.endswith("}"):
            name = operation.path.rpartition("{")[2][:-1]
            for schema in _response_schemas(document, operation):
                tables.setdefault(name, []).extend(by_schema.get(schema, ()))
    return tables


def _tables_by_schema(vendor: Vendor) -> Mapping[str, list[str]]:
    tables: dict[str, list[str]] = {}
    for table, views in vendor.record_views.items():
        for view in [views] if isinstance(views, RecordView) else views:
            tables.setdefault(view.schema, []).append(table)
    return tables


def _response_schemas(document: Document, operation: DocumentedOperation) -> Iterator[str]:
    """Yield the schemas of an operation's successful responses, and those directly inside them.

    A record is the response itself or is in its envelope. Deeper ones are parts of the record.
    """
    schemas = document.data["components"]["schemas"]
    for status, response in operation.spec["responses"].items():
        if status.startswith("2"):
            for name in _references(document.resolve(response).get("content", {})):
                yield name
                yield from _references(schemas[name])


def _references(node: Any) -> Iterator[str]:
    """Yield the names of the schemas to which a part of the contract refers."""
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
            yield reference.rpartition("/")[2]
        for key, member in node.items():
            if key not in ("example", "examples"):
                yield from _references(member)
