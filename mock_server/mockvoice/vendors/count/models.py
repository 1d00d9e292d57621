"""COUNT's records, as the rules read them.

An *invoice* is one of four documents: invoice, quote, estimate or credit memo. Amounts that a rule
computes once and that are only displayed afterwards are stored as text with two decimals. Instants
are stored in the API's format.

Rows are frozen structs with ``gc=False``, since they cannot be part of a reference cycle.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from mockvoice.kernel.codec import one_of

ZERO = Decimal(0)
ZERO_AMOUNT = "0.00"

# An import rejects other values of fields with these types.
RecordId = Annotated[str, Meta(pattern="^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")]
Amount = Annotated[str, Meta(pattern=r"^-?[0-9]{1,40}\.[0-9]{2}$")]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
NotNegative = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Serial = Annotated[int, Meta(ge=1, lt=1 << 40)]
AccountType = Annotated[str, one_of("Assets", "Liabilities", "Equity", "Income", "Expenses")]
DocumentType = Annotated[str, one_of("invoice", "quote", "estimate", "memo")]
TaxSetting = Annotated[str, one_of("exclusive", "inclusive", "none")]
TransactionType = Annotated[str, one_of("Expense", "Income", "Transfer", "Journal Entry")]
Pattern = Annotated[str, one_of("daily", "weekly", "biweekly", "monthly", "quarterly", "yearly")]

DEBIT_TYPES = ("Assets", "Expenses")  # accounts whose normal side is debit


class Team(Struct, frozen=True, gc=False):
    """The workspace and its settings."""

    id: str
    name: str
    currency: Currency = "USD"
    redirect_uris: tuple[str, ...] = ()  # registered URIs and prefixes of URIs
    clock_skew: NotNegative = 300  # largest deviation of a request's timestamp, in seconds
    requests_per_minute: NotNegative | None = None  # None: no limit
    unique_numbers: bool = True


class Tax(Struct, frozen=True, gc=False):
    """A tax rate, in percent."""

    id: int
    uuid: str
    name: str
    percentage: Decimal


class AccountSubType(Struct, frozen=True, gc=False):
    """A kind of account, from the catalogue that all workspaces share."""

    id: int
    type: AccountType
    name: str
    description: str | None = None
    anchor_tier: str | None = None


class Account(Struct, frozen=True, gc=False):
    """An account of the chart of accounts; ``role`` is set for system accounts only."""

    id: RecordId
    name: str
    type: AccountType
    sub_type_id: int
    currency: Currency
    created: str
    updated: str
    number: str | None = None
    description: str | None = None
    color: str | None = None
    parent_id: str | None = None
    institution_id: int | None = None
    taxes: tuple[int, ...] = ()
    status: str = "active"
    role: str | None = None


class Balance(Struct, frozen=True, gc=False):
    """The balance of an account: debits less credits, and the number of its entries."""

    id: str
    amount: Decimal = ZERO
    entries: int = 0


class Address(Struct, frozen=True, gc=False):
    """A postal address; every field is optional."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip_code: str | None = None
    country: str | None = None


class Contact(Struct, frozen=True, gc=False):
    """A contact person of a customer."""

    id: str
    name: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    primary: bool = False


class Customer(Struct, frozen=True, gc=False):
    """A customer. A deleted one is kept for the documents that refer to it."""

    id: RecordId
    serial: Serial
    name: str
    created: str
    updated: str
    email: str | None = None
    main_phone: str | None = None
    website: str | None = None
    status: str = "active"
    billing_address: Address | None = None
    shipping_address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    notes: str | None = None
    payment_term: str | None = None
    tax_number: str | None = None
    tax_auto_calculate: bool = False
    tax_excluded: bool = False
    taxes: tuple[int, ...] = ()
    deleted: bool = False


class Product(Struct, frozen=True, gc=False):
    """A product or a service. A deleted one is kept for the documents that refer to it."""

    id: RecordId
    name: str
    currency: Currency
    created: str
    updated: str
    description: str | None = None
    category_id: str | None = None  # income account
    purchase_category_id: str | None = None
    taxes: tuple[str, ...] = ()  # UUIDs
    price: Decimal | None = None
    purchase_price: Decimal | None = None
    pricing_method: str = "item"
    tax_exempt: bool = False
    deleted: bool = False


class Tag(Struct, frozen=True, gc=False):
    """A tag. A deleted one is kept for the documents that have it."""

    id: RecordId
    name: str
    created: str
    updated: str
    color: str | None = None
    deleted: bool = False


class TagGroup(Struct, frozen=True, gc=False):
    """A group of tags; a tag is in at most one group."""

    id: RecordId
    name: str
    created: str
    updated: str
    color: str | None = None
    tags: tuple[str, ...] = ()


class LineTax(Struct, frozen=True, gc=False):
    """A tax rate as it was when the line was created, and the tax of that line."""

    tax: Tax
    amount: Amount = ZERO_AMOUNT


class Line(Struct, frozen=True, gc=False):
    """One line of a document: the exact values that were sent, and the amounts to display.

    ``taxes_given`` is true if the request named the line's tax rates.
    """

    product_id: str
    category_id: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    taxes: tuple[LineTax, ...] = ()
    taxes_given: bool = False
    amount: Amount = ZERO_AMOUNT
    tax_amount: Amount = ZERO_AMOUNT


class Totals(Struct, frozen=True, gc=False):
    """The totals of a document."""

    subtotal: Amount = ZERO_AMOUNT
    tax: Amount = ZERO_AMOUNT
    total: Amount = ZERO_AMOUNT


class Payment(Struct, frozen=True, gc=False):
    """A part of a bank transaction that pays a document. Both records store it."""

    other_id: str  # the transaction, or the document
    amount: Decimal
    at: str
    notes: str | None = None


class AppliedCredit(Struct, frozen=True, gc=False):
    """An amount of a memo that is applied to an invoice. Both documents store it."""

    other_id: str  # the memo, or the invoice
    amount: Decimal
    at: str


class Attachment(Struct, frozen=True, gc=False):
    """A file of a document: linked or uploaded."""

    id: str
    url: str
    title: str
    created: str


class Change(Struct, frozen=True, gc=False):
    """A property that changed: its old and new value as text."""

    field: str
    before: str | None
    after: str | None


class Event(Struct, frozen=True, gc=False):
    """An entry in a document's audit log."""

    action: str
    at: str
    actor: str
    changes: tuple[Change, ...] = ()


class DocumentContent(Struct, frozen=True, gc=False):
    """The content of a document or a template: customer, lines and amounts."""

    customer_id: str
    type: DocumentType
    currency: Currency
    tax_setting: TaxSetting
    lines: tuple[Line, ...]
    totals: Totals = Totals()
    discount: Decimal = ZERO
    discount_description: str | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()


class Invoice(Struct, frozen=True, gc=False):
    """An invoice, quote, estimate or credit memo.

    ``late`` is true once the due date has passed; it follows the clock.
    """

    id: RecordId
    serial: Serial  # grows with every document
    number: str
    date: dt.date
    due_date: dt.date
    content: DocumentContent
    created: str
    updated: str
    is_draft: bool = True
    late: bool = False
    paid: Decimal = ZERO
    credited: Decimal = ZERO
    approved: str | None = None
    sent: str | None = None
    applied_to_id: str | None = None
    template_id: str | None = None
    payments: tuple[Payment, ...] = ()
    credits: tuple[AppliedCredit, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def type(self) -> str:
        """``invoice``, ``quote``, ``estimate`` or ``memo``."""
        return self.content.type

    @property
    def total(self) -> Decimal:
        """The total, discount and tax included."""
        return Decimal(self.content.totals.total)

    @property
    def due(self) -> Decimal:
        """The open balance; for a memo, the unused credit."""
        if not self.paid and not self.credited:
            return self.total
        return self.total - self.paid - self.credited

    @property
    def is_memo(self) -> bool:
        """Whether this is a credit memo."""
        return self.content.type == "memo"

    @property
    def is_offer(self) -> bool:
        """Whether this is a quote or an estimate, which are never owed."""
        return self.content.type in ("quote", "estimate")

    @property
    def status(self) -> str:
        """The derived status. Documented: the values. Assumed: their precedence."""
        return self.status_with(self.due)

    def status_with(self, due: Decimal) -> str:
        """Return the status of this document, whose open balance is ``due``."""
        if self.is_draft:
            return "draft"
        if self.is_offer:
            return "expired" if self.late else "sent" if self.sent else "approved"
        payment_status = self._payment_status(due)
        if payment_status == "paid":
            return "paid"
        if self.late and not self.is_memo:
            return "overdue"
        if payment_status == "partial":
            return "partial"
        return "sent" if self.sent else "approved"

    @property
    def payment_status(self) -> str:
        """The status that follows from the amounts. Assumed: a total of 0 is paid once approved."""
        return self._payment_status(self.due)

    def _payment_status(self, due: Decimal) -> str:
        if self.is_draft or self.is_offer:
            return "unpaid"
        if due <= 0:
            return "paid"
        return "partial" if self.paid or self.credited else "unpaid"


class Schedule(Struct, frozen=True, gc=False):
    """A recurrence: every ``interval`` units of ``pattern``, starting on the anchor day."""

    anchor: dt.date
    pattern: Pattern
    interval: Positive = 1


class Template(Struct, frozen=True, gc=False):
    """A recurring invoice template.

    ``next_run`` is ``None`` while the template is paused or its schedule has ended.
    """

    id: RecordId
    serial: Serial
    content: DocumentContent
    schedule: Schedule
    due_days: NotNegative  # from date to due date
    created: str
    updated: str
    in_advance: NotNegative = 0
    paused: bool = True
    next_run: dt.date | None = None
    last_run: dt.date | None = None


class Transaction(Struct, frozen=True, gc=False):
    """A transaction of a bank or cash account; ``amount`` has no sign."""

    id: RecordId
    serial: Serial
    account_id: str
    amount: Decimal
    posted: dt.date
    type: TransactionType
    currency: Currency
    created: str
    updated: str
    authorized: dt.date | None = None
    description: str | None = None
    notes: str | None = None
    category_id: str | None = None
    customer_id: str | None = None
    tags: tuple[str, ...] = ()
    taxes: tuple[int, ...] = ()
    reviewed: bool = False
    reconciled: bool = False
    excluded: bool = False
    pending: bool = False
    assignments: tuple[Payment, ...] = ()
    parent_id: str | None = None
    linked_id: str | None = None

    @property
    def assigned(self) -> Decimal:
        """The part of the amount that pays documents."""
        return sum((payment.amount for payment in self.assignments), ZERO)

    @property
    def unassigned(self) -> Decimal:
        """The part of the amount that pays no document."""
        return self.amount - self.assigned

    @property
    def sign(self) -> int:
        """The sign of the amount. Assumed: income is negative, all other types are positive."""
        return -1 if self.type == "Income" else 1
