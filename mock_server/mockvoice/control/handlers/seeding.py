"""Believable data for a sandbox."""

from dataclasses import replace
from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.control.seeding_job import SeedingJob
from mockvoice.seeding.options import SeedOptions
from mockvoice.web.responses import DeferredResponse, Response

_CHOICES = ("clients", "invoices", "payments", "seed", "locale")


def create(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> DeferredResponse:
    sandbox = server.sandbox(sandbox_name)
    vendor = server.vendor(body["vendor"])
    options = replace(SeedOptions(), **{name: body[name] for name in _CHOICES if name in body})
    filling = SeedingJob(server, sandbox, vendor, options)

    def filled() -> Response:
        done = filling.work()
        shown = {
            "vendor": vendor.key,
            "locale": done.locale,
            "seed": done.options.seed,
            "requests": done.requests,
            "counts": dict(done.counts),
        }
        return Response(shown, 201)

    return DeferredResponse(filled)
