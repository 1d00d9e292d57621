"""Records for the scenarios, made through the API with names that are nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target

Record = dict[str, Any]

NOBODY = "0f0e0d0c-0b0a-4908-8706-050403020100"


def exact(amount: Decimal | float | str) -> Decimal:
    """An amount as it was written: the vendor shows numbers, and takes text as well."""
    return Decimal(str(amount))


class Factory:
    """Makes records; what a test does not care about is filled in."""

    def __init__(self, api: Api, target: Target, unique: Callable[[str], str]) -> None:
        self._api = api
        self._target = target
        self.name = unique

    def day(self, days: int = 0) -> str:
        """The date that lies so many days after the server's today."""
        return (self._target.now().date() + timedelta(days=days)).isoformat()

    def mail(self) -> str:
        """An e-mail address that nobody has."""
        return self.name("person").replace(" ", ".") + "@contract.example"

    @cached_property
    def income(self) -> str:
        """An income account of our own."""
        return self.account("Income")["id"]

    @cached_property
    def bank(self) -> str:
        """A bank account of our own."""
        return self.account("Assets")["id"]

    @cached_property
    def taxes(self) -> list[Record]:
        """The tax rates of the workspace, which this API cannot create."""
        found: list[Record] = self._api.call("taxes.search", expect=200, query={"limit": 100})[
            "data"
        ]["taxes"]
        return found

    def tax(self, percentage: float | str) -> Record:
        """The tax rate of so many per cent."""
        for each in self.taxes:
            if exact(each["percentage"]) == exact(percentage):
                return each
        pytest.skip(f"the workspace has no tax rate of {percentage} %")

    def account(self, kind: str = "Income", **fields: Any) -> Record:
        kinds = self._api.call("account_sub_types.search", expect=200, query={"type": kind})
        body = {
            "name": self.name(kind),
            "subTypeId": kinds["data"]["accountSubTypes"][0]["id"],
            **fields,
        }
        return self._created("accounts", body)

    def customer(self, **fields: Any) -> Record:
        return self._created("customers", {"customer": self.name("Customer"), **fields})

    def product(self, **fields: Any) -> Record:
        body = {"name": self.name("Product"), "categoryAccountUuid": self.income, **fields}
        return self._created("products", body)

    def tag(self, **fields: Any) -> Record:
        return self._created("tags", {"name": self.name("Tag"), **fields})

    def tag_group(self, **fields: Any) -> Record:
        return self._created("tag_groups", {"name": self.name("Group"), **fields})

    @cached_property
    def plain_product(self) -> Record:
        """A product without taxes."""
        return self.product()

    @cached_property
    def plain_customer(self) -> Record:
        """A customer without taxes, with an e-mail."""
        return self.customer(email=self.mail())

    def line(self, price: float | str = 100, quantity: float | str = 1, **fields: Any) -> Record:
        product = fields.pop("product", None) or self.plain_product
        return {
            "productUuid": product["id"],
            "quantity": quantity,
            "unitPrice": price,
            "taxes": [],
            **fields,
        }

    def invoice_body(self, price: float | str = 100, **fields: Any) -> Record:
        body = {
            "customerUuid": self.plain_customer["id"],
            "date": self.day(),
            "dueDate": self.day(30),
            "products": [self.line(price)],
        }
        return body | fields

    def invoice(self, price: float | str = 100, **fields: Any) -> Record:
        body = self.invoice_body(price, **fields)
        return dict(self._api.call("invoices.create", expect=200, body=body)["data"])

    def memo(self, price: float | str = 100, **fields: Any) -> Record:
        return self.invoice(price, **({"invoiceType": "memo", "isDraft": False} | fields))

    def template(self, **fields: Any) -> Record:
        body = {**self.invoice_body(), "recurrencePattern": "monthly", **fields}
        return self._created("recurring_invoice_templates", body)

    def transaction(self, amount: float | str = 100, **fields: Any) -> Record:
        body = {
            "accUuid": self.bank,
            "amount": amount,
            "postedDate": self.day(),
            "type": "Income",
            **fields,
        }
        return self._created("transactions", body)

    def pay(
        self,
        transaction: Record,
        *amounts: tuple[Record, float | str],
        expect: int = 200,
        **more: Any,
    ) -> Any:
        """Assign a transaction to documents."""
        records = [{"id": document["id"], "paymentAmount": amount} for document, amount in amounts]
        return self._api.call(
            "transactions.assign_to_bills_invoices",
            expect=expect,
            body={"matchingType": "invoice", "records": records, **more},
            transactionId=transaction["id"],
        )

    def read(self, invoice: Record) -> Record:
        """The document as it is now."""
        found: Record = self._api.call("invoices.get", expect=200, invoiceId=invoice["id"])["data"]
        return found

    def read_transaction(self, transaction: Record) -> Record:
        found: Record = self._api.call(
            "transactions.get", expect=200, transactionId=transaction["id"]
        )["data"]
        return found

    def read_template(self, template: Record) -> Record:
        found: Record = self._api.call(
            "recurring_invoice_templates.get", expect=200, templateId=template["id"]
        )["data"]
        return found

    def _created(self, kind: str, body: Record) -> Record:
        found: Record = self._api.call(f"{kind}.create", expect=201, body=body)["data"]
        return found
