"""COUNT's API, and the records that its statements need."""

import itertools
import uuid
from datetime import UTC, datetime
from typing import Any

import requests
from requests.auth import AuthBase

from mockvoice_contracts.suites.count.request_signer import SignedAuth
from tests.documents.service import CheckContext, Service

CREDENTIALS = {"client_id": "count-demo-client", "client_secret": "count-demo-secret"}
_numbers = itertools.count(1)


def create_auth() -> AuthBase:
    """Return the authentication of the demo application: a signature and a bearer token."""
    return SignedAuth(CREDENTIALS, lambda: datetime.now(UTC), bearer="count-demo-token")


class CountService(Service):
    """Errors of a body are listed with their fields; the invoice number ``next`` is a new one."""

    def send(
        self, method: str, path: str, *, anonymous: bool = False, **content: Any
    ) -> requests.Response:
        body = content.get("json")
        if isinstance(body, dict) and body.get("invoiceNumber") == "next":
            content["json"] = {**body, "invoiceNumber": f"D-{next(_numbers)}"}
        return super().send(method, path, anonymous=anonymous, **content)

    def names(self, response: requests.Response, field: str) -> bool:
        return field in [error["field"] for error in response.json().get("errors", ())]


def _customer(context: CheckContext) -> Any:
    number = next(_numbers)
    body = {"customer": f"Customer {number}", "email": f"c{number}@documents.example"}
    return context.service.save("POST", "/customers", body)["id"]


def _account(context: CheckContext) -> Any:
    sub_types = context.service.send("GET", "/account-sub-types?type=Income").json()["data"]
    body = {"name": f"Sales {next(_numbers)}", "subTypeId": sub_types["accountSubTypes"][0]["id"]}
    return context.service.save("POST", "/chart-of-accounts", body)["id"]


def _product(context: CheckContext) -> Any:
    body = {"name": f"Product {next(_numbers)}", "categoryAccountUuid": context["new_account"]}
    return context.service.save("POST", "/products", body)["id"]


def _without_account(context: CheckContext) -> Any:
    return context.service.save("POST", "/products", {"name": f"Product {next(_numbers)}"})["id"]


def _tag(context: CheckContext) -> Any:
    return context.service.save("POST", "/tags", {"name": f"Tag {next(_numbers)}"})["id"]


def invoice_body(context: CheckContext, **fields: Any) -> dict[str, Any]:
    """Return the body of an invoice with every required field."""
    line = {"productUuid": context["new_product"], "description": "Removal", "quantity": 1}
    return {
        "customerUuid": context["new_customer"],
        "invoiceNumber": "next",
        "date": "2026-03-02",
        "dueDate": "2026-03-09",
        "isDraft": True,
        "invoiceType": "invoice",
        "products": [{**line, "price": 250.0, "taxes": []}],
        **fields,
    }


def _invoice(context: CheckContext, **fields: Any) -> Any:
    return context.service.save("POST", "/invoices", invoice_body(context, **fields))["id"]


def _email(context: CheckContext) -> Any:
    customer = context.service.send("GET", f"/customers/{context['new_customer']}").json()["data"]
    return customer["email"].upper()


def _first_line(context: CheckContext, **fields: Any) -> dict[str, Any]:
    body = invoice_body(context)
    return {**body, "products": [{**body["products"][0], **fields}]}


def _uncategorised(context: CheckContext) -> dict[str, Any]:
    return _first_line(context, productUuid=context["new_product_without_account"])


RECORDS = {
    "new_body": invoice_body,
    "new_memo_body": lambda context: invoice_body(context, invoiceType="memo"),
    "new_unknown_customer_body": lambda context: invoice_body(
        context, customerUuid=context["unknown"]
    ),
    "new_unknown_tag_body": lambda context: invoice_body(context, tagUuids=[context["unknown"]]),
    "new_unknown_product_body": lambda context: _first_line(
        context, productUuid=context["unknown"]
    ),
    "new_uncategorised_body": _uncategorised,
    "new_integer_body": lambda context: invoice_body(context, customerUuid=7),
    "new_invoice_number": lambda context: f"DOC-{next(_numbers)}",
    "new_customer": _customer,
    "new_other_customer": _customer,
    "new_email": _email,
    "new_account": _account,
    "new_product": _product,
    "new_other_product": _product,
    "new_product_without_account": _without_account,
    "new_tag": _tag,
    "tax": lambda context: context.service.send("GET", "/taxes").json()["data"]["taxes"][0]["id"],
    "new_invoice": _invoice,
    "new_approved": lambda context: _invoice(context, isDraft=False),
    "new_tagged": lambda context: _invoice(context, tagUuids=[context["new_tag"]]),
    "unknown": lambda context: str(uuid.UUID(int=7, version=4)),
}
