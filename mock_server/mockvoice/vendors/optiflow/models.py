"""OptiFlow's records, as rules read them.

Amounts that OptiFlow stores are kept as the text that it shows (two decimals, a dot), which is
also what saves memory. Rows are frozen structs, which the garbage collector need not walk: they
refer to nothing that could refer back.
"""

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

NOTHING = "0.00"

# Invoices. ``deleted`` is never shown: such a record is hidden, and its number stays used.
DRAFT, PENDING, PARTLY_PAID, PAID = "draft", "pending_payment", "partially_paid", "paid"
CANCELLED, DELETED = "cancelled", "deleted"

# Quotations; they share ``draft`` and ``cancelled`` with invoices.
SENT, APPROVED, REJECTED, CONVERTED = "sent", "approved", "rejected", "converted"

COMPLETED, VOIDED = "completed", "voided"
INVOICE_PAYMENT, OTHER_INCOME = "invoice_payment", "other_income"

# Movements of stock.
SALE, RETURN, ADJUSTMENT = "sale", "return_in", "adjustment"
TRANSFER_OUT, TRANSFER_IN, INITIAL = "transfer_out", "transfer_in", "initial_stock"

OWNER, ADMIN = "owner", "admin"


class Visit(Struct, frozen=True, gc=False):
    """Who asks, in which workspace, and as what; without a membership there is no workspace (0).

    ``everywhere`` is the permission ``view_all_locations``.
    """

    user_id: int
    workspace_id: int
    role: str | None
    everywhere: bool


class User(Struct, frozen=True, gc=False):
    """Somebody with an account at the tenant."""

    id: int
    name: str
    email: str
    current_workspace_id: int | None


class Workspace(Struct, frozen=True, gc=False):
    """A branch or location. ``members`` are pairs of user and role, in the order of the users."""

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
        """What a user is here; ``None`` for somebody who is no member."""
        return dict(self.members).get(user_id)


class Invitation(Struct, frozen=True, gc=False):
    """An e-mail that asks somebody into a workspace."""

    id: int
    workspace_id: int
    email: str
    role: str
    expires_at: datetime
    created_at: datetime


class Tax(Struct, frozen=True, gc=False):
    """A tax that lines can carry; the rate is a percentage."""

    id: int
    name: str
    type: str
    rate: Decimal
    is_default: bool
    created_at: datetime
    updated_at: datetime


class AppliedTax(Struct, frozen=True, gc=False):
    """A tax as it was when it was put on a line: later changes do not reach it."""

    id: int
    name: str
    type: str
    rate: Decimal
    shown_rate: str


class LineTaxes(Struct, frozen=True, gc=False):
    """The taxes of a line, in the order of their ids; lines with the same taxes share one."""

    taxes: tuple[AppliedTax, ...] = ()
    shown_rate: str = NOTHING  # the sum of the rates


UNTAXED = LineTaxes()


class Line(Struct, frozen=True, gc=False):
    """One line of an invoice or quotation: what was sent, rounded, and what follows from it.

    ``discount_kind`` says how the discount was given: ``rate``, ``amount`` or not at all.
    ``tax_amounts`` are those of ``taxes``, and left out where there is one tax only.
    ``takes_stock`` says that the line has moved stock, which goes back with it.
    """

    id: int
    product_id: int
    description: str
    quantity: str
    unit_price: str
    taxes: LineTaxes = UNTAXED
    discount_kind: str | None = None
    discount_rate: str = NOTHING
    discount_amount: str = NOTHING
    subtotal: str = NOTHING
    tax_amounts: tuple[str, ...] = ()
    tax_amount: str = NOTHING
    total: str = NOTHING
    takes_stock: bool = False


class Figures(Struct, frozen=True, gc=False):
    """The amounts of a document, under the names that the API gives them."""

    subtotal_amount: str = NOTHING
    discount_amount: str = NOTHING
    tax_amount: str = NOTHING
    total_amount: str = NOTHING


class Invoice(Struct, frozen=True, gc=False):
    """A sales document with an NCF."""

    id: int
    workspace_id: int
    contact_id: int
    document_subtype_id: int
    document_number: str
    issue_date: date
    due_date: date | None
    status: str
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
    """An offer; its ``due_date`` is its last day."""

    id: int
    workspace_id: int
    contact_id: int
    document_subtype_id: int
    document_number: str
    issue_date: date
    due_date: date | None
    status: str
    currency_id: int
    lines: tuple[Line, ...]
    figures: Figures
    created_at: datetime
    updated_at: datetime
    notes: str | None = None


class DocumentSubtype(Struct, frozen=True, gc=False):
    """A numbering series: the NCF numbers that the tax office has authorised for a kind of document."""

    id: int
    name: str
    type: str
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
        """Whether its documents are e-NCF. Documented: the E-series."""
        prefix = self.prefix
        return len(prefix) == 3 and prefix[0] == "E" and prefix[1:].isdigit()


class PaymentLine(Struct, frozen=True, gc=False):
    """A line of other income."""

    id: int
    chart_account_id: int
    payment_concept_id: int | None
    description: str
    quantity: str
    unit_price: str
    tax_id: int | None
    subtotal: str
    tax_amount: str
    total: str


class Withholding(Struct, frozen=True, gc=False):
    """Tax that the payer of other income has kept back."""

    id: int
    withholding_type_id: int
    base_amount: str
    percentage: str
    amount: str


class WithholdingType(Struct, frozen=True, gc=False):
    """A percentage that payers keep back."""

    id: int
    name: str
    percentage: Decimal


class Payment(Struct, frozen=True, gc=False):
    """Money received, for an invoice or as other income."""

    id: int
    workspace_id: int
    payment_type: str
    payment_number: str
    invoice_id: int | None
    contact_id: int | None
    bank_account_id: int
    currency_id: int
    payment_date: date
    payment_method: str
    amount: str
    subtotal_amount: str
    tax_amount: str
    withholding_amount: str
    note: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    lines: tuple[PaymentLine, ...] = ()
    withholdings: tuple[Withholding, ...] = ()

    @property
    def status(self) -> str:
        """Documented: ``completed`` at once, ``voided`` when deleted."""
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
    """A customer, supplier or optometrist. ``relationships`` are pairs of contact and kind."""

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
        """The first present of three. Observed: the order, in the source."""
        return self.mobile or self.phone_primary or self.phone_secondary


class Product(Struct, frozen=True, gc=False):
    """Something that is sold; its stock is counted per workspace."""

    id: int
    name: str
    sku: str
    product_type: str
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
    """How much of a product a workspace has.

    ``opened`` says that its first stock was set. Minimum and cost are kept and never answered.
    """

    key: str
    quantity: str = NOTHING
    opened: bool = False
    minimum_quantity: Decimal | None = None
    unit_cost: Decimal | None = None


class Movement(Struct, frozen=True, gc=False):
    """One change of the stock of one product in one workspace. Never altered afterwards."""

    id: int
    workspace_id: int
    product_id: int
    type: str
    quantity: str
    previous_quantity: str
    current_quantity: str
    created_by: int
    created_at: datetime
    reference: str | None = None
    notes: str | None = None
    reason: str | None = None
    invoice_id: int | None = None
    from_workspace_id: int | None = None
    to_workspace_id: int | None = None


class Currency(Struct, frozen=True, gc=False):
    """A currency of the tenant. ``rates`` are in the order of their effective dates."""

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
    """Units of the default currency for one of another, from a moment on."""

    id: int
    currency_id: int
    rate: Decimal
    effective_date: datetime
    created_at: datetime


class Salesman(Struct, frozen=True, gc=False):
    """Somebody who is credited with sales."""

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
    """The tenant itself, as its printed documents name it."""

    id: int
    name: str
    rnc: str
    phone: str
    email: str
    address: str
