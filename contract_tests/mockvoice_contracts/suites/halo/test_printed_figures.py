"""The figures and facts in the PDF of an invoice, after changes of the invoice."""

import io
from html import unescape

import pytest
from pypdf import PdfReader

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

pytestmark = pytest.mark.assumed


def pdf_text(api: Api, invoice: Record) -> str:
    """Return the text of all pages of an invoice's PDF, with single spaces."""
    response = api.exchange(
        "invoice.pdf", expect=200, invoiceId=invoice["id"], headers={"Accept": "application/pdf"}
    )
    pages = PdfReader(io.BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def check_figures(api: Api, factory: Factory, invoice: Record, *amounts: str) -> None:
    """Check that PDF, printhtml and the description show the figures of the API.

    ``amounts`` are Net, Tax, Total, Paid and Due as printed.
    """
    current = factory.read(invoice)
    printed = dict(zip(("Net", "Tax", "Total", "Paid", "Due"), amounts, strict=True))
    text = pdf_text(api, invoice)
    description = api.call("invoice.pdf", expect=200, invoiceId=invoice["id"])

    figures = [
        current[name] for name in ("revenue", "tax_total", "total", "amountpaid", "amountdue")
    ]
    assert [f"{figure:,.2f}" for figure in figures] == [
        amount.replace(current["currency"], "") for amount in amounts
    ]
    assert " ".join(f"{label} {amount}" for label, amount in printed.items()) in text
    for label, amount in printed.items():
        assert f"<td>{label}</td><td>{amount}</td>" in description["printhtml"], label
    assert (description["total"], description["amountdue"]) == (
        current["total"],
        current["amountdue"],
    )


@rule(
    "The PDF, printhtml, total and amountdue of POST /Invoice/PDF are those of the invoice after payments, a new line, "
    "a deleted payment and a credit.",
    source="Assumed: the content of the file has no source",
)
def test_printed_figures_follow_payments_lines_and_credits(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    invoice = factory.invoice(
        line(1000, tax_rate=20, discount_perc=10), client_id=client, currency="£"
    )
    check_figures(api, factory, invoice, "£900.00", "£180.00", "£1,080.00", "£0.00", "£1,080.00")

    payment = factory.payment(invoice, 80.5)
    check_figures(api, factory, invoice, "£900.00", "£180.00", "£1,080.00", "£80.50", "£999.50")

    factory.save("invoice", {"id": invoice["id"], "add_lines": [line(100)]})
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    check_figures(api, factory, invoice, "£1,000.00", "£180.00", "£1,180.00", "£0.00", "£1,180.00")

    credit = factory.invoice(line(-180), client_id=client, invoicetype=1)
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 180}
    factory.save("invoice", {"id": invoice["id"], **use})
    check_figures(
        api, factory, invoice, "£1,000.00", "£180.00", "£1,180.00", "£180.00", "£1,000.00"
    )


@rule(
    "The PDF of a voided invoice says so and has nothing due; the PDF of a credit has its negative amounts.",
    source="Assumed: the content of the file has no source",
)
def test_a_voided_invoice_and_a_credit_are_printed_as_such(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(100, tax_rate=20), currency="£")
    credit = factory.save("invoice", {"id": invoice["id"], "_create_credit_note": True})
    api.call("invoice.void", expect=200, invoiceId=invoice["id"])

    printed = pdf_text(api, invoice)
    assert "Voided" in printed
    assert "Due £0.00" in printed
    assert api.call("invoice.pdf", expect=200, invoiceId=invoice["id"])["voided"] is True
    printed_credit = pdf_text(api, credit)
    assert f"Credit {credit['invoicenumber']}" in printed_credit
    assert "120.00" in printed_credit
    assert "Voided" not in printed_credit


@rule(
    "The PDF shows the current number, client, date, due date and reference, amounts with the symbol of the invoice's "
    "currency, and no line with hide_on_pdf or isinactive.",
    source="Assumed: the content of the file has no source",
)
def test_printed_facts_are_current(api: Api, factory: Factory) -> None:
    currency = factory.currency(symbol="$")["id"]
    invoice = factory.invoice(line(5), line(7, item_shortdescription="Secret", hide_on_pdf=True),
                              line(9, item_shortdescription="Retired", isinactive=True),
                              currency_code=currency, invoice_date="2026-01-05")  # fmt: skip
    number, name = factory.unique_name("N"), factory.unique_name("C")
    changes = {"invoicenumber": number, "duedate": "2026-04-05", "reference": "PO 7"}
    factory.save("invoice", {"id": invoice["id"], **changes})
    factory.save("client", {"id": invoice["client_id"], "name": name})

    printed = pdf_text(api, invoice)

    for expected in (
        number,
        name,
        "2026-01-05",
        "2026-04-05",
        "PO 7",
        "Total $12.00",
        "Due $12.00",
    ):
        assert expected in printed, expected
    assert "Secret" not in printed
    assert "Retired" not in printed


@rule(
    "The file, printhtml and the description of POST /Invoice/PDF have the current number and client, also of a credit "
    "and a PO invoice (invoicetype {kind}).",
    source="Assumed: the content of the file has no source",
)
@pytest.mark.parametrize(("kind", "price"), [(0, 5), (1, -5), (2, 5)])
def test_the_number_and_the_client_are_printed_everywhere(
    api: Api, factory: Factory, kind: int, price: int
) -> None:
    sent = {"invoicetype": kind, "invoicenumber": factory.unique_name("N")}
    invoice = factory.invoice(line(price), **sent)
    number, name = factory.unique_name("N"), factory.unique_name("C")
    factory.save("invoice", {"id": invoice["id"], "invoicenumber": number})
    factory.save("client", {"id": invoice["client_id"], "name": name})

    description = api.call("invoice.pdf", expect=200, invoiceId=invoice["id"])
    html, text = unescape(description["printhtml"]), pdf_text(api, invoice)

    assert description["id"] == invoice["id"]
    assert (description["invoicenumber"], description["client_name"]) == (number, name)
    assert (number in html, name in html) == (True, True)
    assert (number in text, name in text) == (True, True)
