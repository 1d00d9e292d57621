"""Operations on tax rules."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_records
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import records, taxes
from mockvoice.vendors.halo.rules.records import Body, find
from mockvoice.web.responses import Response


def search(backend: HaloBackend) -> list[Json]:
    return [render.tax_rule(backend, row) for row in backend.tax_rules.select(order="sequence")]


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_records(
        backend, body, lambda element: render.tax_rule(backend, taxes.save_rule(backend, element))
    )


def get(backend: HaloBackend, tax_rule_id: int) -> Json:
    return render.tax_rule(backend, find(backend.tax_rules, tax_rule_id))


def delete(backend: HaloBackend, tax_rule_id: int) -> Json:
    return render.tax_rule(backend, records.delete(backend.tax_rules, tax_rule_id))
