"""The invoices that templates create, and templates that are found, changed and stopped."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record, to_decimal


def generated(factory: Factory, template: Record) -> list[Record]:
    """Return the invoices that a template has created."""
    ids = factory.get_template(template)["generatedInvoiceIds"]
    return [factory.get_invoice({"id": invoice_id}) for invoice_id in ids]


def untaxed_line(factory: Factory, product: Record) -> Record:
    """Return a line of 100.00 without taxes of its own, so that the default taxes apply."""
    line = factory.line(product=product)
    del line["taxes"]
    return line


@rule(
    "search in the list of templates finds the customer's current name in any case, and the notes.",
    source="Assumed: the vendor's client has the parameter, not the fields it searches",
)
@pytest.mark.assumed
def test_templates_are_found_by_their_customer(api: Api, factory: Factory) -> None:
    customer, notes = factory.customer(), factory.unique_name("Notes")
    template = factory.template(customerUuid=customer["id"], notes=notes)
    new_name = factory.unique_name("Renamed")

    def search(term: str) -> list[str]:
        query = {"search": term, "isDraft": "all", "limit": 100}
        page = api.call("recurring_invoice_templates.search", expect=200, query=query)["data"]
        return [row["id"] for row in page["records"]]

    assert search(customer["customer"].upper()) == [template["id"]] == search(notes)
    path = {"customerId": customer["id"]}
    api.call("customers.update", expect=200, body={"customer": new_name}, **path)
    assert search(new_name) == [template["id"]]
    assert search(customer["customer"]) == []


@rule(
    "PATCH with isDraft false activates a template and with isDraft true pauses it, like resume and pause.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_update_activates_and_pauses_a_template(api: Api, factory: Factory) -> None:
    day = factory.day(9)
    template = factory.template(date=day, dueDate=day)
    for is_draft, status, next_run in ((False, "active", day), (True, "paused", None)):
        body, path = {"isDraft": is_draft}, {"templateId": template["id"]}
        changed = api.call("recurring_invoice_templates.update", expect=200, body=body, **path)
        after = factory.get_template(template)

        for record in (changed["data"], after):
            assert (record["isDraft"], record["status"]) == (is_draft, status)
            assert record["nextRunDate"] == next_run
    assert after["generatedInvoiceIds"] == []


@rule(
    "PATCH of {field} of an active template changes nextRunDate, and it stays active; of a paused one it stays null.",
    source="Assumed: the vendor's client has the fields, not how runs are calculated",
)
@pytest.mark.assumed
@pytest.mark.parametrize("field", ["date", "notes"])
def test_the_next_run_follows_an_updated_date(api: Api, factory: Factory, field: str) -> None:
    old, new = factory.day(9), factory.day(20)
    active = factory.template(date=old, dueDate=factory.day(12), isDraft=False)
    paused = factory.template(date=old, dueDate=factory.day(12))
    body = {"date": new, "dueDate": factory.day(25)} if field == "date" else {"notes": "New"}
    for template in (active, paused):
        path = {"templateId": template["id"]}
        api.call("recurring_invoice_templates.update", expect=200, body=body, **path)

    after = factory.get_template(active)
    assert (after["status"], after["isDraft"]) == ("active", False)
    assert after["nextRunDate"] == after["date"] == (new if field == "date" else old)
    assert after["generatedInvoiceIds"] == []
    assert factory.get_template(paused)["nextRunDate"] is None


@rule(
    "Lines of a template without taxes have the taxes of their product, else those of the customer unless the product is exempt.",
    source="Assumed: the vendor's help names the default taxes, not their order",
)
@pytest.mark.assumed
def test_lines_of_a_template_have_default_taxes(factory: Factory) -> None:
    customer = factory.customer(taxes=[factory.tax(10)["id"]])
    products = [
        factory.product(),
        factory.product(taxUuids=[factory.tax(5)["uuid"]]),
        factory.product(taxExempt=True),
    ]
    lines = [*(untaxed_line(factory, product) for product in products), factory.line()]
    template = factory.template(customerUuid=customer["id"], products=lines)
    excluded = factory.customer(taxes=[factory.tax(10)["id"]], taxExcluded=True)
    free = factory.template(customerUuid=excluded["id"], products=lines[:1])

    assert [line["taxAmount"] for line in template["products"]] == [10, 5, 0, 0]
    assert (template["taxTotal"], template["total"]) == (15, 415)
    assert (free["taxTotal"], free["total"]) == (0, 100)


@rule(
    "A generated invoice has the template's customer, currency, lines, taxes, taxSetting, discount, texts and tags, and is posted.",
    source="Assumed: the vendor's client has the fields, not how runs work",
)
@pytest.mark.assumed
def test_a_generated_invoice_has_the_content_of_its_template(api: Api, factory: Factory) -> None:
    tax, other_tax = factory.tax(10)["uuid"], factory.tax(5)["uuid"]
    account = factory.account("Income")["id"]
    product = factory.product(categoryAccountUuid=account)
    lines = [
        factory.line(110, product=product, taxes=[tax], description="Rent"),
        factory.line("10.50", 2, product=product, taxes=[other_tax]),
        factory.line(50, product=product),
    ]
    template = factory.template(
        customerUuid=factory.customer()["id"], products=lines, currency="EUR", discount=6,
        discountDescription="Early", notes="Thanks", taxSetting="inclusive",
        tagUuids=[factory.tag()["id"]], dueDate=factory.day(14), isDraft=False,
    )  # fmt: skip
    (invoice,) = generated(factory, template)

    for name in (
        "customerUuid", "currency", "discount", "discountDescription", "notes", "taxSetting",
        "tagUuids", "subtotal", "taxTotal", "total", "invoiceType",
    ):  # fmt: skip
        assert invoice[name] == template[name], name
    for line, expected in zip(invoice["products"], template["products"], strict=True):
        for name in ("productUuid", "description", "quantity", "unitPrice", "amount", "taxAmount",
                     "total", "categoryAccountUuid"):  # fmt: skip
            assert line[name] == expected[name], name
    assert sorted(row["amount"] for row in invoice["taxes"]) == [1, 10]
    assert (invoice["date"], invoice["dueDate"]) == (factory.day(), factory.day(14))
    assert (invoice["total"], invoice["amountDue"]) == (175, 175)
    assert (invoice["isDraft"], invoice["approved"], invoice["isSent"]) == (False, True, False)
    assert (invoice["payments"], invoice["appliedCredits"], invoice["attachments"]) == ([], [], [])
    assert [to_decimal(balance) for balance in factory.balances(account)] == [Decimal(170)]
    path = {"invoiceId": invoice["id"]}
    records = api.call("invoices.audit_log", expect=200, **path)["data"]["records"]
    assert [row["action"] for row in records] == ["created", "approved"]


@rule(
    "A generated estimate is an estimate without postings.",
    source="Assumed: the vendor's client has the type, not how runs work",
)
@pytest.mark.assumed
def test_a_generated_estimate_posts_nothing(api: Api, factory: Factory) -> None:
    account = factory.account("Income")["id"]
    line = factory.line(product=factory.product(categoryAccountUuid=account))
    template = factory.template(products=[line], invoiceType="estimate", isDraft=False)
    (estimate,) = generated(factory, template)

    assert (estimate["invoiceType"], estimate["status"]) == ("estimate", "approved")
    assert estimate["recurringTemplateId"] == template["id"]
    assert factory.balances(account) == [0]


@rule(
    "A changed active template creates its next invoice with the new lines and texts; earlier invoices stay.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_the_next_invoice_has_the_updated_content(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    template = factory.template(recurrencePattern="weekly", isDraft=False, dueDate=factory.day(2))
    (first,) = generated(factory, template)
    path = {"templateId": template["id"]}
    customer = factory.customer()["id"]
    body = {"products": [factory.line(7)], "notes": "New", "customerUuid": customer}
    api.call("recurring_invoice_templates.update", expect=200, body=body, **path)
    clock.advance(days=7)
    invoices = generated(factory, template)
    api.call("recurring_invoice_templates.delete", expect=200, **path)

    assert [row["total"] for row in invoices] == [100, 7]
    assert [row["notes"] for row in invoices] == [first["notes"], "New"]
    assert [row["customerUuid"] for row in invoices] == [first["customerUuid"], customer]
    assert (invoices[1]["date"], invoices[1]["dueDate"]) == (factory.day(), factory.day(2))


@rule(
    "An invoice that was created in advance is not created again after pause and resume.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_an_invoice_in_advance_is_created_once(api: Api, factory: Factory) -> None:
    day = factory.day(5)
    template = factory.template(date=day, dueDate=day, inAdvanceCreationDays=5, isDraft=False)
    (invoice,) = generated(factory, template)
    before = factory.get_template(template)
    path = {"templateId": template["id"]}
    for operation in ("pause", "resume"):
        api.call(f"recurring_invoice_templates.{operation}", expect=200, **path)
    after = factory.get_template(template)

    assert invoice["date"] == invoice["dueDate"] == day == before["lastRunDate"]
    assert before["nextRunDate"] > day
    assert after["generatedInvoiceIds"] == [invoice["id"]]
    for name in ("status", "lastRunDate", "nextRunDate"):
        assert after[name] == before[name], name


@rule(
    "A template whose customer was deleted creates no invoice and is paused at its run.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_template_of_a_deleted_customer_is_paused(api: Api, factory: Factory) -> None:
    customer = factory.customer()["id"]
    template = factory.template(customerUuid=customer)
    api.call("customers.delete", expect=200, customerId=customer)
    path = {"templateId": template["id"]}
    api.call("recurring_invoice_templates.resume", expect=200, **path)
    after = factory.get_template(template)

    assert (after["status"], after["isDraft"], after["nextRunDate"]) == ("paused", True, None)
    assert (after["generatedInvoiceIds"], after["lastRunDate"]) == ([], None)
