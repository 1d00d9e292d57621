"""The PDF of an invoice, described and itself."""

import io

from pypdf import PdfReader

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import NO_RECORD, Factory, line


def test_a_reader_finds_number_client_lines_tax_and_total(api: Api, make: Factory) -> None:
    made = make.invoice(line(40, qty_order=3, tax_rate=20, item_shortdescription="Wiring & <tests>"),
                        line(12.345, qty_order=10, discount_perc=10, tax_rate=20))  # fmt: skip

    reply = api.exchange(
        "invoice.pdf", expect=200, invoiceId=made["id"], headers={"Accept": "application/pdf"}
    )
    text = " ".join(PdfReader(io.BytesIO(reply.content)).pages[0].extract_text().split())

    for wanted in (
        made["invoicenumber"],
        made["client_name"],
        "Wiring & <tests>",
        "120.00",
        "24.00",
        "46.22",
        "277.33",
    ):
        assert wanted in text, wanted


def test_a_long_invoice_goes_on_overleaf(api: Api, make: Factory) -> None:
    made = make.invoice(*(line(1, item_shortdescription=f"Part {number}") for number in range(120)))

    reply = api.exchange(
        "invoice.pdf", expect=200, invoiceId=made["id"], headers={"Accept": "application/pdf"}
    )
    pages = PdfReader(io.BytesIO(reply.content)).pages

    assert len(pages) > 1
    assert "Part 119" in pages[-1].extract_text()


def test_by_default_the_file_is_described(api: Api, make: Factory) -> None:
    made = make.invoice(line(5, item_shortdescription="<b>bold</b>"))

    first = api.call("invoice.pdf", expect=200, invoiceId=made["id"])
    second = api.call("invoice.pdf", expect=200, invoiceId=made["id"])

    assert (first["invoicenumber"], first["total"], first["voided"]) == (
        made["invoicenumber"],
        5,
        False,
    )
    assert "&lt;b&gt;bold" in first["printhtml"]
    assert (
        make.read(made)["pdf_attachment_id"]
        == second["pdf_attachment_id"]
        != first["pdf_attachment_id"]
    )
    api.call("invoice.pdf", expect=404, invoiceId=NO_RECORD)
