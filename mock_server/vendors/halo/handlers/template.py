"""Operations on templates' timers."""

from collections.abc import Sequence

from mock_server.vendors.halo import render
from mock_server.vendors.halo.backend import HaloBackend
from mock_server.vendors.halo.handlers.saves import save_each
from mock_server.vendors.halo.render.answers import Json
from mock_server.vendors.halo.rules import runs
from mock_server.vendors.halo.rules.records import Body
from mock_server.web.answers import Answer


def search(backend: HaloBackend) -> Json:
    timers = [template.timer for template in reversed(backend.templates.select())]
    return {"stdrequests": [render.timer(timer) for timer in timers if timer]}


def save(backend: HaloBackend, body: Sequence[Body]) -> Answer:
    return save_each(backend, body, lambda each: render.timer(runs.save_timer(backend, each)))
