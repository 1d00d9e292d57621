"""Large bodies: the first errors are reported with their places, and too many values are rejected."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import load_vendor
from tests.operation_requests import auth_of

LINE = {"product_id": 1, "quantity": 1, "unit_price": 1}
MANY = ",".join(["1"] * 51_000)
CREATE = {
    "count": "/partners/tags",
    "growcrm": "/api/clients",
    "halo": "/api/Invoice",
    "optiflow": "/api/v1/products",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture
def send(server: Server, http: requests.Session) -> Callable[..., requests.Response]:
    def send(vendor: str, method: str, path: str, **content: Any) -> requests.Response:
        url = server.urls["vendors"][vendor]["root_url"].rstrip("/") + path
        auth = auth_of(vendor, load_vendor(vendor).credentials, datetime.now(UTC))
        return http.request(method, url, auth=auth, **content)

    return send


def test_an_error_is_found_behind_many_valid_items(send: Any) -> None:
    body = [{"client_id": 8, "lines": [{"qty_order": 1}] * 900 + [{"qty_order": "x"}]}]
    response = send("halo", "POST", "/api/Invoice", json=body)

    assert response.status_code == 400
    assert list(response.json()) == ["[0].lines[900].qty_order"]


def test_errors_outside_of_lists_are_reported_with_those_of_items(send: Any) -> None:
    lines = [LINE] * 200 + [{**LINE, "quantity": "x", "taxes": [1, "x"]}]
    response = send(
        "optiflow", "POST", "/api/v1/invoices", json={"items": lines, "issue_date": "x"}
    )

    assert response.status_code == 422
    assert response.json()["errors"].keys() >= {
        "contact_id", "document_subtype_id", "issue_date", "items.200.quantity", "items.200.taxes.1",
    }  # fmt: skip


def test_the_items_of_a_list_with_too_many_are_not_checked(send: Any) -> None:
    response = send("count", "POST", "/partners/invoices", json={"products": [{}] * 5_000})

    errors = {error["field"]: error["code"] for error in response.json()["errors"]}
    assert errors["products"] == "too_long"
    assert errors["customerUuid"] == "required"
    assert not [field for field in errors if field.startswith("products.")]


def test_a_text_that_is_too_long_is_an_error_of_its_field(send: Any) -> None:
    response = send("optiflow", "POST", "/api/v1/products", json={"name": "x" * 5_000_000})

    assert response.status_code == 422
    assert "name" in response.json()["errors"]


@pytest.mark.parametrize("vendor", CREATE)
def test_a_body_with_too_many_values_is_rejected(send: Any, vendor: str) -> None:
    headers = {"Content-Type": "application/json"}
    values = send(vendor, "POST", CREATE[vendor], data=f'{{"x": [{MANY}]}}', headers=headers)
    objects = send(vendor, "POST", CREATE[vendor], json={"x": [{}] * 6_001})

    assert (values.status_code, objects.status_code) == (413, 413)


@pytest.mark.parametrize(("vendor", "path"), [("growcrm", "/api/clients"), ("halo", "/auth/token")])
@pytest.mark.parametrize("form", ["a=1&" * 5_001, "a=" + "%41" * 100_001, "a" + "[" * 10_001])
def test_a_form_with_too_many_fields_or_escapes_is_rejected(
    send: Any, vendor: str, path: str, form: str
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert send(vendor, "POST", path, data=form, headers=headers).status_code == 413


def test_a_row_with_many_unknown_members_is_valid(send: Any) -> None:
    unknown = {f"x{number}": number for number in range(150)}
    rows = [{**unknown, "customer": "Ada & Söhne", "email": "ada@large.example"}]
    response = send("count", "POST", "/partners/customers/bulk", json={"customers": rows})

    assert response.status_code in (200, 201), response.text
    assert "ada@large.example" in response.text


def test_a_form_with_many_parts_is_valid(send: Any) -> None:
    invoice = send("count", "GET", "/partners/invoices").json()["data"]
    rows = invoice["invoices"] if isinstance(invoice, dict) else invoice
    files = {"document": ("a.pdf", b"%PDF-1.4", "application/pdf")}
    path = f"/partners/invoices/{rows[0]['id']}/attachments/upload"
    response = send("count", "POST", path, files=files, data={"note": "x" * 120_000})

    assert response.status_code in (200, 201), response.text


def test_a_method_in_a_body_with_too_many_fields_is_rejected(send: Any) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    form = "_method=PUT&" + "a=1&" * 5_001

    assert send("growcrm", "POST", "/api/clients/1", data=form, headers=headers).status_code == 413


def test_the_control_api_reads_more_values(server: Server, http: requests.Session) -> None:
    url = f"{server.urls['main']}/_mock/sandboxes"

    assert (
        http.post(
            url, data=f'{{"x": [{MANY}]}}', headers={"Content-Type": "application/json"}
        ).status_code
        != 413
    )
