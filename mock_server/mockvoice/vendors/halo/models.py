"""Halo's records.

Properties that rules read are attributes. Properties that the API stores and returns unread are in
``extra``, under the API's names, if they differ from the default. Invoices, credits, PO invoices
and recurring templates are all an ``Invoice``; a template has a negative id and a timer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta

Extra = Mapping[str, Any]


class _EmptyExtra(dict[str, Any]):
    """An empty mapping that is hashable, so it can be a default that all rows share."""

    __hash__ = object.__hash__  # type: ignore[assignment]


NO_EXTRA: Extra = _EmptyExtra()
ZERO = Decimal(0)
ONE = Decimal(1)

# Assumed: all codes. Kinds of an invoice, its payment status (-1 and 0 both mean unpaid), and the
# status of a payment.
INVOICE, CREDIT, PO_INVOICE = 0, 1, 2
NEW, UNPAID, PAID, PART_PAID = -1, 0, 1, 2
PENDING, SETTLED, FAILED = 0, 1, 2
ACCEPTED, REJECTED = 2, 3  # of ``approval_status``

# Ids of the invoice statuses, in the order in which an invoice usually has them.
(
    STATUS_DRAFT,
    STATUS_APPROVED,
    STATUS_SENT,
    STATUS_POSTED,
    STATUS_PART_PAID,
    STATUS_PAID,
    STATUS_VOIDED,
    STATUS_CREDIT,
) = range(1, 9)


@dataclass(frozen=True, slots=True)
class AppliedTax:
    """The tax of a line. Later changes of the rate do not affect it.

    ``code`` is the tax's id as text, or empty if only a rate was sent.
    """

    code: str = ""
    name: str = ""
    rate: Decimal = ZERO
    composite: bool = False


NO_TAX = AppliedTax()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice or template (Halo's InvoiceDetail). Its amounts are not stored.

    ``ruled_at`` is when a tax rule decided the tax; ``None`` if no rule did.
    """

    id: int
    text: str | None = None
    item_id: int = 0
    quantity: Decimal = ONE
    price: Decimal = ZERO
    cost: Decimal = ZERO
    discount: Decimal = ZERO
    tax: AppliedTax = NO_TAX
    ruled_at: datetime | None = None
    heading: bool = False
    inactive: bool = False
    sequence: int = 10
    extra: Extra = NO_EXTRA

    @property
    def counts(self) -> bool:
        """Whether the line is included in the totals of its invoice."""
        return not (self.heading or self.inactive)


@dataclass(frozen=True, slots=True)
class Figures:
    """The amounts of an invoice, summed over the lines that count."""

    revenue: Decimal = ZERO
    tax_total: Decimal = ZERO
    composite_tax_total: Decimal = ZERO
    total: Decimal = ZERO
    discount: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Timer:
    """When a template creates its next invoice (Halo's StdRequest).

    ``armed``: the clock triggers the next run, which was in the future when it was set. A run
    that was set in the past must be processed by hand.
    """

    id: int
    period: Annotated[int, Meta(ge=0, le=9)] | None = None
    anchor_at: datetime | None = None
    last_at: datetime | None = None
    next_at: datetime | None = None
    armed: bool = False


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice, a credit, a PO invoice or a recurring template (Halo's InvoiceHeader).

    ``client_name`` is a copy of the client's name, so that lists can sort by it. Renaming a client
    updates the copy.
    """

    id: int
    client_id: int
    client_name: str
    at: datetime
    created_at: datetime
    modified_at: datetime
    kind: Annotated[int, Meta(ge=0, le=2)] = INVOICE
    due_at: datetime | None = None
    change_seq: int = 1
    currency_code: int = 0
    currency: str = "£"
    rate: Decimal = ONE
    posted: bool = False
    voided: bool = False
    credit_closed: bool = False
    payment_status: Annotated[int, Meta(ge=-1, le=2)] = NEW
    paid: Decimal = ZERO
    pending: Annotated[int, Meta(ge=0)] = 0
    paid_at: datetime | None = None
    template_id: Annotated[int, Meta(le=0)] = 0
    figures: Figures = Figures()
    lines: tuple[Line, ...] = ()
    timer: Timer | None = None
    extra: Extra = NO_EXTRA

    @property
    def due(self) -> Decimal:
        """The amount due. Assumed: 0 on templates and on voided invoices."""
        if self.voided or self.id < 0:
            return ZERO
        return self.figures.total - self.paid

    @property
    def is_sent(self) -> bool:
        """Whether the invoice was sent by e-mail."""
        return "datesent" in self.extra

    @property
    def disabled(self) -> bool:
        """Whether the template is disabled."""
        return bool(self.extra.get("disabled"))

    @property
    def status_id(self) -> int:
        """The id of the first status that applies. Assumed: the order of the checks."""
        if self.voided:
            return STATUS_VOIDED
        if self.kind == CREDIT:
            return STATUS_CREDIT
        if self.payment_status == PAID:
            return STATUS_PAID
        if self.payment_status == PART_PAID:
            return STATUS_PART_PAID
        if self.posted:
            return STATUS_POSTED
        if self.is_sent:
            return STATUS_SENT
        return STATUS_APPROVED if self.extra.get("approval_status") == ACCEPTED else STATUS_DRAFT


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of an invoice, or a use of a credit."""

    id: int
    invoice_id: int
    at: datetime
    amount: Decimal
    status: Annotated[int, Meta(ge=0, le=2)] = SETTLED
    type: Annotated[int, Meta(ge=0, le=1)] = 0
    credit_id: int = 0
    extra: Extra = NO_EXTRA


@dataclass(frozen=True, slots=True)
class InvoiceChange:
    """One changed field of an invoice or of one of its lines."""

    id: int
    invoice_id: int
    at: datetime
    who: str
    line_id: int = 0
    type_id: int = 0
    field_name: str | None = None
    old: str | None = None
    new: str | None = None
    extra: Extra = NO_EXTRA


@dataclass(frozen=True, slots=True)
class ProRata:
    """A quantity that was added to a template's line within a period."""

    id: int
    line_id: int
    template_id: int
    client_id: int
    at: datetime
    quantity: Decimal
    price: Decimal
    invoice_id: int = 0
    extra: Extra = NO_EXTRA


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax rate in percent; a composite one adds up its linked rates."""

    id: int
    name: str
    value: Decimal = ZERO
    code: str | None = None
    composite: bool = False
    linked: tuple[int, ...] = ()
    extra: Extra = NO_EXTRA


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a tax rule: one of the ids must match; ``flag`` is for purchase entities."""

    id: int
    value_type: Annotated[int, Meta(ge=1, le=7)]
    values: tuple[str, ...] = ()
    flag: bool | None = None


@dataclass(frozen=True, slots=True)
class TaxRule:
    """The tax that a line gets if all conditions hold."""

    id: int
    tax_id: int
    sequence: int
    name: str | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency; ``rate`` is its units for one unit of the home currency."""

    id: int
    name: str
    rate: Decimal
    updated_at: datetime
    symbol: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """A client (Halo's Area)."""

    id: int
    name: str
    main_site_id: int
    extra: Extra = NO_EXTRA

    def number(self, name: str, default: int = 0) -> int:
        """Return a setting of the client that is an integer."""
        value: int = self.extra.get(name, default)
        return value


@dataclass(frozen=True, slots=True)
class Item:
    """A product."""

    id: int
    name: str
    extra: Extra = NO_EXTRA


@dataclass(frozen=True, slots=True)
class Record:
    """A record of any other kind: its properties under the API's names."""

    id: int
    values: Extra = NO_EXTRA


@dataclass(frozen=True, slots=True)
class Agent:
    """A member of the service provider's staff. ``password`` is for the password grant."""

    id: int
    name: str
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, or a refresh token if ``refreshes``; ``agent_id`` is 0 for an application."""

    id: str
    scope: str
    expires_at: datetime
    agent_id: int = 0
    refreshes: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceViewers:
    """The viewers of an invoice; ``id`` is the id of the invoice."""

    id: int
    action: str | None = None
    viewers: tuple[Extra, ...] = ()
