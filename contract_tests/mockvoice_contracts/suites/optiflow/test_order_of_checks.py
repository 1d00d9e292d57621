"""Which of two errors is returned when a request has both, and that several invalid fields are all named."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
)
from mockvoice_contracts.suites.optiflow.new_records import new_record
from mockvoice_contracts.suites.optiflow.same_records import check_same

KINDS = [
    "invoices", "quotations", "payments", "contacts", "products", "taxes", "currencies", "document_subtypes",
    "salesmen", "bank_accounts",
]  # fmt: skip
every_kind = pytest.mark.parametrize("kind", KINDS)
NO_WORKSPACE = {"X-Workspace-ID": str(UNKNOWN_ID)}


@rule(
    "A request on {kind} without a token gets 401, also with an unknown workspace, an unknown id and an invalid body.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/authentication",
)
@every_kind
def test_the_token_is_checked_first(anonymous: Api, kind: str) -> None:
    path = id_parameter(kind, {"id": UNKNOWN_ID})
    for operation in ("get", "update"):
        body = {"name": 5, "notes": 5} if operation == "update" else None
        anonymous.call(f"{kind}.{operation}", expect=401, body=body, headers=NO_WORKSPACE, **path)
    response = anonymous.call(f"{kind}.create", expect=401, body={}, headers=NO_WORKSPACE)

    assert response["message"]


@rule(
    "An unknown X-Workspace-ID gets 404 from a creation and from an update of {kind} before the body is checked, and nothing changes.",
    source="Assumed: the reference states the order without a source",
)
@pytest.mark.assumed
@every_kind
def test_the_workspace_is_checked_before_the_body(api: Api, factory: Factory, kind: str) -> None:
    record = new_record(factory, kind)
    path, invalid = id_parameter(kind, record), {"name": 5, "notes": 5, "note": 5}
    before = factory.read(kind, record)
    api.call(f"{kind}.create", expect=404, body={}, headers=NO_WORKSPACE)
    api.call(f"{kind}.update", expect=404, body=invalid, headers=NO_WORKSPACE, **path)
    api.call(f"{kind}.get", expect=404, headers=NO_WORKSPACE, **path)

    check_same(factory.read(kind, record), before)


def overdue(factory: Factory) -> Record:
    return {"due_date": factory.day(-1)}


def foreign_number(factory: Factory) -> Record:
    return {"ncf": "X9900000001"}


def exhausted_series(factory: Factory) -> Record:
    series = factory.series(end_number=2)
    for _ in range(2):
        factory.invoice(document_subtype_id=series["id"])
    return {"document_subtype_id": series["id"]}


def out_of_stock(factory: Factory) -> Record:
    product = factory.product(1)["id"]
    return {"items": [factory.line(product_id=product, quantity=quantity) for quantity in (2, 3)]}


def overpaid(factory: Factory) -> Record:
    return {
        "register_payment": True, "payment_amount": "100000.00", "payment_method": "cash",
        "payment_bank_account_id": factory.shared_account["id"],
    }  # fmt: skip


STEPS = [
    (overdue, "due_date"),
    (exhausted_series, "document_subtype_id"),
    (out_of_stock, "items.0.quantity"),
    (overpaid, "payment_amount"),
]
PAIRS = [(first, later) for position, first in enumerate(STEPS) for later in STEPS[position + 1 :]]
PAIRS += [((foreign_number, "ncf"), later) for later in STEPS[2:]]
PAIRS += [(STEPS[0], (foreign_number, "ncf"))]


@rule(
    "A new invoice is checked in the order fields, number, stock item by item, payment: of two errors only the first is returned, and no number is used.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceAction.php",
)
@pytest.mark.parametrize(
    ("first", "later"), PAIRS, ids=lambda step: step[1] if isinstance(step, tuple) else None
)
def test_the_first_failing_step_is_reported(
    factory: Factory,
    first: tuple[Callable[[Factory], Record], str],
    later: tuple[Callable[[Factory], Record], str],
) -> None:
    series = factory.series()
    usable = {"document_subtype_id": series["id"]}
    both = {**usable, **first[0](factory), **later[0](factory)}

    assert factory.error_fields("invoices.create", {**factory.invoice_body(), **both}) == [first[1]]
    assert factory.read("document_subtypes", series)["next_number"] == 1


@rule(
    "A new record of {kind} with several invalid references gets 422 on each of them at once.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_all_invalid_references_are_named(factory: Factory, kind: str) -> None:
    invalid = {"contact_id": UNKNOWN_ID, "document_subtype_id": UNKNOWN_ID}
    lines = [{"product_id": UNKNOWN_ID}, {}, {"taxes": [UNKNOWN_ID]}]
    body = factory.document_body(kind, *lines, **invalid, currency_id=UNKNOWN_ID)
    expected = {*invalid, "currency_id", "items.0.product_id", "items.2.taxes.0"}

    assert set(factory.error_fields(f"{kind}.create", body)) == expected
