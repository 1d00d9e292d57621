"""COUNT's records in the console: documents, templates, customers, products, transactions and accounts."""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend, creation_day
from mockvoice.vendors.count.models import (
    ZERO,
    Account,
    Customer,
    Invoice,
    Product,
    Template,
    Transaction,
)
from mockvoice.vendors.count.rules.public_files import INVOICES_PATH
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    INFO,
    NEUTRAL,
    WARNING,
    DocumentLayout,
    HistoryEntry,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)

_LINES = PartTable(
    "Lines",
    "products",
    {
        "Description": "description",
        "Quantity": "quantity",
        "Unit price": "unitPrice",
        "Tax": "taxAmount",
        "Amount": "amount",
    },
    amounts=("Unit price", "Tax", "Amount"),
)
_TAXES = PartTable(
    "Taxes",
    "taxes",
    {"Tax": "name", "Percent": "percentage", "Amount": "amount"},
    amounts=("Amount",),
)
_ATTACHMENTS = PartTable(
    "Attachments", "attachments", {"Title": "title", "Address": "url", "Added": "createdAt"}
)
_TOTALS = {
    "Subtotal": "subtotal",
    "Discount": "discount",
    "Tax": "taxTotal",
    "Total": "total",
}
_CUSTOMER = ("customer/customer", "customer/email")
_TONES = {
    "draft": INFO,
    "approved": INFO,
    "sent": INFO,
    "partial": WARNING,
    "overdue": BAD,
    "expired": BAD,
    "paid": GOOD,
    "active": GOOD,
    "paused": WARNING,
    "inactive": NEUTRAL,
}


def _document(backend: CountBackend, row: Invoice) -> Summary:
    content = row.content
    owed = row.content.type == "invoice" and not row.is_draft
    return Summary(
        key=row.id,
        name=row.number,
        position=row.serial,
        party=_customer_name(backend, content.customer_id),
        party_key=content.customer_id,
        date=row.date,
        due=row.due_date,
        status=row.status,
        amount=row.total,
        open=max(row.due, ZERO) if owed else ZERO,
        currency=content.currency,
    )


def _template(backend: CountBackend, row: Template) -> Summary:
    customer = _customer_name(backend, row.content.customer_id)
    return Summary(
        key=row.id,
        name=customer,
        position=row.serial,
        party=customer,
        party_key=row.content.customer_id,
        date=row.schedule.anchor,
        due=row.next_run and dt.date.fromordinal(creation_day(row)),
        status="paused" if row.paused else "active",
        amount=Decimal(row.content.totals.total),
        currency=row.content.currency,
        detail=f"{row.schedule.pattern}, every {row.schedule.interval}",
    )


def _customer(_: CountBackend, row: Customer) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.serial,
        status=row.status,
        detail=row.email or "",
    )


def _product(_: CountBackend, row: Product) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.created,
        amount=row.price,
        currency=row.currency,
        detail=row.description or "",
    )


def _transaction(backend: CountBackend, row: Transaction) -> Summary:
    account = backend.accounts.get(row.account_id)
    return Summary(
        key=row.id,
        name=row.description or row.type,
        position=row.serial,
        party=_customer_name(backend, row.customer_id),
        party_key=row.customer_id,
        date=row.posted,
        status=row.type,
        amount=row.sign * row.amount,
        currency=row.currency,
        detail=account.name if account else "",
    )


def _account(backend: CountBackend, row: Account) -> Summary:
    balance = backend.balances.get(row.id)
    return Summary(
        key=row.id,
        name=row.name,
        position=row.created,
        status=row.type,
        amount=balance.amount if balance else ZERO,
        currency=row.currency,
        detail=row.number or "",
    )


def _customer_name(backend: CountBackend, customer_id: str | None) -> str:
    customer = backend.customers.get(customer_id) if customer_id else None
    return customer.name if customer else ""


def _history(_: CountBackend, row: Invoice) -> Iterable[HistoryEntry]:
    for event in row.events:
        changes = [
            f"{change.field} from {change.before or 'nothing'} to {change.after or 'nothing'}"
            for change in event.changes
        ]
        yield HistoryEntry(
            event.at, f"{event.action} by {event.actor}" + "".join(f"; {c}" for c in changes)
        )


def _public_page(backend: CountBackend, row: Invoice) -> str | None:
    link = next(iter(backend.links.find_by("invoice", row.id)), None)
    return INVOICES_PATH + link.id if link else None


def _paying_transactions(backend: CountBackend, row: Invoice) -> Iterable[Transaction]:
    rows = (backend.transactions.get(payment.other_id) for payment in row.payments)
    return [found for found in rows if found is not None]


def _applied(backend: CountBackend, row: Invoice) -> Iterable[Invoice]:
    rows = (backend.invoices.get(credit.other_id) for credit in row.credits)
    return [found for found in rows if found is not None]


def _paid_documents(backend: CountBackend, row: Transaction) -> Iterable[Invoice]:
    rows = (backend.invoices.get(payment.other_id) for payment in row.assignments)
    return [found for found in rows if found is not None]


def _address_paths(name: str) -> tuple[str, ...]:
    return tuple(f"{name}/{part}" for part in ("street", "zipCode", "city", "state", "country"))


def _generated(backend: CountBackend, row: Template) -> Iterable[Invoice]:
    return backend.invoices.find_by("template", row.id)


def _of_customer(kind: str) -> Callable[[CountBackend, Customer], Iterable[Invoice]]:
    def find(backend: CountBackend, row: Customer) -> Iterable[Invoice]:
        rows = backend.invoices.find_by("customer", row.id)
        return (document for document in rows if document.content.type == kind)

    return find


def _documents(key: str, title: str, noun: str, kind: str, due: str) -> RecordKind:
    """Return the kind of one type of document: they have one table, and one shape."""
    is_invoice = kind == "invoice"
    related = [RelatedRecords("Payments", "transactions", _paying_transactions)]
    if kind in ("invoice", "memo"):
        other = "Applied credit" if is_invoice else "Applied to"
        related.append(
            RelatedRecords(other, "credit-memos" if is_invoice else "invoices", _applied)
        )
    return RecordKind(
        key=key,
        title=title,
        noun=noun,
        table="invoices",
        columns={
            "name": "Number",
            "party": "Customer",
            "date": "Date",
            "due": due,
            "status": "Status",
            "amount": "Total",
            **({"open": "Amount due"} if is_invoice else {}),
        },
        summarize=_document,
        render=render.invoice,
        includes=lambda row: bool(row.content.type == kind),
        tones=_TONES,
        clients="customers",
        receivable=is_invoice,
        on_due={"invoice": "becomes overdue", "memo": ""}.get(kind, "expires"),
        waiting_statuses=frozenset(() if is_invoice else ("approved", "sent")),
        operations=("invoices.",),
        mail_subject="invoices",
        layout=DocumentLayout(
            parties={"Customer": _CUSTOMER},
            facts={
                "Date": "date",
                due: "dueDate",
                "Currency": "currency",
                "Payment status": "paymentStatus",
                "Tax setting": "taxSetting",
                "Approved": "approvedAt",
                "Sent": "sentAt",
                "Recurring template": "recurringTemplateId",
            },
            tables=(_LINES, _TAXES, _ATTACHMENTS),
            totals={
                **_TOTALS,
                "Paid": "paidAmount",
                "Credited": "creditedAmount",
                "Amount due": "amountDue",
            },
            notes={"Notes": "notes"},
            related=related,
            history=_history,
            public_page=_public_page,
        ),
    )


RECORD_KINDS = (
    _documents("invoices", "Invoices", "invoice", "invoice", "Due date"),
    _documents("quotes", "Quotes", "quote", "quote", "Valid until"),
    _documents("estimates", "Estimates", "estimate", "estimate", "Valid until"),
    _documents("credit-memos", "Credit memos", "credit memo", "memo", "Due date"),
    RecordKind(
        key="templates",
        title="Recurring templates",
        noun="recurring template",
        table="templates",
        columns={
            "name": "Customer",
            "detail": "Recurrence",
            "date": "First date",
            "due": "Next invoice",
            "status": "Status",
            "amount": "Total",
        },
        summarize=_template,
        render=render.template,
        tones=_TONES,
        clients="customers",
        on_due="creates an invoice",
        days_after_due=0,
        operations=("recurring_invoice_templates.",),
        layout=DocumentLayout(
            parties={"Customer": _CUSTOMER},
            facts={
                "Recurrence": "recurrencePattern",
                "Interval": "recurrenceInterval",
                "Next run": "nextRunDate",
                "Last run": "lastRunDate",
                "Days in advance": "inAdvanceCreationDays",
                "Currency": "currency",
            },
            tables=(_LINES,),
            totals=_TOTALS,
            notes={"Notes": "notes"},
            related=(RelatedRecords("Generated invoices", "invoices", _generated),),
        ),
    ),
    RecordKind(
        key="customers",
        title="Customers",
        noun="customer",
        table="customers",
        columns={"name": "Name", "detail": "E-mail", "status": "Status"},
        summarize=_customer,
        render=render.customer,
        includes=lambda row: not row.deleted,
        tones=_TONES,
        operations=("customers.",),
        layout=DocumentLayout(
            parties={
                "Billing address": _address_paths("billingAddress"),
                "Shipping address": _address_paths("shippingAddress"),
            },
            facts={
                "E-mail": "email",
                "Phone": "mainPhone",
                "Website": "website",
                "Payment term": "paymentTerm",
                "Tax number": "taxNumber",
            },
            tables=(
                PartTable(
                    "Contacts", "contacts", {"Name": "name", "E-mail": "email", "Phone": "phone"}
                ),
            ),
            notes={"Notes": "notes"},
            related=(
                RelatedRecords("Invoices", "invoices", _of_customer("invoice")),
                RelatedRecords("Quotes", "quotes", _of_customer("quote")),
                RelatedRecords("Estimates", "estimates", _of_customer("estimate")),
                RelatedRecords("Credit memos", "credit-memos", _of_customer("memo")),
            ),
        ),
    ),
    RecordKind(
        key="products",
        title="Products",
        noun="product",
        table="products",
        columns={"name": "Name", "detail": "Description", "amount": "Price"},
        summarize=_product,
        render=render.product,
        includes=lambda row: not row.deleted,
        operations=("products.",),
        layout=DocumentLayout(
            facts={
                "Price": "price",
                "Purchase price": "purchasePrice",
                "Currency": "currency",
                "Pricing method": "pricingMethod",
                "Tax exempt": "taxExempt",
            },
            notes={"Description": "description"},
        ),
    ),
    RecordKind(
        key="transactions",
        title="Transactions",
        noun="transaction",
        table="transactions",
        columns={
            "name": "Description",
            "party": "Customer",
            "date": "Posted",
            "detail": "Account",
            "status": "Type",
            "amount": "Amount",
        },
        summarize=_transaction,
        render=render.transaction,
        clients="customers",
        operations=("transactions.",),
        layout=DocumentLayout(
            facts={
                "Posted": "postedDate",
                "Type": "type",
                "Amount": "amount",
                "Currency": "currency",
                "Reviewed": "reviewed",
                "Reconciled": "reconciled",
            },
            notes={"Description": "description", "Notes": "notes"},
            related=(RelatedRecords("Paid documents", "invoices", _paid_documents),),
        ),
    ),
    RecordKind(
        key="accounts",
        title="Accounts",
        noun="account",
        table="accounts",
        columns={"name": "Name", "detail": "Number", "status": "Type", "amount": "Balance"},
        summarize=_account,
        render=render.account,
        operations=("accounts.",),
        layout=DocumentLayout(
            facts={"Type": "type", "Number": "accountNumber", "Currency": "currency"},
            notes={"Description": "description"},
        ),
    ),
)
