"""Operations on the chart of accounts."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import accounts
from mockvoice.vendors.count.rules.bulk import each_row
from mockvoice.vendors.count.rules.ignored import ignored
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body


def search(backend: CountBackend, query: Query) -> render.Json:
    found = accounts.search(backend, query)
    shown = render.account_with(query["include_balances"], query["include_delete_meta"])
    return render.page(backend, found, shown, "accounts", "Accounts fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = accounts.create(backend, body)
    warnings = ignored("AccountCreate", body)
    return render.one(render.account(backend, row), "Account created.", warnings)


def update(backend: CountBackend, account_id: str, body: Body) -> render.Json:
    row = accounts.update(backend, account_id, body)
    warnings = ignored("AccountUpdate", body)
    return render.one(render.account(backend, row), "Account updated.", warnings)


def delete(backend: CountBackend, account_id: str) -> render.Json:
    row = accounts.delete(backend, account_id)
    return render.deleted(row.id, "Account deleted.")


def bulk_create(backend: CountBackend, body: Body) -> render.Json:
    outcome = each_row(
        backend, body["accounts"], "AccountCreate", lambda row: accounts.create(backend, row)
    )
    return render.bulk(backend, outcome, render.account, "account")
