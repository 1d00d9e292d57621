"""Create records with unique names through the API."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mockvoice_contracts.harness.client import Api

Record = dict[str, Any]

SAVE_STATUSES = (200, 201)  # The status of a save is documented for invoices only.
UNKNOWN_ID = 2_147_483_647


class Factory:
    """Creates records, with defaults for the values that a test does not set."""

    def __init__(self, api: Api, unique: Callable[[str], str]) -> None:
        self._api = api.for_arranging()
        self.unique_name = unique

    def save(self, resource: str, *bodies: Record) -> Any:
        """Save records and return the body: an object for one record, an array for more."""
        expect = 201 if resource in ("invoice", "recurring_invoice") else SAVE_STATUSES
        return self._api.call(f"{resource}.save", expect=expect, body=list(bodies))

    def assert_rejected(
        self, operation: str, *bodies: Any, status: int = 400, **arguments: Any
    ) -> Any:
        """Send a request that must be rejected, and return the body of the response."""
        body = list(bodies) if bodies else None
        return self._api.call(operation, expect=status, body=body, **arguments)

    def client(self, **body: Any) -> Record:
        return self.save("client", {"name": self.unique_name("Client"), **body})

    def item(self, **body: Any) -> Record:
        return self.save("item", {"name": self.unique_name("Item"), **body})

    def tax(self, value: Any = 20, **body: Any) -> Record:
        return self.save("tax", {"name": self.unique_name("Rate"), "value": value, **body})

    def currency(self, rate: Any = 3, **body: Any) -> Record:
        name = self.unique_name("Currency")
        return self.save("currency", {"name": name, "conversion_rate": rate, **body})

    def invoice(self, *lines: Record, **body: Any) -> Record:
        """Create an invoice, of a new client unless ``client_id`` is set."""
        client = body.pop("client_id", None) or self.client()["id"]
        return self.save("invoice", {"client_id": client, "lines": list(lines), **body})

    def template(self, *lines: Record, **body: Any) -> Record:
        client = body.pop("client_id", None) or self.client()["id"]
        return self.save("recurring_invoice", {"client_id": client, "lines": list(lines), **body})

    def header(self, resource: str, *lines: Record, **body: Any) -> Record:
        """Create an ``invoice`` or a ``recurring_invoice``, which is a template."""
        create = self.invoice if resource == "invoice" else self.template
        return create(*lines, **body)

    def payment(self, invoice: Record, amount: Any, **body: Any) -> Record:
        return self.save("invoice_payment", {"invoice_id": invoice["id"], "amount": amount, **body})

    def read(self, invoice: Record, **query: Any) -> Record:
        """Return the current state of an invoice or template."""
        if invoice["id"] < 0:  # only templates have negative ids
            return self._api.call(
                "recurring_invoice.get", expect=200, recurringInvoiceId=invoice["id"], query=query
            )
        return self._api.call("invoice.get", expect=200, invoiceId=invoice["id"], query=query)

    def list_ids(
        self, client: Record | int, operation: str = "invoice.search", **query: Any
    ) -> list[int]:
        """Return the ids in a list of a client's invoices or templates, in the order of the list."""
        client_id = client if isinstance(client, int) else client["id"]
        page = self._api.call(operation, expect=200, query={"client_id": client_id, **query})
        return [row["id"] for row in page["invoices"]]


def assert_holds(actual: Any, expected: Any, path: str = "the record") -> None:
    """Check that a value holds the expected one; its objects may have more properties."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            assert_holds(actual.get(name), value, f"{path}.{name}")
    elif isinstance(expected, list) and isinstance(actual, list):
        assert len(actual) == len(expected), f"{path} has {len(actual)} items: {actual}"
        for index, value in enumerate(expected):
            assert_holds(actual[index], value, f"{path}[{index}]")
    else:
        assert actual == expected, f"{path} is {actual!r}, expected {expected!r}"


def assert_same(actual: Record, expected: Record) -> None:
    """Check that two states of a record have the same values of the properties that both have."""
    assert actual["id"] == expected["id"]
    assert_holds(actual, _shared_parts(expected, actual))


def _shared_parts(value: Any, other: Any) -> Any:
    """Return a value without the properties that the other one lacks, at any depth."""
    if isinstance(value, dict) and isinstance(other, dict):
        return {
            name: _shared_parts(value[name], other[name]) for name in value.keys() & other.keys()
        }
    if isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
        return [_shared_parts(*pair) for pair in zip(value, other, strict=True)]
    return value


def is_exception(error: Any) -> bool:
    """Return whether an error body is Halo's serialized exception."""
    return isinstance(error, dict) and {"ClassName", "Message"} <= error.keys()


def page(api: Api, client: int, **query: Any) -> tuple[list[int], int, dict[str, Any]]:
    """Return the ids of a page, its ``record_count`` and its whole body."""
    body = api.call("invoice.search", expect=200, query={"client_id": client, **query})
    return [row["id"] for row in body["invoices"]], body["record_count"], body


def line(price: Any = 100, **body: Any) -> Record:
    """Return the body of a line."""
    return {"item_shortdescription": "Work", "unit_price": price, **body}


def money(record: Record, *names: str) -> list[Decimal]:
    """Return the named amounts of a record."""
    return [Decimal(record[name]) for name in names]


def decimals(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]
