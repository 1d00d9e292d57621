"""Publishing an invoice."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    DUE,
    OVERDUE,
    PAID,
    UNKNOWN_ID,
    Factory,
    line,
)
from mockvoice_contracts.suites.growcrm.messages import skip_unless_wording_is_fixed


@rule(
    "Publishing a draft whose `due_date` is in the future gives it status 2, Due.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_draft_that_is_not_yet_due_becomes_due(api: Api, factory: Factory) -> None:
    draft = factory.invoice(items=[line()], bill_due_date=factory.day(7))
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert published["status"] == {"id": DUE, "title": "Due", "color": "info"}


@rule(
    "Publishing a draft that is due today gives it status 2, Due.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_draft_that_is_due_today_becomes_due(api: Api, factory: Factory) -> None:
    draft = factory.invoice(bill_due_date=factory.day())
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert published["status"]["id"] == DUE


@rule(
    "Publishing a draft whose `due_date` has passed gives it status 3, Overdue.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_draft_whose_due_date_has_passed_becomes_overdue(api: Api, factory: Factory) -> None:
    draft = factory.invoice(bill_date=factory.day(-9), bill_due_date=factory.day(-1))
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert published["status"] == {"id": OVERDUE, "title": "Overdue", "color": "danger"}


@rule(
    "Publishing changes nothing but the status, and GET returns the same invoice.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_publishing_changes_nothing_but_the_status(api: Api, factory: Factory) -> None:
    draft = factory.invoice(items=[line()], bill_date=factory.day(-30), bill_notes="Kept")
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert {**published, "status": None} == {**draft, "status": None}
    assert factory.read("invoices", draft) == published


@rule(
    "A draft that was paid in full is Due (2) in the response to publish, and Paid (5) when it is read.",
    source="Assumed: the refresh on every read is a choice, after the CRM's web pages",
)
@pytest.mark.assumed
def test_a_draft_that_was_paid_in_full_is_paid_at_the_next_read(api: Api, factory: Factory) -> None:
    """The status follows from the payments whenever an invoice is read."""
    draft = factory.invoice(items=[line(rate=80)])
    factory.payment(draft, 80)
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert published["status"]["id"] == DUE
    assert factory.read("invoices", draft)["status"]["id"] == PAID


@rule(
    "An invoice without lines can be published.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_empty_invoice_can_be_published(api: Api, factory: Factory) -> None:
    draft = factory.invoice()
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert published["line_items"] == []
    assert published["status"]["id"] == DUE


@rule(
    "A second publish of an invoice gets 409 and leaves it as it was.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_an_invoice_can_be_published_only_once(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice()
    response = api.call("invoices.publish", expect=409, invoiceId=invoice["id"])

    assert response["message"]
    assert factory.read("invoices", invoice) == invoice


@rule(
    "The 409 of a second publish has the message `This invoice has already been published`.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_publishing_twice_gets_the_error_text_of_the_vendor(api: Api, factory: Factory) -> None:
    skip_unless_wording_is_fixed(api)
    response = api.call("invoices.publish", expect=409, invoiceId=factory.published_invoice()["id"])

    assert response["message"] == "This invoice has already been published"


@rule(
    "Publishing an invoice with status {status} gets 409, and the status stays.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("status", [3, 4, 5, 20])
def test_only_a_draft_can_be_published(api: Api, factory: Factory, status: int) -> None:
    invoice = factory.invoice()
    api.call("invoices.set_status", expect=200, invoiceId=invoice["id"], body={"status": status})

    api.call("invoices.publish", expect=409, invoiceId=invoice["id"])
    assert factory.read("invoices", invoice)["status"]["id"] == status


@rule(
    "An invoice whose status was set back to 1 can be published again.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_invoice_set_back_to_draft_can_be_published_again(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice()
    api.call("invoices.set_status", expect=200, invoiceId=invoice["id"], body={"status": 1})
    published = api.call("invoices.publish", expect=200, invoiceId=invoice["id"])["data"]

    assert published["status"]["id"] == DUE


@rule(
    "After the status was set back to 1 by hand and published, payments no longer change the status.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_publishing_does_not_make_a_manual_status_automatic(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice(amount=100)
    api.call("invoices.set_status", expect=200, invoiceId=invoice["id"], body={"status": 1})
    api.call("invoices.publish", expect=200, invoiceId=invoice["id"])
    factory.payment(invoice, 100)

    assert factory.read("invoices", invoice)["status"]["id"] == DUE


@rule(
    "Publish of an invoice id that does not exist gets 404.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_an_unknown_invoice_cannot_be_published(api: Api) -> None:
    assert api.call("invoices.publish", expect=404, invoiceId=UNKNOWN_ID)["message"]


@rule(
    "Publish takes no body: one that is sent is ignored, even if it is not JSON.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_a_request_body_is_ignored(api: Api, factory: Factory) -> None:
    draft = factory.invoice()
    response = api.send("PUT", f"/api/invoices/{draft['id']}/publish", data=b'{"status": 20, ',
                     headers={"Content-Type": "application/json"})  # fmt: skip

    assert response.status == 200
    assert response.body["data"]["status"]["id"] == DUE
