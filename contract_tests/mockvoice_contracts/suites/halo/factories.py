"""Records for the scenarios, made through the API with names that are nobody else's."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mockvoice_contracts.harness.client import Api

Record = dict[str, Any]

STORED = (200, 201)  # which of the two a save answers is documented for invoices alone
NO_RECORD = 2_147_483_647


class Factory:
    """Makes records; what a test does not care about is filled in."""

    def __init__(self, api: Api, unique: Callable[[str], str]) -> None:
        self._api = api
        self.name = unique

    def save(self, resource: str, *bodies: Record) -> Any:
        """What a save answers: the object, or for more bodies an array."""
        expect = 201 if resource in ("invoice", "recurring_invoice") else STORED
        return self._api.call(f"{resource}.save", expect=expect, body=list(bodies))

    def refused(self, operation: str, *bodies: Any, status: int = 400, **more: Any) -> Any:
        """What a refusal says."""
        body = list(bodies) if bodies else None
        return self._api.call(operation, expect=status, body=body, **more)

    def client(self, **body: Any) -> Record:
        return self.save("client", {"name": self.name("Client"), **body})

    def item(self, **body: Any) -> Record:
        return self.save("item", {"name": self.name("Item"), **body})

    def tax(self, value: Any = 20, **body: Any) -> Record:
        return self.save("tax", {"name": self.name("Rate"), "value": value, **body})

    def invoice(self, *lines: Record, **body: Any) -> Record:
        """An invoice of a client of its own, unless one is named."""
        client = body.pop("client_id", None) or self.client()["id"]
        return self.save("invoice", {"client_id": client, "lines": list(lines), **body})

    def template(self, *lines: Record, **body: Any) -> Record:
        client = body.pop("client_id", None) or self.client()["id"]
        return self.save("recurring_invoice", {"client_id": client, "lines": list(lines), **body})

    def payment(self, invoice: Record, amount: Any, **body: Any) -> Record:
        return self.save("invoice_payment", {"invoice_id": invoice["id"], "amount": amount, **body})

    def read(self, invoice: Record, **query: Any) -> Record:
        """The invoice or template as it is now."""
        if invoice["id"] < 0:
            return self._api.call(
                "recurring_invoice.get", expect=200, recurringInvoiceId=invoice["id"], query=query
            )
        return self._api.call("invoice.get", expect=200, invoiceId=invoice["id"], query=query)

    def listed(
        self, client: Record | int, operation: str = "invoice.search", **query: Any
    ) -> list[int]:
        """The ids of a list of one client's records, in its order."""
        client_id = client if isinstance(client, int) else client["id"]
        rows = self._api.call(operation, expect=200, query={"client_id": client_id, **query})
        return [row["id"] for row in rows["invoices"]]


def line(price: Any = 100, **body: Any) -> Record:
    """A line that sells one thing."""
    return {"item_shortdescription": "Work", "unit_price": price, **body}


def money(record: Record, *names: str) -> list[Decimal]:
    """Amounts of a record, as they are shown."""
    return [Decimal(record[name]) for name in names]


def cents(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]
