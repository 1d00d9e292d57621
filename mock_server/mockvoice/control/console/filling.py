"""Filling of a sandbox with data, and the page of its progress."""

from typing import Any

import flask

from mockvoice.control.console.form_state import submit
from mockvoice.control.console.forms import (
    call_handler,
    field,
    number_field,
    present_fields,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.console.overview import FILL, overview_page
from mockvoice.control.context import ServerContext
from mockvoice.control.handlers import seeding
from mockvoice.control.render import error_response
from mockvoice.control.seeding_runs import SeedingRun, SeedingRuns

# Runs that end within this time need no page of their progress.
SHORT_SECONDS = 1.0


def add(pages: flask.Blueprint, server: ServerContext, runs: SeedingRuns) -> None:
    """Add the form's view and the page of the progress."""

    @pages.post("/sandboxes/<name>/seed")
    def fill(name: str) -> Any:
        def work() -> Any:
            body = _form_body()
            run = call_handler(lambda: _start(server, runs, name, body))
            run.wait(SHORT_SECONDS)
            if run.error is not None:
                raise run.error
            return redirect_to("show_filling", name=name, key=body["vendor"])

        return submit(FILL, work, lambda state: overview_page(server, runs, name, state))

    @pages.get("/sandboxes/<name>/seed/<key>")
    def show_filling(name: str, key: str) -> Any:
        vendor = server.vendor(key)
        run = call_handler(lambda: runs.last(server.sandbox(name), key))
        if run is None:
            return redirect_to("sandbox", name=name, _anchor="fill")
        # A run can end at any time, so everything that this page says depends on one look at it.
        is_running, error = run.is_running, run.error
        values = {"vendor": vendor, "key": key, "run": run, "is_running": is_running}
        if is_running:
            return render_page("filling.html", server, name, **values)
        if error is None:
            return _result(server, name, key)
        response = error_response(error)
        values["message"] = response.body["error"]["message"]
        return render_page("filling.html", server, name, **values), response.status


def _form_body() -> dict[str, Any]:
    numbers = {
        part: number_field(part, int) for part in ("clients", "invoices", "payments", "seed")
    }
    fields = present_fields(vendor=field("vendor"), locale=field("locale"), **numbers)
    return validate_body("seeding.create", fields)


def _start(server: ServerContext, runs: SeedingRuns, name: str, body: dict[str, Any]) -> SeedingRun:
    job = seeding.seeding_job(server, name, body)
    return runs.start(server.sandbox(name), job, server.sandboxes.threads.seeding)


def _result(server: ServerContext, name: str, key: str) -> Any:
    """Redirect to the records that were added."""
    kinds = server.vendor(key).record_kinds
    if not kinds:
        return redirect_to("sandbox", name=name, done="filled")
    return redirect_to("records", name=name, key=key, kind=kinds[0].key, done="filled")
