"""E-mails: the requests that queue them, and their recipients."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.factories import (
    CANCELLED,
    PAID,
    UNKNOWN_ID,
    Factory,
    Record,
    line,
)

Outbox = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def outbox(target: Target) -> Outbox:
    """Return a function that lists the messages queued since the test began."""
    control = target.control
    assert control is not None
    before = len(control.outbox())
    return lambda: control.outbox()[before:]


@rule(
    "send-email of an invoice with status {status} gets 200 and does not change it.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("status", [2, 3, 4, PAID, CANCELLED])
def test_an_invoice_in_any_status_but_draft_can_be_sent_and_does_not_change(
    api: Api, factory: Factory, status: int
) -> None:
    invoice = factory.invoice()
    body = {"status": status}
    before = api.call("invoices.set_status", expect=200, invoiceId=invoice["id"], body=body)["data"]
    response = api.call("invoices.send_email", expect=200, invoiceId=invoice["id"])

    assert response["data"]["id"] == invoice["id"]
    assert factory.read("invoices", invoice) == before


@rule(
    "send-email of a Draft gets 409 and leaves it as it was.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_a_draft_cannot_be_sent(api: Api, factory: Factory) -> None:
    draft = factory.invoice()
    response = api.call("invoices.send_email", expect=409, invoiceId=draft["id"])

    assert factory.read("invoices", draft) == draft
    assert response["message"]
    if api.target.is_mock:
        assert response["message"] == "Invoice is still a draft"


@rule(
    "send-email of an invoice id that does not exist gets 404.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_an_unknown_invoice_cannot_be_sent(api: Api) -> None:
    assert api.call("invoices.send_email", expect=404, invoiceId=UNKNOWN_ID)["message"]


@rule(
    "send-email of an estimate with status `draft` gets 409.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_a_draft_estimate_cannot_be_sent(api: Api, factory: Factory) -> None:
    response = api.call("estimates.send_email", expect=409, estimateId=factory.estimate()["id"])

    assert response["message"]


@rule(
    "send-email of a published estimate gets 200 and does not change it.",
    source="Documented: docs-api.growcrm.io/estimates",
)
def test_a_published_estimate_can_be_sent_and_does_not_change(api: Api, factory: Factory) -> None:
    estimate = factory.estimate()
    before = api.call("estimates.publish", expect=200, estimateId=estimate["id"])["data"]
    response = api.call("estimates.send_email", expect=200, estimateId=estimate["id"])

    assert response["data"]["id"] == estimate["id"]
    assert factory.read("estimates", estimate) == before


def client_with_email(factory: Factory) -> tuple[Record, str]:
    """Create a client; also return its account owner's e-mail address."""
    address = factory.email()
    return factory.client(email=address), address


@rule(
    "Publishing an invoice queues one e-mail, to the account owner of its client and to no other contact.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.needs("outbox")
def test_publishing_queues_one_email_to_the_account_owner(
    api: Api, factory: Factory, outbox: Outbox
) -> None:
    client, address = client_with_email(factory)
    factory.contact(client)
    invoice = factory.published_invoice(client, amount=None)

    assert [(message["to"], message["about"]) for message in outbox()] == [
        (address, f"invoices/{invoice['id']}")
    ]


@rule(
    "Each send-email of an invoice queues one more e-mail to the account owner.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.needs("outbox")
def test_each_send_queues_one_more_email(api: Api, factory: Factory, outbox: Outbox) -> None:
    client, address = client_with_email(factory)
    invoice = factory.published_invoice(client, amount=None)
    api.call("invoices.send_email", expect=200, invoiceId=invoice["id"])
    api.call("invoices.send_email", expect=200, invoiceId=invoice["id"])

    assert [message["to"] for message in outbox()] == [address] * 3


@rule(
    "The e-mail about an invoice has its number, INV- and six digits, in the subject and its final amount in the text.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.needs("outbox")
def test_the_email_names_the_invoice_and_its_amount(
    api: Api, factory: Factory, outbox: Outbox
) -> None:
    client, _ = client_with_email(factory)
    invoice = factory.invoice(client, items=[line(rate=1234.5)])
    api.call("invoices.publish", expect=200, invoiceId=invoice["id"])
    message = outbox()[-1]

    assert f"INV-{invoice['id']:06d}" in message["subject"]
    assert "1234.50" in message["body"]


@rule(
    "A publish that gets 409 queues no e-mail.", source="Documented: docs-api.growcrm.io/invoices"
)
@pytest.mark.needs("outbox")
def test_a_rejected_publish_queues_no_email(api: Api, factory: Factory, outbox: Outbox) -> None:
    invoice = factory.published_invoice()
    before = len(outbox())
    api.call("invoices.publish", expect=409, invoiceId=invoice["id"])

    assert len(outbox()) == before


@rule(
    "An invoice of a client without account owner can be published, and no e-mail is queued.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.needs("outbox")
def test_publishing_without_an_account_owner_succeeds_and_queues_no_email(
    api: Api, factory: Factory, outbox: Outbox
) -> None:
    client = factory.client()
    api.call("contacts.delete", expect=200, contactId=client["owner"]["id"])
    invoice = factory.published_invoice(client)

    assert invoice["status"]["id"] == 2
    assert outbox() == []


@rule(
    "Publishing an estimate queues one e-mail to the account owner of its client.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.needs("outbox")
def test_publishing_an_estimate_queues_one_email_to_the_account_owner(
    api: Api, factory: Factory, outbox: Outbox
) -> None:
    client, address = client_with_email(factory)
    estimate = factory.estimate(client)
    api.call("estimates.publish", expect=200, estimateId=estimate["id"])

    assert [(message["to"], message["about"]) for message in outbox()] == [
        (address, f"estimates/{estimate['id']}")
    ]


@rule(
    "POST /payments with `send_payment_email` {requested} queues {emails} e-mails.",
    source="Documented: docs-api.growcrm.io/payments",
)
@pytest.mark.needs("outbox")
@pytest.mark.parametrize(("requested", "emails"), [("yes", 1), ("no", 0), (None, 0)])
def test_a_payment_queues_an_email_only_on_request(
    api: Api, factory: Factory, outbox: Outbox, requested: str | None, emails: int
) -> None:
    invoice = factory.published_invoice()
    before = len(outbox())
    factory.payment(invoice, 40, send_payment_email=requested)

    assert len(outbox()) - before == emails


@rule(
    "POST /clients with `send_email` {requested} queues {emails} e-mails.",
    source="Documented: docs-api.growcrm.io/clients",
)
@pytest.mark.needs("outbox")
@pytest.mark.parametrize(("requested", "emails"), [("yes", 1), ("no", 0), (None, 0)])
def test_a_new_client_queues_an_email_only_on_request(
    factory: Factory, outbox: Outbox, requested: str | None, emails: int
) -> None:
    address = factory.email()
    factory.client(email=address, send_email=requested)

    assert [message["to"] for message in outbox()] == [address] * emails


@rule(
    "POST /contacts with `send_email` {requested} queues {emails} e-mails.",
    source="Documented: docs-api.growcrm.io/contacts",
)
@pytest.mark.needs("outbox")
@pytest.mark.parametrize(("requested", "emails"), [("yes", 1), (None, 0)])
def test_a_new_contact_queues_an_email_only_on_request(
    factory: Factory, outbox: Outbox, requested: str | None, emails: int
) -> None:
    client = factory.client()
    address = factory.email()
    factory.contact(client, email=address, send_email=requested)

    assert [message["to"] for message in outbox()] == [address] * emails
