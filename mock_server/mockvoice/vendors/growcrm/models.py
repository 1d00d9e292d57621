"""Grow CRM's records, as the tables store them.

A *bill* is the common part of invoices and estimates. The CRM uses this word in its columns
(``bill_date``, ``bill_final_amount``). Like the CRM, these records store calculated figures, as
the texts that the API shows: two decimals, a dot, no thousands separator.

The garbage collector does not track rows (``gc=False``): they hold no reference cycles.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

Amount = Annotated[str, Meta(pattern=r"^-?[0-9]+\.[0-9]{2}$")]
DiscountType = Literal["none", "fixed", "percentage"]
EstimateStatus = Literal["draft", "new", "accepted", "declined", "revised", "expired"]
TaxStatus = Literal["yes", "no"]
ProjectStatus = Literal["not_started", "in_progress", "on_hold", "cancelled", "completed"]

ZERO_AMOUNT = "0.00"

# Ids of the invoice statuses that the rules use. An account may have more.
DRAFT, DUE, OVERDUE, PART_PAID, PAID, CANCELLED = 1, 2, 3, 4, 5, 20

# Statuses in which an estimate expires.
EXPIRING_STATUSES = ("new", "revised")


class InvoiceStatus(Struct, frozen=True, gc=False):
    """An invoice status. The CRM's settings may add more."""

    id: int
    title: str
    color: str


class TaxRate(Struct, frozen=True, gc=False):
    """A tax rate of the settings, in percent."""

    id: int
    name: str
    rate: Decimal
    status: Literal["enabled", "disabled"] = "enabled"


class AppliedTax(Struct, frozen=True, gc=False):
    """A copy of a tax rate on a bill. Later changes of the rate do not affect it."""

    name: str
    rate: Decimal
    shown_rate: Amount
    # The ``tax_status`` of a line with this tax; "no" for a rate of zero.
    status: TaxStatus = "yes"


class Line(Struct, frozen=True, gc=False):
    """One line of a bill: the exact values that were sent, and the texts that the API shows.

    Only inline mode uses discount and tax.
    """

    id: int
    description: str
    long_description: str | None
    unit: str | None
    quantity: Decimal
    rate: Decimal
    discount_type: DiscountType = "none"
    discount_value: Decimal = Decimal(0)
    tax: AppliedTax | None = None
    shown_quantity: Amount = ZERO_AMOUNT
    shown_rate: Amount = ZERO_AMOUNT
    shown_discount_value: Amount = ZERO_AMOUNT
    shown_discount_amount: Amount = ZERO_AMOUNT
    shown_total: Amount = ZERO_AMOUNT


class Figures(Struct, frozen=True, gc=False):
    """The amounts of a bill as the API shows them, under the API's names."""

    subtotal: Amount = ZERO_AMOUNT
    subtotal_before_discount: Amount = ZERO_AMOUNT
    discount_percentage: Amount = ZERO_AMOUNT
    discount_amount: Amount = ZERO_AMOUNT
    amount_before_tax: Amount = ZERO_AMOUNT
    tax_total_percentage: Amount = ZERO_AMOUNT
    tax_total_amount: Amount = ZERO_AMOUNT
    adjustment_amount: Amount = ZERO_AMOUNT
    final_amount: Amount = ZERO_AMOUNT


class Bill(Struct, frozen=True, gc=False):
    """Header, lines, taxes and figures of an invoice or an estimate.

    ``discount_percentage`` and ``discount_amount`` are the submitted header discount;
    ``discount_type`` decides which of them counts. ``taxes`` belong to summary mode; in inline
    mode each line has its own tax.
    """

    client_id: int
    project_id: int | None
    category_id: int
    date: date
    created: str  # the instant, as the API shows it
    notes: str | None = None
    terms: str | None = None
    tax_type: Literal["summary", "inline"] = "summary"
    discount_type: DiscountType = "none"
    discount_percentage: Decimal = Decimal(0)
    discount_amount: Decimal = Decimal(0)
    adjustment_description: str | None = None
    adjustment_amount: Decimal = Decimal(0)
    lines: tuple[Line, ...] = ()
    taxes: tuple[AppliedTax, ...] = ()
    figures: Figures = Figures()
    tags: tuple[str, ...] = ()


class Invoice(Struct, frozen=True, gc=False):
    """An invoice. If ``manual``, its status was set by hand and no longer changes automatically."""

    id: int
    bill: Bill
    due_date: date
    status_id: int = DRAFT
    manual: bool = False
    estimate_id: int | None = None  # the estimate that was converted to this invoice


class Estimate(Struct, frozen=True, gc=False):
    """An estimate. ``lapsed_from`` is its status before it expired."""

    id: int
    bill: Bill
    expiry_date: date | None
    status: EstimateStatus = "draft"
    lapsed_from: Literal["new", "revised"] | None = None


class Address(Struct, frozen=True, gc=False):
    """A postal address. All fields are optional."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None


class Client(Struct, frozen=True, gc=False):
    """A company that receives invoices."""

    id: int
    company_name: str
    category_id: int
    owner_id: int | None
    created_at: datetime
    updated_at: datetime
    status: Literal["active", "suspended"] = "active"
    description: str | None = None
    phone: str | None = None
    website: str | None = None
    vat: str | None = None
    billing: Address = Address()
    shipping: Address = Address()
    invoice_due_days: Annotated[int, Meta(ge=0)] | None = None
    tags: tuple[str, ...] = ()


class User(Struct, frozen=True, gc=False):
    """A person: a member of the team, or a contact of a client."""

    id: int
    first_name: str
    last_name: str
    email: str
    created_at: datetime
    updated_at: datetime
    client_id: int | None = None
    phone: str | None = None
    position: str | None = None
    in_team: bool = False
    status: str = "active"

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.first_name} {self.last_name}"


class Project(Struct, frozen=True, gc=False):
    """A project of a client. ``permissions`` holds only enabled permissions."""

    id: int
    client_id: int
    category_id: int
    title: str
    start_date: date
    due_date: date | None
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    status: ProjectStatus = "not_started"
    archived: bool = False
    progress: Annotated[int, Meta(ge=0, le=100)] = 0
    progress_manually: bool = False
    billing_type: Literal["hourly", "fixed"] = "hourly"
    billing_rate: Decimal = Decimal(0)
    estimated_hours: Annotated[int, Meta(ge=0)] = 0
    costs_estimate: Decimal = Decimal(0)
    permissions: frozenset[str] = frozenset()
    assigned: tuple[int, ...] = ()
    manager_id: int | None = None
    tags: tuple[str, ...] = ()


class Category(Struct, frozen=True, gc=False):
    """A category for records of one type."""

    id: int
    name: str
    type: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    visibility: str | None = "everyone"
    icon: str | None = None
    system_default: bool = False
    users: tuple[int, ...] = ()


class Payment(Struct, frozen=True, gc=False):
    """A payment of an invoice. Client and project are those of the invoice."""

    id: int
    invoice_id: int
    client_id: int
    project_id: int | None
    amount: Decimal
    date: date
    created_at: datetime
    gateway: str = "bank"
    transaction_id: str | None = None
    notes: str | None = None
    status: Literal["paid", "refunded"] = "paid"
    tags: tuple[str, ...] = ()


class Refund(Struct, frozen=True, gc=False):
    """A refund of a payment, always in full."""

    id: int
    payment_id: int
    invoice_id: int
    client_id: int
    amount: Decimal
    date: date
    created_at: datetime
    notes: str | None = None
    tags: tuple[str, ...] = ()


class Unit(Struct, frozen=True, gc=False):
    """A unit of catalogue items, for example hours."""

    id: int
    name: str


class Item(Struct, frozen=True, gc=False):
    """A catalogue item. ``custom_fields`` holds pairs of field number and text."""

    id: int
    description: str
    rate: Decimal
    category_id: int
    default_tax_id: int
    unit_id: int
    created_at: datetime
    updated_at: datetime
    notes: str | None = None
    estimation_notes: str | None = None
    custom_fields: tuple[tuple[Annotated[int, Meta(ge=1, le=10)], str], ...] = ()
