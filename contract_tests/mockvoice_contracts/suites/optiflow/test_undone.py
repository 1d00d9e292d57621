"""What is possible again after payments are voided, and what stays after related records change."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.same_records import check_same

AMOUNTS = ("subtotal_amount", "discount_amount", "tax_amount", "total_amount")


def void(api: Api, payment: Record) -> None:
    api.call("payments.delete", expect=204, **id_parameter("payments", payment))


@rule(
    "After its last payment is voided, a paid invoice can be updated, cancelled and deleted again, and its stock follows.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Invoice.php",
)
@pytest.mark.parametrize("action", ["update", "cancel", "delete"])
def test_an_invoice_without_payments_is_editable_again(
    api: Api, factory: Factory, action: str
) -> None:
    product = factory.product(5)
    invoice = factory.invoice({"product_id": product["id"], "quantity": 2})
    payments = [factory.payment(invoice, amount) for amount in (150, 50)]
    locked = {"items": [{"id": invoice["items"][0]["id"], "quantity": 3}]}
    path = id_parameter("invoices", invoice)
    assert factory.error_fields("invoices.update", locked, **path) == ["error"]
    void(api, payments[0])
    assert factory.error_fields("invoices.update", locked, **path) == ["error"]
    void(api, payments[1])

    match action:
        case "update":
            changed = factory.update("invoices", invoice, **locked)
            assert (changed["total_amount"], changed["amount_due"]) == ("300.00", "300.00")
            assert (changed["amount_paid"], changed["payments"]) == ("0.00", [])
            assert factory.stock(product) == 2
        case "cancel":
            cancelled = factory.update("invoices", invoice, status="cancelled")
            assert cancelled["status"] == "cancelled"
            assert factory.stock(product) == 5
        case _:
            api.call("invoices.delete", expect=204, **path)
            api.call("invoices.get", expect=404, **path)
            assert factory.stock(product) == 5


@rule(
    "amount_due after payments are changed and voided is what the next payment may be at most: exactly this is accepted, a cent more gets 422 on amount.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreatePaymentAction.php",
)
def test_the_next_payment_may_be_what_is_left_after_changes(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    first, second = factory.payment(invoice, 60), factory.payment(invoice, 30)
    factory.update("payments", first, amount=20)
    void(api, second)
    due = factory.read("invoices", invoice)["amount_due"]
    too_much = factory.payment_body(invoice, "80.01")
    rejected = factory.error_fields("payments.create", too_much)
    third = factory.payment(invoice, "80.00")
    paid = factory.read("invoices", invoice)
    path = id_parameter("payments", first)
    raised = factory.error_fields("payments.update", {"amount": "20.01"}, **path)
    void(api, third)
    factory.update("payments", first, amount=100)
    again = factory.read("invoices", invoice)

    assert (due, rejected, raised) == ("80.00", ["amount"], ["amount"])
    for state in (paid, again):
        assert (state["status"], state["amount_paid"]) == ("paid", "100.00")
        assert state["amount_due"] == "0.00"


@rule(
    "register_payment with a payment_amount of {amount} leaves an invoice over 100.00 {status}, and above the total gets 422 on payment_amount.",
    source="Assumed: the fields are the source's; the API page does not name them",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("amount", "status", "due", "count"),
    [
        ("0", "pending_payment", "100.00", 0),
        ("0.01", "partially_paid", "99.99", 1),
        ("99.99", "partially_paid", "0.01", 1),
        ("100.00", "paid", "0.00", 1),
    ],
)
def test_a_payment_at_creation_has_the_bounds_of_others(
    factory: Factory, amount: str, status: str, due: str, count: int
) -> None:
    account = factory.bank_account()
    fields = {
        "register_payment": True,
        "payment_bank_account_id": account["id"],
        "payment_method": "cash",
    }
    invoice = factory.invoice(**fields, payment_amount=amount)
    body = factory.invoice_body(**fields, payment_amount="100.01")

    assert factory.error_fields("invoices.create", body) == ["payment_amount"]
    assert (invoice["status"], invoice["amount_due"]) == (status, due)
    assert len(invoice["payments"]) == count
    check_same(factory.read("invoices", invoice), invoice)
    balance = factory.read("bank_accounts", account)["balance"]
    assert float(balance) == float(amount)


@rule(
    "A later price, name, description, default tax or deactivation of a product changes no amount and no description of {kind}.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_a_changed_product_changes_no_document(api: Api, factory: Factory, kind: str) -> None:
    tax = factory.tax_id("itbis 18.00")
    product = factory.service(price=100, default_tax_id=tax)
    line = {"product_id": product["id"], "unit_price": 100, "taxes": [tax]}
    document = factory.document(kind, line)
    changes: dict[str, Any] = {
        "price": 999,
        "name": factory.unique_name("Otro"),
        "description": "Otra",
        "default_tax_id": None,
    }
    factory.update("products", product, **changes)
    api.call("products.deactivate", expect=200, productId=product["id"])
    after = factory.read(kind, document)

    assert [after[name] for name in AMOUNTS] == ["100.00", "0.00", "18.00", "118.00"]
    names = ("description", "unit_price", "tax_rate", "tax_amount", "total")
    (before_line,), (after_line,) = document["items"], after["items"]
    assert [after_line[name] for name in names] == [before_line[name] for name in names]


@rule(
    "The single {kind} shows the present name of its contact and of its series, and keeps its document_number.",
    source="Assumed: that both are embedded is assumed",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("kind", "type_"), [("invoices", "invoice"), ("quotations", "quotation")])
def test_a_document_shows_the_present_names(factory: Factory, kind: str, type_: str) -> None:
    contact, series = factory.contact(), factory.series(type=type_)
    fields = {"contact_id": contact["id"], "document_subtype_id": series["id"]}
    document = factory.document(kind, **fields)
    names = [factory.unique_name(word) for word in ("Cliente", "Serie")]
    factory.update("contacts", contact, name=names[0])
    factory.update("document_subtypes", series, name=names[1])
    after = factory.read(kind, document)

    assert [after["contact"]["name"], after["document_subtype"]["name"]] == names
    assert after["document_number"] == document["document_number"]
    check_same(after, document, ignoring=("contact", "document_subtype"))


@rule(
    "Payments, updates, cancelling and deletion of an invoice leave other invoices and quotations of its contact and series as they are.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_other_documents_of_the_contact_stay(api: Api, factory: Factory) -> None:
    contact = factory.contact()["id"]
    invoice, cancelled, other = (factory.invoice(contact_id=contact) for _ in range(3))
    quotation = factory.quotation(contact_id=contact)
    payment = factory.payment(other, 10)
    before = [factory.read("invoices", other), factory.read("quotations", quotation)]
    void(api, factory.payment(invoice, 100))
    factory.update("invoices", invoice, items=[factory.line(unit_price=7)], notes="Otra")
    factory.update("invoices", cancelled, status="cancelled")
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))

    check_same(factory.read("invoices", other), before[0])
    check_same(factory.read("quotations", quotation), before[1])
    check_same(factory.read("payments", payment), payment)
