"""Seeding of a sandbox with generated data."""

from dataclasses import replace
from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.control.seeding_job import SeedingJob
from mockvoice.seeding.options import SeedOptions
from mockvoice.web.responses import DeferredResponse, Response

_OPTIONS = ("clients", "invoices", "payments", "seed", "locale")


def seeding_job(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> SeedingJob:
    """Return the job that a request describes; it has not begun."""
    sandbox = server.sandbox(sandbox_name)
    vendor = server.vendor(body["vendor"])
    options = replace(SeedOptions(), **{name: body[name] for name in _OPTIONS if name in body})
    return SeedingJob(server, sandbox, vendor, options)


def create(server: ServerContext, sandbox_name: str, body: dict[str, Any]) -> DeferredResponse:
    job = seeding_job(server, sandbox_name, body)

    def run() -> Response:
        result = job.run()
        summary = {
            "vendor": job.vendor.key,
            "locale": result.locale,
            "seed": result.options.seed,
            "requests": result.requests,
            "counts": dict(result.counts),
        }
        return Response(summary, 201)

    return DeferredResponse(run, pool="seeding")
