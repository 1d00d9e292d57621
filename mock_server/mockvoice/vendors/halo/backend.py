"""Halo's tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.store import Table
from mockvoice.vendors.halo.models import (
    Agent,
    Change,
    Client,
    Currency,
    Invoice,
    Item,
    Line,
    Payment,
    ProRata,
    Record,
    Tax,
    TaxRule,
    Token,
    Viewing,
)

_SEARCH_FIELDS = ("invoicenumber", "thirdpartyinvoicenumber", "reference")

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an instance is set to."""

    agent_id: int = 1  # the agent as whom applications act
    page_size: int = 50
    max_page_size: int = 100
    token_seconds: int = 3600
    tenant: str = "mockvoice"
    version: str = "2.250.1"


class HaloBackend(Backend):
    """The world of one Halo instance."""

    settings = Settings()

    secret_fields: ClassVar[Mapping[str, frozenset[str]]] = {
        "tokens": frozenset(("id",)),
        "agents": frozenset(("password",)),
    }

    def define_tables(self) -> None:
        self.invoices: Table[Invoice] = self.add_table(
            "invoices",
            Invoice,
            indexes={
                "client_id": lambda i: i.client_id,
                "kind": lambda i: i.kind,
                "stray_line": _late_line_ids,
            },
            texts={"words": search_text},
            sort_orders={
                "invoice_date": lambda i: i.at,
                "first_line": lambda i: i.lines[0].id if i.lines else 0,
            },
        )
        self.templates: Table[Invoice] = self.add_table(
            "templates",
            Invoice,
            indexes={
                "client_id": lambda t: t.client_id,
                "armed": lambda t: bool(t.timer and t.timer.armed and not t.disabled),
                "schedule": lambda t: t.timer and t.timer.id,
                "stray_line": _late_line_ids,
                "item_id": lambda t: frozenset(line.item_id for line in t.lines),
            },
            sort_orders={
                "invoice_date": lambda t: t.at,
                "next_at": lambda t: (t.timer and t.timer.next_at) or END_OF_TIME,
                "first_line": lambda t: t.lines[0].id if t.lines else 0,
            },
        )
        self.payments: Table[Payment] = self.add_table(
            "payments",
            Payment,
            sort_orders={"invoice": lambda p: p.invoice_id, "credit": lambda p: p.credit_id},
        )
        # Sorted by its invoice and not indexed: a set for each invoice would weigh more than its row.
        self.changes: Table[Change] = self.add_table(
            "changes", Change, sort_orders={"invoice": lambda c: c.invoice_id}
        )
        self.pro_ratas: Table[ProRata] = self.add_table(
            "pro_ratas",
            ProRata,
            indexes={"line": lambda p: p.line_id, "template": lambda p: p.template_id},
        )
        self.taxes: Table[Tax] = self.add_table("taxes", Tax)
        self.tax_rules: Table[TaxRule] = self.add_table(
            "tax_rules",
            TaxRule,
            indexes={"tax": lambda r: r.tax_id},
            sort_orders={"sequence": lambda r: r.sequence},
        )
        self.currencies: Table[Currency] = self.add_table("currencies", Currency)
        self.clients: Table[Client] = self.add_table("clients", Client)
        self.items: Table[Item] = self.add_table("items", Item)
        self.charge_rates: Table[Record] = self.add_table("charge_rates", Record)
        self.cost_centres: Table[Record] = self.add_table("cost_centres", Record)
        self.expenses: Table[Record] = self.add_table(
            "expenses", Record, indexes={"ihid": lambda e: e.values.get("ihid", 0)}
        )
        self.budget_types: Table[Record] = self.add_table("budget_types", Record)
        self.statuses: Table[Record] = self.add_table("statuses", Record)
        # One table for all pick lists, whose rows have ids of their own in each list.
        self.lookups: Table[Record] = self.add_table("lookups", Record)
        self.agents: Table[Agent] = self.add_table("agents", Agent)
        self.tokens: Table[Token] = self.add_table(
            "tokens", Token, sort_orders={"expires_at": lambda t: t.expires_at}
        )
        self.viewings: Table[Viewing] = self.add_table("viewings", Viewing)

    @property
    def agent(self) -> Agent:
        """The agent as whom applications act."""
        found = self.agents.get(self.settings.agent_id)
        return found or Agent(self.settings.agent_id, "API")


def search_text(invoice: Invoice) -> str:
    """What a search looks through. Assumed: which properties these are."""
    extra = invoice.extra
    found = [str(invoice.id), invoice.client_name]
    found += [extra[name] for name in _SEARCH_FIELDS if name in extra]
    return "\n".join(found)


def _late_line_ids(invoice: Invoice) -> frozenset[int] | None:
    """Lines that were added later, so that other invoices' lines have ids between them.

    The others are found by the first line's id, which needs no entry for each line.
    """
    lines = invoice.lines
    if not lines or lines[-1].id - lines[0].id == len(lines) - 1:
        return None
    first = lines[0].id
    run = 1
    while run < len(lines) and lines[run].id == first + run:
        run += 1
    return frozenset(line.id for line in lines[run:])


def find_line(table: Table[Invoice], line_id: int) -> tuple[Invoice, Line] | None:
    """The record whose line has this id, and the line."""
    strays = table.find_by("stray_line", line_id)
    row = strays[0] if strays else table.floor("first_line", line_id)
    for line in row.lines if row else ():
        if row and line.id == line_id:
            return row, line
    return None
