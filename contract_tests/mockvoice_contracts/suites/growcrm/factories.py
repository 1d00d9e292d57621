"""Records for the scenarios, made through the API with names that are nobody else's."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target

Record = dict[str, Any]

INVOICE_CATEGORY = 4  # of every account: the system's own category of invoices
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
UNKNOWN_ID = 9_007_199_254_740_991  # the highest id that the contract allows


class Factory:
    """Makes records; what a test does not care about is filled in."""

    def __init__(self, api: Api, target: Target, unique: Callable[[str], str]) -> None:
        self._api = api
        self._target = target
        self.name = unique

    def day(self, days: int = 0) -> str:
        """The date that lies so many days after the server's today."""
        return (self._target.now().date() + timedelta(days=days)).isoformat()

    def read(self, kind: str, record: Record) -> Record:
        """The record as it is now."""
        found: Record = self._api.call(f"{kind}.get", expect=200, **id_parameter(kind, record))[
            "data"
        ]
        return found

    def record(self, kind: str) -> Record:
        """A record of any kind, with whatever it needs."""
        if kind == "payments":
            return self.payment(self.published_invoice())
        if kind == "refunds":
            return self.refund(self.record("payments"))
        if kind == "contacts":
            return self.contact(self.client())
        singular = {"categories": "category"}.get(kind, kind[:-1])
        made: Record = getattr(self, singular)()
        return made

    def email(self) -> str:
        """An e-mail address that nobody has."""
        return self.name("person").replace(" ", ".") + "@contract.example"

    def tax_rate_id(self, percent: str) -> int:
        """The id of a tax rate, which no API can create: the target file may name it."""
        known: Mapping[str, int] = self._target.known.get("tax_rates", {})
        if not known and self._target.is_mock:
            document = json.loads(targets.fixtures("growcrm").joinpath("install.json").read_bytes())
            known = {each["rate"]: each["id"] for each in document["tax_rates"]}
        ids = {Decimal(rate): rate_id for rate, rate_id in known.items()}
        if Decimal(percent) not in ids:
            pytest.skip(f"known.tax_rates of the target names no rate of {percent} %")
        return ids[Decimal(percent)]

    def client(self, **fields: Any) -> Record:
        """A client with its account owner."""
        body = {
            "first_name": "Ada",
            "last_name": "Example",
            "email": self.email(),
            "client_company_name": self.name("Company"),
            **fields,
        }
        return self._create("clients.create", body)

    def contact(self, client: Record, **fields: Any) -> Record:
        """A contact of the client."""
        body = {
            "first_name": "Grace",
            "last_name": self.name("Contact"),
            "email": self.email(),
            "clientid": client["id"],
            **fields,
        }
        return self._create("contacts.create", body)

    def project(self, client: Record | None = None, **fields: Any) -> Record:
        """A project of the client, or of a new one."""
        body = {
            "project_clientid": (client or self.client())["id"],
            "project_title": self.name("Project"),
            "project_date_start": self.day(),
            "project_categoryid": PROJECT_CATEGORY,
            **fields,
        }
        return self._create("projects.create", body)

    def category(self, kind: str = "invoice", **fields: Any) -> Record:
        """A category for records of one kind."""
        body = {"category_name": self.name("Category"), "category_type": kind, **fields}
        return self._create("categories.create", body)

    def item(self, **fields: Any) -> Record:
        """An entry of the catalogue."""
        body = {
            "item_description": self.name("Item"),
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
        """A draft, with lines and taxes if any are named."""
        return self._create_bill("invoices", client, items, rates, fields)

    def published_invoice(
        self, client: Record | None = None, amount: float | None = 100, **fields: Any
    ) -> Record:
        """An invoice over this amount that has left draft."""
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
        """A draft, with lines and taxes if any are named."""
        return self._create_bill("estimates", client, items, rates, fields)

    def payment(self, invoice: Record, amount: float = 100, **fields: Any) -> Record:
        """A payment of the invoice, dated today."""
        body = {
            "payment_invoiceid": invoice["id"],
            "payment_amount": amount,
            "payment_date": self.day(),
            **fields,
        }
        return self._create("payments.create", body)

    def refund(self, payment: Record, **fields: Any) -> Record:
        """The refund of the payment, dated today."""
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
        filled: Record = self._api.call(f"{kind}.set_items", expect=200, body=lines, **parameter)[
            "data"
        ]
        return filled

    def _create(self, operation: str, body: Mapping[str, Any]) -> Record:
        record: Record = self._api.call(operation, expect=201, body=body)["data"]
        return record


def id_parameter(kind: str, record: Record) -> dict[str, int]:
    """A record's id as the path's parameter."""
    return {ID_PARAMETERS[kind]: record["id"]}


def required_header(bill: Record) -> Record:
    """What every update of a bill must send."""
    return {"bill_categoryid": bill["category"]["id"], "bill_date": bill["dates"]["date"]}


def line(**fields: Any) -> Record:
    """One line of a bill."""
    return {"description": "Work", "quantity": 1, "rate": 100, **fields}
