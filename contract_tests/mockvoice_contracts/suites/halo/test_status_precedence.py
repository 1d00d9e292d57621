"""Which status an invoice has if several apply, and which form of a PDF if several are accepted."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

SENT, POSTED, APPROVED = {"datesent": "2026-01-01"}, {"posted": True}, {"approval_status": 2}


@rule(
    "Of the statuses that apply, status_name is the first of Voided, Paid, Part paid, Posted, Sent, Approved.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_highest_status_decides(api: Api, factory: Factory) -> None:
    invoice, other = (factory.invoice(line(10), **APPROVED) for _ in range(2))
    sent = factory.save("invoice", {"id": invoice["id"], **SENT})
    posted = factory.save("invoice", {"id": invoice["id"], **POSTED})
    factory.payment(invoice, 5)
    part_paid = factory.read(invoice)
    factory.payment(invoice, 5)
    paid = factory.read(invoice)
    factory.save("invoice", {"id": other["id"], **SENT, **POSTED})
    voided = api.call("invoice.void", expect=200, invoiceId=other["id"])

    records = (invoice, sent, posted, part_paid, paid, voided)
    names = [record["status_name"] for record in records]
    assert names == ["Approved", "Sent", "Posted", "Part paid", "Paid", "Voided"]


@rule(
    "The status does not depend on what was set first: a posted invoice that is sent is Posted, a paid one Paid.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("lower", [SENT, APPROVED, SENT | APPROVED])
def test_a_lower_status_that_is_set_later_does_not_decide(factory: Factory, lower: Record) -> None:
    posted = factory.invoice(line(10), **POSTED)
    paid = factory.invoice(line(10), **POSTED)
    factory.payment(paid, 10)
    names = [
        factory.save("invoice", {"id": invoice["id"], **lower})["status_name"]
        for invoice in (posted, paid)
    ]

    assert names == ["Posted", "Paid"]


@rule(
    "A credit stays Credit if it is sent, posted and approved.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_credit_has_its_own_status(factory: Factory) -> None:
    credit = factory.invoice(line(-1), typeid=1, **SENT, **POSTED, **APPROVED)

    assert credit["status_name"] == "Credit"


@rule(
    "POST /Invoice/PDF returns the file only if nothing but application/pdf is accepted, here with Accept: {accept}.",
    source="Assumed: public sources disagree about the response",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/pdf", "application/pdf"),
        ("application/json", "application/json"),
        ("application/json, application/pdf", "application/json"),
        ("application/pdf, application/json;q=0.5", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
    ],
)
def test_the_file_is_sent_if_only_a_pdf_is_accepted(
    api: Api, factory: Factory, accept: str, media_type: str
) -> None:
    invoice = factory.invoice(line(5))
    response = api.exchange(
        "invoice.pdf", expect=200, invoiceId=invoice["id"], headers={"Accept": accept}
    )

    assert response.media_type == media_type
