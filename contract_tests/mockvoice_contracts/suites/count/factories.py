"""Records for the tests, created through the API with unique names."""

from decimal import Decimal
from functools import cached_property
from typing import Any

import pytest

from mockvoice_contracts.harness.record_factory import RecordFactory

Record = dict[str, Any]

UNKNOWN_ID = "0f0e0d0c-0b0a-4908-8706-050403020100"


def to_decimal(amount: Decimal | float | str) -> Decimal:
    """Convert an amount, which is a number in responses and may be a string in requests."""
    return Decimal(str(amount))


class Factory(RecordFactory):
    """Creates records. Fields that a test does not set get default values."""

    @cached_property
    def income_account_id(self) -> str:
        """The id of an income account that the tests share."""
        return self.account("Income")["id"]

    @cached_property
    def bank_account_id(self) -> str:
        """The id of a bank account that the tests share."""
        return self.account("Assets")["id"]

    @cached_property
    def taxes(self) -> list[Record]:
        """The tax rates of the workspace, which the API cannot create."""
        result: list[Record] = self._api.call("taxes.search", expect=200, query={"limit": 100})[
            "data"
        ]["taxes"]
        return result

    def tax(self, percentage: float | str) -> Record:
        """Return the tax rate with this percentage; skip the test if the workspace has none."""
        for tax in self.taxes:
            if to_decimal(tax["percentage"]) == to_decimal(percentage):
                return tax
        pytest.skip(f"the workspace has no tax rate of {percentage} %")

    def account(self, kind: str = "Income", **fields: Any) -> Record:
        sub_types = self._api.call("account_sub_types.search", expect=200, query={"type": kind})
        body = {
            "name": self.unique_name(kind),
            "subTypeId": sub_types["data"]["accountSubTypes"][0]["id"],
            **fields,
        }
        return self._create("accounts", body)

    def customer(self, **fields: Any) -> Record:
        return self._create("customers", {"customer": self.unique_name("Customer"), **fields})

    def product(self, **fields: Any) -> Record:
        body = {
            "name": self.unique_name("Product"),
            "categoryAccountUuid": self.income_account_id,
            **fields,
        }
        return self._create("products", body)

    def tag(self, **fields: Any) -> Record:
        return self._create("tags", {"name": self.unique_name("Tag"), **fields})

    def tag_group(self, **fields: Any) -> Record:
        return self._create("tag_groups", {"name": self.unique_name("Group"), **fields})

    @cached_property
    def untaxed_product(self) -> Record:
        """A product without taxes."""
        return self.product()

    @cached_property
    def untaxed_customer(self) -> Record:
        """A customer without taxes, with an e-mail address."""
        return self.customer(email=self.email())

    def line(self, price: float | str = 100, quantity: float | str = 1, **fields: Any) -> Record:
        product = fields.pop("product", None) or self.untaxed_product
        return {
            "productUuid": product["id"],
            "quantity": quantity,
            "unitPrice": price,
            "taxes": [],
            **fields,
        }

    def invoice_body(self, price: float | str = 100, **fields: Any) -> Record:
        body = {
            "customerUuid": self.untaxed_customer["id"],
            "invoiceNumber": self.unique_name("No"),
            "date": self.day(),
            "dueDate": self.day(30),
            "isDraft": True,
            "invoiceType": "invoice",
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
        return self._create("recurring_invoice_templates", body)

    def transaction(self, amount: float | str = 100, **fields: Any) -> Record:
        body = {
            "accUuid": self.bank_account_id,
            "amount": amount,
            "postedDate": self.day(),
            "type": "Income",
            **fields,
        }
        return self._create("transactions", body)

    def pay(
        self,
        transaction: Record,
        *amounts: tuple[Record, float | str],
        expect: int = 200,
        **fields: Any,
    ) -> Any:
        """Assign a transaction to documents; ``amounts`` are pairs of a document and an amount."""
        records = [{"id": document["id"], "paymentAmount": amount} for document, amount in amounts]
        return self._api.call(
            "transactions.assign_to_bills_invoices",
            expect=expect,
            body={"matchingType": "invoice", "records": records, **fields},
            transactionId=transaction["id"],
        )

    def get_invoice(self, invoice: Record) -> Record:
        """Return the current state of a document."""
        result: Record = self._api.call("invoices.get", expect=200, invoiceId=invoice["id"])["data"]
        return result

    def balances(self, *accounts: str) -> list[Any]:
        """Return the current balances of accounts, by their ids."""
        query = {"includeBalances": True, "limit": 5000}
        rows = self._api.call("accounts.search", expect=200, query=query)["data"]["accounts"]
        by_id = {row["id"]: row["balance"] for row in rows}
        return [by_id[account] for account in accounts]

    def get_transaction(self, transaction: Record) -> Record:
        result: Record = self._api.call(
            "transactions.get", expect=200, transactionId=transaction["id"]
        )["data"]
        return result

    def get_template(self, template: Record) -> Record:
        result: Record = self._api.call(
            "recurring_invoice_templates.get", expect=200, templateId=template["id"]
        )["data"]
        return result

    def _create(self, kind: str, body: Record) -> Record:
        result: Record = self._api.call(f"{kind}.create", expect=201, body=body)["data"]
        return result
