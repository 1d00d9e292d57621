"""Printed documents: an invoice, a quotation, a receipt on A4.

They are made of the records as the API shows them, so that paper and API never disagree. The PDF
library is loaded with the first document, since most runs of the server print none.
Observed: what stands on an invoice, days as ``d/m/Y``, amounts as ``RD$1,234.56``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from stdnum.do import cedula, rnc

from mockvoice.kernel.money import total

Record = Mapping[str, Any]
Rows = Sequence[Sequence[str]]

METHODS = {
    "cash": "Efectivo",
    "check": "Cheque",
    "credit_card": "Tarjeta de crédito",
    "bank_transfer": "Transferencia bancaria",
    "mobile_payment": "Pago móvil",
    "transfer": "Transferencia",
    "other": "Otro",
}
LINE_HEADS = ("Cantidad", "Descripción", "Unidad", "Precio", "Descuento", "Impuesto", "Valor")


def invoice(letterhead: Record, document: Record) -> bytes:
    """An invoice with its NCF, the series' name and last day, lines, taxes and what is due."""
    series = document["document_subtype"]
    sheet = Sheet(letterhead, f"Factura {document['document_number']}")
    sheet.head(
        series["name"],
        [
            ("NCF", document["document_number"]),
            ("Válido hasta", day(series["valid_until_date"])),
            ("Fecha de emisión", day(document["issue_date"])),
            ("Fecha de vencimiento", day(document["due_date"])),
        ],
    )
    sheet.party("Cliente", document["contact"])
    sheet.lines(document["items"])
    sheet.totals(
        document,
        [("Pagado", document["amount_paid"]), ("Balance pendiente", document["amount_due"])],
    )
    sheet.notes(document["notes"])
    return sheet.printed()


def quotation(letterhead: Record, document: Record) -> bytes:
    """An offer, with its last day in place of what is due."""
    sheet = Sheet(letterhead, f"Cotización {document['document_number']}")
    sheet.head(
        document["document_subtype"]["name"],
        [
            ("Número", document["document_number"]),
            ("Fecha de emisión", day(document["issue_date"])),
            ("Válida hasta", day(document["due_date"])),
        ],
    )
    sheet.party("Cliente", document["contact"])
    sheet.lines(document["items"])
    sheet.totals(document, [])
    sheet.notes(document["notes"])
    return sheet.printed()


def receipt(letterhead: Record, payment: Record) -> bytes:
    """A receipt: number, day, what was paid, how and how much."""
    sheet = Sheet(letterhead, f"Recibo {payment['payment_number']}")
    facts = [
        ("Número", payment["payment_number"]),
        ("Fecha", day(payment["payment_date"])),
        ("Método", METHODS[payment["payment_method"]]),
    ]
    if payment["document_number"] is not None:
        facts.append(("Factura", payment["document_number"]))
    if payment["status"] == "voided":
        facts.append(("Estado", "Anulado"))
    sheet.head("Recibo de ingreso", facts)
    if payment["contact"] is not None:
        sheet.party("Recibido de", payment["contact"])
    sheet.figures([("Monto", payment["amount"])])
    sheet.notes(payment["note"])
    return sheet.printed()


def day(text: str | None) -> str:
    """A day as people here write it; a dash for none."""
    if text is None:
        return "—"
    value = date.fromisoformat(text)
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def money(symbol: str, text: str) -> str:
    """An amount with the sign of its currency: ``RD$1,234.56``."""
    return f"{symbol}{Decimal(text):,.2f}"


def identification(contact: Record) -> str:
    """A tax number with its hyphens where it is a good one, else as it is kept."""
    number = contact["identification_number"] or "—"
    for kind in (rnc, cedula):
        if kind.is_valid(number):
            return str(kind.format(number))
    return str(number)


def tax_sums(items: Sequence[Record]) -> list[tuple[str, str]]:
    """What each tax comes to on the whole document, in the order in which they first stand."""
    amounts: dict[str, list[Decimal]] = {}
    for item in items:
        for tax in item["taxes"]:
            amounts.setdefault(tax["name"], []).append(Decimal(tax["amount"]))
    return [(name, str(total(each))) for name, each in amounts.items()]


class Sheet:
    """One document on its way to paper, part by part from the top."""

    def __init__(self, letterhead: Record, title: str) -> None:
        from reportlab.lib.styles import getSampleStyleSheet

        self._company: Record = letterhead["company"]
        self._symbol: str = letterhead["symbol"]
        self._title = title
        styles = getSampleStyleSheet()
        self._text, self._heading = styles["BodyText"], styles["Heading2"]
        self._parts: list[Any] = []

    def head(self, name: str, facts: Rows) -> None:
        """The company on the left, what the document is on the right."""
        company = self._company
        left = [
            self._paragraph(company["name"], self._heading),
            self._paragraph(f"RNC: {rnc.format(company['rnc'])}"),
            self._paragraph(company["address"]),
            self._paragraph(f"Tel.: {company['phone']}"),
            self._paragraph(company["email"]),
        ]
        right = [self._paragraph(name, self._heading)]
        right += [self._paragraph(f"{label}: {value}") for label, value in facts]
        self._table([[left, right]], [270, 250])

    def party(self, label: str, contact: Record) -> None:
        """The other side, with its tax number and where it is reached."""
        address = next((each for each in contact["addresses"] if each["is_primary"]), None)
        rows = [
            f"{label}: {contact['name']}",
            f"RNC / Cédula: {identification(contact)}",
            f"Tel.: {contact['phone'] or '—'}",
            f"Dirección: {address['full_address'] if address else '—'}",
        ]
        self._table([[[self._paragraph(row) for row in rows]]], [520])

    def lines(self, items: Sequence[Record]) -> None:
        """A row for each line; a long document goes on overleaf below the same heads."""
        rows = [[self._paragraph(head) for head in LINE_HEADS]]
        for item in items:
            cells = (
                item["quantity"],
                item["description"],
                "Unidad",
                money(self._symbol, item["unit_price"]),
                money(self._symbol, item["discount_amount"]),
                money(self._symbol, item["tax_amount"]),
                money(self._symbol, item["total"]),
            )
            rows.append([self._paragraph(cell) for cell in cells])
        self._table(rows, [48, 116, 46, 80, 74, 74, 82], grid=True)

    def totals(self, document: Record, more: Rows) -> None:
        """The document's figures, each tax by itself."""
        self.figures(
            [
                ("Subtotal", document["subtotal_amount"]),
                ("Descuento", document["discount_amount"]),
                *tax_sums(document["items"]),
                ("Total", document["total_amount"]),
                *more,
            ]
        )

    def figures(self, rows: Rows) -> None:
        """Amounts below each other, on the right."""
        cells = [
            ["", self._paragraph(label), self._paragraph(money(self._symbol, amount))]
            for label, amount in rows
        ]
        self._table(cells, [280, 130, 110])

    def notes(self, text: str | None) -> None:
        """What the document says besides."""
        if text:
            self._parts += [self._paragraph(line) for line in ("Notas:", *text.splitlines())]

    def printed(self) -> bytes:
        """The file. Equal documents give equal bytes, and text in it is not packed."""
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate

        out = BytesIO()
        template = SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=36,
            rightMargin=36,
            topMargin=36,
            bottomMargin=36,
            title=self._title,
            author=self._company["name"],
            invariant=1,
            pageCompression=0,
        )
        template.build(self._parts)
        return out.getvalue()

    def _paragraph(self, text: str, style: Any = None) -> Any:
        """Text as it is: it is data, and never the library's markup."""
        from reportlab.platypus import Paragraph

        return Paragraph(escape(printable(text)), style or self._text)

    def _table(
        self, rows: Sequence[Sequence[Any]], widths: Sequence[int], *, grid: bool = False
    ) -> None:
        from reportlab.lib import colors
        from reportlab.platypus import Spacer, Table, TableStyle

        table = Table(rows, colWidths=widths, repeatRows=1 if grid else 0)
        rules: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
        if grid:
            rules.append(("GRID", (0, 0), (-1, -1), 0.25, colors.grey))
            rules.append(("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke))
        table.setStyle(TableStyle(rules))
        self._parts += [table, Spacer(1, 8)]


def printable(text: str) -> str:
    """The text in the letters that the standard fonts have; a question mark for any other."""
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    return clean.encode("cp1252", "replace").decode("cp1252")
