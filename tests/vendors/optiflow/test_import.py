"""Imports of an OptiFlow tenant: unsound data is rejected with its table, row and field."""

import pytest

from tests.imports import importer, set_field


@pytest.fixture(scope="module")
def import_with():
    with importer("optiflow") as import_with:
        yield import_with


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "tables/invoices/0/contact_id",
            999,
            "tables.invoices[0].contact_id: refers to 999, but contacts has no such row",
        ),
        (
            "tables/invoices/0/lines/0/product_id",
            999,
            "tables.invoices[0].lines[0].product_id: refers to 999, but products has no",
        ),
        (
            "tables/workspaces/0/members/1/0",
            9,
            "tables.workspaces[0].members[1][0]: refers to 9, but users has no such row",
        ),
        (
            "tables/invoices/0/status",
            "open",
            "tables.invoices[0].status: Expected `str` matching regex '^(draft|pending_payment|",
        ),
        (
            "tables/document_subtypes/0/type",
            "receipt",
            "tables.document_subtypes[0].type: Expected `str` matching regex '^(invoice|",
        ),
        (
            "tables/payments/0/amount",
            "8024.5",
            "tables.payments[0].amount: Expected `str` matching regex",
        ),
        ("tables/stocks/0/key", "1-1", "tables.stocks[0].key: Expected `str` matching regex"),
        (
            "tables/users/0/email",
            "nobody",
            'tables.users[0]: breaks the contract (Member): email: "nobody" is not a "email"',
        ),
        (
            "tables/payments/0/amount",
            "-1.00",
            "tables.payments[0]: breaks the contract (Payment): amount:",
        ),
        ("ids/invoice", 1, "ids.invoice: is 1, but invoices has a row with the key 73"),
        (
            "ids/invoice_item",
            0,
            "ids.invoice_item: is 0, but $.tables.invoices[72].lines[0].id is 184",
        ),
        ("tables/companies", [], "tables.companies: needs a row with the key 1"),
        (
            "tables/currencies/0/is_default",
            False,
            "tables.currencies: needs a row whose is_default is True",
        ),
    ],
)
def test_unsound_data_is_rejected_with_its_place(import_with, path, value, expected):
    response = import_with(set_field(path, value))

    assert response.status_code == 400
    assert f"$.vendors.optiflow.{expected}" in response.json()["error"]["message"]


def test_a_deleted_invoice_is_accepted(import_with):
    response = import_with(set_field("tables/invoices/0/status", "deleted"))

    assert response.status_code == 200, response.text
