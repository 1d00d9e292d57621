"""PDF documents."""

from email.message import EmailMessage
from io import BytesIO

import pytest
from pypdf import PdfReader

from mockvoice_contracts.harness.client import Api, Response
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, id_parameter


def extract_text(response: Response) -> str:
    assert response.content.startswith(b"%PDF-")
    assert response.content.rstrip().endswith(b"%%EOF")
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


def file_name(response: Response) -> str | None:
    """Return the name under which an attachment is saved; the header may quote it or not."""
    header = EmailMessage()
    header["Content-Disposition"] = response.headers["content-disposition"]
    assert header.get_content_disposition() == "attachment"
    return header.get_filename()


@rule(
    "GET /invoices/ID/pdf is the attachment factura-NUMBER.pdf with number, dates as d/m/Y, customer, series, amounts as RD$1,234.56 and notes.",
    source="Observed: github.com/luisscruza/optiflow, resources/views/invoices/pdf.blade.php and app/Actions/GenerateInvoicePdfAction.php",
)
@pytest.mark.parametrize("accept", ["application/pdf", "application/json", "*/*"])
def test_the_pdf_of_an_invoice_shows_its_data(api: Api, factory: Factory, accept: str) -> None:
    invoice = factory.invoice(
        {"quantity": 2, "unit_price": 1250, "taxes": [factory.tax_id("itbis 18.00")]}, notes="Gracias",
        issue_date="2026-03-02", due_date="2026-04-01",
    )  # fmt: skip
    response = api.exchange(
        "invoices.pdf", expect=200, headers={"Accept": accept}, **id_parameter("invoices", invoice)
    )
    text = extract_text(response)

    number = invoice["document_number"]
    assert file_name(response) == f"factura-{number}.pdf"
    symbol = factory.default_currency["symbol"]
    for expected in (number, "02/03/2026", "01/04/2026", f"{symbol}2,500.00", f"{symbol}450.00", f"{symbol}2,950.00",
                  "Gracias"):  # fmt: skip
        assert expected in text
    unwrapped_text = text.replace("\n", " ")
    assert factory.customer["name"] in unwrapped_text
    assert invoice["document_subtype"]["name"] in unwrapped_text


@rule(
    "The PDF files of quotations and payments have number, dates and amount, and the receipt of a voided payment says so.",
    source="Assumed: the source shows only the content of an invoice's PDF",
)
@pytest.mark.assumed
def test_quotations_and_receipts_can_be_downloaded_as_pdf(api: Api, factory: Factory) -> None:
    quotation, invoice = factory.quotation(due_date="2027-01-31"), factory.invoice()
    payment = factory.payment(invoice, "12.34")
    quote_pdf = api.exchange("quotations.pdf", expect=200, **id_parameter("quotations", quotation))
    receipt_pdf = api.exchange("payments.pdf", expect=200, **id_parameter("payments", payment))
    api.call("payments.delete", expect=204, **id_parameter("payments", payment))
    voided_pdf = api.exchange("payments.pdf", expect=200, **id_parameter("payments", payment))

    assert file_name(quote_pdf) == f"cotizacion-{quotation['document_number']}.pdf"
    assert "31/01/2027" in extract_text(quote_pdf)
    assert file_name(receipt_pdf) == f"recibo-{payment['payment_number']}.pdf"
    assert "12.34" in extract_text(receipt_pdf)
    assert invoice["document_number"] in extract_text(receipt_pdf)
    assert "Anulado" in extract_text(voided_pdf)


@rule(
    "Markup in description and notes appears as text in the PDF file.",
    source="Assumed: Blade templates escape text by default",
)
@pytest.mark.assumed
def test_markup_in_a_document_is_rendered_as_text(api: Api, factory: Factory) -> None:
    markup = "<img src='file:///etc/passwd'/> & <b> 日本 \u0007"
    invoice = factory.invoice({"description": markup}, notes=markup)
    response = api.exchange("invoices.pdf", expect=200, **id_parameter("invoices", invoice))

    assert "<img" in extract_text(response)
