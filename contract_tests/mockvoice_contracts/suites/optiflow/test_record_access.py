"""Records that a request cannot reach or change: unknown, deleted, of another workspace, read-only."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.new_records import new_record
from mockvoice_contracts.suites.optiflow.same_records import check_same


@rule(
    "GET and DELETE of a path with an unknown id get 404 with a message.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
def test_every_path_with_an_unknown_id_is_not_found(api: Api, contract: Contract) -> None:
    for operation in contract.operations.values():
        if operation.path_parameters and operation.method in ("GET", "DELETE"):
            ids = dict.fromkeys(operation.path_parameters, UNKNOWN_ID)
            assert api.call(operation.id, expect=404, **ids)["message"]


@rule(
    "Every operation on a record of {kind} gets 404 with another X-Workspace-ID, and the record does not change.",
    source="Observed: github.com/luisscruza/optiflow, app/Concerns/BelongsToWorkspace.php",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations", "payments"])
def test_records_of_another_workspace_cannot_be_reached(
    api: Api, contract: Contract, factory: Factory, kind: str
) -> None:
    invoice = factory.invoice()
    record = factory.payment(invoice) if kind == "payments" else factory.document(kind)
    before = factory.read(kind, record)
    path_params = id_parameter(kind, record)
    headers = workspace_header(factory.workspace())
    for operation in contract.operations.values():
        if list(operation.path_parameters) == list(path_params):
            body = None if operation.method in ("GET", "DELETE") else {}
            api.call(operation.id, expect=404, body=body, headers=headers, **path_params)

    check_same(factory.read(kind, record), before)


def deleted(api: Api, factory: Factory, kind: str) -> Record:
    """Create a record that nothing uses, and delete it."""
    match kind:
        case "taxes":
            body = {"name": factory.unique_name("Tasa"), "type": "other", "rate": 1}
            record = factory.create("taxes.create", body)
        case "currencies":
            record = factory.create("currencies.create", factory.currency_body())
        case "salesmen":
            record = factory.salesman()
        case _:
            record = getattr(factory, kind.removesuffix("s"))()
    api.call(f"{kind}.delete", expect=204, **id_parameter(kind, record))
    return record


@rule(
    "A new invoice or quotation with a deleted record of {kind} gets 422 on its field.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices (references must exist)",
)
@pytest.mark.parametrize("kind", ["contacts", "products", "taxes", "currencies", "salesmen"])
def test_a_deleted_record_cannot_be_used_in_a_document(
    api: Api, factory: Factory, kind: str
) -> None:
    gone = deleted(api, factory, kind)["id"]
    fields: dict[str, tuple[Record, Record, str]] = {
        "contacts": ({}, {"contact_id": gone}, "contact_id"),
        "products": ({"product_id": gone}, {}, "items.0.product_id"),
        "taxes": ({"taxes": [gone]}, {}, "items.0.taxes.0"),
        "currencies": ({}, {"currency_id": gone}, "currency_id"),
        "salesmen": ({}, {"salesmen_ids": [gone]}, "salesmen_ids.0"),
    }
    line, header, field = fields[kind]
    documents = ["invoices"] if kind == "salesmen" else ["invoices", "quotations"]
    for document in documents:
        body = factory.document_body(document, line, **header)
        assert factory.error_fields(f"{document}.create", body) == [field]


@rule(
    "A deleted bank account, quotation, tax or currency gets 422 on the field that names it, and a deleted record gets 404 from an update.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview (references must exist)",
)
def test_a_deleted_record_cannot_be_used_elsewhere(api: Api, factory: Factory) -> None:
    kinds = ("bank_accounts", "quotations", "taxes", "currencies", "contacts", "products")
    gone = {kind: deleted(api, factory, kind) for kind in kinds}
    invoice = factory.invoice()
    payment = factory.payment_body(invoice, bank_account_id=gone["bank_accounts"]["id"])
    product = {"name": "P", "sku": factory.unique_name("SKU"), "product_type": "service"}

    assert factory.error_fields("payments.create", payment) == ["bank_account_id"]
    body = factory.invoice_body(quotation_id=gone["quotations"]["id"])
    assert factory.error_fields("invoices.create", body) == ["quotation_id"]
    product |= {"price": 1, "default_tax_id": gone["taxes"]["id"]}
    assert factory.error_fields("products.create", product) == ["default_tax_id"]
    account = {"currency_id": gone["currencies"]["id"]}
    path_params = id_parameter("bank_accounts", factory.bank_account())
    assert factory.error_fields("bank_accounts.update", account, **path_params) == ["currency_id"]
    for kind, record in gone.items():
        api.call(f"{kind}.update", expect=404, body={}, **id_parameter(kind, record))
    api.call("quotations.convert", expect=404, **id_parameter("quotations", gone["quotations"]))
    listed = api.call("quotations.search", expect=200, query={"per_page": 100})["data"]
    assert gone["quotations"]["id"] not in [row["id"] for row in listed]


READ_ONLY: dict[str, Record] = {
    "invoices": {
        "id": 1, "workspace_id": UNKNOWN_ID, "document_number": "X1", "amount_paid": "5.00", "amount_due": "5.00",
        "total_amount": "5.00", "created_at": "2001-01-01T00:00:00Z",
    },
    "quotations": {"id": 1, "workspace_id": UNKNOWN_ID, "document_number": "X1", "total_amount": "5.00"},
    "payments": {"id": 1, "payment_number": "X1", "currency_id": UNKNOWN_ID, "subtotal_amount": "5.00", "status": "voided"},
    "products": {"id": 1, "stock_quantity": "5.00", "profit": "5.00", "profit_margin": "5.00"},
    "document_subtypes": {"id": 1, "next_number": 50, "is_electronic": True},
    "bank_accounts": {"id": 1, "balance": "5.00"},
    "salesmen": {"id": 1, "full_name": "X Y"},
    "taxes": {"id": 1, "rate_percentage": "5.00%"},
    "contacts": {"id": 1, "phone": "1", "created_at": "2001-01-01T00:00:00Z"},
}  # fmt: skip


@rule(
    "Read-only fields of {kind} in the body of a creation or an update are ignored.",
    source="Documented: mintlify.com/luisscruza/optiflow/api (the object tables mark them read-only)",
)
@pytest.mark.parametrize("kind", READ_ONLY)
def test_read_only_fields_are_ignored(factory: Factory, kind: str) -> None:
    submitted = READ_ONLY[kind]
    created = new_record(factory, kind, **submitted)
    plain = new_record(factory, kind)
    updated = factory.update(kind, plain, **submitted)

    taken_over = [name for name in submitted if created.get(name) == submitted[name]]
    assert taken_over == []
    check_same(updated, plain, ignoring=["updated_at"])
    check_same(factory.read(kind, plain), plain, ignoring=["updated_at"])


@rule(
    "payment_type and invoice_id of a payment do not change in an update.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdatePaymentAction.php",
)
def test_a_payment_stays_with_its_invoice(factory: Factory) -> None:
    invoice, other = factory.invoice(), factory.invoice()
    payment = factory.payment(invoice)
    factory.update("payments", payment, invoice_id=other["id"], payment_type="other_income")

    after = factory.read("payments", payment)
    assert (after["invoice_id"], after["payment_type"]) == (invoice["id"], "invoice_payment")
    assert factory.read("invoices", invoice)["amount_paid"] == "10.00"
    assert factory.read("invoices", other)["amount_paid"] == "0.00"


@rule(
    "A tax's name and a currency's code that another record has get 422 on that field from an update; the record's own is accepted.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests (unique rules)",
)
def test_names_and_codes_stay_unique_in_updates(factory: Factory) -> None:
    taxes = [new_record(factory, "taxes") for _ in range(2)]
    currencies = [factory.create("currencies.create", factory.currency_body()) for _ in range(2)]
    for kind, field, (first, second) in (
        ("taxes", "name", taxes),
        ("currencies", "code", currencies),
    ):
        path_params = id_parameter(kind, second)
        taken = {field: first[field]}
        assert factory.error_fields(f"{kind}.update", taken, **path_params) == [field]
        assert factory.read(kind, second)[field] == second[field]
        assert factory.update(kind, second, **{field: second[field]})[field] == second[field]
