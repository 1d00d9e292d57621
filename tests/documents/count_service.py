"""COUNT's API, and the records that its statements need."""

import itertools
import uuid
from datetime import UTC, datetime
from typing import Any

import requests
from requests.auth import AuthBase

from mockvoice_contracts.suites.count.request_signer import SignedAuth
from tests.documents.service import Service, Trial

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
        return field in [error["field"] for error in response.json()["errors"]]


def _customer(trial: Trial) -> Any:
    number = next(_numbers)
    body = {"customer": f"Customer {number}", "email": f"c{number}@documents.example"}
    return trial.service.save("POST", "/customers", body)["id"]


def _account(trial: Trial) -> Any:
    sub_types = trial.service.send("GET", "/account-sub-types?type=Income").json()["data"]
    body = {"name": f"Sales {next(_numbers)}", "subTypeId": sub_types["accountSubTypes"][0]["id"]}
    return trial.service.save("POST", "/chart-of-accounts", body)["id"]


def _product(trial: Trial) -> Any:
    body = {"name": f"Product {next(_numbers)}", "categoryAccountUuid": trial["new_account"]}
    return trial.service.save("POST", "/products", body)["id"]


def _without_account(trial: Trial) -> Any:
    return trial.service.save("POST", "/products", {"name": f"Product {next(_numbers)}"})["id"]


def _tag(trial: Trial) -> Any:
    return trial.service.save("POST", "/tags", {"name": f"Tag {next(_numbers)}"})["id"]


def invoice_body(trial: Trial, **fields: Any) -> dict[str, Any]:
    """Return the body of an invoice with every required field."""
    line = {"productUuid": trial["new_product"], "description": "Removal", "quantity": 1}
    return {
        "customerUuid": trial["new_customer"],
        "invoiceNumber": "next",
        "date": "2026-03-02",
        "dueDate": "2026-03-09",
        "isDraft": True,
        "invoiceType": "invoice",
        "products": [{**line, "price": 250.0, "taxes": []}],
        **fields,
    }


def _invoice(trial: Trial, **fields: Any) -> Any:
    return trial.service.save("POST", "/invoices", invoice_body(trial, **fields))["id"]


def _email(trial: Trial) -> Any:
    customer = trial.service.send("GET", f"/customers/{trial['new_customer']}").json()["data"]
    return customer["email"].upper()


def _first_line(trial: Trial, **fields: Any) -> dict[str, Any]:
    body = invoice_body(trial)
    return {**body, "products": [{**body["products"][0], **fields}]}


def _uncategorised(trial: Trial) -> dict[str, Any]:
    return _first_line(trial, productUuid=trial["new_product_without_account"])


RECORDS = {
    "new_body": invoice_body,
    "new_memo_body": lambda trial: invoice_body(trial, invoiceType="memo"),
    "new_unknown_customer_body": lambda trial: invoice_body(trial, customerUuid=trial["unknown"]),
    "new_unknown_tag_body": lambda trial: invoice_body(trial, tagUuids=[trial["unknown"]]),
    "new_unknown_product_body": lambda trial: _first_line(trial, productUuid=trial["unknown"]),
    "new_uncategorised_body": _uncategorised,
    "new_integer_body": lambda trial: invoice_body(trial, customerUuid=7),
    "new_invoice_number": lambda trial: f"DOC-{next(_numbers)}",
    "new_customer": _customer,
    "new_other_customer": _customer,
    "new_email": _email,
    "new_account": _account,
    "new_product": _product,
    "new_other_product": _product,
    "new_product_without_account": _without_account,
    "new_tag": _tag,
    "tax": lambda trial: trial.service.send("GET", "/taxes").json()["data"]["taxes"][0]["id"],
    "new_invoice": _invoice,
    "new_approved": lambda trial: _invoice(trial, isDraft=False),
    "new_tagged": lambda trial: _invoice(trial, tagUuids=[trial["new_tag"]]),
    "unknown": lambda trial: str(uuid.UUID(int=7, version=4)),
}
