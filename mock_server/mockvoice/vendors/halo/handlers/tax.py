"""Operations on tax rates."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_records
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import searches, taxes
from mockvoice.vendors.halo.rules.lists import Query, parse_flag
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend, query: Query) -> list[Json]:
    return [render.tax(backend, row) for row in searches.taxes(backend, query)]


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_records(
        backend, body, lambda element: render.tax(backend, taxes.save(backend, element))
    )


def get(backend: HaloBackend, tax_id: int, query: Query) -> Json:
    qbo = bool(parse_flag(query["includeqbotaxrates"]))
    return render.tax(backend, find(backend.taxes, tax_id), qbo=qbo)


def delete(backend: HaloBackend, tax_id: int) -> Json:
    rendered = render.tax(backend, find(backend.taxes, tax_id))
    taxes.delete(backend, tax_id)
    return rendered
