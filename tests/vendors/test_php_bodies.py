"""Bodies are read as PHP and Laravel read them, by both vendors that are built on them."""

from datetime import UTC, datetime

import pytest

CLIENT = {"client_company_name": "Café Sol", "first_name": "Zoë", "last_name": "B"}
REQUIRED = {
    ("growcrm", "/api/clients"): {"first_name", "last_name", "email"},
    ("optiflow", "/api/v1/products"): {"name", "sku", "product_type", "price"},
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def note(laravel_server, http):
    def note():
        url = f"{laravel_server.urls['main']}/_mock/sandboxes/default/journal"
        return http.get(url, params={"limit": 1}).json()[0]["note"]

    return note


def test_a_form_may_contain_unescaped_utf_8(send):
    form = f"client_company_name=Café Sol&first_name=Zoë&last_name=B&email={_email()}"
    response = send("growcrm", "POST", "/api/clients", FORM, data=form.encode())

    assert response.status_code == 201, response.text
    assert response.json()["data"]["company_name"] == "Café Sol"


@pytest.mark.parametrize(
    ("vendor", "path", "fields", "status"),
    [
        ("growcrm", "/api/clients", {**CLIENT, "email": "@", "tags[]": "new"}, 201),
        (
            "optiflow",
            "/api/v1/products",
            {"name": "Cable", "sku": "@", "product_type": "physical", "price": "12.50"},
            201,
        ),
    ],
)
def test_a_multipart_form_of_a_post_is_read(send, vendor, path, fields, status):
    parts = {name: (None, _email() if value == "@" else value) for name, value in fields.items()}
    response = send(vendor, "POST", path, files=parts)

    assert response.status_code == status, response.text


def test_a_url_encoded_form_is_read_where_the_contract_has_json_only(send):
    form = {
        "name": "Cable", "sku": _email(), "product_type": "physical", "price": "12.50", "track_stock": "0",
    }  # fmt: skip
    response = send("optiflow", "POST", "/api/v1/products", data=form)

    assert response.status_code == 201, response.text
    assert response.json()["data"]["track_stock"] is False


def test_a_multipart_form_of_a_put_is_not_read(send, note):
    parts = {"items[0][description]": (None, "Name")}
    response = send("growcrm", "PUT", "/api/invoices/1/items", files=parts)

    assert response.status_code == 422
    assert response.json()["errors"].keys() == {"items"}
    assert "the body was not read: " in note()
    assert "multipart/form-data" in note()


@pytest.mark.parametrize(("vendor", "path"), REQUIRED)
@pytest.mark.parametrize("body", ["", "null", "[]", "[1]", '"text"', "7", "{}"])
def test_a_body_without_fields_lacks_the_required_ones(send, vendor, path, body):
    headers = {"Content-Type": "application/json"} if body else {}
    response = send(vendor, "POST", path, headers, data=body)

    assert response.status_code == 422, response.text
    assert response.json()["errors"].keys() == REQUIRED[vendor, path]


def test_the_journal_says_that_a_body_is_no_object(send, note):
    send("optiflow", "POST", "/api/v1/products", {"Content-Type": "application/json"}, data="[1]")

    assert "the body is not an object, so it has no fields" in note()


def test_the_journal_says_why_a_body_was_not_read(send, note):
    send("growcrm", "POST", "/api/clients", {"Content-Type": "application/json"}, data="{'a': 1}")

    assert "the body was not read: The body is not JSON: " in note()


@pytest.mark.parametrize(("vendor", "path"), REQUIRED)
def test_a_method_that_begins_like_head_is_no_head(send, vendor, path):
    response = send(vendor, "POST", path, {"X-HTTP-Method-Override": "header"})

    assert response.status_code == 405
    assert "HEADER" in response.json()["message"]


def _email():
    return f"{datetime.now(UTC).timestamp()}@php.example"
