"""Operations on currencies."""

from collections.abc import Sequence

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.handlers.saves import save_each
from mock_server.vendors.halo.render.answers import Json
from mock_server.vendors.halo.rules import currencies
from mock_server.vendors.halo.rules.records import Body, find
from mock_server.web.answers import Answer


def search(backend: HaloBackend) -> list[Json]:
    return [render.currency(each) for each in backend.currencies]


def save(backend: HaloBackend, body: Sequence[Body]) -> Answer:
    return save_each(backend, body, lambda each: render.currency(currencies.save(backend, each)))


def get(backend: HaloBackend, currency_id: int) -> Json:
    return render.currency(find(backend.currencies, currency_id))


def delete(backend: HaloBackend, currency_id: int) -> Json:
    return render.currency(currencies.delete(backend, currency_id))
