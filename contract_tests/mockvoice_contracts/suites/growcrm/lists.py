"""Read pages of lists."""

from typing import Any

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.growcrm.factories import Record


def search(api: Api, kind: str, query: dict[str, Any], **extra_query: Any) -> Record:
    """Return a page of a list, of a hundred rows unless the query has a limit.

    The default page size is a setting of the account.
    """
    all_rows = {"limit": 100}
    page: Record = api.call(
        f"{kind}.search", expect=200, query={**all_rows, **query, **extra_query}
    )
    return page


def ids(page: Record) -> list[int]:
    """Return the ids of a page's records, in its order."""
    return [row["id"] for row in page["data"]]
