"""OptiFlow's records, as the rules read them.

Amounts of documents, payments and stock are text, as in the API (two decimals, a dot), which saves
memory. ``gc=False`` is safe, since no row is part of a reference cycle.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from mockvoice.kernel.codec import one_of

ZERO_AMOUNT = "0.00"

# Invoice statuses. The API never returns ``deleted``: such an invoice is hidden, and its number stays used.
DRAFT, PENDING, PARTLY_PAID, PAID = "draft", "pending_payment", "partially_paid", "paid"
CANCELLED, DELETED = "cancelled", "deleted"

# Quotation statuses; ``draft`` and ``cancelled`` are the same as those of invoices.
SENT, APPROVED, REJECTED, CONVERTED = "sent", "approved", "rejected", "converted"

COMPLETED, VOIDED = "completed", "voided"
INVOICE_PAYMENT, OTHER_INCOME = "invoice_payment", "other_income"

# Types of stock movements.
SALE, RETURN, ADJUSTMENT = "sale", "return_in", "adjustment"
TRANSFER_OUT, TRANSFER_IN, INITIAL = "transfer_out", "transfer_in", "initial_stock"

OWNER, ADMIN = "owner", "admin"

# An import rejects other values of fields with these types.
Amount = Annotated[str, Meta(pattern=r"^-?[0-9]{1,40}\.[0-9]{2}$")]
InvoiceStatus = Annotated[str, one_of(DRAFT, PENDING, PARTLY_PAID, PAID, CANCELLED, DELETED)]
QuotationStatus = Annotated[str, one_of(DRAFT, SENT, APPROVED, REJECTED, CONVERTED, CANCELLED)]
DiscountKind = Annotated[str, one_of("rate", "amount")]
SeriesType = Annotated[str, one_of("invoice", "quotation", "payment")]
PaymentType = Annotated[str, one_of(INVOICE_PAYMENT, OTHER_INCOME)]
ProductType = Annotated[str, one_of("physical", "service", "digital")]
MovementType = Annotated[
    str, one_of(SALE, RETURN, ADJUSTMENT, TRANSFER_OUT, TRANSFER_IN, INITIAL, "purchase")
]
StockKey = Annotated[str, Meta(pattern="^[1-9][0-9]*:[1-9][0-9]*$")]  # workspace and product


class Actor(Struct, frozen=True, gc=False):
    """The user of a request, with workspace and role; the workspace is 0 without a membership."""

    user_id: int
    workspace_id: int
    role: str | None
    view_all_locations: bool


class User(Struct, frozen=True, gc=False):
    """A user of the tenant."""

    id: int
    name: str
    email: str
    current_workspace_id: int | None


class Workspace(Struct, frozen=True, gc=False):
    """A branch or location. ``members`` are pairs of user id and role, sorted by user id."""

    id: int
    name: str
    slug: str
    owner_id: int
    members: tuple[tuple[int, str], ...]
    created_at: datetime
    updated_at: datetime
    code: str | None = None
    description: str | None = None
    address: str | None = None
    phone: str | None = None
    is_default: bool = False

    def role_of(self, user_id: int) -> str | None:
        """Return the role of a user in this workspace; ``None`` for a user who is not a member."""
        return dict(self.members).get(user_id)


class Invitation(Struct, frozen=True, gc=False):
    """An invitation to join a workspace, sent by e-mail."""

    id: int
    workspace_id: int
    email: str
    role: str
    expires_at: datetime
    created_at: datetime


class Tax(Struct, frozen=True, gc=False):
    """A tax that can be applied to lines; the rate is a percentage."""

    id: int
    name: str
    type: str
    rate: Decimal
    is_default: bool
    created_at: datetime
    updated_at: datetime


class AppliedTax(Struct, frozen=True, gc=False):
    """A snapshot of a tax when it was applied to a line; later changes do not affect it."""

    id: int
    name: str
    type: str
    rate: Decimal
    shown_rate: Amount


class LineTaxes(Struct, frozen=True, gc=False):
    """The taxes of a line, sorted by id; lines with the same taxes share one object."""

    taxes: tuple[AppliedTax, ...] = ()
    shown_rate: Amount = ZERO_AMOUNT  # the sum of the rates


UNTAXED = LineTaxes()


class Line(Struct, frozen=True, gc=False):
    """A line of an invoice or quotation: the submitted values, rounded, and the calculated amounts.

    ``discount_kind`` is the form of the submitted discount: ``rate``, ``amount`` or ``None``.
    ``tax_amounts`` follow the order of ``taxes``, and are empty if there is only one tax.
    ``takes_stock`` means that the line has taken stock, which returns when the line is removed.
    """

    id: int
    product_id: int
    description: str
    quantity: Amount
    unit_price: Amount
    taxes: LineTaxes = UNTAXED
    discount_kind: DiscountKind | None = None
    discount_rate: Amount = ZERO_AMOUNT
    discount_amount: Amount = ZERO_AMOUNT
    subtotal: Amount = ZERO_AMOUNT
    tax_amounts: tuple[Amount, ...] = ()
    tax_amount: Amount = ZERO_AMOUNT
    total: Amount = ZERO_AMOUNT
    takes_stock: bool = False


class Figures(Struct, frozen=True, gc=False):
    """The amounts of a document, under their names in the API."""

    subtotal_amount: Amount = ZERO_AMOUNT
    discount_amount: Amount = ZERO_AMOUNT
    tax_amount: Amount = ZERO_AMOUNT
    total_amount: Amount = ZERO_AMOUNT


class Invoice(Struct, frozen=True, gc=False):
    """A sales document with an NCF."""

    id: int
    workspace_id: int
    contact_id: int
    document_subtype_id: int
    document_number: str
    issue_date: date
    due_date: date | None
    status: InvoiceStatus
    currency_id: int
    lines: tuple[Line, ...]
    figures: Figures
    created_by: int
    created_at: datetime
    updated_at: datetime
    payment_term: str | None = None
    notes: str | None = None
    is_electronic: bool = False
    quotation_id: int | None = None
    salesmen_ids: tuple[int, ...] = ()


class Quotation(Struct, frozen=True, gc=False):
    """A quotation; its ``due_date`` is the last day of its validity."""

    id: int
    workspace_id: int
    contact_id: int
    document_subtype_id: int
    document_number: str
    issue_date: date
    due_date: date | None
    status: QuotationStatus
    currency_id: int
    lines: tuple[Line, ...]
    figures: Figures
    created_at: datetime
    updated_at: datetime
    notes: str | None = None


class DocumentSubtype(Struct, frozen=True, gc=False):
    """A numbering series: the NCF range that the tax office has authorised for one type of document."""

    id: int
    name: str
    type: SeriesType
    prefix: str  # "B01", a tax credit invoice
    start_number: int
    end_number: int | None
    next_number: int
    valid_until_date: date | None
    is_default: bool
    is_active: bool
    created_at: datetime
    updated_at: datetime
    preferred_workspace_ids: tuple[int, ...] = ()

    @property
    def is_electronic(self) -> bool:
        """Whether its numbers are e-NCF. Documented: the E-series."""
        prefix = self.prefix
        return len(prefix) == 3 and prefix[0] == "E" and prefix[1:].isdigit()


class PaymentLine(Struct, frozen=True, gc=False):
    """A line of a payment that is other income."""

    id: int
    chart_account_id: int
    payment_concept_id: int | None
    description: str
    quantity: Amount
    unit_price: Amount
    tax_id: int | None
    subtotal: Amount
    tax_amount: Amount
    total: Amount


class Withholding(Struct, frozen=True, gc=False):
    """Tax that the payer of other income has withheld."""

    id: int
    withholding_type_id: int
    base_amount: Amount
    percentage: Amount
    amount: Amount


class WithholdingType(Struct, frozen=True, gc=False):
    """A percentage that payers withhold."""

    id: int
    name: str
    percentage: Decimal


class Payment(Struct, frozen=True, gc=False):
    """Money received, for an invoice or as other income."""

    id: int
    workspace_id: int
    payment_type: PaymentType
    payment_number: str
    invoice_id: int | None
    contact_id: int | None
    bank_account_id: int
    currency_id: int
    payment_date: date
    payment_method: str
    amount: Amount
    subtotal_amount: Amount
    tax_amount: Amount
    withholding_amount: Amount
    note: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    lines: tuple[PaymentLine, ...] = ()
    withholdings: tuple[Withholding, ...] = ()

    @property
    def status(self) -> str:
        """``voided`` once deleted, otherwise ``completed``. Documented: both words."""
        return COMPLETED if self.deleted_at is None else VOIDED


class Address(Struct, frozen=True, gc=False):
    """An address of a contact; ``description`` is street and number."""

    type: str | None
    province: str | None
    municipality: str | None
    country: str | None
    description: str | None
    is_primary: bool


class Contact(Struct, frozen=True, gc=False):
    """A customer, supplier or optometrist. ``relationships`` are pairs of contact id and kind."""

    id: int
    name: str
    contact_type: str
    created_at: datetime
    updated_at: datetime
    email: str | None = None
    phone_primary: str | None = None
    phone_secondary: str | None = None
    mobile: str | None = None
    fax: str | None = None
    identification_type: str | None = None
    identification_number: str | None = None
    status: str = "active"
    credit_limit: Decimal = Decimal(0)
    observations: str | None = None
    birth_date: date | None = None
    gender: str | None = None
    addresses: tuple[Address, ...] = ()
    relationships: tuple[tuple[int, str | None], ...] = ()

    @property
    def phone(self) -> str | None:
        """The first of three numbers that is present. Observed: their order."""
        return self.mobile or self.phone_primary or self.phone_secondary


class Product(Struct, frozen=True, gc=False):
    """A product or service; each workspace has its own stock of it."""

    id: int
    name: str
    sku: str
    product_type: ProductType
    price: Decimal
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    cost: Decimal | None = None
    track_stock: bool = True
    allow_negative_stock: bool = False
    is_active: bool = True
    default_tax_id: int | None = None


class Stock(Struct, frozen=True, gc=False):
    """The quantity of one product in one workspace.

    ``opened`` means that the initial stock was recorded. No response contains minimum and cost.
    """

    key: StockKey
    quantity: Amount = ZERO_AMOUNT
    opened: bool = False
    minimum_quantity: Decimal | None = None
    unit_cost: Decimal | None = None


class Movement(Struct, frozen=True, gc=False):
    """One change of the stock of one product in one workspace; it never changes."""

    id: int
    workspace_id: int
    product_id: int
    type: MovementType
    quantity: Amount
    previous_quantity: Amount
    current_quantity: Amount
    created_by: int
    created_at: datetime
    reference: str | None = None
    notes: str | None = None
    reason: str | None = None
    invoice_id: int | None = None
    from_workspace_id: int | None = None
    to_workspace_id: int | None = None


class Currency(Struct, frozen=True, gc=False):
    """A currency of the tenant. ``rates`` are sorted by their effective dates."""

    id: int
    name: str
    code: str
    symbol: str
    is_default: bool
    is_active: bool
    created_at: datetime
    updated_at: datetime
    rates: tuple["CurrencyRate", ...] = ()


class CurrencyRate(Struct, frozen=True, gc=False):
    """The price of one unit in the default currency, from ``effective_date`` on."""

    id: int
    currency_id: int
    rate: Decimal
    effective_date: datetime
    created_at: datetime


class Salesman(Struct, frozen=True, gc=False):
    """A person who is credited with sales."""

    id: int
    name: str
    surname: str
    user_id: int | None
    created_at: datetime
    updated_at: datetime


class BankAccount(Struct, frozen=True, gc=False):
    """An account that receives payments; OptiFlow stores its balance."""

    id: int
    name: str
    type: str
    currency_id: int
    initial_balance: Decimal
    initial_balance_date: date
    balance: Decimal
    created_at: datetime
    updated_at: datetime
    account_number: str | None = None
    description: str | None = None
    is_active: bool = True
    is_system_account: bool = False


class Company(Struct, frozen=True, gc=False):
    """The tenant's company, as its PDF documents show it."""

    id: int
    name: str
    rnc: str
    phone: str
    email: str
    address: str
