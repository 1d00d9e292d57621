"""Operations on bank accounts."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import bank_accounts
from mockvoice.vendors.optiflow.rules.lists import Query, paginate
from mockvoice.vendors.optiflow.rules.records import Body, find
from mockvoice.web.request_context import RequestUrl


def search(backend: OptiBackend, query: Query, address: RequestUrl) -> render.Json:
    render.check_query(address, query)
    result = paginate(backend.bank_accounts, query)
    return render.page(result, lambda row: render.bank_account(backend, row), address)


def get(backend: OptiBackend, bank_account_id: int) -> render.Json:
    return render.envelope(
        render.bank_account(backend, find(backend.bank_accounts, bank_account_id))
    )


def create(backend: OptiBackend, body: Body) -> render.Json:
    return render.envelope(render.bank_account(backend, bank_accounts.create(backend, body)))


def update(backend: OptiBackend, bank_account_id: int, body: Body) -> render.Json:
    return render.envelope(
        render.bank_account(backend, bank_accounts.update(backend, bank_account_id, body))
    )


replace = update


def delete(backend: OptiBackend, bank_account_id: int) -> None:
    bank_accounts.delete(backend, bank_account_id)
