"""What workspaces share, and which references into another workspace are unknown."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.new_records import new_record
from mockvoice_contracts.suites.optiflow.same_records import check_same

SHARED = [
    "contacts", "products", "taxes", "currencies", "document_subtypes", "salesmen", "bank_accounts",
]  # fmt: skip


@pytest.fixture(scope="module")
def elsewhere(factory: Factory) -> dict[str, str]:
    """The header that selects another workspace than the current one."""
    return workspace_header(factory.workspace())


@rule(
    "A record of {kind} belongs to all workspaces: it is read, updated and used from another one, and the change is seen in the first.",
    source="Observed: github.com/luisscruza/optiflow, database/migrations/tenant (no workspace column)",
)
@pytest.mark.parametrize("kind", SHARED)
def test_workspaces_share_reference_data(
    api: Api, factory: Factory, elsewhere: dict[str, str], kind: str
) -> None:
    record, name = new_record(factory, kind), factory.unique_name("Nuevo")
    path = id_parameter(kind, record)
    read = api.call(f"{kind}.get", expect=200, headers=elsewhere, **path)["data"]
    body = {"name": name}
    changed = api.call(f"{kind}.update", expect=200, body=body, headers=elsewhere, **path)["data"]

    check_same(read, record)
    assert changed["name"] == factory.read(kind, record)["name"] == name
    if kind == "document_subtypes":
        body = factory.invoice_body(document_subtype_id=record["id"])
        used = factory.create("invoices.create", body, headers=elsewhere)
        assert used["document_number"] == f"{record['prefix']}00000001"
        return
    api.call(f"{kind}.delete", expect=204, headers=elsewhere, **path)
    api.call(f"{kind}.get", expect=404, **path)


@rule(
    "A document or payment of another workspace is unknown to quotation_id, invoice_id, validate-ncf and the filters of payments and movements.",
    source="Observed: github.com/luisscruza/optiflow, app/Concerns/BelongsToWorkspace.php",
)
def test_references_into_another_workspace_are_unknown(
    api: Api, factory: Factory, elsewhere: dict[str, str]
) -> None:
    product = factory.product(5)
    invoice, quotation = factory.invoice({"product_id": product["id"]}), factory.quotation()
    factory.payment(invoice)
    before = factory.read("invoices", invoice)
    bodies = [
        ("invoices.create", factory.invoice_body(quotation_id=quotation["id"]), "quotation_id"),
        ("payments.create", factory.payment_body(invoice, 1), "invoice_id"),
        ("invoices.validate_ncf", {"ncf": "B0100000001", "invoice_id": invoice["id"]}, "invoice_id"),
    ]  # fmt: skip
    for operation, body, field in bodies:
        assert factory.error_fields(operation, body, headers=elsewhere) == [field]
    query = {"filter[invoice_id]": invoice["id"]}
    for kind in ("payments", "stock_movements"):
        here = api.call(f"{kind}.search", expect=200, query=query)["data"]
        there = api.call(f"{kind}.search", expect=200, query=query, headers=elsewhere)["data"]
        assert (len(here), there) == (1, [])
    path = id_parameter("invoices", invoice)
    api.call("payments.search_for_invoice", expect=404, headers=elsewhere, **path)

    check_same(factory.read("invoices", invoice), before)
    check_same(factory.read("quotations", quotation), quotation)


@rule(
    "An update, a deletion and an adjustment in one workspace move no stock of another one.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Product.php",
)
def test_stock_of_another_workspace_stays(api: Api, factory: Factory) -> None:
    here, other = factory.workspace(), factory.workspace()
    product, headers = factory.product(7), workspace_header(here)
    for workspace in (here, other):
        body = {"product_id": product["id"], "quantity": 10}
        factory.create("initial_stock.create", body, headers=workspace_header(workspace))

    def stocks() -> list[object]:
        return [factory.stock(product), *(factory.stock(product, row) for row in (here, other))]

    line: Record = {"product_id": product["id"], "quantity": 4}
    invoice = factory.create("invoices.create", factory.invoice_body(line), headers=headers)
    path, seen = id_parameter("invoices", invoice), [stocks()]
    items = [{"id": invoice["items"][0]["id"], "quantity": 9}]
    api.call("invoices.update", expect=200, body={"items": items}, headers=headers, **path)
    seen.append(stocks())
    too_much = {"items": [{**items[0], "quantity": "10.01"}]}
    api.call("invoices.update", expect=422, body=too_much, headers=headers, **path)
    adjusted = {"reason": "found", "items": [{"product_id": product["id"], "quantity": 2}]}
    factory.create("inventory_adjustments.create", adjusted, headers=headers)
    seen.append(stocks())
    api.call("invoices.delete", expect=204, headers=headers, **path)
    seen.append(stocks())

    assert seen == [[7, 6, 10], [7, 1, 10], [7, 3, 10], [7, 12, 10]]
