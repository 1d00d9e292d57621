"""Imports of unsound data are rejected with table, row and field."""

import pytest

from tests.imports import importer, set_in_row


@pytest.fixture(scope="module")
def import_with():
    with importer("growcrm") as import_with:
        yield import_with


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ("tables", "invoices", 1, "bill", "client_id"),
            999,
            (
                "tables.invoices[0].bill.client_id: refers to 999, but clients has no such row "
                "(in the row with the key 1)"
            ),
        ),
        (("tables", "invoices", 1, "status_id"), 0, "tables.invoices[0].status_id: refers to 0"),
        (("tables", "projects", 1, "assigned"), [1, 999], "tables.projects[0].assigned[1]: refers"),
        (("tables", "payments", 1, "invoice_id"), 999, "tables.payments[0].invoice_id: refers"),
        (("tables", "refunds", 1, "payment_id"), 999, "tables.refunds[0].payment_id: refers"),
        (("tables", "items", 1, "unit_id"), 999, "tables.items[0].unit_id: refers to 999, but units"),
        (("ids", "payment"), 3, "ids.payment: is 3, but payments has a row with the key 33"),
        (("ids", "line"), -1, "ids.line: Expected `int` >= 0"),
        (
            ("tables", "estimates", 1, "status"),
            "lost",
            "tables.estimates[0].status: Invalid enum value 'lost'; expected one of 'draft', 'new', ",
        ),
        (
            ("tables", "estimates", 1, "lapsed_from"),
            "draft",
            "tables.estimates[0].lapsed_from: Invalid enum value 'draft'; expected one of 'new', ",
        ),
        (
            ("tables", "invoices", 1, "bill", "lines", 0, "discount_type"),
            "half",
            "tables.invoices[0].bill.lines[0].discount_type: Invalid enum value 'half'; expected",
        ),
        (
            ("tables", "invoices", 1, "bill", "figures", "final_amount"),
            "1,5",
            "tables.invoices[0].bill.figures.final_amount: Expected `str` matching regex",
        ),
        (
            ("tables", "invoices", 1, "bill", "created"),
            "yesterday",
            "tables.invoices[0]: breaks the contract (Invoice): dates.created: ",
        ),
        (("tables", "projects", 1, "progress"), 101, "tables.projects[0].progress: Expected `int` <="),
        (
            ("tables", "payments", 1, "amount"),
            "NaN",
            "tables.payments[0].amount: NaN is not finite or has too many digits",
        ),
    ],
)  # fmt: skip
def test_unsound_data_is_rejected(import_with, path, value, message):
    response = import_with(set_in_row(*path, value=value))

    assert response.status_code == 400
    assert f"$.vendors.growcrm.{message}" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        ("tables", "clients", 1, "owner_id"),
        ("tables", "payments", 1, "project_id"),
        ("tables", "invoices", 1, "estimate_id"),
    ],
)
def test_a_reference_may_be_missing(import_with, path):
    assert import_with(set_in_row(*path, value=None)).status_code == 200


def test_the_project_of_a_payment_may_have_been_deleted(import_with):
    # The invoice was moved to another project, and the first project was deleted.
    assert (
        import_with(set_in_row("tables", "payments", 1, "project_id", value=999)).status_code == 200
    )
