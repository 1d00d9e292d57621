"""PDF documents: their content, and the escaping of text."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from mockvoice.vendors.optiflow import pdf, render


def extract_text(content):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def render_pdf(tenant, created):
    letterhead = render.letterhead(tenant.backend, created.currency_id)
    return pdf.invoice_pdf(letterhead, render.invoice(tenant.backend, created))


def test_an_invoice_shows_company_customer_lines_and_totals(tenant):
    created = tenant.invoice(
        {"quantity": 2, "unit_price": 1250, "taxes": [1], "description": "Examen visual"},
        payment_term="30days", notes="Gracias por su compra.",
    )  # fmt: skip
    content = render_pdf(tenant, created)
    text = extract_text(content)

    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    for words in (
        "Óptica Quisqueya SRL", "1-30-00002-6", "Factura de crédito fiscal", "B0100000001", "31/12/2027",
        "02/03/2026", "01/04/2026", "Cliente", "Examen visual", "RD$2,500.00", "ITBIS 18%", "RD$450.00",
        "RD$2,950.00", "Gracias por su compra.",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    "hostile", ["<b>&amp;<img src='/etc/passwd'/>", "日本 🎉 \x07", "]]>", "%PDF"]
)
def test_text_is_printed_and_never_interpreted_as_markup(tenant, hostile):
    content = render_pdf(tenant, tenant.invoice({"description": hostile}, notes=hostile))

    assert hostile.rstrip(" \x07") in extract_text(content)


def test_a_long_invoice_continues_on_the_next_page(tenant):
    content = render_pdf(
        tenant, tenant.invoice(*[{"description": f"Línea {n}"} for n in range(80)])
    )
    pages = PdfReader(BytesIO(content)).pages

    assert len(pages) > 1
    assert "Descripción" in pages[1].extract_text()
    assert "Línea 79" in extract_text(content)


def test_equal_documents_give_equal_files(tenant):
    created = tenant.invoice()

    assert render_pdf(tenant, created) == render_pdf(tenant, created)


def test_only_a_valid_tax_number_is_formatted_with_hyphens():
    numbers = ["130000026", "101234567", None]
    formatted = [pdf.format_identification({"identification_number": number}) for number in numbers]

    assert formatted == ["1-30-00002-6", "101234567", "—"]


def test_no_word_in_the_head_of_the_table_is_broken(tenant):
    lines = extract_text(render_pdf(tenant, tenant.invoice())).splitlines()

    assert pdf.LINE_COLUMNS[0] in lines
    start = lines.index(pdf.LINE_COLUMNS[0])
    assert lines[start : start + len(pdf.LINE_COLUMNS)] == list(pdf.LINE_COLUMNS)
