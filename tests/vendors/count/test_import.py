"""Imports of a COUNT workspace: unsound data is rejected with its table, row and field."""

import pytest

from tests.imports import delete_row, importer, set_field

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def import_with():
    with importer("count") as import_with:
        yield import_with


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "tables/invoices/0/content/customer_id",
            UNKNOWN,
            f"tables.invoices[0].content.customer_id: refers to '{UNKNOWN}', but customers has no",
        ),
        (
            "tables/tag_groups/0/tags",
            [UNKNOWN],
            f"tables.tag_groups[0].tags[0]: refers to '{UNKNOWN}', but tags has no",
        ),
        (
            "tables/transactions/0/type",
            "income",
            "tables.transactions[0].type: Expected `str` matching regex '^(Expense|Income|",
        ),
        (
            "tables/deliveries/0/state",
            "lost",
            "tables.deliveries[0].state: Expected `str` matching regex '^(waiting|sending|",
        ),
        (
            "tables/templates/0/schedule/interval",
            0,
            "tables.templates[0].schedule.interval: Expected `int` >= 1",
        ),
        (
            "tables/invoices/0/content/totals/total",
            "NaN",
            "tables.invoices[0].content.totals.total: Expected `str` matching regex",
        ),
        (
            "tables/customers/0/created",
            "yesterday",
            'tables.customers[0]: breaks the contract (Customer): createdAt: "yesterday" is not',
        ),
        (
            "tables/invoices/0/events/0/action",
            "guessed",
            "tables.invoices[0]: breaks the contract (AuditLog): records.0.action:",
        ),
        (
            "tables/deliveries/0/created",
            "yesterday",
            "tables.deliveries[0]: cannot be rendered: ValueError: Invalid isoformat string",
        ),
        ("ids/delivery", 1, "ids.delivery: is 1, but deliveries has a row with the key 24"),
        ("ids/invoice.serial", 0, "ids.invoice.serial: is 0, but $.tables.invoices["),
        ("ids/invoice", -1, "ids.invoice: Expected `int` >= 0"),
        ("tables/teams", [], "tables.teams: needs a row with the key 1"),
    ],
)
def test_unsound_data_is_rejected_with_its_place(import_with, path, value, expected):
    response = import_with(set_field(path, value))

    assert response.status_code == 400
    assert f"$.vendors.count.{expected}" in response.json()["error"]["message"]


def test_an_account_that_documents_are_posted_on_must_be_present(import_with):
    def remove_role(data):
        account = next(row for row in data["tables"]["accounts"] if row["role"] == "tax")
        account["role"] = None

    response = import_with(remove_role)

    assert response.status_code == 400
    expected = "$.vendors.count.tables.accounts: needs a row whose role is 'tax'"
    assert expected in response.json()["error"]["message"]


def test_references_to_deleted_records_are_accepted(import_with):
    # Deliveries outlive their subscription, and documents their template.
    for table in ("webhooks", "templates"):
        response = import_with(delete_row(table, 0))
        assert response.status_code == 200, response.text
