"""Properties that an update leaves, that only the server sets, and that are details."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, assert_holds, line

INVENTED = {"total": 1, "amountpaid": 5, "amountdue": 7, "paymentstatus": 1, "client_name": "Nobody", "change_seq": 9,
            "datepaid": "2026-01-01", "voided": True, "credit_used": 3, "customer_paid_total": 5,
            "payments": [{"amount": 10}]}  # fmt: skip


@rule(
    "total, payment state, client_name, change_seq, voided and payments in a body of a record of {resource} are ignored.",
    source="Assumed: only total is documented as read-only",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_a_header_ignores_what_the_server_sets(factory: Factory, resource: str) -> None:
    plain = factory.header(resource, line(10))
    created = factory.header(resource, line(10), client_id=plain["client_id"], **INVENTED)
    updated = factory.save(resource, {"id": plain["id"], **INVENTED})

    names = (
        "total",
        "amountpaid",
        "amountdue",
        "paymentstatus",
        "client_name",
        "datepaid",
        "voided",
    )
    for record in (created, updated, factory.read(created)):
        assert_holds(record, {name: plain[name] for name in names})
        assert factory.read(record, includedetails="true")["payments"] == []
    assert (created["change_seq"], updated["change_seq"]) == (1, 2)


@rule(
    "client_id, client_name and invoice_invoicenumber of a payment come from its invoice, not from the body.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_payment_ignores_what_the_server_sets(api: Api, factory: Factory) -> None:
    invoice, other = factory.invoice(line(10)), factory.client()
    invented = {"client_id": other["id"], "client_name": "Nobody", "invoice_invoicenumber": "X"}
    payment = factory.payment(invoice, 4, **invented)
    factory.save("invoice_payment", {"id": payment["id"], **invented})

    read = api.call("invoice_payment.get", expect=200, paymentId=payment["id"])

    assert_holds(
        read,
        {"client_id": invoice["client_id"], "client_name": invoice["client_name"],
         "invoice_invoicenumber": invoice["invoicenumber"], "amount": 4},
    )  # fmt: skip


@rule(
    "A POST with an id changes only the properties of a record of {resource} that it names.",
    source="Observed: github.com/homotechsual/HaloAPI, updates",
)
@pytest.mark.parametrize(
    ("resource", "body", "update"),
    [
        ("tax", {"value": 20, "code": "K"}, {"value": 7}),
        ("currency", {"symbol": "K", "code": "KKK", "conversion_rate": 3}, {"symbol": "L"}),
        ("cost_centres", {"addr1": "Kept", "chargeable": True}, {"addr1": "Other"}),
        ("budget_type", {"defaultrate": 5}, {"name": "Other"}),
        ("client", {"accountsid": "K1", "tax_number": "T1"}, {"tax_number": "T2"}),
        ("item", {"baseprice": 5, "costprice": 3, "nominalcode": "4000"}, {"costprice": 4}),
    ],
    ids=lambda case: str(case)[:24],
)
def test_an_update_of_a_table_changes_only_the_sent_fields(
    factory: Factory, resource: str, body: Record, update: Record
) -> None:
    record = factory.save(resource, {"name": factory.unique_name("Kept"), **body})

    updated = factory.save(resource, {"id": record["id"], **update})

    assert_holds(updated, {"name": record["name"], **body, **update})


@rule(
    "A POST with an id changes only the properties of a payment that it names.",
    source="Observed: github.com/homotechsual/HaloAPI, updates",
)
def test_an_update_of_a_payment_changes_only_the_sent_fields(factory: Factory) -> None:
    invoice = factory.invoice(line(10))
    kept = {"reference": "R1", "intent_id": "pi_1", "module_id": 7, "date": "2026-02-03"}
    payment = factory.payment(invoice, 4, **kept)

    updated = factory.save("invoice_payment", {"id": payment["id"], "amount": 5})

    assert updated["date"][:10] == "2026-02-03"
    assert_holds(updated, {"amount": 5, "invoice_id": invoice["id"], "reference": "R1",
                           "intent_id": "pi_1", "module_id": 7})  # fmt: skip


DETAILS = {
    "currency_code_name", "pdftemplate_name", "payments", "supplier_name", "avalara_details_name",
    "credit_outstanding_for_customer", "custombuttons", "extratabs", "conversion_rate", "note_count", "external_links",
}  # fmt: skip


@rule(
    "includedetails=true adds payments, currency_code_name, conversion_rate and other details to a record of {resource}.",
    source="Observed: pypi.org/project/halopsa",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_details_are_added_on_request(factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(5))

    plain, detailed = factory.read(record), factory.read(record, includedetails="true")

    assert detailed.keys() >= DETAILS
    assert "payments" not in plain


@rule(
    "invoice_display is thirdpartyinvoicenumber, also after an update; without one it is the id as text: {resource}.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_the_label_is_the_number_in_the_accounts_package(factory: Factory, resource: str) -> None:
    number = factory.unique_name("SI")
    record = factory.header(resource, invoicenumber=factory.unique_name("N"))

    numbered = factory.save(resource, {"id": record["id"], "thirdpartyinvoicenumber": number})
    cleared = factory.save(resource, {"id": record["id"], "thirdpartyinvoicenumber": None})

    labels = [state["invoice_display"] for state in (record, numbered, cleared)]
    assert labels == [str(record["id"]), number, str(record["id"])]
