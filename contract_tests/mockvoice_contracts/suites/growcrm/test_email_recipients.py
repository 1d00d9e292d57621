"""Recipients and contents of e-mails after changes."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.concurrent_requests import send_concurrently
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.factories import (
    Factory,
    Record,
    id_parameter,
    line,
    required_header,
)

Outbox = Callable[[], list[dict[str, Any]]]
BILLS = pytest.mark.parametrize("kind", ["invoices", "estimates"])
pytestmark = pytest.mark.needs("outbox")


@pytest.fixture
def outbox(target: Target) -> Outbox:
    """Return a function that lists the messages queued since the test began."""
    control = target.control
    assert control is not None
    before = len(control.outbox())
    return lambda: control.outbox()[before:]


def create(factory: Factory, kind: str, client: Record, **fields: Any) -> Record:
    bill: Record = getattr(factory, kind[:-1])(client, **fields)
    return bill


@rule(
    "send-email of {kind} queues one more e-mail to the account owner of the client.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@BILLS
def test_each_send_queues_one_email(api: Api, factory: Factory, outbox: Outbox, kind: str) -> None:
    address = factory.email()
    bill = create(factory, kind, factory.client(email=address))
    path = id_parameter(kind, bill)
    api.call(f"{kind}.publish", expect=200, **path)
    api.call(f"{kind}.send_email", expect=200, **path)

    assert [message["to"] for message in outbox()] == [address] * 2


@rule(
    "After a contact became account owner ({operation}), e-mails about {kind} go to this contact only.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@BILLS
@pytest.mark.parametrize("operation", ["clients.set_owner", "contacts.set_account_owner"])
def test_emails_go_to_the_present_account_owner(
    api: Api, factory: Factory, outbox: Outbox, kind: str, operation: str
) -> None:
    client, address = factory.client(), factory.email()
    contact = factory.contact(client, email=address)
    if operation == "clients.set_owner":
        api.call(operation, expect=200, clientId=client["id"], body={"owner": contact["id"]})
    else:
        api.call(operation, expect=200, contactId=contact["id"])
    bill = create(factory, kind, client)
    api.call(f"{kind}.publish", expect=200, **id_parameter(kind, bill))

    assert [message["to"] for message in outbox()] == [address]


@rule(
    "After the `email` of the account owner has changed, e-mails about {kind} go to the new address.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@BILLS
def test_emails_go_to_the_present_address(
    api: Api, factory: Factory, outbox: Outbox, kind: str
) -> None:
    client, address = factory.client(), factory.email()
    body = {"first_name": "Ada", "last_name": "Moved", "email": address}
    api.call("contacts.update", expect=200, contactId=client["owner"]["id"], body=body)
    bill = create(factory, kind, client)
    api.call(f"{kind}.publish", expect=200, **id_parameter(kind, bill))

    assert [message["to"] for message in outbox()] == [address]


@rule(
    "send-email of an invoice has the final amount of the moment: 1,100 less a discount of 100 and plus 20 % tax, then other lines.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_email_has_the_present_amount(api: Api, factory: Factory, outbox: Outbox) -> None:
    invoice = factory.invoice(items=[line(rate=1100)], rates=["20"])
    path = {"invoiceId": invoice["id"]}
    discount = {"bill_discount_type": "fixed", "bill_discount_amount": 100}
    api.call("invoices.update", expect=200, body={**required_header(invoice), **discount}, **path)
    api.call("invoices.publish", expect=200, **path)
    factory.payment(invoice, 500)
    api.call("invoices.set_items", expect=200, body={"items": [line(rate=445.67)]}, **path)
    api.call("invoices.send_email", expect=200, **path)
    first, second = (message["body"] for message in outbox())

    assert "1200.00" in first
    assert "345.67" in second
    assert "1200.00" not in second


@rule(
    "Two simultaneous publish requests of one draft in {kind} queue one e-mail.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@BILLS
def test_a_draft_published_twice_at_once_is_sent_once(
    api: Api, factory: Factory, outbox: Outbox, kind: str
) -> None:
    bills = [create(factory, kind, factory.client()) for _ in range(3)]
    for bill in bills:
        path = id_parameter(kind, bill)
        send_concurrently(
            api,
            *[lambda client: client.call(f"{kind}.publish", expect=(200, 409), **path)] * 2,  # noqa: B023
        )

    assert len(outbox()) == len(bills)
