"""Publishing an invoice, and sending it again."""

from contract_tests.growcrm.maker import NO_RECORD, Maker, line
from contract_tests.harness.client import Api

DRAFT, DUE, OVERDUE, PAID = 1, 2, 3, 5


def test_a_draft_that_is_not_yet_due_becomes_due(api: Api, make: Maker) -> None:
    draft = make.invoice(items=[line()], bill_due_date=make.day(7))
    answer = api.call("invoices.publish", expect=200, invoiceId=draft["id"])

    assert answer["data"]["status"] == {"id": DUE, "title": "Due", "color": "info"}
    assert answer["message"] == "Invoice published successfully."


def test_a_draft_that_is_due_today_becomes_due(api: Api, make: Maker) -> None:
    draft = make.invoice(bill_due_date=make.day())
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert published["status"]["title"] == "Due"


def test_a_draft_whose_due_date_has_passed_becomes_overdue(api: Api, make: Maker) -> None:
    draft = make.invoice(bill_date=make.day(-9), bill_due_date=make.day(-1))
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert published["status"] == {"id": OVERDUE, "title": "Overdue", "color": "danger"}


def test_publishing_changes_nothing_but_the_status(api: Api, make: Maker) -> None:
    draft = make.invoice(items=[line()], bill_date=make.day(-30), bill_notes="Kept")
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert {**published, "status": None} == {**draft, "status": None}


def test_an_empty_invoice_can_be_published(api: Api, make: Maker) -> None:
    draft = make.invoice()
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert published["line_items"] == []
    assert published["status"]["id"] == DUE


def test_an_invoice_is_published_once(api: Api, make: Maker) -> None:
    invoice = make.published()
    refused = api.call("invoices.publish", expect=409, invoiceId=invoice["id"])

    assert refused == {"message": "This invoice has already been published"}
    assert api.call("invoices.get", expect=200, invoiceId=invoice["id"])["data"] == invoice


def test_an_invoice_that_is_not_there_cannot_be_published(api: Api) -> None:
    refused = api.call("invoices.publish", expect=404, invoiceId=NO_RECORD)

    assert refused == {"message": "Item could not be found"}
