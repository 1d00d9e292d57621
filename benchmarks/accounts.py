"""Accounts of COUNT, Halo and OptiFlow: invoices with three lines each, and requests to measure."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.state_cache import StateCache
from mockvoice.vendor_registry import load_vendor

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Account:
    """How one vendor's invoices are created and requested; ``{id}`` stands for an invoice's id."""

    vendor: str
    module: str
    body: Callable[[Backend, int], Any]
    paths: Mapping[str, str]  # by the kind of request; {deep} is one of the last pages of 20
    create: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    sign: Callable[[str, str, str], Headers] | None = None

    def create_backend(self, invoices: int) -> tuple[Backend, list[Any]]:
        """Return a demo account with additional invoices, and the ids of about 200 of them."""
        vendor = load_vendor(self.vendor)
        backend = StateCache().create_backend(vendor, "demo", Clock())
        module = import_module(f"{vendor.handlers}.{self.module}")
        create = getattr(module, "create", None) or module.save
        ids = []
        for number in range(invoices):
            with backend.transaction():
                created = create(backend, **self.arguments, body=self.body(backend, number))
            if number % max(1, invoices // 200) == 0:
                ids.append(_id(created))
        return backend, ids

    def requests(self, kind: str, backend: Backend, ids: list[Any], invoices: int) -> list[str]:
        """Return the lines of a file for ``replay.lua``."""
        if kind == "create":
            bodies = [json.dumps(self.body(backend, number)) for number in range(50)]
            return [self._line("POST", self.create, body) for body in bodies]
        path = self.paths[kind]
        if kind == "get":
            return [self._line("GET", path.replace("{id}", str(row_id))) for row_id in ids]
        return [self._line("GET", path.replace("{deep}", str(max(1, invoices // 20 - 2))))]

    def _line(self, method: str, path: str, body: str = "") -> str:
        headers = self.sign(method, path, body) if self.sign else _bearer(self.vendor)
        fields = {"Content-Type": "application/json", **headers}
        return "\t".join([method, path, body, *(f"{k}={v}" for k, v in fields.items())])


def _id(created: Any) -> Any:
    body = getattr(created, "body", created)
    return body["data"]["id"] if "data" in body else body["id"]


def _bearer(vendor: str) -> Headers:
    credentials = load_vendor(vendor).credentials
    return {"Authorization": f"Bearer {credentials.get('access_token') or credentials['owner']}"}


def _day(number: int, since: date = date(2026, 1, 1)) -> str:
    return (since + timedelta(days=number * 31 % 300)).isoformat()


def _count_body(backend: Any, number: int) -> Any:
    customers = _first_ids(backend.customers)
    products = _first_ids(backend.products)
    taxes = _first_ids(backend.taxes)[:1]
    lines = [
        {
            "productUuid": products[index],
            "quantity": index + 1,
            "unitPrice": 12.5,
            "taxUuids": taxes,
        }
        for index in range(3)
    ]
    return {"customerUuid": customers[number % len(customers)], "date": _day(number),
            "dueDate": _day(number, date(2026, 11, 1)), "products": lines, "isDraft": False,
            "invoiceNumber": f"B-{number}", "invoiceType": "invoice"}  # fmt: skip


def _first_ids(table: Any) -> list[Any]:
    return [row.id for row, _ in zip(table.select(), range(20), strict=False)]


def _halo_body(backend: Any, number: int) -> Any:
    lines = [
        {"item_shortdescription": "Copy editing", "qty_order": 3, "unit_price": 120, "tax_code": "1"},
        {"item_shortdescription": "Stock images", "qty_order": 1, "unit_price": 45.5, "tax_code": "1"},
        {"item_shortdescription": "Printing", "qty_order": 2, "unit_price": 10.25, "tax_code": "1"},
    ]  # fmt: skip
    return [{"client_id": number % 12 + 1, "invoice_date": _day(number), "lines": lines}]


def _optiflow_body(backend: Any, number: int) -> Any:
    # Services have no stock, which would run out.
    services = [row.id for row in backend.products.select() if row.product_type == "service"]
    items = [{"product_id": services[index % len(services)], "quantity": 2, "unit_price": 125.5,
              "taxes": [1]} for index in range(3)]  # fmt: skip
    return {"contact_id": number % 20 + 1, "issue_date": _day(number), "document_subtype_id": 2,
            "payment_term": "30days", "items": items}  # fmt: skip


def _count_signature(method: str, path: str, body: str) -> Headers:
    credentials = load_vendor("count").credentials
    timestamp = str(int(time.time() * 1000))
    digest = hashlib.sha256(body.encode()).hexdigest() if body else ""
    text = f"{method}:{path.partition('?')[0].removeprefix('/partners')}:{timestamp}:{digest}"
    signature = hmac.digest(credentials["client_secret"].encode(), text.encode(), "sha256").hex()
    return {"x-client-id": credentials["client_id"], "x-timestamp": timestamp, "x-signature": signature,
            "Authorization": f"Bearer {credentials['access_token']}"}  # fmt: skip


ACCOUNTS = {
    "count": Account(
        "count",
        "invoices",
        _count_body,
        {
            "get": "/partners/invoices/{id}",
            "list": "/partners/invoices?limit=20",
            "deep": "/partners/invoices?limit=20&page={deep}",
            "filtered": "/partners/invoices?limit=20&status=overdue&startDate=2026-03-01",
        },
        "/partners/invoices",
        sign=_count_signature,
    ),
    "halo": Account(
        "halo",
        "invoice",
        _halo_body,
        {
            "get": "/api/Invoice/{id}",
            "list": "/api/Invoice?pageinate=true&page_size=20",
            "deep": "/api/Invoice?pageinate=true&page_size=20&page_no={deep}",
            "filtered": "/api/Invoice?pageinate=true&page_size=20&client_id=3&order=total",
        },
        "/api/Invoice",
    ),
    "optiflow": Account(
        "optiflow",
        "invoices",
        _optiflow_body,
        {
            "get": "/api/v1/invoices/{id}",
            "list": "/api/v1/invoices?per_page=20",
            "deep": "/api/v1/invoices?per_page=20&page={deep}",
            "filtered": "/api/v1/invoices?per_page=20&filter[contact_id]=3&sort=-issue_date",
        },
        "/api/v1/invoices",
        {"principal": "owner", "x_workspace_id": None},
    ),
}
