"""Operations on the timers of templates."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.handlers.bulk_save import save_all
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.vendors.halo.rules import template_runs
from mockvoice.vendors.halo.rules.records import Body
from mockvoice.web.responses import Response


def search(backend: HaloBackend) -> Json:
    templates = reversed(backend.templates.select())
    timers = [render.timer(template, template.timer) for template in templates if template.timer]
    return {"stdrequests": timers}


def get(backend: HaloBackend, template_id: int) -> Json:
    return render.timer(*template_runs.find_timer(backend, template_id))


def save(backend: HaloBackend, body: Sequence[Body]) -> Response:
    return save_all(
        backend, body, lambda element: render.timer(*template_runs.save_timer(backend, element))
    )
