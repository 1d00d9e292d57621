"""Unknown and deleted records: of every resource, and where other requests name them."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, Record, line

PARAMETERS = {
    "invoice": "invoiceId", "recurring_invoice": "recurringInvoiceId", "invoice_payment": "paymentId",
    "tax": "taxId", "tax_rule": "taxRuleId", "currency": "currencyId", "cost_centres": "costCentreId",
    "budget_type": "budgetTypeId", "client": "clientId", "item": "itemId",
}  # fmt: skip
READ_ONLY = {
    "charge_rate": "chargeRateId", "template": "templateId", "invoice_status": "invoiceStatusId",
}  # fmt: skip
NEWEST = {"pageinate": "true", "page_size": 20, "page_no": 1, "order": "id", "orderdesc": "true"}
NO_LINE = {"tax_conditions": [{"value_type": 4, "value": str(UNKNOWN_ID)}]}

CREATORS: dict[str, Callable[[Factory], Record]] = {
    "invoice": lambda factory: factory.invoice(line()),
    "recurring_invoice": lambda factory: factory.template(line()),
    "invoice_payment": lambda factory: factory.payment(factory.invoice(line()), 1),
    "tax": lambda factory: factory.tax(),
    "tax_rule": lambda factory: factory.save("tax_rule", {"taxid": factory.tax()["id"], **NO_LINE}),
    "currency": lambda factory: factory.currency(),
    "cost_centres": lambda factory: factory.save("cost_centres", {"name": factory.unique_name("Centre")}),
    "budget_type": lambda factory: factory.save("budget_type", {"name": factory.unique_name("Budget")}),
    "client": lambda factory: factory.client(),
    "item": lambda factory: factory.item(),
}  # fmt: skip


@rule(
    "GET of a record of {resource} by an id that no record has is 404 with an empty body.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, sweep_results.json",
)
@pytest.mark.parametrize("resource", [*PARAMETERS, *READ_ONLY])
def test_an_unknown_id_is_404(api: Api, resource: str) -> None:
    parameter = (PARAMETERS | READ_ONLY)[resource]
    unknown = -UNKNOWN_ID if resource == "recurring_invoice" else UNKNOWN_ID

    response = api.exchange(f"{resource}.get", expect=404, **{parameter: unknown})

    assert response.content == b""


@rule(
    "A created {resource} is in its list and readable by its id; DELETE removes it from the list, "
    "and GET by its id is then 404.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, dev_write_results.json",
)
@pytest.mark.parametrize("resource", PARAMETERS)
def test_a_deleted_record_is_gone(api: Api, factory: Factory, resource: str) -> None:
    record = CREATORS[resource](factory)
    path = {PARAMETERS[resource]: record["id"]}

    def listed() -> bool:
        scope = {"client_id": record["client_id"]} if "client_id" in record else NEWEST
        body = api.call(f"{resource}.search", expect=200, query=scope)
        rows = (
            body
            if isinstance(body, list)
            else next(v for v in body.values() if isinstance(v, list))
        )
        return record["id"] in [row["id"] for row in rows]

    assert listed()
    assert api.call(f"{resource}.get", expect=200, **path)["id"] == record["id"]

    api.call(f"{resource}.delete", expect=200, **path)

    assert not listed()
    api.call(f"{resource}.get", expect=404, **path)


@rule(
    "A deleted {resource} can be neither deleted again nor updated: 404 with an empty body, and it stays deleted.",
    source="Assumed: only GET after DELETE is observed",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", PARAMETERS)
def test_a_deleted_record_cannot_be_changed(api: Api, factory: Factory, resource: str) -> None:
    record = CREATORS[resource](factory)
    path = {PARAMETERS[resource]: record["id"]}
    api.call(f"{resource}.delete", expect=200, **path)

    again = api.exchange(f"{resource}.delete", expect=404, **path)
    factory.assert_rejected(f"{resource}.save", {"id": record["id"], "name": "Again"}, status=404)

    assert again.content == b""
    api.call(f"{resource}.get", expect=404, **path)


@rule(
    "POST of a record of {resource} with an id that no record has is 404.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", [*PARAMETERS, "expense", "template"])
def test_an_update_of_an_unknown_id_is_404(factory: Factory, resource: str) -> None:
    unknown = -UNKNOWN_ID if resource == "recurring_invoice" else UNKNOWN_ID

    factory.assert_rejected(f"{resource}.save", {"id": unknown, "name": "x"}, status=404)


@rule(
    "A deleted invoice can be neither voided, printed, viewed nor paid, and its lines cannot be updated.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_deleted_invoice_cannot_be_used(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(5))
    line_id, invoice_id = invoice["lines"][0]["id"], invoice["id"]
    api.call("invoice.delete", expect=200, invoiceId=invoice_id)

    api.call("invoice.void", expect=404, invoiceId=invoice_id)
    api.call("invoice.pdf", expect=404, invoiceId=invoice_id)
    factory.assert_rejected("invoice.view", {"id": invoice_id}, status=404)
    factory.assert_rejected("invoice.update_lines", {"id": line_id}, status=404)
    factory.assert_rejected("invoice.update_lines", {"ihid": invoice_id})
    factory.assert_rejected("invoice_payment.save", {"invoice_id": invoice_id, "amount": 1})


@rule(
    "A deleted recurring invoice can be neither processed nor extended, and its timer is gone.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_deleted_template_cannot_be_used(api: Api, factory: Factory) -> None:
    template = factory.template(line(5), nextcreationdate="2026-01-31")
    api.call("recurring_invoice.delete", expect=200, recurringInvoiceId=template["id"])

    factory.assert_rejected("recurring_invoice.process", template["id"])
    factory.assert_rejected("recurring_invoice.add_lines", {"ihid": template["id"]})
    line_id = template["lines"][0]["id"]
    factory.assert_rejected("recurring_invoice.update_lines", {"id": line_id}, status=404)
    api.call("template.get", expect=404, templateId=template["schedule_id"])
    factory.assert_rejected("template.save", {"id": template["schedule_id"]}, status=404)
    timers = api.call("template.search", expect=200)["stdrequests"]
    assert template["schedule_id"] not in [timer["id"] for timer in timers]


@rule(
    "A record of {resource} with a deleted client, a deleted currency or a deleted tax_code is 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_deleted_references_are_rejected(api: Api, factory: Factory, resource: str) -> None:
    client, deleted = factory.client()["id"], factory.client()["id"]
    currency, tax = factory.currency()["id"], factory.tax()["id"]
    api.call("client.delete", expect=200, clientId=deleted)
    api.call("currency.delete", expect=200, currencyId=currency)
    api.call("tax.delete", expect=200, taxId=tax)

    for body in ({"client_id": deleted}, {"client_id": client, "currency_code": currency},
                 {"client_id": client, "lines": [line(tax_code=str(tax))]}):  # fmt: skip
        assert isinstance(factory.assert_rejected(f"{resource}.save", body), str), body
    assert factory.list_ids(client, f"{resource}.search") == []


@rule(
    "A client with invoices or recurring invoices cannot be deleted: 400 with a text; without them it can.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_a_client_is_deleted_after_its_records(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource)
    path = {PARAMETERS[resource]: record["id"]}

    assert isinstance(factory.assert_rejected("client.delete", clientId=record["client_id"]), str)
    api.call(f"{resource}.delete", expect=200, **path)

    api.call("client.delete", expect=200, clientId=record["client_id"])


@rule(
    "A currency that an invoice, a recurring invoice or a client uses cannot be deleted: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_currency_in_use_cannot_be_deleted(api: Api, factory: Factory) -> None:
    users: list[Callable[[int], Record]] = [
        lambda currency: factory.invoice(currency_code=currency),
        lambda currency: factory.template(currency_code=currency),
        lambda currency: factory.client(default_currency_code=currency),
    ]
    for use in users:
        currency = factory.currency()["id"]
        use(currency)
        assert isinstance(factory.assert_rejected("currency.delete", currencyId=currency), str)
        assert api.call("currency.get", expect=200, currencyId=currency)["id"] == currency


@rule(
    "A Tax can be deleted after its tax rule or composite rate is deleted; lines keep its tax_rate.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_line_keeps_the_rate_of_a_deleted_tax(api: Api, factory: Factory) -> None:
    tax = factory.tax(20)
    invoice = factory.invoice(line(100, tax_code=str(tax["id"])))
    tax_rule = factory.save("tax_rule", {"taxid": tax["id"], **NO_LINE})
    composite = factory.tax(0, is_composite=True, linked_rates=[{"id": tax["id"]}])

    factory.assert_rejected("tax.delete", taxId=tax["id"])
    api.call("tax_rule.delete", expect=200, taxRuleId=tax_rule["id"])
    factory.assert_rejected("tax.delete", taxId=tax["id"])
    api.call("tax.delete", expect=200, taxId=composite["id"])
    api.call("tax.delete", expect=200, taxId=tax["id"])

    after = factory.read(invoice)
    assert (after["lines"][0]["tax_rate"], after["total"]) == (20, 120)
