"""Operations on the chart of accounts."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import accounts
from mockvoice.vendors.count.rules.bulk import process_rows
from mockvoice.vendors.count.rules.ignored_fields import warnings_for
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body


def search(backend: CountBackend, query: Query) -> render.Json:
    result = accounts.search(backend, query)
    renderer = render.account_renderer(query["include_balances"], query["include_delete_meta"])
    return render.page(backend, result, renderer, "accounts", "Accounts fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = accounts.create(backend, body)
    warnings = warnings_for(backend, "AccountCreate", body)
    return render.with_warnings(render.account(backend, row), "Account created.", warnings)


def update(backend: CountBackend, account_id: str, body: Body) -> render.Json:
    row = accounts.update(backend, account_id, body)
    warnings = warnings_for(backend, "AccountUpdate", body)
    return render.with_warnings(render.account(backend, row), "Account updated.", warnings)


def delete(backend: CountBackend, account_id: str) -> render.Json:
    row = accounts.delete(backend, account_id)
    return render.deleted(row.id, "Account deleted.")


def bulk_create(backend: CountBackend, body: Body) -> render.Json:
    rows = process_rows(
        backend, body["accounts"], "AccountCreate", lambda row: accounts.create(backend, row)
    )
    return render.bulk(backend, rows, render.account, "account")
