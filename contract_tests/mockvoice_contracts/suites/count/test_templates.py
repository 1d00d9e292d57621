"""Recurring invoice templates, and the documents that they make as time passes."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.suites.count.factories import NOBODY, Factory, Record


def made_by(api: Api, make: Factory, template: Record) -> list[Record]:
    ids = make.read_template(template)["generatedInvoiceIds"]
    return [make.read({"id": each}) for each in ids]


def test_a_template_is_paused_until_it_is_told_to_run(api: Api, make: Factory) -> None:
    template = make.template(dueDate=make.day(14))
    where = {"templateId": template["id"]}
    assert (template["status"], template["isDraft"], template["nextRunDate"]) == (
        "paused",
        True,
        None,
    )
    assert (template["total"], template["recurrenceInterval"]) == (100, 1)

    resumed = api.call("recurring_invoice_templates.resume", expect=200, body={}, **where)["data"]
    assert (resumed["status"], resumed["isDraft"]) == ("active", False)
    paused = api.call("recurring_invoice_templates.pause", expect=200, **where)["data"]
    assert (paused["status"], paused["nextRunDate"]) == ("paused", None)
    assert api.call("recurring_invoice_templates.pause", expect=200, **where)["data"] == paused


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("bi-weekly", "biweekly"), ("bi_weekly", "biweekly"), ("annually", "yearly")],
)
@pytest.mark.assumed
def test_aliases_of_patterns_are_resolved(make: Factory, sent: str, kept: str) -> None:
    assert make.template(recurrencePattern=sent)["recurrencePattern"] == kept


@pytest.mark.parametrize(
    "fields",
    [
        {"recurrencePattern": "hourly"}, {"recurrencePattern": None}, {"recurrenceInterval": 0},
        {"inAdvanceCreationDays": -1}, {"dueDate": "2000-01-01"}, {"products": []},
    ],
)  # fmt: skip
def test_a_bad_value_is_refused(api: Api, make: Factory, fields: Record) -> None:
    body = {**make.invoice_body(), "recurrencePattern": "monthly", **fields}
    refusal = api.call("recurring_invoice_templates.create", expect=400, body=body)

    assert refusal["code"] == "validation_error"


def test_memos_do_not_recur(api: Api, make: Factory) -> None:
    body = {**make.invoice_body(), "recurrencePattern": "monthly", "invoiceType": "memo"}
    template = make.template()
    for operation, expected, more in (
        ("recurring_invoice_templates.create", 400, {}),
        ("invoices.create", 400, {}),
        ("recurring_invoice_templates.update", 400, {"templateId": template["id"]}),
    ):
        refusal = api.call(operation, expect=expected, body=body, **more)
        assert refusal["code"] == "memo_cannot_recur"


def test_references_are_checked(api: Api, make: Factory) -> None:
    body = {**make.invoice_body(customerUuid=NOBODY), "recurrencePattern": "weekly"}

    refusal = api.call("recurring_invoice_templates.create", expect=404, body=body)
    assert refusal["details"]["field"] == "customerUuid"


def test_the_list_hides_paused_ones_unless_asked(api: Api, make: Factory) -> None:
    notes = make.name("Listed")
    paused = make.template(notes=notes)
    active = make.template(notes=notes, isDraft=False, date=make.day(9), dueDate=make.day(9))

    def found(**query: object) -> list[str]:
        page = api.call(
            "recurring_invoice_templates.search", expect=200, query={"search": notes, **query}
        )["data"]
        assert page["records"] == page["recurringInvoiceTemplates"]
        return [each["id"] for each in page["records"]]

    assert found() == [active["id"]] == found(isDraft="false")
    assert found(isDraft="true") == [paused["id"]]
    assert found(isDraft="all") == [active["id"], paused["id"]]
    api.call("recurring_invoice_templates.search", expect=400, query={"isDraft": "some"})


def test_a_template_is_changed_and_deleted(api: Api, make: Factory) -> None:
    template = make.template()
    where = {"templateId": template["id"]}
    body = {"recurrencePattern": "weekly", "products": [make.line(5)], "colour": 1}
    changed = api.call("recurring_invoice_templates.update", expect=200, body=body, **where)["data"]
    assert (changed["recurrencePattern"], changed["total"]) == ("weekly", 5)
    assert changed["_partnerWarnings"][0]["field"] == "colour"

    api.call("recurring_invoice_templates.delete", expect=200, **where)
    api.call("recurring_invoice_templates.get", expect=404, **where)


@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_documents_are_made_on_their_days_in_order(
    api: Api, make: Factory, clock: ServerClock
) -> None:
    template = make.template(
        recurrencePattern="weekly",
        date=make.day(3),
        dueDate=make.day(17),
        isDraft=False,
        tagUuids=[make.tag()["id"]],
    )
    days = [make.day(3 + 7 * n) for n in range(4)]
    assert template["nextRunDate"] == days[0]
    clock.advance(days=2)
    assert made_by(api, make, template) == []
    clock.advance(days=1)
    assert [each["date"] for each in made_by(api, make, template)] == days[:1]
    clock.advance(days=14)
    made = made_by(api, make, template)

    assert [each["date"] for each in made] == days[:3]
    assert made[0]["dueDate"] == make.day(0)
    assert {each["status"] for each in made} == {"approved"}
    assert {each["recurringTemplateId"] for each in made} == {template["id"]}
    assert {each["total"] for each in made} == {100}
    numbers = [int(each["invoiceNumber"]) for each in made]
    assert numbers == sorted(numbers)
    assert made[0]["tagUuids"] == template["tagUuids"]
    after = make.read_template(template)
    assert (after["lastRunDate"], after["nextRunDate"]) == (days[2], days[3])


@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_what_was_missed_while_paused_is_skipped(
    api: Api, make: Factory, clock: ServerClock
) -> None:
    template = make.template(recurrencePattern="daily", isDraft=False, dueDate=make.day())
    where = {"templateId": template["id"]}
    assert len(made_by(api, make, template)) == 1
    api.call("recurring_invoice_templates.pause", expect=200, **where)
    clock.advance(days=5)
    assert len(made_by(api, make, template)) == 1
    resumed = api.call("recurring_invoice_templates.resume", expect=200, **where)["data"]

    assert resumed["nextRunDate"] == make.day()
    assert [each["date"] for each in made_by(api, make, template)][1:] == [make.day()]


@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_documents_may_be_made_ahead_of_their_day(
    api: Api, make: Factory, clock: ServerClock
) -> None:
    template = make.template(
        recurrencePattern="monthly",
        date=make.day(10),
        dueDate=make.day(10),
        inAdvanceCreationDays=4,
        isDraft=False,
    )
    day = make.day(10)
    clock.advance(days=5)
    assert made_by(api, make, template) == []
    clock.advance(days=1)

    assert [each["date"] for each in made_by(api, make, template)] == [day]


@pytest.mark.assumed
def test_an_invoice_may_start_a_schedule(api: Api, make: Factory) -> None:
    invoice = make.invoice(recurrencePattern="monthly", inAdvanceCreationDays=2)
    template = make.read_template({"id": invoice["recurringTemplateId"]})

    assert (template["status"], template["recurrencePattern"]) == ("active", "monthly")
    assert template["inAdvanceCreationDays"] == 2
    assert template["generatedInvoiceIds"] == [invoice["id"]]
    assert (template["lastRunDate"], template["date"]) == (invoice["date"], invoice["date"])
    assert template["nextRunDate"] > invoice["date"]


@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_a_month_without_the_day_uses_its_last(api: Api, make: Factory, clock: ServerClock) -> None:
    year = clock.today().year + 1
    template = make.template(
        date=f"{year}-01-31", dueDate=f"{year}-01-31", isDraft=False, recurrencePattern="monthly"
    )
    where = {"templateId": template["id"]}
    clock.advance(days=(clock.today().replace(year=year, month=4, day=1) - clock.today()).days)
    dates = [each["date"] for each in made_by(api, make, template)]
    api.call("recurring_invoice_templates.delete", expect=200, **where)

    assert dates[0] == f"{year}-01-31"
    assert dates[1] in (f"{year}-02-28", f"{year}-02-29")
    assert dates[2] == f"{year}-03-31"


def test_the_end_of_the_calendar_ends_a_schedule(make: Factory) -> None:
    template = make.template(
        date="9999-12-31", dueDate="9999-12-31", recurrencePattern="yearly", isDraft=False
    )

    assert template["nextRunDate"] == "9999-12-31"
    invoice = make.invoice(date="9999-12-31", dueDate="9999-12-31", recurrencePattern="daily")
    assert make.read_template({"id": invoice["recurringTemplateId"]})["nextRunDate"] is None
