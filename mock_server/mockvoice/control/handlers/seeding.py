"""Seeding of a sandbox with generated data."""

from dataclasses import replace
from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.control.seeding_job import SeedingJob
from mockvoice.seeding.options import SeedOptions
from mockvoice.web.responses import DeferredResponse, Response

_OPTIONS = ("clients", "invoices", "payments", "seed", "locale")


def create(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> DeferredResponse:
    sandbox = server.sandbox(sandbox_name)
    vendor = server.vendor(body["vendor"])
    options = replace(SeedOptions(), **{name: body[name] for name in _OPTIONS if name in body})
    job = SeedingJob(server, sandbox, vendor, options)

    def run() -> Response:
        result = job.run()
        summary = {
            "vendor": vendor.key,
            "locale": result.locale,
            "seed": result.options.seed,
            "requests": result.requests,
            "counts": dict(result.counts),
        }
        return Response(summary, 201)

    return DeferredResponse(run, pool="seeding")
