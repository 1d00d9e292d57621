"""An invoice on paper: a PDF file, or the page that is printed and where its file is kept."""

from collections.abc import Sequence
from html import escape
from io import BytesIO
from typing import Any

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import CREDIT, Invoice
from mockvoice.vendors.halo.render.invoices import header
from mockvoice.web.responses import DeferredResponse, Response

Json = dict[str, Any]
Rows = Sequence[tuple[str, str]]

_COLUMNS = ("Description", "Quantity", "Price", "Net", "Tax")
_WIDTHS = (230, 60, 75, 80, 75)


def pdf_description(backend: HaloBackend, invoice: Invoice) -> Json:
    """The file's description. Assumed: the default answer; sources disagree."""
    shown = header(backend, invoice)
    return {
        "id": invoice.id,
        "pdf_attachment_id": invoice.extra["pdf_attachment_id"],
        "printhtml": _html(shown),
        "invoicenumber": shown["invoicenumber"],
        "client_name": shown["client_name"],
        "total": shown["total"],
        "amountdue": shown["amountdue"],
        "voided": shown["voided"],
    }


def pdf_file(backend: HaloBackend, invoice: Invoice) -> DeferredResponse:
    """The file itself, made off the loop of what the invoice is now."""
    shown = header(backend, invoice)
    return DeferredResponse(lambda: Response(_pdf_bytes(shown), media_type="application/pdf"))


def _title(shown: Json) -> str:
    kind = "Credit" if shown["invoicetype"] == CREDIT else "Invoice"
    return f"{kind} {shown['invoicenumber']}"


def _facts(shown: Json) -> Rows:
    facts = [("Client", shown["client_name"]), ("Date", shown["invoice_date"][:10])]
    if "duedate" in shown:
        facts.append(("Due", shown["duedate"][:10]))
    if "reference" in shown:
        facts.append(("Reference", shown["reference"]))
    if shown["voided"]:
        facts.append(("Status", "Voided"))
    return facts


def _line_rows(shown: Json) -> list[tuple[str, ...]]:
    """A row for each line that is printed; a heading has no amounts."""
    currency = shown["currency"]
    rows: list[tuple[str, ...]] = []
    for line in shown["lines"]:
        if line.get("hide_on_pdf") or line["isinactive"]:
            continue
        text = line.get("item_shortdescription", "")
        if line["isgroupdesc"]:
            rows.append((text, "", "", "", ""))
            continue
        tax = f"{_format_amount(currency, line['tax_amount'])} ({line['tax_rate']:g} %)"
        price = _format_amount(currency, line["unit_price"])
        net = _format_amount(currency, line["net_amount"])
        rows.append((text, f"{line['qty_order']:g}", price, net, tax))
    return rows


def _total_rows(shown: Json) -> Rows:
    currency = shown["currency"]
    names = (("Net", "revenue"), ("Tax", "tax_total"), ("Total", "total"))
    more = (("Paid", "amountpaid"), ("Due", "amountdue"))
    return [(label, _format_amount(currency, shown[name])) for label, name in (*names, *more)]


def _format_amount(currency: str, amount: float) -> str:
    return f"{currency} {amount:,.2f}"


def _html(shown: Json) -> str:
    def row(cells: Sequence[str], tag: str = "td") -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    facts = "".join(row(fact) for fact in _facts(shown))
    lines = row(_COLUMNS, "th") + "".join(row(cells) for cells in _line_rows(shown))
    sums = "".join(row(each) for each in _total_rows(shown))
    tables = "".join(f"<table>{each}</table>" for each in (facts, lines, sums))
    return f"<h1>{escape(_title(shown))}</h1>{tables}"


def _pdf_bytes(shown: Json) -> bytes:
    """The bytes of the file. Equal invoices give equal files.

    The library is imported here, since most servers never print.
    """
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    styles = getSampleStyleSheet()

    def cell(text: str, style: str = "BodyText") -> Any:
        return Paragraph(escape(_printable(text)), styles[style])

    def table(rows: Sequence[Sequence[str]], widths: Sequence[int], repeated: int = 0) -> Any:
        cells = [[cell(text) for text in row] for row in rows]
        rules = [("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey)] if repeated else []
        return Table(cells, colWidths=widths, repeatRows=repeated, style=rules, hAlign="LEFT")

    out = BytesIO()
    title = _printable(_title(shown))
    document = SimpleDocTemplate(out, pagesize=A4, title=title, invariant=1, leftMargin=36)
    document.build(
        [
            cell(_title(shown), "Title"),
            table(_facts(shown), (80, 400)),
            Spacer(1, 12),
            table([_COLUMNS, *_line_rows(shown)], _WIDTHS, repeated=1),
            Spacer(1, 12),
            table(_total_rows(shown), (80, 120)),
        ]
    )
    return out.getvalue()


def _printable(text: str) -> str:
    """The text in the letters that the standard fonts have; a question mark for any other."""
    known = text.encode("cp1252", "replace").decode("cp1252", "replace")
    return "".join(char if char.isprintable() else " " for char in known)
