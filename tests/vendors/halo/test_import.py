"""Imports of unsound data are rejected with table, row and field."""

import pytest

from tests.imports import importer, set_in_row


@pytest.fixture(scope="module")
def import_with():
    with importer("halo") as import_with:
        yield import_with


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ("tables", "invoices", 1001, "client_id"),
            999,
            (
                "tables.invoices[0].client_id: refers to 999, but clients has no such row "
                "(in the row with the key 1001)"
            ),
        ),
        (("tables", "invoices", 1001, "currency_code"), 99, "tables.invoices[0].currency_code: refers"),
        (("tables", "payments", 31, "credit_id"), 99, "tables.payments[30].credit_id: refers to 99"),
        (("tables", "taxes", 5, "linked"), [3, 99], "tables.taxes[4].linked[1]: refers to 99"),
        (("tables", "tax_rules", 2, "tax_id"), 0, "tables.tax_rules[1].tax_id: refers to 0, but taxes"),
        (("ids", "invoice"), 1100, "ids.invoice: is 1100, but invoices has a row with the key 1135"),
        (("ids", "template"), 5, "ids.template: is 5, but templates has a row with the key -29"),
        (("tables", "invoices", 1001, "kind"), 3, "tables.invoices[0].kind: Expected `int` <= 2"),
        (("tables", "payments", 31, "status"), -1, "tables.payments[30].status: Expected `int` >= 0"),
        (("tables", "templates", -29, "timer", "period"), 10, "tables.templates[0].timer.period: Exp"),
        (
            ("tables", "tax_rules", 2, "conditions", 0, "value_type"),
            8,
            "tables.tax_rules[1].conditions[0].value_type: Expected `int` <= 7",
        ),
        (
            ("tables", "invoices", 1001, "rate"),
            "0",
            "tables.invoices[0]: cannot be rendered: ValueError: rate must be positive, not 0 (the row",
        ),
        (
            ("tables", "currencies", 1, "rate"),
            "-1",
            "tables.currencies[0]: cannot be rendered: ValueError: rate must be positive, not -1",
        ),
        (
            ("tables", "templates", -29, "extra"),
            {"due_date_type": 4},
            "tables.templates[0]: cannot be rendered: ValueError: extra.due_date_type must be 0 to 3",
        ),
        (
            ("tables", "invoices", 1001, "extra", "note_count"),
            1,
            "tables.invoices[0]: cannot be rendered: ValueError: extra.note_count is unknown",
        ),
        (
            ("tables", "invoices", 1001, "extra", "reference"),
            5,
            "tables.invoices[0]: breaks the contract (InvoiceHeader): reference: 5 is not",
        ),
        (
            ("tables", "invoices", 1001, "paid"),
            "1E+39",
            "tables.invoices[0]: cannot be rendered: TypeError: Integer exceeds 64-bit range",
        ),
        (
            ("tables", "lookups", 4, "values"),
            {"id": 2, "name": "Meals"},
            "tables.lookups[3]: cannot be rendered: KeyError: 'lookupid' (the row with the key 4)",
        ),
        (
            ("tables", "expenses", 1, "values"),
            {},
            "tables.expenses[0]: breaks the contract (Expense): (whole): \"date_added\" is",
        ),
    ],
)  # fmt: skip
def test_unsound_data_is_rejected(import_with, path, value, message):
    response = import_with(set_in_row(*path, value=value))

    assert response.status_code == 400
    assert f"$.vendors.halo.{message}" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tables", "invoices", 1001, "currency_code"), 0),
        (("tables", "invoices", 1001, "template_id"), -999),
        (("tables", "invoices", 1001, "lines", 0, "item_id"), 999),
        (("tables", "changes", 1, "invoice_id"), 999),
    ],
    ids=["home currency", "deleted template", "deleted item", "deleted invoice"],
)
def test_a_reference_may_be_missing(import_with, path, value):
    assert import_with(set_in_row(*path, value=value)).status_code == 200
