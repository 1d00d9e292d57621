"""Tables of a COUNT workspace."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.shared_values import shared_text
from mockvoice.kernel.store import QueryResult, Table
from mockvoice.vendors.count.integration_models import (
    UNFINISHED,
    AuthorizationCode,
    Delivery,
    Link,
    SpentToken,
    StoredFile,
    TokenPair,
    Webhook,
)
from mockvoice.vendors.count.models import (
    Account,
    AccountSubType,
    Balance,
    Customer,
    Invoice,
    Product,
    Tag,
    TagGroup,
    Tax,
    Team,
    Template,
    Transaction,
)

# A date's sort positions leave room for this many records per day.
_SERIALS_PER_DAY = 1 << 40

# The roles of the system accounts that documents and transactions are posted on.
RECEIVABLE = "receivable"
TAX = "tax"
DISCOUNTS = "discounts"
UNCATEGORISED_INCOME = "uncategorised_income"
UNCATEGORISED_EXPENSE = "uncategorised_expense"
POSTED_ROLES = (RECEIVABLE, TAX, DISCOUNTS, UNCATEGORISED_INCOME, UNCATEGORISED_EXPENSE)

_CONTENT_REFERENCES = {
    "content.customer_id": "customers",
    "content.lines.*.product_id": "products",
    "content.tags.*": "tags",
}

# The actors of changes: the application, whose client id is a credential and so is not stored, and
# schedules.
CLIENT = "client"
SYSTEM = "system"


def _objects(data: Any, name: str) -> list[dict[str, Any]]:
    """Return the objects of a list in an export, whose form has not been checked yet."""
    rows = data.get(name) if isinstance(data, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


class CountBackend(Backend):
    """The tables, ids and clock of one COUNT workspace."""

    first_ids: dict[str, tuple[str, ...]]
    requests_seen: tuple[int, int] = (0, 0)  # minute since 1970, and its number of requests

    extra_state: ClassVar[Mapping[str, Any]] = {
        "first_ids": dict[str, tuple[str, ...]],
        "requests_seen": tuple[int, int],
    }
    secret_fields: ClassVar[Mapping[str, frozenset[str]]] = {
        "webhooks": frozenset(("secret",)),
        "links": frozenset(("id",)),
        "files": frozenset(("id",)),
    }

    schema_version = 2

    @classmethod
    def upgrade_export(cls, data: dict[str, Any], version: int) -> dict[str, Any]:
        """Remove settings that are now those of the sandbox, and client ids of events."""
        if version < 2:
            for team in _objects(data["tables"], "teams"):
                team.pop("strict_create", None)
                team.pop("strict_references", None)
            for invoice in _objects(data["tables"], "invoices"):
                for event in _objects(invoice, "events"):
                    if event.get("actor") not in (SYSTEM, None):
                        event["actor"] = CLIENT
        return data

    def define_tables(self) -> None:
        """Create the tables of a workspace."""
        self.first_ids = {}
        self.teams: Table[Team] = self.add_table("teams", Team, key=lambda _: 1, required_keys=(1,))
        self.taxes: Table[Tax] = self.add_table(
            "taxes",
            Tax,
            indexes={"uuid": lambda t: t.uuid},
            sort_orders={"name": lambda t: t.name.lower()},
            texts={"search": lambda t: t.name},
        )
        self.sub_types: Table[AccountSubType] = self.add_table(
            "account_sub_types", AccountSubType, indexes={"type": lambda s: s.type}
        )
        self.accounts: Table[Account] = self.add_table(
            "accounts",
            Account,
            indexes={
                "type": lambda a: a.type,
                "sub_type": lambda a: a.sub_type_id,
                "status": lambda a: a.status,
                "parent": lambda a: a.parent_id,
                "role": lambda a: a.role,
                "category": lambda a: a.type in ("Income", "Expenses"),
            },
            sort_orders={"number": lambda a: (a.number is None, a.number or "", a.name.lower())},
            texts={"search": lambda a: f"{a.name}\n{a.number or ''}"},
            references={
                "sub_type_id": "account_sub_types",
                "parent_id": "accounts",
                "taxes.*": "taxes",
            },
            required_values={"role": POSTED_ROLES},
        )
        self.balances: Table[Balance] = self.add_table("balances", Balance)
        self.customers: Table[Customer] = self.add_table(
            "customers",
            Customer,
            indexes={
                "live": lambda c: None if c.deleted else True,
                "email": lambda c: None if c.deleted or c.email is None else c.email.lower(),
            },
            sort_orders={
                "customer": lambda c: c.name.lower(),
                "email": lambda c: (c.email or "").lower(),
                "createdAt": lambda c: (c.created, c.serial),
                "updatedAt": lambda c: (c.updated, c.serial),
            },
            texts={"search": lambda c: f"{c.name}\n{c.email or ''}\n{c.main_phone or ''}"},
            references={"taxes.*": "taxes"},
            field_sequences={"serial": "customer.serial"},
        )
        self.products: Table[Product] = self.add_table(
            "products",
            Product,
            indexes={
                "live": lambda p: None if p.deleted else True,
                "name": lambda p: None if p.deleted else p.name.lower(),
                "account": _account_ids,
            },
            sort_orders={"name": lambda p: p.name.lower()},
            texts={"search": lambda p: f"{p.name}\n{p.description or ''}"},
        )
        self.tags: Table[Tag] = self.add_table(
            "tags",
            Tag,
            indexes={"live": lambda t: None if t.deleted else True},
            sort_orders={"name": lambda t: t.name.lower()},
            texts={"search": lambda t: t.name},
        )
        self.tag_groups: Table[TagGroup] = self.add_table(
            "tag_groups",
            TagGroup,
            indexes={"name": lambda g: g.name.lower(), "tag": lambda g: frozenset(g.tags)},
            sort_orders={"name": lambda g: g.name.lower()},
            texts={"search": lambda g: g.name},
            references={"tags.*": "tags"},
        )
        self.invoices: Table[Invoice] = self.add_table(
            "invoices",
            Invoice,
            indexes={
                "status": lambda i: i.status,
                "draft": lambda i: i.is_draft,
                "type": lambda i: i.content.type,
                "customer": lambda i: i.content.customer_id,
                "due_state": _due_state,
                "template": lambda i: i.template_id,
            },
            sort_orders={
                "date": lambda i: date_position(i.date, i.serial),
                "due": lambda i: i.due_date,
                "number": lambda i: (i.content.type, as_integer(i.number), i.number),
            },
            texts={"search": lambda i: f"{i.number}\n{i.content.notes or ''}"},
            # Deleted drafts and templates leave references to them, as do deleted accounts.
            references={
                **_CONTENT_REFERENCES,
                "payments.*.other_id": "transactions",
                "credits.*.other_id": "invoices",
            },
            field_sequences={"serial": "invoice.serial"},
        )
        self.templates: Table[Template] = self.add_table(
            "templates",
            Template,
            indexes={
                "paused": lambda t: t.paused,
                "running": lambda t: None if t.paused or t.next_run is None else True,
                "customer": lambda t: t.content.customer_id,
            },
            sort_orders={"created": lambda t: t.serial, "run": creation_day},
            texts={"search": lambda t: t.content.notes or ""},
            references=_CONTENT_REFERENCES,
            field_sequences={"serial": "template.serial"},
        )
        self.transactions: Table[Transaction] = self.add_table(
            "transactions",
            Transaction,
            indexes={
                "account": lambda t: t.account_id,
                "category": lambda t: t.category_id,
                "customer": lambda t: t.customer_id,
                "tag": lambda t: frozenset(t.tags) or None,
                "type": lambda t: t.type,
                "reviewed": lambda t: t.reviewed,
                "reconciled": lambda t: t.reconciled,
                "parent": lambda t: t.parent_id,
            },
            sort_orders={"posted": lambda t: date_position(t.posted, t.serial)},
            texts={"search": lambda t: f"{t.description or ''}\n{t.notes or ''}"},
            # Accounts may be deleted if only excluded transactions refer to them.
            references={
                "customer_id": "customers",
                "tags.*": "tags",
                "taxes.*": "taxes",
                "assignments.*.other_id": "invoices",
                "parent_id": "transactions",
            },
            field_sequences={"serial": "transaction.serial"},
        )
        self.webhooks: Table[Webhook] = self.add_table(
            "webhooks",
            Webhook,
            indexes={"subscribed_event": lambda w: w.event if w.status == "active" else None},
            sort_orders={"created": lambda w: w.serial},
            field_sequences={"serial": "webhook.serial"},
        )
        self.deliveries: Table[Delivery] = self.add_table(
            "deliveries",
            Delivery,
            indexes={
                "state": lambda d: d.state,
                "finished": lambda d: d.state not in UNFINISHED,
                "held_for": _held_for,
            },
            sort_orders={"next": lambda d: d.next_at},
            sequence="delivery",
        )
        self.codes: Table[AuthorizationCode] = self.add_table(
            "authorization_codes", AuthorizationCode
        )
        self.tokens: Table[TokenPair] = self.add_table(
            "tokens", TokenPair, indexes={"refresh": lambda p: p.refresh}
        )
        self.spent_tokens: Table[SpentToken] = self.add_table("spent_tokens", SpentToken)
        self.links: Table[Link] = self.add_table(
            "links",
            Link,
            indexes={"invoice": lambda k: k.invoice_id},
            references={"invoice_id": "invoices"},
        )
        self.files: Table[StoredFile] = self.add_table("files", StoredFile)

    @property
    def team(self) -> Team:
        """Return the workspace. Raises ``KeyError`` if it was not installed."""
        team = self.teams.get(1)
        if team is None:
            raise KeyError("the workspace was not installed")
        return team

    def new_id(self, kind: str) -> str:
        """Return a UUID for a new record; the contract's examples use the first ids of a kind."""
        number = self.ids.next(kind)
        fixed = self.first_ids.get(kind, ())
        return fixed[number - 1] if number <= len(fixed) else self.ids.uuid(kind)

    def now(self) -> str:
        """Return the current time in the API's format."""
        return shared_text(format_instant(self.clock.now()))

    def by_due_state(self, state: str) -> QueryResult[Invoice]:
        """Return the documents that are ``waiting`` for their due date or ``late``, by due date."""
        return self.invoices.select({"due_state": state}, order="due")

    def prepare_deliveries(self) -> None:
        """Do nothing; ``DeliveringBackend`` gets ready to send."""

    def publish_event(self, event: str, row: Any, before: Any = None) -> None:
        """Do nothing; ``DeliveringBackend`` publishes the event to webhook subscribers."""


def _held_for(delivery: Delivery) -> str | None:
    """Return the receiver whose next delivery is attempted before this one, because of a fault."""
    was_tried = any(each.cause == "event" for each in delivery.attempts)
    is_held = delivery.fault == "reorder" and delivery.state == "waiting" and not was_tried
    return delivery.receiver if is_held else None


def _account_ids(product: Product) -> frozenset[str] | None:
    used = {product.category_id, product.purchase_category_id} - {None}
    return None if product.deleted or not used else frozenset(used)  # type: ignore[arg-type]


def _due_state(invoice: Invoice) -> str | None:
    if invoice.is_draft or invoice.is_memo:
        return None
    return "late" if invoice.late else "waiting"


def date_position(day: date, serial: int) -> int:
    """Return the sort position of a record: by day, and by creation within a day."""
    return day.toordinal() * _SERIALS_PER_DAY + serial


def position_range(first: date | None, last: date | None) -> tuple[int | None, int | None]:
    """Return the sort positions from one day to another, both included."""
    return (
        None if first is None else date_position(first, 0),
        None if last is None else date_position(last, _SERIALS_PER_DAY - 1),
    )


def as_integer(number: str) -> int:
    """Return a document's number as an integer; -1 if it is not a plain decimal number."""
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 15 else -1


def creation_day(template: Template) -> int:
    """Return the day (ordinal) on which the next invoice is created; 0 without a next run."""
    if template.next_run is None:
        return 0
    return max(template.next_run.toordinal() - template.in_advance, 1)


def format_instant(at: datetime) -> str:
    """Format an instant in UTC with milliseconds."""
    return at.isoformat(timespec="milliseconds")[:-6] + "Z"
