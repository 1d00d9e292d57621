"""Payments and the bank accounts that receive them in the console."""

from collections.abc import Iterable
from decimal import Decimal

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import (
    COMPLETED,
    DELETED,
    VOIDED,
    BankAccount,
    Contact,
    Invoice,
    Payment,
)
from mockvoice.vendors.optiflow.pdf import receipt_pdf
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    DocumentLayout,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)


def _payment(backend: OptiBackend, row: Payment) -> Summary:
    invoice = backend.invoices.get(row.invoice_id) if row.invoice_id else None
    payer_id = invoice.contact_id if invoice else row.contact_id
    payer = backend.contacts.get(payer_id) if payer_id else None
    currency = backend.currencies.get(row.currency_id)
    return Summary(
        row.id,
        row.payment_number,
        row.id,
        payer.name if payer else "",
        payer_id,
        row.payment_date,
        None,
        row.status,
        Decimal(row.amount),
        currency=currency.symbol if currency else "",
        detail=row.payment_method,
    )


def _bank_account(backend: OptiBackend, row: BankAccount) -> Summary:
    currency = backend.currencies.get(row.currency_id)
    return Summary(
        key=row.id,
        name=row.name,
        position=row.id,
        status=row.type,
        amount=row.balance,
        currency=currency.symbol if currency else "",
        detail=row.account_number or "",
    )


def _invoice(backend: OptiBackend, row: Payment) -> Iterable[Invoice]:
    invoice = backend.invoices.get(row.invoice_id) if row.invoice_id else None
    return (invoice,) if invoice and invoice.status != DELETED else ()


def _payer(backend: OptiBackend, row: Payment) -> Iterable[Contact]:
    contact = backend.contacts.get(row.contact_id) if row.contact_id else None
    return (contact,) if contact else ()


def _account(backend: OptiBackend, row: Payment) -> Iterable[BankAccount]:
    account = backend.bank_accounts.get(row.bank_account_id)
    return (account,) if account else ()


def _received(backend: OptiBackend, row: BankAccount) -> Iterable[Payment]:
    return backend.payments.find_by("bank_account_id", row.id)


def _receipt_pdf(backend: OptiBackend, row: Payment) -> bytes:
    return receipt_pdf(render.letterhead(backend, row.currency_id), render.receipt(backend, row))


PAYMENTS = RecordKind(
    key="payments",
    title="Payments",
    noun="payment",
    table="payments",
    columns={
        "name": "Number",
        "party": "Contact",
        "date": "Date",
        "detail": "Method",
        "status": "Status",
        "amount": "Amount",
    },
    summarize=_payment,
    render=render.payment,
    tones={COMPLETED: GOOD, VOIDED: BAD},
    clients="contacts",
    # The paths of the other operations name an invoice; this one creates a payment of it.
    operations=(
        "payments.get",
        "payments.create",
        "payments.update",
        "payments.delete",
        "payments.pdf",
    ),
    layout=DocumentLayout(
        facts={
            "Type": "payment_type",
            "Date": "payment_date",
            "Method": "payment_method",
            "Created": "created_at",
            "Updated": "updated_at",
            "Voided": "deleted_at",
        },
        tables=(
            PartTable(
                "Lines",
                "lines",
                {
                    "Description": "description",
                    "Account": "chart_account_id",
                    "Quantity": "quantity",
                    "Unit price": "unit_price",
                    "Tax": "tax_amount",
                    "Total": "total",
                },
                amounts=("Unit price", "Tax", "Total"),
            ),
            PartTable(
                "Withholdings",
                "withholdings",
                {
                    "Type": "withholding_type_id",
                    "Base": "base_amount",
                    "Percent": "percentage",
                    "Amount": "amount",
                },
                amounts=("Base", "Amount"),
            ),
        ),
        totals={
            "Subtotal": "subtotal_amount",
            "Tax": "tax_amount",
            "Withheld": "withholding_amount",
            "Amount": "amount",
        },
        notes={"Note": "note"},
        related=(
            RelatedRecords("Invoice", "invoices", _invoice),
            RelatedRecords("Contact", "contacts", _payer),
            RelatedRecords("Bank account", "bank-accounts", _account),
        ),
        pdf=_receipt_pdf,
    ),
)

BANK_ACCOUNTS = RecordKind(
    key="bank-accounts",
    title="Bank accounts",
    noun="bank account",
    table="bank_accounts",
    columns={
        "name": "Name",
        "detail": "Account number",
        "status": "Type",
        "amount": "Balance",
    },
    summarize=_bank_account,
    render=render.bank_account,
    operations=("bank_accounts.",),
    layout=DocumentLayout(
        facts={
            "Type": "type",
            "Account number": "account_number",
            "Active": "is_active",
            "System account": "is_system_account",
            "Opened": "initial_balance_date",
            "Created": "created_at",
            "Updated": "updated_at",
        },
        totals={"Initial balance": "initial_balance", "Balance": "balance"},
        notes={"Description": "description"},
        related=(RelatedRecords("Payments", "payments", _received),),
    ),
)
