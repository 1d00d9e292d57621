"""Operations on bank transactions."""

from collections.abc import Sequence

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CLIENT, CountBackend
from mockvoice.vendors.count.models import Transaction
from mockvoice.vendors.count.rules import payments, transactions
from mockvoice.vendors.count.rules.bulk import process_rows
from mockvoice.vendors.count.rules.ignored_fields import empty_body_warnings, warnings_for
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body, find


def search(backend: CountBackend, query: Query) -> render.Json:
    result = transactions.search(backend, query)
    return render.page(backend, result, render.transaction, "transactions", "Transactions fetched.")


def get(backend: CountBackend, transaction_id: str) -> render.Json:
    row = find(backend.transactions, transaction_id)
    return render.success(render.transaction(backend, row), "Transaction fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = transactions.create(backend, body)
    warnings = warnings_for(backend, "TransactionCreate", body)
    return render.with_warnings(render.transaction(backend, row), "Transaction created.", warnings)


def update(backend: CountBackend, transaction_id: str, body: Body) -> render.Json:
    row = transactions.update(backend, transaction_id, body)
    warnings = empty_body_warnings(body) or warnings_for(backend, "TransactionUpdate", body)
    return render.with_warnings(render.transaction(backend, row), "Transaction updated.", warnings)


def delete(backend: CountBackend, transaction_id: str) -> render.Json:
    row = transactions.delete(backend, transaction_id)
    return render.deleted(row.id, "Transaction deleted.")


def change_category(backend: CountBackend, transaction_id: str, body: Body) -> render.Json:
    row = transactions.change_category(backend, transaction_id, body)
    return render.success(render.transaction(backend, row), "Category changed.")


def assign_to_bills_invoices(backend: CountBackend, transaction_id: str, body: Body) -> render.Json:
    row = payments.assign(backend, transaction_id, body, CLIENT)
    return render.success(render.transaction(backend, row), "Transaction assigned.")


def split(backend: CountBackend, transaction_id: str, body: Body) -> render.Json:
    row = transactions.split(backend, transaction_id, body)
    return render.success(render.transaction(backend, row), "Transaction split.")


def bulk_create(backend: CountBackend, body: Body) -> render.Json:
    rows = process_rows(
        backend,
        body["transactions"],
        "TransactionCreate",
        lambda row: transactions.create(backend, row),
    )
    return render.bulk(backend, rows, render.transaction, "transaction")


def exclude_bulk(backend: CountBackend, body: Body) -> render.Json:
    return _bulk_change(backend, *transactions.exclude(backend, body))


def change_category_bulk(backend: CountBackend, body: Body) -> render.Json:
    return _bulk_change(backend, *transactions.change_categories(backend, body))


def reconcile(backend: CountBackend, transaction_id: str) -> render.Json:
    """Reconcile a transaction. The API has no such operation, but the demo data needs it."""
    row = transactions.reconcile(backend, transaction_id)
    return render.success(render.transaction(backend, row), "Transaction reconciled.")


def _bulk_change(
    backend: CountBackend,
    changed: Sequence[Transaction],
    failures: Sequence[tuple[str, list[str]]],
) -> render.Json:
    return render.success(
        {
            "updatedTransactions": [render.transaction(backend, row) for row in changed],
            "successCount": len(changed),
            "failedCount": len(failures),
            "failures": [
                {"transactionUuid": uuid, "reasons": reasons} for uuid, reasons in failures
            ],
        },
        "Transactions updated.",
    )
