"""Factory of test records, which are created through the API with unique names."""

import string
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Any

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.record_factory import RecordFactory
from mockvoice_contracts.harness.targets import Target

Record = dict[str, Any]

UNKNOWN_ID = 9_007_199_254_740_991  # the highest id that the contract allows
ID_PARAMETERS = {
    "invoices": "invoiceId",
    "payments": "paymentId",
    "quotations": "quotationId",
    "contacts": "contactId",
    "products": "productId",
    "taxes": "taxId",
    "currencies": "currencyId",
    "document_subtypes": "documentSubtypeId",
    "salesmen": "salesmanId",
    "bank_accounts": "bankAccountId",
    "stock_transfers": "stockTransferId",
}
_PREFIX_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# B and E begin fiscal numbers, and C those of quotations.
_FIRST_CHARACTERS = "ZYXWVUTSRQPONMLKJIHGFDA"


class Factory(RecordFactory):
    """Creates records, with default values for the fields that a test does not set."""

    def __init__(self, api: Api, target: Target, unique: Callable[[str], str]) -> None:
        super().__init__(api, target, unique)
        self._prefixes = map("".join, product(_FIRST_CHARACTERS, *[_PREFIX_CHARACTERS] * 2))

    def read(self, kind: str, record: Record) -> Record:
        """Return the current state of a record."""
        response = self._api.call(f"{kind}.get", expect=200, **id_parameter(kind, record))
        current: Record = response["data"]
        return current

    def update(self, kind: str, record: Record, **fields: Any) -> Record:
        """Update fields of a record, and return it."""
        parameter = id_parameter(kind, record)
        response = self._api.call(f"{kind}.update", expect=200, body=fields, **parameter)
        updated: Record = response["data"]
        return updated

    def error_fields(self, operation: str, body: Any, expect: int = 422, **path: Any) -> list[str]:
        """Send a request that must be rejected, and return the fields with errors."""
        return list(self._api.call(operation, expect=expect, body=body, **path)["errors"])

    def all_rows(self, kind: str) -> list[Record]:
        """Return all rows of a list, however many pages it has."""
        rows: list[Record] = []
        page, last_page = 0, 1
        while page < last_page:
            page += 1
            query = {"per_page": 100, "page": page}
            result = self._api.call(f"{kind}.search", expect=200, query=query)
            rows += result["data"]
            last_page = result["meta"]["last_page"]
        return rows

    def create(self, operation: str, body: Mapping[str, Any], **path_params: Any) -> Record:
        """Call an operation that creates a record, and return the record."""
        record: Record = self._api.call(operation, expect=201, body=body, **path_params)["data"]
        return record

    @cached_property
    def tax_ids(self) -> dict[str, int]:
        """The ids of the account's taxes by type and rate, for example ``itbis 18.00``."""
        result = reversed(self.all_rows("taxes"))
        return {f"{tax['type']} {tax['rate']}": tax["id"] for tax in result}

    def tax_id(self, name: str) -> int:
        """Return the id of a tax of this type and rate; create it if the account has none."""
        if name not in self.tax_ids:
            kind, rate = name.split()
            body = {"name": self.unique_name(name), "type": kind, "rate": rate}
            self.tax_ids[name] = self.create("taxes.create", body)["id"]
        return self.tax_ids[name]

    @cached_property
    def currency_ids(self) -> dict[str, int]:
        """The ids of the account's currencies by their codes."""
        return {currency["code"]: currency["id"] for currency in self.all_rows("currencies")}

    @cached_property
    def default_currency(self) -> Record:
        return next(row for row in self.all_rows("currencies") if row["is_default"])

    def currency_body(self) -> Record:
        """Return the body of a new currency, with a code that is not in use."""
        letters = string.ascii_uppercase
        codes = (f"Q{second}{third}" for second in letters for third in letters)
        code = next(candidate for candidate in codes if candidate not in self.currency_ids)
        self.currency_ids[code] = 0
        return {
            "name": self.unique_name("Moneda"),
            "code": code.lower(),
            "symbol": "¤",
            "initial_rate": "2.5",
        }

    @cached_property
    def customer(self) -> Record:
        """A customer that tests share."""
        return self.contact()

    @cached_property
    def service_id(self) -> int:
        """The id of a service without tax that tests share."""
        return self.service()["id"]

    @cached_property
    def invoice_series_id(self) -> int:
        """The id of an invoice series without an end that tests share."""
        return self.series()["id"]

    @cached_property
    def quotation_series_id(self) -> int:
        """The id of a quotation series that tests share."""
        return self.series(type="quotation")["id"]

    def contact(self, **fields: Any) -> Record:
        body = {"name": self.unique_name("Cliente"), "contact_type": "customer", **fields}
        return self.create("contacts.create", body)

    def product(self, quantity: float | str | None = None, **fields: Any) -> Record:
        """Create a product with tracked stock: ``quantity`` in the current workspace."""
        body = {
            "name": self.unique_name("Producto"),
            "sku": self.unique_name("SKU"),
            "product_type": "physical",
            "price": "100.00",
            "initial_quantity": quantity,
            **fields,
        }
        return self.create("products.create", body)

    def service(self, **fields: Any) -> Record:
        """Create a service, which has no stock."""
        return self.product(None, product_type="service", **fields)

    @cached_property
    def used_prefixes(self) -> set[str]:
        """The prefixes of the account's numbering series."""
        return {series["prefix"] for series in self.all_rows("document_subtypes")}

    def unused_prefix(self) -> str:
        """Return a prefix that no numbering series has."""
        unused = (prefix for prefix in self._prefixes if prefix not in self.used_prefixes)
        prefix = next(unused, None)
        assert prefix is not None, "the account's numbering series have all prefixes"
        return prefix

    def series(self, **fields: Any) -> Record:
        """Create a numbering series, by default with a prefix that is not in use."""
        body = {"name": self.unique_name("Serie"), "type": "invoice", "start_number": 1, **fields}
        if "prefix" in fields:
            return self.create("document_subtypes.create", body)
        while True:  # Another process of the run may have taken the prefix meanwhile.
            request_body = {**body, "prefix": self.unused_prefix()}
            response = self._api.call(
                "document_subtypes.create", expect=(201, 422), body=request_body
            )
            if "data" in response:
                created: Record = response["data"]
                return created
            assert list(response["errors"]) == ["prefix"], f"a new series was rejected: {response}"

    def line(self, **fields: Any) -> Record:
        """Return a line: by default, a service for 100.00 without tax."""
        return {
            "product_id": self.service_id,
            "quantity": 1,
            "unit_price": 100,
            "taxes": [],
            **fields,
        }

    def invoice_body(self, *items: Record, **fields: Any) -> Record:
        """Return the body of a new invoice."""
        return {
            "contact_id": self.customer["id"],
            "document_subtype_id": self.invoice_series_id,
            "issue_date": self.day(),
            "items": [self.line(**item) for item in items or ({},)],
            **fields,
        }

    def invoice(self, *items: Record, **fields: Any) -> Record:
        return self.document("invoices", *items, **fields)

    def quotation(self, *items: Record, **fields: Any) -> Record:
        return self.document("quotations", *items, **fields)

    def document_body(self, kind: str, *items: Record, **fields: Any) -> Record:
        """Return the body of a new record of ``invoices`` or ``quotations``."""
        if kind == "quotations":
            fields = {"document_subtype_id": self.quotation_series_id, **fields}
        return self.invoice_body(*items, **fields)

    def document(self, kind: str, *items: Record, **fields: Any) -> Record:
        """Create a record of ``invoices`` or ``quotations``."""
        return self.create(f"{kind}.create", self.document_body(kind, *items, **fields))

    def bank_account(self, **fields: Any) -> Record:
        body = {
            "name": self.unique_name("Cuenta"),
            "type": "bank",
            "currency_id": self.default_currency["id"],
            "initial_balance": 0,
            "initial_balance_date": "2020-01-01",
            **fields,
        }
        return self.create("bank_accounts.create", body)

    @cached_property
    def shared_account(self) -> Record:
        """A bank account that tests share."""
        return self.bank_account()

    def payment(self, invoice: Record, amount: Any = 10, **fields: Any) -> Record:
        return self.create("payments.create", self.payment_body(invoice, amount, **fields))

    def payment_body(self, invoice: Record, amount: Any = 10, **fields: Any) -> Record:
        """Return the body of a payment of an invoice."""
        return {
            "invoice_id": invoice["id"],
            "bank_account_id": self.shared_account["id"],
            "payment_date": self.day(),
            "payment_method": "cash",
            "amount": amount,
            **fields,
        }

    def workspace(self, **fields: Any) -> Record:
        return self.create("workspaces.create", {"name": self.unique_name("Sucursal"), **fields})

    def current_workspace(self) -> Record:
        """Return the workspace of requests without ``X-Workspace-ID``, by creating an invoice."""
        result = self._api.call("workspaces.search", expect=200)["data"]
        workspace_id = self.invoice()["workspace_id"]
        return next(workspace for workspace in result if workspace["id"] == workspace_id)

    def salesman(self, **fields: Any) -> Record:
        body = {"name": self.unique_name("Laura"), "surname": "Peña", **fields}
        return self.create("salesmen.create", body)

    def stock(self, product: Record, workspace: Record | None = None) -> Decimal:
        """Return the stock of a product in a workspace."""
        headers = workspace_header(workspace) if workspace else None
        result = self._api.call(
            "products.get", expect=200, productId=product["id"], headers=headers
        )["data"]
        return Decimal(result["stock_quantity"])

    def movements(self, workspace: Record | None = None, **filters: Any) -> list[Record]:
        """Return the stock movements of a workspace, oldest first."""
        query = {f"filter[{name}]": value for name, value in filters.items()}
        result: list[Record] = self._api.call(
            "stock_movements.search",
            expect=200,
            query={"per_page": 100, "sort": "created_at", **query},
            headers=workspace_header(workspace) if workspace else None,
        )["data"]
        return result


def id_parameter(kind: str, record: Record) -> dict[str, int]:
    """Return a record's id as the path parameter of its operations."""
    return {ID_PARAMETERS[kind]: record["id"]}


def workspace_header(workspace: Record) -> dict[str, str]:
    """Return the header that selects a workspace."""
    return {"X-Workspace-ID": str(workspace["id"])}
