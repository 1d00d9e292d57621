"""Templates and the records that they use or have created."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import Factory, Record


@rule(
    "PATCH of one field of a template keeps all others.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_update_of_a_template_keeps_omitted_fields(api: Api, factory: Factory) -> None:
    template = factory.template(
        currency="EUR", discount=5, dueDate=factory.day(14), inAdvanceCreationDays=2,
        recurrenceInterval=3, tagUuids=[factory.tag()["id"]], invoiceType="estimate",
    )  # fmt: skip
    path = {"templateId": template["id"]}
    body = {"notes": "New"}
    after = api.call("recurring_invoice_templates.update", expect=200, body=body, **path)["data"]

    assert after["notes"] == "New"
    kept = {name: template[name] for name in template if name not in ("notes", "updatedAt")}
    assert shared_members(after, kept) == shared_members(kept, after)


@rule(
    "A template without isDraft is paused, and without dueDate it has that of its date, as its invoices have.",
    source="Assumed: the vendor's client has the fields, not their default values",
)
@pytest.mark.assumed
def test_a_template_has_default_values(api: Api, factory: Factory) -> None:
    body = {**factory.invoice_body(date=factory.day()), "recurrencePattern": "monthly"}
    del body["isDraft"], body["dueDate"]
    operation = "recurring_invoice_templates.create"
    paused = api.call(operation, expect=201, body=body)["data"]
    active = api.call(operation, expect=201, body={**body, "isDraft": False})["data"]

    assert (paused["isDraft"], paused["status"], paused["nextRunDate"]) == (True, "paused", None)
    assert factory.get_template(paused)["generatedInvoiceIds"] == []
    (invoice_id,) = factory.get_template(active)["generatedInvoiceIds"]
    invoice = factory.get_invoice({"id": invoice_id})
    for record in (paused, active, invoice):
        assert record["date"] == record["dueDate"] == factory.day()


@rule(
    "PATCH and DELETE of a template do not change the invoice that it started with.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_changed_or_deleted_template_keeps_its_invoice(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(recurrencePattern="monthly", isDraft=False)
    path = {"templateId": invoice["recurringTemplateId"]}
    body: Record = {"notes": "New", "products": [factory.line(5)]}
    api.call("recurring_invoice_templates.update", expect=200, body=body, **path)
    after_update = factory.get_invoice(invoice)
    api.call("recurring_invoice_templates.delete", expect=200, **path)
    after_deletion = factory.get_invoice(invoice)

    for name in ("notes", "total", "amountDue", "status", "invoiceNumber"):
        assert after_update[name] == invoice[name] == after_deletion[name], name


@rule(
    "In the list, a template with tags, taxes and a discount is as in GET by id.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_rows_of_templates_equal_their_records(api: Api, factory: Factory) -> None:
    notes = factory.unique_name("Row")
    line = factory.line(taxes=[factory.tax(10)["uuid"]])
    template = factory.template(
        notes=notes, products=[line], discount=5, tagUuids=[factory.tag()["id"]]
    )
    query = {"search": notes, "isDraft": "all"}
    page = api.call("recurring_invoice_templates.search", expect=200, query=query)["data"]
    (row,) = page["records"]
    record = factory.get_template(template)

    assert (record["id"], record["total"]) == (template["id"], 105)
    assert shared_members(row, record) == shared_members(record, row)
