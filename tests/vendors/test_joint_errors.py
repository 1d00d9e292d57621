"""Unknown and taken values are reported together with the other errors of a body, as Laravel does."""

import pytest


@pytest.fixture
def errors(send):
    """Send an invalid request, and return its errors."""

    def errors(vendor, method, path, body):
        response = send(vendor, method, path, json=body)
        assert response.status_code == 422, response.text
        return response.json()["errors"]

    return errors


@pytest.fixture
def taken_email(send):
    return send("growcrm", "GET", "/api/contacts").json()["data"][0]["email"]


def test_a_taken_email_is_reported_with_a_missing_name(errors, taken_email):
    body = {"last_name": "x", "email": taken_email, "client_categoryid": 9999}

    assert errors("growcrm", "POST", "/api/clients", body) == {
        "first_name": ["The first name field is required."],
        "client_categoryid": ["The selected client categoryid is invalid."],
        "email": ["The email has already been taken."],
    }


@pytest.mark.parametrize(
    ("vendor", "method", "path", "body", "fields"),
    [
        ("growcrm", "POST", "/api/contacts", {"clientid": 9999}, {"clientid", "first_name", "last_name", "email"}),
        ("growcrm", "POST", "/api/projects", {"project_clientid": 9999},
         {"project_clientid", "project_title", "project_categoryid", "project_date_start"}),
        ("growcrm", "POST", "/api/invoices", {"bill_clientid": 9999, "bill_date": "x"},
         {"bill_clientid", "bill_date", "bill_categoryid"}),
        ("growcrm", "PUT", "/api/invoices/1/items", {"items": [{"quantity": 1, "rate": 1}], "tax_rate_ids": [9999]},
         {"items.0.description", "tax_rate_ids.0"}),
        ("growcrm", "POST", "/api/items", {"item_default_tax": 9999, "item_rate": "x"},
         {"item_default_tax", "item_rate", "item_categoryid", "item_description", "item_unit"}),
        ("growcrm", "POST", "/api/payments", {"payment_invoiceid": 99999},
         {"payment_invoiceid", "payment_amount", "payment_date"}),
        ("optiflow", "POST", "/api/v1/invoices", {"contact_id": 99999, "issue_date": "2026-11-20", "document_subtype_id": 99},
         {"contact_id", "document_subtype_id", "items"}),
        ("optiflow", "POST", "/api/v1/invoices",
         {"contact_id": 99999, "issue_date": "x", "document_subtype_id": 1,
          "items": [{"product_id": 99999, "quantity": "many", "unit_price": 1}, {"product_id": 1}]},
         {"contact_id", "issue_date", "items.0.product_id", "items.0.quantity", "items.1.quantity", "items.1.unit_price"}),
        ("optiflow", "POST", "/api/v1/quotations", {"contact_id": 99999}, {"contact_id", "issue_date", "document_subtype_id", "items"}),
        ("optiflow", "POST", "/api/v1/products", {"default_tax_id": 99999}, {"default_tax_id", "name"}),
        ("optiflow", "POST", "/api/v1/payments", {"payment_type": "invoice_payment", "invoice_id": 99999, "amount": "x"},
         {"invoice_id", "amount", "bank_account_id", "payment_date", "payment_method"}),
    ],
)  # fmt: skip
def test_all_errors_of_a_body_are_reported_at_once(errors, vendor, method, path, body, fields):
    found = errors(vendor, method, path, body)

    assert fields - found.keys() == set()
    assert all(len(texts) == 1 for texts in found.values())


def test_of_a_large_body_only_the_errors_by_the_contract_are_reported(errors):
    lines = [{"product_id": 1, "quantity": 1, "unit_price": 1, "description": "x" * 100}] * 900
    body = {"contact_id": 99999, "issue_date": "x", "document_subtype_id": 1, "items": lines}

    assert errors("optiflow", "POST", "/api/v1/invoices", body).keys() == {"issue_date"}


@pytest.mark.parametrize(
    ("vendor", "method", "path", "body"),
    [
        ("growcrm", "PUT", "/api/invoices/1/items", {"items": [{"tax_rate_id": "x"}] * 150}),
        ("optiflow", "POST", "/api/v1/invoices",
         {"items": [{"product_id": 1, "quantity": 1, "unit_price": 1, "taxes": [{"id": "x"}] * 150}]}),
    ],
)  # fmt: skip
def test_of_more_errors_than_are_reported_none_is_looked_up(errors, vendor, method, path, body):
    assert len(errors(vendor, method, path, body)) >= 100
