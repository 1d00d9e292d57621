"""PDF documents."""

import re
from decimal import Decimal
from email.message import EmailMessage
from io import BytesIO

import pytest
from pypdf import PdfReader

from mockvoice_contracts.harness.client import Api, Response
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter


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


def figures(response: Response, symbol: str) -> list[str]:
    """Return the amounts of a PDF file with this currency symbol, in the order of the text."""
    pattern = re.escape(symbol) + r"\s?(-?[\d,]+\.\d{2})"
    return re.findall(pattern, extract_text(response).replace("\n", " "))


def printed(text: str) -> str:
    """Return an amount of the API in the format of the PDF files: ``1,234.56``."""
    return f"{Decimal(text):,.2f}"


def check_figures(
    api: Api, factory: Factory, invoice: Record, symbol: str, *names: str
) -> list[str]:
    """Check that an invoice's PDF file shows these amounts of the API, and return its amounts."""
    response = api.exchange("invoices.pdf", expect=200, **id_parameter("invoices", invoice))
    shown, current = figures(response, symbol), factory.read("invoices", invoice)
    for name in names:
        assert printed(current[name]) in shown, f"{name} {current[name]} is not among {shown}"
    return shown


@rule(
    "After a part payment, its change and its voiding, the PDF of an invoice shows the amount_due of the API, and no earlier one.",
    source="Observed: github.com/luisscruza/optiflow, resources/views/invoices/pdf.blade.php (amount due)",
)
def test_the_pdf_shows_the_open_balance(api: Api, factory: Factory) -> None:
    symbol = factory.default_currency["symbol"]
    invoice = factory.invoice({"unit_price": 2500, "taxes": [factory.tax_id("itbis 18.00")]})
    untouched = check_figures(api, factory, invoice, symbol, "amount_due")
    payment = factory.payment(invoice, "1000.01")
    part_paid = check_figures(api, factory, invoice, symbol, "amount_due", "total_amount")
    factory.update("payments", payment, amount="1234.56")
    changed = check_figures(api, factory, invoice, symbol, "amount_due", "total_amount")
    api.call("payments.delete", expect=204, **id_parameter("payments", payment))
    voided = check_figures(api, factory, invoice, symbol, "amount_due")

    assert part_paid.count("2,950.00") < untouched.count("2,950.00")
    assert ("1,949.99" in part_paid, "1,949.99" in changed) == (True, False)
    assert ("1,715.44" in changed, "1,715.44" in voided) == (True, False)
    assert voided.count("2,950.00") == untouched.count("2,950.00")


@rule(
    "The PDF of an invoice in another currency shows its amounts with that currency's symbol: subtotal, discount, each tax, total and balance.",
    source="Observed: github.com/luisscruza/optiflow, resources/views/invoices/pdf.blade.php",
)
def test_the_pdf_shows_discount_taxes_and_currency(api: Api, factory: Factory) -> None:
    body = {**factory.currency_body(), "symbol": "Q$"}
    currency = factory.create("currencies.create", body)
    account = factory.bank_account(currency_id=currency["id"])
    taxes = [factory.tax_id("itbis 18.00"), factory.tax_id("propina_legal 10.00")]
    lines = [
        {"quantity": "1.5", "unit_price": 6400, "discount_amount": 600, "taxes": taxes},
        {"unit_price": "75.50", "taxes": taxes[:1]},
    ]
    invoice = factory.invoice(*lines, currency_id=currency["id"])
    factory.payment(invoice, 5000, bank_account_id=account["id"])
    names = ("subtotal_amount", "discount_amount", "total_amount", "amount_due")
    shown = check_figures(api, factory, invoice, "Q$", *names)

    first, second = invoice["items"]
    tax = sum(Decimal(line["taxes"][0]["amount"]) for line in (first, second))
    for amount in (first["taxes"][1]["amount"], str(tax), first["total"], second["total"]):
        assert printed(amount) in shown


@rule(
    "After an update of its items and of its discount, the PDF of {kind} shows the total of the API, and no earlier one.",
    source="Observed: github.com/luisscruza/optiflow, resources/views/invoices/pdf.blade.php",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_the_pdf_follows_an_update(api: Api, factory: Factory, kind: str) -> None:
    symbol = factory.default_currency["symbol"]
    document = factory.document(kind, {"unit_price": 1111}, {"unit_price": 2222})
    items = [{"id": document["items"][1]["id"], "discount_rate": 10}]
    updated = factory.update(kind, document, items=items)
    response = api.exchange(f"{kind}.pdf", expect=200, **id_parameter(kind, document))
    shown = figures(response, symbol)

    for name in ("subtotal_amount", "discount_amount", "total_amount"):
        assert printed(updated[name]) in shown
    assert "3,333.00" not in shown


@rule(
    "The receipt of a payment shows its amount after an update, with the symbol of its currency.",
    source="Assumed: the source shows only the content of an invoice's PDF",
)
@pytest.mark.assumed
def test_a_receipt_follows_an_update(api: Api, factory: Factory) -> None:
    symbol = factory.default_currency["symbol"]
    payment = factory.payment(factory.invoice({"unit_price": 5000}), "1234.50")
    factory.update("payments", payment, amount="4321.09")
    response = api.exchange("payments.pdf", expect=200, **id_parameter("payments", payment))

    assert figures(response, symbol) == ["4,321.09"]
