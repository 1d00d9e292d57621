"""An invoice as a PDF file, or as a description of the file with the page in HTML."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from io import BytesIO
from typing import Any

from mockvoice import fonts
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import CREDIT, Invoice
from mockvoice.vendors.halo.render.invoices import header
from mockvoice.web.responses import DeferredResponse, Response

Json = dict[str, Any]
Rows = Sequence[tuple[str, str]]

_COLUMNS = ("Description", "Quantity", "Unit price", "Discount", "Net", "Tax")
_WIDTHS = (180, 55, 75, 60, 75, 80)


def pdf_description(backend: HaloBackend, invoice: Invoice) -> Json:
    """Return the description of the file. Assumed: the default response; sources disagree."""
    rendered = header(backend, invoice)
    return {
        "id": invoice.id,
        "pdf_attachment_id": invoice.extra["pdf_attachment_id"],
        "printhtml": _html(rendered),
        "invoicenumber": rendered["invoicenumber"],
        "client_name": rendered["client_name"],
        "total": rendered["total"],
        "amountdue": rendered["amountdue"],
        "voided": rendered["voided"],
    }


def pdf_file(backend: HaloBackend, invoice: Invoice) -> DeferredResponse:
    """Return the file of the invoice's current state, rendered outside of the event loop."""
    rendered = header(backend, invoice)
    return DeferredResponse(lambda: Response(_render(rendered), media_type="application/pdf"))


def pdf_bytes(backend: HaloBackend, invoice: Invoice) -> bytes:
    """Return the bytes of the file of the invoice's current state."""
    return _render(header(backend, invoice))


def _title(invoice: Json) -> str:
    kind = "Credit" if invoice["invoicetype"] == CREDIT else "Invoice"
    return f"{kind} {invoice['invoicenumber']}"


def _facts(invoice: Json) -> Rows:
    facts = [("Client", invoice["client_name"]), ("Date", invoice["invoice_date"][:10])]
    if "duedate" in invoice:
        facts.append(("Due", invoice["duedate"][:10]))
    if "reference" in invoice:
        facts.append(("Reference", invoice["reference"]))
    if invoice["voided"]:
        facts.append(("Status", "Voided"))
    return facts


def _line_rows(invoice: Json) -> list[tuple[str, ...]]:
    """Return a row for each printed line; a heading has no amounts."""
    currency = invoice["currency"]
    rows: list[tuple[str, ...]] = []
    for line in invoice["lines"]:
        if line.get("hide_on_pdf") or line["isinactive"]:
            continue
        text = line.get("item_shortdescription", "")
        if line["isgroupdesc"]:
            rows.append((text, *[""] * (len(_COLUMNS) - 1)))
            continue
        tax = f"{_format_amount(currency, line['tax_amount'])} ({_plain(line['tax_rate'])} %)"
        price = _format_price(currency, line["unit_price"])
        discount = f"{_plain(line['discount_perc'])} %" if line["discount_perc"] else ""
        net = _format_amount(currency, line["net_amount"])
        rows.append((text, _plain(line["qty_order"]), price, discount, net, tax))
    return rows


def _total_rows(invoice: Json) -> Rows:
    currency = invoice["currency"]
    names = (("Net", "revenue"), ("Tax", "tax_total"), ("Total", "total"))
    payments = (("Paid", "amountpaid"), ("Due", "amountdue"))
    return [(label, _format_amount(currency, invoice[name])) for label, name in (*names, *payments)]


def _format_amount(currency: str, amount: float) -> str:
    return _with_currency(currency, amount, 2)


def _format_price(currency: str, price: float) -> str:
    """Return a unit price with all its decimals, at least two."""
    exponent = int(Decimal(str(price)).as_tuple().exponent)
    return _with_currency(currency, price, max(2, -exponent))


def _with_currency(currency: str, amount: float, places: int) -> str:
    """Return an amount with its sign before the currency: ``-£1.50``, ``-EUR 1.50``."""
    gap = " " if currency[-1:].isalpha() else ""
    sign = "-" if amount < 0 else ""
    return f"{sign}{currency}{gap}{abs(Decimal(str(amount))):,.{places}f}"


def _plain(value: float) -> str:
    """Return a number without an exponent and without trailing zeros."""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _html(invoice: Json) -> str:
    def row(cells: Sequence[str], tag: str = "td") -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    facts = "".join(row(fact) for fact in _facts(invoice))
    lines = row(_COLUMNS, "th") + "".join(row(cells) for cells in _line_rows(invoice))
    totals = "".join(row(cells) for cells in _total_rows(invoice))
    tables = "".join(f"<table>{rows}</table>" for rows in (facts, lines, totals))
    return f"<h1>{escape(_title(invoice))}</h1>{tables}"


def _render(invoice: Json) -> bytes:
    """Return the bytes of the file. Equal invoices give equal files.

    The library is imported here because most servers never render a PDF.
    """
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    styles = getSampleStyleSheet()
    body = fonts.style(styles["BodyText"])
    heading = fonts.style(styles["Title"], fonts.BOLD)

    def cell(text: str) -> Any:
        return Paragraph(fonts.markup(text), body)

    def table(rows: Sequence[Sequence[str]], widths: Sequence[int], repeated: int = 0) -> Any:
        cells = [[cell(text) for text in row] for row in rows]
        style = [("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey)] if repeated else []
        return Table(cells, colWidths=widths, repeatRows=repeated, style=style, hAlign="LEFT")

    buffer = BytesIO()
    title = fonts.clean(_title(invoice))
    document = SimpleDocTemplate(buffer, pagesize=A4, title=title, invariant=1, leftMargin=36)
    document.build(
        [
            Paragraph(fonts.markup(title, fonts.BOLD), heading),
            table(_facts(invoice), (80, 400)),
            Spacer(1, 12),
            table([_COLUMNS, *_line_rows(invoice)], _WIDTHS, repeated=1),
            Spacer(1, 12),
            table(_total_rows(invoice), (80, 120)),
        ]
    )
    return buffer.getvalue()
