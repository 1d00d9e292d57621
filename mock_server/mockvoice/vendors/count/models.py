"""COUNT's records, as rules read them.

An *invoice* is any of four documents: invoice, quote, estimate or credit memo. Amounts that a rule
computes once and only shows from then on are kept as text with two decimals. Instants are kept as
they are shown.

Rows are frozen structs, which the garbage collector need not walk: they refer to nothing that
could refer back.
"""

import datetime as dt
from decimal import Decimal

from msgspec import Struct

ZERO = Decimal(0)
NOTHING = "0.00"

DEBIT_TYPES = ("Assets", "Expenses")  # accounts whose usual side is the debit


class Team(Struct, frozen=True, gc=False):
    """The workspace, and what its settings decide."""

    id: str
    name: str
    currency: str = "USD"
    redirect_uris: tuple[str, ...] = ()  # registered addresses and prefixes
    clock_skew: int = 300  # seconds by which a signature's time may be off
    requests_per_minute: int | None = None  # None: as many as the client likes
    unique_numbers: bool = True
    strict_create: bool = False  # what the older documents require of an invoice is required
    strict_references: bool = False  # a reference that does not resolve answers 400 and not 404


class Tax(Struct, frozen=True, gc=False):
    """A tax rate, in percent."""

    id: int
    uuid: str
    name: str
    percentage: Decimal


class AccountSubType(Struct, frozen=True, gc=False):
    """A kind of account, from the catalogue of all workspaces."""

    id: int
    type: str
    name: str
    description: str | None = None
    anchor_tier: str | None = None


class Account(Struct, frozen=True, gc=False):
    """An account of the chart. ``role`` is what the system uses it for, if anything."""

    id: str
    name: str
    type: str
    sub_type_id: int
    currency: str
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
    """What is posted on an account: debits less credits, and by how many documents."""

    id: str
    amount: Decimal = ZERO
    entries: int = 0


class Address(Struct, frozen=True, gc=False):
    """A postal address; nothing in it is required."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip_code: str | None = None
    country: str | None = None


class Contact(Struct, frozen=True, gc=False):
    """A person at a customer's."""

    id: str
    name: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    primary: bool = False


class Customer(Struct, frozen=True, gc=False):
    """Who is billed. A deleted one stays for the documents that name it."""

    id: str
    serial: int
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
    """A good or a service. A deleted one stays for the documents that name it."""

    id: str
    name: str
    currency: str
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
    """A label. A deleted one stays for the documents that carry it."""

    id: str
    name: str
    created: str
    updated: str
    color: str | None = None
    deleted: bool = False


class TagGroup(Struct, frozen=True, gc=False):
    """A group of tags; a tag is in one at most."""

    id: str
    name: str
    created: str
    updated: str
    color: str | None = None
    tags: tuple[str, ...] = ()


class LineTax(Struct, frozen=True, gc=False):
    """A rate as it was when it was put on a line, and what it comes to there."""

    tax: Tax
    amount: str = NOTHING


class Line(Struct, frozen=True, gc=False):
    """One line of a document: what was sent, exact, and what is shown of it.

    ``taxes_given`` says that the line named its rates itself.
    """

    product_id: str
    category_id: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    taxes: tuple[LineTax, ...] = ()
    taxes_given: bool = False
    amount: str = NOTHING
    tax_amount: str = NOTHING


class Totals(Struct, frozen=True, gc=False):
    """The sums of a document."""

    subtotal: str = NOTHING
    tax: str = NOTHING
    total: str = NOTHING


class Payment(Struct, frozen=True, gc=False):
    """A part of a bank transaction that pays a document. Kept on both."""

    other_id: str  # the transaction, or the document
    amount: Decimal
    at: str
    notes: str | None = None


class Credit(Struct, frozen=True, gc=False):
    """Credit that was set off between a memo and an invoice. Kept on both."""

    other_id: str
    amount: Decimal
    at: str


class Attachment(Struct, frozen=True, gc=False):
    """A file of a document: somewhere else, or uploaded."""

    id: str
    url: str
    title: str
    created: str


class Change(Struct, frozen=True, gc=False):
    """A property that changed, as text."""

    field: str
    before: str | None
    after: str | None


class Event(Struct, frozen=True, gc=False):
    """Something that happened to a document."""

    action: str
    at: str
    actor: str
    changes: tuple[Change, ...] = ()


class Content(Struct, frozen=True, gc=False):
    """What a document says: whom it bills, for what, and how much. Templates have one too."""

    customer_id: str
    type: str
    currency: str
    tax_setting: str
    lines: tuple[Line, ...]
    totals: Totals = Totals()
    discount: Decimal = ZERO
    discount_description: str | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()


class Invoice(Struct, frozen=True, gc=False):
    """An invoice, quote, estimate or credit memo.

    ``late`` says that the due date has passed; it follows the clock.
    """

    id: str
    serial: int  # grows with every document
    number: str
    date: dt.date
    due_date: dt.date
    content: Content
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
    credits: tuple[Credit, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def type(self) -> str:
        return self.content.type

    @property
    def total(self) -> Decimal:
        return Decimal(self.content.totals.total)

    @property
    def due(self) -> Decimal:
        """What is left to pay; of a memo, the credit that is left."""
        return self.total - self.paid - self.credited

    @property
    def is_memo(self) -> bool:
        return self.content.type == "memo"

    @property
    def is_offer(self) -> bool:
        """Quotes and estimates are never owed."""
        return self.content.type in ("quote", "estimate")

    @property
    def status(self) -> str:
        """The derived status. Documented: the values. Assumed: the order of the questions."""
        if self.is_draft:
            return "draft"
        if self.is_offer:
            return "expired" if self.late else "sent" if self.sent else "approved"
        settled = self.payment_status
        if settled == "paid":
            return "paid"
        if self.late and not self.is_memo:
            return "overdue"
        if settled == "partial":
            return "partial"
        return "sent" if self.sent else "approved"

    @property
    def payment_status(self) -> str:
        """By amounts alone. Assumed: what is due for nothing is paid as soon as it is approved."""
        if self.is_draft or self.is_offer:
            return "unpaid"
        if self.due <= 0:
            return "paid"
        return "partial" if self.paid or self.credited else "unpaid"


class Schedule(Struct, frozen=True, gc=False):
    """How often: every so many units of a pattern, from an anchor day on."""

    anchor: dt.date
    pattern: str
    interval: int = 1


class Template(Struct, frozen=True, gc=False):
    """A recurring invoice template.

    ``next_run`` is kept while paused too, so that resuming knows what was missed.
    """

    id: str
    serial: int
    content: Content
    schedule: Schedule
    due_days: int  # from date to due date
    created: str
    updated: str
    in_advance: int = 0
    paused: bool = True
    next_run: dt.date | None = None
    last_run: dt.date | None = None


class Transaction(Struct, frozen=True, gc=False):
    """A movement on a bank or cash account; ``amount`` has no sign."""

    id: str
    serial: int
    account_id: str
    amount: Decimal
    posted: dt.date
    type: str
    currency: str
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
        return sum((each.amount for each in self.assignments), ZERO)

    @property
    def unassigned(self) -> Decimal:
        return self.amount - self.assigned

    @property
    def sign(self) -> int:
        """Assumed: money coming in is negative, everything else positive."""
        return -1 if self.type == "Income" else 1


class Webhook(Struct, frozen=True, gc=False):
    """A subscription to one event."""

    id: str
    serial: int
    event: str
    url: str
    created: str
    updated: str
    status: str = "active"
    secret: str | None = None


class Attempt(Struct, frozen=True, gc=False):
    """One try to deliver; ``status`` is the receiver's answer, ``None`` if there was none."""

    at: str
    status: int | None
    error: str | None = None


class Delivery(Struct, frozen=True, gc=False):
    """Something to tell a subscriber.

    ``state`` is ``waiting``, ``sending``, ``delivered``, ``failed`` or ``not_attempted``; ``next_at``
    counts microseconds since 1970.
    """

    id: int
    uuid: str
    webhook_id: str
    event: str
    url: str
    body: str
    signature: str | None
    created: str
    state: str = "waiting"
    next_at: int = 0
    attempts: tuple[Attempt, ...] = ()
    reason: str | None = None  # why it was not attempted


class AuthorizationCode(Struct, frozen=True, gc=False):
    """A code that can be traded for tokens; known by the digest of its text."""

    id: str
    expires: int  # microseconds since 1970


class TokenPair(Struct, frozen=True, gc=False):
    """An access token and its refresh token, known by the digests of their texts."""

    id: str  # of the access token
    refresh: str
    access_expires: int
    refresh_expires: int


class Spent(Struct, frozen=True, gc=False):
    """A fixed refresh token that was used up."""

    id: str


class Link(Struct, frozen=True, gc=False):
    """An address that needs no login: a page that shows an invoice, or a file."""

    id: str  # the secret part of the address
    invoice_id: str


class StoredFile(Struct, frozen=True, gc=False):
    """An uploaded file."""

    id: str  # the secret part of its address
    name: str
    media_type: str
    content: bytes
