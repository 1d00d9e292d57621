"""The tables of Halo."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.store import Table
from mockvoice.vendors.halo.models import (
    Agent,
    Client,
    Currency,
    Invoice,
    InvoiceChange,
    InvoiceViewers,
    Item,
    Line,
    Payment,
    ProRata,
    Record,
    Tax,
    TaxRule,
    Token,
)

_SEARCH_FIELDS = ("invoicenumber", "thirdpartyinvoicenumber", "reference")

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of an instance."""

    agent_id: int = 1  # The agent that applications act as.
    page_size: int = 50
    max_page_size: int = 100
    token_seconds: int = 3600
    tenant: str = "mockvoice"
    version: str = "2.250.1"


class HaloBackend(Backend):
    """The data of one Halo instance."""

    settings = Settings()

    secret_fields: ClassVar[Mapping[str, frozenset[str]]] = {
        "tokens": frozenset(("id",)),
        "agents": frozenset(("password",)),
    }

    def define_tables(self) -> None:
        """Create the tables of this vendor."""
        self.invoices: Table[Invoice] = self.add_table(
            "invoices",
            Invoice,
            indexes={
                "client_id": lambda invoice: invoice.client_id,
                "kind": lambda invoice: invoice.kind,
                "late_line": _late_line_ids,
            },
            texts={"search_text": search_text},
            sort_orders={
                "invoice_date": lambda invoice: invoice.at,
                "first_line": lambda invoice: invoice.lines[0].id if invoice.lines else 0,
            },
            references={"client_id": "clients", "currency_code?": "currencies"},
            sequence="invoice",
        )
        self.templates: Table[Invoice] = self.add_table(
            "templates",
            Invoice,
            indexes={
                "client_id": lambda row: row.client_id,
                "armed": lambda row: bool(row.timer and row.timer.armed and not row.disabled),
                "schedule": lambda row: row.timer and row.timer.id,
                "late_line": _late_line_ids,
                "item_id": lambda row: frozenset(line.item_id for line in row.lines),
            },
            sort_orders={
                "invoice_date": lambda row: row.at,
                "next_at": lambda row: (row.timer and row.timer.next_at) or END_OF_TIME,
                "first_line": lambda row: row.lines[0].id if row.lines else 0,
            },
            references={"client_id": "clients", "currency_code?": "currencies"},
            sequence="template",
        )
        self.payments: Table[Payment] = self.add_table(
            "payments",
            Payment,
            sort_orders={
                "invoice": lambda row: row.invoice_id,
                "credit": lambda row: row.credit_id,
            },
            references={"invoice_id": "invoices", "credit_id?": "invoices"},
            sequence="payment",
        )
        # Sorted by invoice instead of indexed: an index would hold a set for each invoice, which
        # takes more memory than the row.
        self.changes: Table[InvoiceChange] = self.add_table(
            "changes",
            InvoiceChange,
            sort_orders={"invoice": lambda row: row.invoice_id},
            sequence="change",
        )
        self.pro_ratas: Table[ProRata] = self.add_table(
            "pro_ratas",
            ProRata,
            indexes={"line": lambda row: row.line_id, "template": lambda row: row.template_id},
            sequence="pro_rata",
        )
        self.taxes: Table[Tax] = self.add_table(
            "taxes", Tax, references={"linked.*": "taxes"}, sequence="tax"
        )
        self.tax_rules: Table[TaxRule] = self.add_table(
            "tax_rules",
            TaxRule,
            indexes={"tax": lambda row: row.tax_id},
            sort_orders={"sequence": lambda row: row.sequence},
            references={"tax_id": "taxes"},
            sequence="tax_rule",
        )
        self.currencies: Table[Currency] = self.add_table(
            "currencies", Currency, sequence="currency"
        )
        self.clients: Table[Client] = self.add_table("clients", Client, sequence="client")
        self.items: Table[Item] = self.add_table("items", Item, sequence="item")
        self.charge_rates: Table[Record] = self.add_table("charge_rates", Record)
        self.cost_centres: Table[Record] = self.add_table(
            "cost_centres", Record, sequence="cost_centres"
        )
        self.expenses: Table[Record] = self.add_table(
            "expenses",
            Record,
            indexes={"ihid": lambda row: row.values.get("ihid", 0)},
            sequence="expense",
        )
        self.budget_types: Table[Record] = self.add_table(
            "budget_types", Record, sequence="budget_types"
        )
        self.statuses: Table[Record] = self.add_table("statuses", Record)
        # One table for all pick lists: an id is unique in its list only, so it is not the key.
        self.lookups: Table[Record] = self.add_table("lookups", Record)
        self.agents: Table[Agent] = self.add_table("agents", Agent)
        self.tokens: Table[Token] = self.add_table(
            "tokens",
            Token,
            sort_orders={"expires_at": lambda row: row.expires_at},
            references={"agent_id?": "agents"},
        )
        self.viewings: Table[InvoiceViewers] = self.add_table(
            "viewings", InvoiceViewers, references={"id": "invoices"}
        )

    @property
    def agent(self) -> Agent:
        """The agent that applications act as."""
        agent = self.agents.get(self.settings.agent_id)
        return agent or Agent(self.settings.agent_id, "API")


def search_text(invoice: Invoice) -> str:
    """Return the text that searches look in. Assumed: the properties that it contains."""
    extra = invoice.extra
    values = [str(invoice.id), invoice.client_name]
    values += [str(extra[name]) for name in _SEARCH_FIELDS if name in extra]
    return "\n".join(values)


def _late_line_ids(invoice: Invoice) -> frozenset[int] | None:
    """Return the ids of the lines after the first gap between ids: lines that were added later.

    The lines before the gap are found by the first line's id, so they need no index entries.
    """
    lines = invoice.lines
    if not lines or lines[-1].id - lines[0].id == len(lines) - 1:
        return None
    first = lines[0].id
    length = 1
    while length < len(lines) and lines[length].id == first + length:
        length += 1
    return frozenset(line.id for line in lines[length:])


def find_line(table: Table[Invoice], line_id: int) -> tuple[Invoice, Line] | None:
    """Return the line with this id and the record that has it; ``None`` for an unknown id."""
    late_rows = table.find_by("late_line", line_id)
    row = late_rows[0] if late_rows else table.floor("first_line", line_id)
    for line in row.lines if row else ():
        if row and line.id == line_id:
            return row, line
    return None
