"""PDF documents on A4: invoices, quotations and payment receipts.

They are rendered from the JSON of the API, so the two never disagree. The PDF library is imported for
the first document, since most runs of the server render none.
Observed: the content of an invoice, dates as ``d/m/Y``, amounts as ``RD$1,234.56``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from stdnum.do import cedula, rnc

from mockvoice import fonts
from mockvoice.kernel.money import total

Record = Mapping[str, Any]
Rows = Sequence[Sequence[str]]

PAYMENT_METHODS = {
    "cash": "Efectivo",
    "check": "Cheque",
    "credit_card": "Tarjeta de crédito",
    "bank_transfer": "Transferencia bancaria",
    "mobile_payment": "Pago móvil",
    "transfer": "Transferencia",
    "other": "Otro",
}
LINE_COLUMNS = ("Cantidad", "Descripción", "Unidad", "Precio", "Descuento", "Impuesto", "Valor")


def invoice_pdf(letterhead: Record, document: Record) -> bytes:
    """Return an invoice with its NCF, the series' name and last day, lines, taxes and balance due."""
    series = document["document_subtype"]
    builder = DocumentBuilder(letterhead, f"Factura {document['document_number']}")
    builder.add_header(
        series["name"],
        [
            ("NCF", document["document_number"]),
            ("Válido hasta", format_date(series["valid_until_date"])),
            ("Fecha de emisión", format_date(document["issue_date"])),
            ("Fecha de vencimiento", format_date(document["due_date"])),
        ],
    )
    builder.add_party("Cliente", document["contact"])
    builder.add_lines(document["items"])
    builder.add_totals(
        document,
        [("Pagado", document["amount_paid"]), ("Balance pendiente", document["amount_due"])],
    )
    builder.add_notes(document["notes"])
    return builder.build()


def quotation_pdf(letterhead: Record, document: Record) -> bytes:
    """Return a quotation, with its last day of validity."""
    builder = DocumentBuilder(letterhead, f"Cotización {document['document_number']}")
    builder.add_header(
        document["document_subtype"]["name"],
        [
            ("Número", document["document_number"]),
            ("Fecha de emisión", format_date(document["issue_date"])),
            ("Válida hasta", format_date(document["due_date"])),
        ],
    )
    builder.add_party("Cliente", document["contact"])
    builder.add_lines(document["items"])
    builder.add_totals(document, [])
    builder.add_notes(document["notes"])
    return builder.build()


def receipt_pdf(letterhead: Record, payment: Record) -> bytes:
    """Return a receipt with the payment's number, date, method, invoice and amount."""
    builder = DocumentBuilder(letterhead, f"Recibo {payment['payment_number']}")
    fields = [
        ("Número", payment["payment_number"]),
        ("Fecha", format_date(payment["payment_date"])),
        ("Método", PAYMENT_METHODS[payment["payment_method"]]),
    ]
    if payment["document_number"] is not None:
        fields.append(("Factura", payment["document_number"]))
    if payment["status"] == "voided":
        fields.append(("Estado", "Anulado"))
    builder.add_header("Recibo de ingreso", fields)
    if payment["contact"] is not None:
        builder.add_party("Recibido de", payment["contact"])
    builder.add_amounts([("Monto", payment["amount"])])
    builder.add_notes(payment["note"])
    return builder.build()


def format_date(text: str | None) -> str:
    """Return a date as ``d/m/Y``; a dash for ``None``."""
    if text is None:
        return "—"
    value = date.fromisoformat(text)
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def format_money(symbol: str, text: str) -> str:
    """Return an amount with its currency symbol: ``RD$1,234.56``."""
    return f"{symbol}{Decimal(text):,.2f}"


def format_identification(contact: Record) -> str:
    """Return a tax number: with hyphens if it is valid, otherwise unchanged; a dash for none."""
    number = contact["identification_number"] or "—"
    for number_format in (rnc, cedula):
        if number_format.is_valid(number):
            return str(number_format.format(number))
    return str(number)


def totals_by_tax(items: Sequence[Record]) -> list[tuple[str, str]]:
    """Return name and total of each tax of a document, in the order of first appearance."""
    amounts: dict[str, list[Decimal]] = {}
    for item in items:
        for tax in item["taxes"]:
            amounts.setdefault(tax["name"], []).append(Decimal(tax["amount"]))
    return [(name, str(total(values))) for name, values in amounts.items()]


class DocumentBuilder:
    """Builds one PDF document from top to bottom."""

    def __init__(self, letterhead: Record, title: str) -> None:
        from reportlab.lib.styles import getSampleStyleSheet

        self._company: Record = letterhead["company"]
        self._symbol: str = letterhead["symbol"]
        self._title = title
        styles = getSampleStyleSheet()
        self._text = fonts.style(styles["BodyText"])
        self._heading = fonts.style(styles["Heading2"], fonts.BOLD)
        self._elements: list[Any] = []

    def add_header(self, name: str, fields: Rows) -> None:
        """Add the company on the left, and the document's title and fields on the right."""
        company = self._company
        left = [
            self._paragraph(company["name"], fonts.BOLD),
            self._paragraph(f"RNC: {rnc.format(company['rnc'])}"),
            self._paragraph(company["address"]),
            self._paragraph(f"Tel.: {company['phone']}"),
            self._paragraph(company["email"]),
        ]
        right = [self._paragraph(name, fonts.BOLD)]
        right += [self._paragraph(f"{label}: {value}") for label, value in fields]
        self._add_table([[left, right]], [270, 250])

    def add_party(self, label: str, contact: Record) -> None:
        """Add the customer or payer, with tax number, telephone and address."""
        address = next((row for row in contact["addresses"] if row["is_primary"]), None)
        rows = [
            f"{label}: {contact['name']}",
            f"RNC / Cédula: {format_identification(contact)}",
            f"Tel.: {contact['phone'] or '—'}",
            f"Dirección: {address['full_address'] if address else '—'}",
        ]
        self._add_table([[[self._paragraph(row) for row in rows]]], [520])

    def add_lines(self, items: Sequence[Record]) -> None:
        """Add a table with a row for each line, and with column headings on every page."""
        rows = [[self._paragraph(column) for column in LINE_COLUMNS]]
        for item in items:
            cells = (
                item["quantity"],
                item["description"],
                "Unidad",
                format_money(self._symbol, item["unit_price"]),
                format_money(self._symbol, item["discount_amount"]),
                format_money(self._symbol, item["tax_amount"]),
                format_money(self._symbol, item["total"]),
            )
            rows.append([self._paragraph(cell) for cell in cells])
        self._add_table(rows, [58, 106, 48, 80, 72, 72, 84], grid=True)

    def add_totals(self, document: Record, extra_rows: Rows) -> None:
        """Add the document's totals, with a row for each tax."""
        self.add_amounts(
            [
                ("Subtotal", document["subtotal_amount"]),
                ("Descuento", document["discount_amount"]),
                *totals_by_tax(document["items"]),
                ("Total", document["total_amount"]),
                *extra_rows,
            ]
        )

    def add_amounts(self, rows: Rows) -> None:
        """Add rows of labelled amounts on the right."""
        cells = [
            ["", self._paragraph(label), self._paragraph(format_money(self._symbol, amount))]
            for label, amount in rows
        ]
        self._add_table(cells, [280, 130, 110])

    def add_notes(self, text: str | None) -> None:
        """Add the document's notes, if there are any."""
        if text:
            self._elements += [self._paragraph(line) for line in ("Notas:", *text.splitlines())]

    def build(self) -> bytes:
        """Return the PDF file. Equal documents give equal bytes."""
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate

        buffer = BytesIO()
        template = SimpleDocTemplate(
            buffer,
            pagesize=A4,
            leftMargin=36,
            rightMargin=36,
            topMargin=36,
            bottomMargin=36,
            title=fonts.clean(self._title),
            author=fonts.clean(self._company["name"]),
            invariant=1,
            pageCompression=1,
        )
        template.build(self._elements)
        return buffer.getvalue()

    def _paragraph(self, text: str, weight: str = fonts.REGULAR) -> Any:
        from reportlab.platypus import Paragraph

        style = self._heading if weight == fonts.BOLD else self._text
        return Paragraph(fonts.markup(text, weight), style)

    def _add_table(
        self, rows: Sequence[Sequence[Any]], widths: Sequence[int], *, grid: bool = False
    ) -> None:
        from reportlab.lib import colors
        from reportlab.platypus import Spacer, Table, TableStyle

        table = Table(rows, colWidths=widths, repeatRows=1 if grid else 0)
        styles: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
        if grid:
            styles.append(("GRID", (0, 0), (-1, -1), 0.25, colors.grey))
            styles.append(("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke))
        table.setStyle(TableStyle(styles))
        self._elements += [table, Spacer(1, 8)]
