"""Recurring invoice templates, and the documents that they create as time passes."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record


def generated_invoices(api: Api, factory: Factory, template: Record) -> list[Record]:
    ids = factory.get_template(template)["generatedInvoiceIds"]
    return [factory.get_invoice({"id": invoice_id}) for invoice_id in ids]


@rule(
    "A new template is paused without nextRunDate; resume makes it active, and pause, which can be repeated, pauses it again.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_template_is_paused_until_it_is_resumed(api: Api, factory: Factory) -> None:
    template = factory.template(dueDate=factory.day(14))
    path = {"templateId": template["id"]}
    assert (template["status"], template["isDraft"], template["nextRunDate"]) == (
        "paused",
        True,
        None,
    )
    assert (template["total"], template["recurrenceInterval"]) == (100, 1)

    resumed = api.call("recurring_invoice_templates.resume", expect=200, body={}, **path)["data"]
    assert (resumed["status"], resumed["isDraft"]) == ("active", False)
    paused = api.call("recurring_invoice_templates.pause", expect=200, **path)["data"]
    assert (paused["status"], paused["nextRunDate"]) == ("paused", None)
    again = api.call("recurring_invoice_templates.pause", expect=200, **path)["data"]
    assert shared_members(again, paused) == shared_members(paused, again)


@rule(
    "{operation} of a template that is already {status} returns 200 and changes nothing.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("operation", "status", "is_draft"), [("resume", "active", False), ("pause", "paused", True)]
)
@pytest.mark.parametrize("first_day", [0, 9])
def test_a_repeated_resume_or_pause_changes_nothing(
    api: Api, factory: Factory, operation: str, status: str, is_draft: bool, first_day: int
) -> None:
    day = factory.day(first_day)
    template = factory.template(isDraft=is_draft, date=day, dueDate=day)
    before = factory.get_template(template)
    assert before["status"] == status

    path = {"templateId": template["id"]}
    response = api.call(f"recurring_invoice_templates.{operation}", expect=200, **path)
    after = factory.get_template(template)
    for record in (response["data"], after):
        assert shared_members(record, before) == shared_members(before, record)


@rule(
    'recurrencePattern "{sent}" is stored as "{stored}".',
    source="Assumed: the vendor's client names bi-weekly as an example",
)
@pytest.mark.parametrize(
    ("sent", "stored"),
    [("bi-weekly", "biweekly"), ("bi_weekly", "biweekly"), ("annually", "yearly")],
)
@pytest.mark.assumed
def test_aliases_of_patterns_are_resolved(factory: Factory, sent: str, stored: str) -> None:
    assert factory.template(recurrencePattern=sent)["recurrencePattern"] == stored


@rule(
    "A template with an unknown recurrencePattern, an interval below 1, negative days, a dueDate before date or no lines returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    "fields",
    [
        {"recurrencePattern": "hourly"}, {"recurrencePattern": None}, {"recurrenceInterval": 0},
        {"inAdvanceCreationDays": -1}, {"dueDate": "2000-01-01"}, {"products": []},
    ],
)  # fmt: skip
def test_an_invalid_value_is_rejected(api: Api, factory: Factory, fields: Record) -> None:
    body = {**factory.invoice_body(), "recurrencePattern": "monthly", **fields}
    error = api.call("recurring_invoice_templates.create", expect=400, body=body)

    assert error["code"] == "validation_error"


@rule(
    'A template or a recurring document with invoiceType "memo" returns 400.',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_memos_cannot_recur(api: Api, factory: Factory) -> None:
    body = {**factory.invoice_body(), "recurrencePattern": "monthly", "invoiceType": "memo"}
    template = factory.template()
    for operation, path in (
        ("recurring_invoice_templates.create", {}),
        ("invoices.create", {}),
        ("recurring_invoice_templates.update", {"templateId": template["id"]}),
    ):
        error = api.call(operation, expect=400, body=body, **path)
        assert error["code"] == "memo_cannot_recur"


@rule(
    "A template with an unknown customerUuid returns 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_unknown_customer_is_rejected(api: Api, factory: Factory) -> None:
    body = {**factory.invoice_body(customerUuid=UNKNOWN_ID), "recurrencePattern": "weekly"}

    error = api.call("recurring_invoice_templates.create", expect=404, body=body)
    assert error["details"]["field"] == "customerUuid"


@rule(
    'The list has active templates; isDraft "true" lists the paused ones and "all" both.',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_the_list_omits_paused_templates_by_default(api: Api, factory: Factory) -> None:
    notes = factory.unique_name("Listed")
    paused = factory.template(notes=notes)
    active = factory.template(
        notes=notes, isDraft=False, date=factory.day(9), dueDate=factory.day(9)
    )

    def search(**query: object) -> list[str]:
        page = api.call(
            "recurring_invoice_templates.search",
            expect=200,
            query={"search": notes, "limit": 100, **query},
        )["data"]
        assert page["records"] == page["recurringInvoiceTemplates"]
        return [row["id"] for row in page["records"]]

    assert search() == [active["id"]] == search(isDraft="false")
    assert search(isDraft="true") == [paused["id"]]
    assert search(isDraft="all") == [active["id"], paused["id"]]
    api.call("recurring_invoice_templates.search", expect=400, query={"isDraft": "some"})


@rule(
    "PATCH changes pattern and lines of a template and its total; after DELETE it is 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_template_is_updated_and_deleted(api: Api, factory: Factory) -> None:
    template = factory.template()
    path = {"templateId": template["id"]}
    body = {"recurrencePattern": "weekly", "products": [factory.line(5)], "colour": 1}
    changed = api.call("recurring_invoice_templates.update", expect=200, body=body, **path)["data"]
    assert (changed["recurrencePattern"], changed["total"]) == ("weekly", 5)
    assert changed["_partnerWarnings"][0]["field"] == "colour"

    api.call("recurring_invoice_templates.delete", expect=200, **path)
    api.call("recurring_invoice_templates.get", expect=404, **path)


@rule(
    "An active weekly template creates one approved invoice on each run date, with due date offset, tags and recurringTemplateId.",
    source="Assumed: the vendor's client has the fields, not how runs are calculated",
)
@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_documents_are_created_on_their_run_dates_in_order(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    template = factory.template(
        recurrencePattern="weekly",
        date=factory.day(3),
        dueDate=factory.day(17),
        isDraft=False,
        tagUuids=[factory.tag()["id"]],
    )
    days = [factory.day(3 + 7 * n) for n in range(4)]
    assert template["nextRunDate"] == days[0]
    clock.advance(days=2)
    assert generated_invoices(api, factory, template) == []
    clock.advance(days=1)
    assert [row["date"] for row in generated_invoices(api, factory, template)] == days[:1]
    clock.advance(days=14)
    created = generated_invoices(api, factory, template)

    assert [row["date"] for row in created] == days[:3]
    assert created[0]["dueDate"] == factory.day(0)
    assert {row["status"] for row in created} == {"approved"}
    assert {row["recurringTemplateId"] for row in created} == {template["id"]}
    assert {row["total"] for row in created} == {100}
    numbers = [int(row["invoiceNumber"]) for row in created]
    assert numbers == sorted(numbers)
    assert created[0]["tagUuids"] == template["tagUuids"]
    after = factory.get_template(template)
    assert (after["lastRunDate"], after["nextRunDate"]) == (days[2], days[3])


@rule(
    "Runs that were missed while a template was paused are skipped.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_runs_missed_while_paused_are_skipped(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    template = factory.template(recurrencePattern="daily", isDraft=False, dueDate=factory.day())
    path = {"templateId": template["id"]}
    assert len(generated_invoices(api, factory, template)) == 1
    api.call("recurring_invoice_templates.pause", expect=200, **path)
    clock.advance(days=5)
    assert len(generated_invoices(api, factory, template)) == 1
    resumed = api.call("recurring_invoice_templates.resume", expect=200, **path)["data"]

    assert resumed["nextRunDate"] == factory.day()
    assert [row["date"] for row in generated_invoices(api, factory, template)][1:] == [
        factory.day()
    ]


@rule(
    "inAdvanceCreationDays 4 creates the invoice 4 days before its date.",
    source="Assumed: the vendor's client describes the field; the hour of the day has no source",
)
@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_documents_can_be_created_in_advance(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    template = factory.template(
        recurrencePattern="monthly",
        date=factory.day(10),
        dueDate=factory.day(10),
        inAdvanceCreationDays=4,
        isDraft=False,
    )
    day = factory.day(10)
    clock.advance(days=5)
    assert generated_invoices(api, factory, template) == []
    clock.advance(days=1)

    assert [row["date"] for row in generated_invoices(api, factory, template)] == [day]


@rule(
    "A new invoice with recurrencePattern creates an active template, whose first run is this invoice.",
    source="Assumed: the vendor's client accepts the field and states no details",
)
@pytest.mark.assumed
def test_an_invoice_with_a_pattern_creates_a_template(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(recurrencePattern="monthly", inAdvanceCreationDays=2)
    template = factory.get_template({"id": invoice["recurringTemplateId"]})

    assert (template["status"], template["recurrencePattern"]) == ("active", "monthly")
    assert template["inAdvanceCreationDays"] == 2
    assert template["generatedInvoiceIds"] == [invoice["id"]]
    assert (template["lastRunDate"], template["date"]) == (invoice["date"], invoice["date"])
    assert template["nextRunDate"] > invoice["date"]


@rule(
    "A monthly template of the 31st runs on the last day of shorter months and again on the 31st.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_a_month_without_the_day_uses_its_last_day(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    year = clock.today().year + 1
    template = factory.template(
        date=f"{year}-01-31", dueDate=f"{year}-01-31", isDraft=False, recurrencePattern="monthly"
    )
    path = {"templateId": template["id"]}
    clock.advance(days=(clock.today().replace(year=year, month=4, day=1) - clock.today()).days)
    dates = [row["date"] for row in generated_invoices(api, factory, template)]
    api.call("recurring_invoice_templates.delete", expect=200, **path)

    assert dates[0] == f"{year}-01-31"
    assert dates[1] in (f"{year}-02-28", f"{year}-02-29")
    assert dates[2] == f"{year}-03-31"


@rule(
    "After 9999-12-31 a template has no nextRunDate.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_template_has_no_next_run_after_the_last_day_of_the_calendar(factory: Factory) -> None:
    template = factory.template(
        date="9999-12-31", dueDate="9999-12-31", recurrencePattern="yearly", isDraft=False
    )

    assert template["nextRunDate"] == "9999-12-31"
    invoice = factory.invoice(date="9999-12-31", dueDate="9999-12-31", recurrencePattern="daily")
    assert factory.get_template({"id": invoice["recurringTemplateId"]})["nextRunDate"] is None
