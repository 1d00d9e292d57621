"""The PDF of an invoice, and the JSON response that describes it."""

import io

import pytest
from pypdf import PdfReader

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, line

pytestmark = pytest.mark.assumed


@rule(
    "The PDF of POST /Invoice/PDF has the number, client, lines, tax and total of the invoice.",
    source="Assumed: the content of the file has no source",
)
def test_the_pdf_has_number_client_lines_tax_and_total(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(40, qty_order=3, tax_rate=20, item_shortdescription="Wiring & <tests>"),
                        line(12.345, qty_order=10, discount_perc=10, tax_rate=20))  # fmt: skip

    response = api.exchange(
        "invoice.pdf", expect=200, invoiceId=invoice["id"], headers={"Accept": "application/pdf"}
    )
    text = " ".join(PdfReader(io.BytesIO(response.content)).pages[0].extract_text().split())

    for expected in (
        invoice["invoicenumber"],
        invoice["client_name"],
        "Wiring & <tests>",
        "120.00",
        "24.00",
        "46.22",
        "277.33",
    ):
        assert expected in text, expected


@rule(
    "The PDF and printhtml show unit prices with all decimals, and discounts.",
    source="Assumed: the content of the file has no source",
)
def test_unit_prices_keep_their_decimals_and_discounts_are_shown(
    api: Api, factory: Factory
) -> None:
    invoice = factory.invoice(line(12.345, qty_order=10, discount_perc=10, item_shortdescription="Cable"),
                              line(1200, qty_order=0.5, item_shortdescription="Rack"))  # fmt: skip
    symbol = invoice["currency"]

    response = api.exchange(
        "invoice.pdf", expect=200, invoiceId=invoice["id"], headers={"Accept": "application/pdf"}
    )
    text = " ".join(PdfReader(io.BytesIO(response.content)).pages[0].extract_text().split())
    html = api.call("invoice.pdf", expect=200, invoiceId=invoice["id"])["printhtml"]

    assert f"Cable 10 {symbol}12.345 10 % {symbol}111.11" in text
    assert f"Rack 0.5 {symbol}1,200.00 {symbol}600.00" in text
    assert f"<td>{symbol}12.345</td><td>10 %</td><td>{symbol}111.11</td>" in html


@rule(
    "The PDF of a long invoice has all lines, on several pages.",
    source="Assumed: the content of the file has no source",
)
def test_a_long_invoice_continues_on_a_second_page(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(
        *(line(1, item_shortdescription=f"Part {number}") for number in range(120))
    )

    response = api.exchange(
        "invoice.pdf", expect=200, invoiceId=invoice["id"], headers={"Accept": "application/pdf"}
    )
    pages = PdfReader(io.BytesIO(response.content)).pages

    assert len(pages) > 1
    assert "Part 119" in pages[-1].extract_text()


@rule(
    "POST /Invoice/PDF returns invoicenumber, total, voided, printhtml and a pdf_attachment_id that the invoice then has.",
    source="Assumed: public sources disagree about the response",
)
def test_the_default_response_describes_the_file(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(5, item_shortdescription="<b>bold</b>"))

    first = api.call("invoice.pdf", expect=200, invoiceId=invoice["id"])
    second = api.call("invoice.pdf", expect=200, invoiceId=invoice["id"])

    assert (first["invoicenumber"], first["total"], first["voided"]) == (
        invoice["invoicenumber"],
        5,
        False,
    )
    assert "&lt;b&gt;bold" in first["printhtml"]
    assert (
        factory.read(invoice)["pdf_attachment_id"]
        == second["pdf_attachment_id"]
        != first["pdf_attachment_id"]
    )
    api.call("invoice.pdf", expect=404, invoiceId=UNKNOWN_ID)
