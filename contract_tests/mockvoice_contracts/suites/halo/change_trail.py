"""The rows of the change trail of one record."""

from typing import Any

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import Record


def trail(api: Api, record: Record, **query: Any) -> list[Record]:
    """Return the rows of a record, in the order of the list."""
    query = {"invoice_id": record["id"], **query}
    rows: list[Record] = api.call("invoice_change.search", expect=200, query=query)["changehistory"]
    return rows


def trail_ids(api: Api, record: Record) -> list[int]:
    """Return the ids of the rows of a record."""
    return [row["id"] for row in trail(api, record)]


def fields(rows: list[Record]) -> list[tuple[Any, ...]]:
    """Return the name, the old and the new value of each row."""
    return [(row.get("field_name"), row.get("old_value"), row.get("new_value")) for row in rows]
