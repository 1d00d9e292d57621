"""Records for the tests, created through the API with unique names."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.record_factory import RecordFactory
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm import tax_rates
from mockvoice_contracts.suites.growcrm.tax_rates import RateVerifier

Record = dict[str, Any]

# Ids of the system default categories of every account.
INVOICE_CATEGORY = 4
PROJECT_CATEGORY, CLIENT_CATEGORY, ESTIMATE_CATEGORY, ITEM_CATEGORY = 1, 2, 5, 8
DRAFT, DUE, OVERDUE, PART_PAID, PAID, CANCELLED = 1, 2, 3, 4, 5, 20
ID_PARAMETERS = {
    "invoices": "invoiceId",
    "estimates": "estimateId",
    "clients": "clientId",
    "contacts": "contactId",
    "projects": "projectId",
    "categories": "categoryId",
    "payments": "paymentId",
    "refunds": "refundId",
    "items": "itemId",
}
UNKNOWN_ID = 9_007_199_254_740_991  # the highest id that the contract allows; no record has it


class Factory(RecordFactory):
    """Creates records. Fields that a test does not set get default values."""

    def __init__(
        self, api: Api, target: Target, unique: Callable[[str], str], rates: RateVerifier
    ) -> None:
        super().__init__(api, target, unique)
        self._rates = rates

    def read(self, kind: str, record: Record) -> Record:
        """Return the current state of a record."""
        current: Record = self._api.call(f"{kind}.get", expect=200, **id_parameter(kind, record))[
            "data"
        ]
        return current

    def record(self, kind: str) -> Record:
        """Create a record of any kind, with the records that it needs."""
        if kind == "payments":
            return self.payment(self.published_invoice())
        if kind == "refunds":
            return self.refund(self.record("payments"))
        if kind == "contacts":
            return self.contact(self.client())
        singular = {"categories": "category"}.get(kind, kind[:-1])
        created: Record = getattr(self, singular)()
        return created

    def tax_rate_id(self, percent: str) -> int:
        """Return the id of a tax rate. The API cannot create tax rates; the target file names them."""
        ids = tax_rates.ids_by_percentage(self._target)
        rate = Decimal(percent)
        if rate not in ids:
            pytest.skip(f"the target's known.tax_rates has no rate of {percent} %")
        if problem := self._problem_with_rate(rate, ids[rate]):
            pytest.skip(f"the target's known.tax_rates is wrong: {problem}")
        return ids[rate]

    def _problem_with_rate(self, percent: Decimal, rate_id: int) -> str | None:
        if self._target.is_mock:
            return None
        return self._rates.problem(self._api, lambda: self.invoice()["id"], percent, rate_id)

    def client(self, **fields: Any) -> Record:
        """Create a client with its account owner."""
        body = {
            "first_name": "Ada",
            "last_name": "Example",
            "email": self.email(),
            "client_company_name": self.unique_name("Company"),
            **fields,
        }
        return self._create("clients.create", body)

    def contact(self, client: Record, **fields: Any) -> Record:
        """Create a contact of the client."""
        body = {
            "first_name": "Grace",
            "last_name": self.unique_name("Contact"),
            "email": self.email(),
            "clientid": client["id"],
            **fields,
        }
        return self._create("contacts.create", body)

    def project(self, client: Record | None = None, **fields: Any) -> Record:
        """Create a project of the client, or of a new client."""
        body = {
            "project_clientid": (client or self.client())["id"],
            "project_title": self.unique_name("Project"),
            "project_date_start": self.day(),
            "project_categoryid": PROJECT_CATEGORY,
            **fields,
        }
        return self._create("projects.create", body)

    def category(self, kind: str = "invoice", **fields: Any) -> Record:
        """Create a category for records of one type."""
        body = {"category_name": self.unique_name("Category"), "category_type": kind, **fields}
        return self._create("categories.create", body)

    def item(self, **fields: Any) -> Record:
        """Create a catalogue item."""
        body = {
            "item_description": self.unique_name("Item"),
            "item_rate": 12.5,
            "item_categoryid": ITEM_CATEGORY,
            "item_default_tax": self.tax_rate_id("10"),
            "item_unit": "hours",
            **fields,
        }
        return self._create("items.create", body)

    def invoice(
        self,
        client: Record | None = None,
        *,
        items: Sequence[Mapping[str, Any]] | None = None,
        rates: Sequence[str] = (),
        **fields: Any,
    ) -> Record:
        """Create a draft invoice; ``rates`` are tax rates in percent."""
        return self._create_bill("invoices", client, items, rates, fields)

    def published_invoice(
        self, client: Record | None = None, amount: float | None = 100, **fields: Any
    ) -> Record:
        """Create an invoice and publish it; without an amount it has no lines."""
        items = [] if amount is None else [line(rate=amount)]
        draft = self.invoice(client, items=items, **fields)
        published: Record = self._api.call("invoices.publish", expect=200, invoiceId=draft["id"])[
            "data"
        ]
        return published

    def estimate(
        self,
        client: Record | None = None,
        *,
        items: Sequence[Mapping[str, Any]] | None = None,
        rates: Sequence[str] = (),
        **fields: Any,
    ) -> Record:
        """Create a draft estimate; ``rates`` are tax rates in percent."""
        return self._create_bill("estimates", client, items, rates, fields)

    def payment(self, invoice: Record, amount: float = 100, **fields: Any) -> Record:
        """Create a payment of the invoice, dated today."""
        body = {
            "payment_invoiceid": invoice["id"],
            "payment_amount": amount,
            "payment_date": self.day(),
            **fields,
        }
        return self._create("payments.create", body)

    def refund(self, payment: Record, **fields: Any) -> Record:
        """Create a refund of the payment, dated today."""
        body = {"refund_paymentid": payment["id"], "refund_date": self.day(), **fields}
        return self._create("refunds.create", body)

    def _create_bill(
        self,
        kind: str,
        client: Record | None,
        items: Sequence[Mapping[str, Any]] | None,
        rates: Sequence[str],
        fields: Mapping[str, Any],
    ) -> Record:
        body = {
            "bill_clientid": (client or self.client())["id"],
            "bill_categoryid": INVOICE_CATEGORY if kind == "invoices" else ESTIMATE_CATEGORY,
            "bill_date": self.day(),
            **fields,
        }
        bill = self._create(f"{kind}.create", body)
        if items is None and not rates:
            return bill
        lines = {
            "items": items or [],
            "tax_rate_ids": [self.tax_rate_id(percent) for percent in rates],
        }
        parameter = {f"{kind[:-1]}Id": bill["id"]}
        updated: Record = self._api.call(f"{kind}.set_items", expect=200, body=lines, **parameter)[
            "data"
        ]
        return updated

    def _create(self, operation: str, body: Mapping[str, Any]) -> Record:
        record: Record = self._api.call(operation, expect=201, body=body)["data"]
        return record


def id_parameter(kind: str, record: Record) -> dict[str, int]:
    """Return a record's id as the path parameter."""
    return {ID_PARAMETERS[kind]: record["id"]}


def required_header(bill: Record) -> Record:
    """Return the fields that every update of a bill must send."""
    return {"bill_categoryid": bill["category"]["id"], "bill_date": bill["dates"]["date"]}


def line(**fields: Any) -> Record:
    """Return the body of one line of a bill."""
    return {"description": "Work", "quantity": 1, "rate": 100, **fields}
