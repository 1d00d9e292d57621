"""The data of one Grow CRM account: its settings and tables."""

from dataclasses import dataclass
from datetime import date

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.store import QueryResult, Table
from mockvoice.vendors.growcrm.models import (
    DUE,
    EXPIRING_STATUSES,
    OVERDUE,
    Category,
    Client,
    Estimate,
    Invoice,
    InvoiceStatus,
    Item,
    Payment,
    Project,
    Refund,
    TaxRate,
    Unit,
    User,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of an account. Observed: the values of a fresh install.

    Assumed: two enabled custom fields of items, so that clients can be tested with them. A fresh
    install has none.
    """

    due_days: int = 7
    page_size: int = 35
    default_terms: str | None = None
    administrator_id: int = 1  # the user that every key acts as
    item_custom_fields: tuple[tuple[int, str], ...] = ((1, "Article number"), (2, "Supplier"))


class GrowBackend(Backend):
    """The tables of an account, with their indexes and sort orders."""

    settings = Settings()

    def define_tables(self) -> None:
        """Create the tables."""
        self.invoices: Table[Invoice] = self.add_table(
            "invoices",
            Invoice,
            indexes={
                "status": lambda i: i.status_id,
                "client_id": lambda i: i.bill.client_id,
                "project_id": lambda i: i.bill.project_id,
                "category_id": lambda i: i.bill.category_id,
                "scheduled": _scheduled_status,
                "estimate_id": lambda i: i.estimate_id,
            },
            sort_orders={
                "bill_date": lambda i: i.bill.date,
                "bill_due_date": lambda i: i.due_date,
                "bill_final_amount": _final_cents,
                "bill_created": lambda i: i.bill.created,
            },
            texts={"search_text": _search_text},
            references={
                "bill.client_id": "clients",
                "bill.project_id": "projects",
                "bill.category_id": "categories",
                "status_id": "statuses",
                "estimate_id": "estimates",
            },
            sequence="invoice",
        )
        self.estimates: Table[Estimate] = self.add_table(
            "estimates",
            Estimate,
            indexes={
                "status": lambda e: e.status,
                "client_id": lambda e: e.bill.client_id,
                "project_id": lambda e: e.bill.project_id,
                "category_id": lambda e: e.bill.category_id,
                "expiry": _expiry_state,
            },
            sort_orders={
                "bill_date": lambda e: e.bill.date,
                "bill_expiry_date": lambda e: e.expiry_date or date.min,
                "bill_final_amount": _final_cents,
                "bill_created": lambda e: e.bill.created,
            },
            texts={"search_text": _search_text},
            references={
                "bill.client_id": "clients",
                "bill.project_id": "projects",
                "bill.category_id": "categories",
            },
            sequence="estimate",
        )
        self.clients: Table[Client] = self.add_table(
            "clients",
            Client,
            indexes={"status": lambda c: c.status, "category_id": lambda c: c.category_id},
            sort_orders={
                "client_company_name": lambda c: c.company_name.lower(),
                "client_status": lambda c: c.status,
                "client_created": lambda c: c.created_at,
                "client_updated": lambda c: c.updated_at,
            },
            references={"category_id": "categories", "owner_id": "users"},
            sequence="client",
        )
        self.users: Table[User] = self.add_table(
            "users",
            User,
            indexes={
                "client_id": lambda u: u.client_id,
                "email": lambda u: u.email.lower(),
                "status": lambda u: u.status,
                "kind": lambda u: "team" if u.in_team else "contact",
            },
            sort_orders={
                "first_name": lambda u: u.first_name.lower(),
                "last_name": lambda u: u.last_name.lower(),
                "email": lambda u: u.email.lower(),
                "created": lambda u: u.created_at,
                "updated": lambda u: u.updated_at,
            },
            references={"client_id": "clients"},
            sequence="user",
        )
        self.projects: Table[Project] = self.add_table(
            "projects",
            Project,
            indexes={
                "status": lambda p: p.status,
                "client_id": lambda p: p.client_id,
                "category_id": lambda p: p.category_id,
            },
            sort_orders={
                "project_title": lambda p: p.title.lower(),
                "project_status": lambda p: p.status,
                "project_date_start": lambda p: p.start_date,
                "project_date_due": lambda p: p.due_date or date.min,
                "project_created": lambda p: p.created_at,
                "project_progress": lambda p: p.progress,
            },
            references={
                "client_id": "clients",
                "category_id": "categories",
                "assigned.*": "users",
                "manager_id": "users",
            },
            sequence="project",
        )
        self.categories: Table[Category] = self.add_table(
            "categories",
            Category,
            indexes={
                "type": lambda c: c.type,
                "visibility": lambda c: c.visibility,
                "name": lambda c: (c.type, c.name.lower()),
            },
            sort_orders={
                "category_name": lambda c: c.name.lower(),
                "category_type": lambda c: c.type,
                "category_created": lambda c: c.created_at,
            },
            references={"users.*": "users"},
            sequence="category",
        )
        self.payments: Table[Payment] = self.add_table(
            "payments",
            Payment,
            indexes={
                "invoice_id": lambda p: p.invoice_id,
                "client_id": lambda p: p.client_id,
                "project_id": lambda p: p.project_id,
                "gateway": lambda p: p.gateway.lower(),
            },
            sort_orders={
                "payment_date": lambda p: p.date,
                "payment_amount": lambda p: p.amount,
                "payment_created": lambda p: p.created_at,
            },
            references={"invoice_id": "invoices", "client_id": "clients"},
            sequence="payment",
        )
        self.refunds: Table[Refund] = self.add_table(
            "refunds",
            Refund,
            indexes={
                "payment_id": lambda r: r.payment_id,
                "client_id": lambda r: r.client_id,
                "invoice_id": lambda r: r.invoice_id,
            },
            sort_orders={
                "refund_date": lambda r: r.date,
                "refund_amount": lambda r: r.amount,
                "refund_created": lambda r: r.created_at,
            },
            references={"payment_id": "payments", "invoice_id": "invoices", "client_id": "clients"},
            sequence="refund",
        )
        self.items: Table[Item] = self.add_table(
            "items",
            Item,
            indexes={
                "category_id": lambda i: i.category_id,
                "unit_id": lambda i: i.unit_id,
                "tax_rate_id": lambda i: i.default_tax_id,
            },
            sort_orders={
                "item_description": lambda i: i.description.lower(),
                "item_rate": lambda i: i.rate,
                "item_created": lambda i: i.created_at,
            },
            references={
                "category_id": "categories",
                "default_tax_id": "tax_rates",
                "unit_id": "units",
            },
            sequence="item",
        )
        self.units: Table[Unit] = self.add_table(
            "units", Unit, indexes={"name": lambda u: u.name.lower()}, sequence="unit"
        )
        self.tax_rates: Table[TaxRate] = self.add_table("tax_rates", TaxRate)
        self.statuses: Table[InvoiceStatus] = self.add_table("statuses", InvoiceStatus)

    def scheduled_invoices(self, status_id: int) -> QueryResult[Invoice]:
        """Return the invoices with this status that the clock can change, sorted by due date."""
        return self.invoices.select({"scheduled": status_id}, order="bill_due_date")

    def expiring_estimates(self) -> QueryResult[Estimate]:
        """Return the estimates that will expire, sorted by expiry date."""
        return self.estimates.select({"expiry": "pending"}, order="bill_expiry_date")

    def expired_estimates(self) -> QueryResult[Estimate]:
        """Return the expired estimates, sorted by expiry date."""
        return self.estimates.select({"expiry": "expired"}, order="bill_expiry_date")


def _scheduled_status(invoice: Invoice) -> int | None:
    """Return the status id if the clock can change it."""
    is_scheduled = not invoice.manual and invoice.status_id in (DUE, OVERDUE)
    return invoice.status_id if is_scheduled else None


def _expiry_state(estimate: Estimate) -> str | None:
    """Return ``pending`` or ``expired`` if the clock can change the status."""
    if estimate.status == "expired":
        return "expired"
    return "pending" if estimate.expiry_date and estimate.status in EXPIRING_STATUSES else None


def _final_cents(row: Invoice | Estimate) -> int:
    """Return the final amount in cents, which need less memory than a decimal."""
    return int(row.bill.figures.final_amount.replace(".", ""))


def _search_text(row: Invoice | Estimate) -> str:
    """Return the searchable text of a bill: the descriptions of its lines, and its tags."""
    return "\n".join([*[line.description for line in row.bill.lines], *row.bill.tags])
