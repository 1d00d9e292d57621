"""What is e-mailed to whom."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.factories import (
    CANCELLED,
    PAID,
    UNKNOWN_ID,
    Factory,
    Record,
    line,
)

Sent = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def sent(target: Target) -> Sent:
    """The messages that have been queued since the test began."""
    powers = target.control
    assert powers is not None
    before = len(powers.outbox())
    return lambda: powers.outbox()[before:]


@pytest.mark.parametrize("status", [2, 3, 4, PAID, CANCELLED])
def test_an_invoice_in_any_status_but_draft_is_sent_and_stays_as_it_is(
    api: Api, make: Factory, status: int
) -> None:
    invoice = make.invoice()
    body = {"status": status}
    before = api.call("invoices.set_status", expect=200, invoiceId=invoice["id"], body=body)["data"]
    answer = api.call("invoices.send_email", expect=200, invoiceId=invoice["id"])

    assert answer["data"]["id"] == invoice["id"]
    assert make.read("invoices", invoice) == before


def test_a_draft_is_not_sent(api: Api, make: Factory) -> None:
    draft = make.invoice()
    refused = api.call("invoices.send_email", expect=409, invoiceId=draft["id"])

    assert refused == {"message": "Invoice is still a draft"}
    assert make.read("invoices", draft) == draft


def test_an_invoice_that_is_not_there_is_not_sent(api: Api) -> None:
    assert api.call("invoices.send_email", expect=404, invoiceId=UNKNOWN_ID)["message"]


def test_a_draft_estimate_is_not_sent(api: Api, make: Factory) -> None:
    refused = api.call("estimates.send_email", expect=409, estimateId=make.estimate()["id"])

    assert refused["message"]


def test_a_published_estimate_is_sent_and_stays_as_it_is(api: Api, make: Factory) -> None:
    estimate = make.estimate()
    before = api.call("estimates.publish", expect=200, estimateId=estimate["id"])["data"]
    answer = api.call("estimates.send_email", expect=200, estimateId=estimate["id"])

    assert answer["data"]["id"] == estimate["id"]
    assert make.read("estimates", estimate) == before


def person(make: Factory) -> tuple[Record, str]:
    """A client, and where its account owner gets mail."""
    address = make.email()
    return make.client(email=address), address


@pytest.mark.needs("outbox")
def test_publishing_queues_one_mail_to_the_account_owner(
    api: Api, make: Factory, sent: Sent
) -> None:
    client, address = person(make)
    make.contact(client)
    invoice = make.published_invoice(client, amount=None)

    assert [(mail["to"], mail["about"]) for mail in sent()] == [
        (address, f"invoices/{invoice['id']}")
    ]


@pytest.mark.needs("outbox")
def test_sending_again_queues_one_more_mail_each_time(api: Api, make: Factory, sent: Sent) -> None:
    client, address = person(make)
    invoice = make.published_invoice(client, amount=None)
    api.call("invoices.send_email", expect=200, invoiceId=invoice["id"])
    api.call("invoices.send_email", expect=200, invoiceId=invoice["id"])

    assert [mail["to"] for mail in sent()] == [address] * 3


@pytest.mark.needs("outbox")
def test_the_mail_names_the_invoice_and_its_amount(api: Api, make: Factory, sent: Sent) -> None:
    client, _ = person(make)
    invoice = make.invoice(client, items=[line(rate=1234.5)])
    api.call("invoices.publish", expect=200, invoiceId=invoice["id"])
    mail = sent()[-1]

    assert f"INV-{invoice['id']:06d}" in mail["subject"]
    assert "1234.50" in mail["body"]


@pytest.mark.needs("outbox")
def test_nothing_is_queued_when_publishing_is_refused(api: Api, make: Factory, sent: Sent) -> None:
    invoice = make.published_invoice()
    before = len(sent())
    api.call("invoices.publish", expect=409, invoiceId=invoice["id"])

    assert len(sent()) == before


@pytest.mark.needs("outbox")
def test_a_client_without_account_owner_gets_no_mail_and_publishing_succeeds(
    api: Api, make: Factory, sent: Sent
) -> None:
    client = make.client()
    api.call("contacts.delete", expect=200, contactId=client["owner"]["id"])
    invoice = make.published_invoice(client)

    assert invoice["status"]["id"] == 2
    assert sent() == []


@pytest.mark.needs("outbox")
def test_publishing_an_estimate_queues_one_mail_to_the_account_owner(
    api: Api, make: Factory, sent: Sent
) -> None:
    client, address = person(make)
    estimate = make.estimate(client)
    api.call("estimates.publish", expect=200, estimateId=estimate["id"])

    assert [(mail["to"], mail["about"]) for mail in sent()] == [
        (address, f"estimates/{estimate['id']}")
    ]


@pytest.mark.needs("outbox")
@pytest.mark.parametrize(("wanted", "mails"), [("yes", 1), ("no", 0), (None, 0)])
def test_a_payment_is_thanked_for_only_when_asked(
    api: Api, make: Factory, sent: Sent, wanted: str | None, mails: int
) -> None:
    invoice = make.published_invoice()
    before = len(sent())
    make.payment(invoice, 40, send_payment_email=wanted)

    assert len(sent()) - before == mails


@pytest.mark.needs("outbox")
@pytest.mark.parametrize(("wanted", "mails"), [("yes", 1), ("no", 0), (None, 0)])
def test_a_new_client_is_welcomed_only_when_asked(
    make: Factory, sent: Sent, wanted: str | None, mails: int
) -> None:
    address = make.email()
    make.client(email=address, send_email=wanted)

    assert [mail["to"] for mail in sent()] == [address] * mails


@pytest.mark.needs("outbox")
@pytest.mark.parametrize(("wanted", "mails"), [("yes", 1), (None, 0)])
def test_a_new_contact_is_welcomed_only_when_asked(
    make: Factory, sent: Sent, wanted: str | None, mails: int
) -> None:
    client = make.client()
    address = make.email()
    make.contact(client, email=address, send_email=wanted)

    assert [mail["to"] for mail in sent()] == [address] * mails
