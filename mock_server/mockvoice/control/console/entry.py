"""The page of one request, and what can be done with it: send it again, make a stub or a fault of it."""

from typing import Any

import flask

from mockvoice.control.console.forms import (
    call_handler,
    number_field,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.curl import curl_command, shown_request
from mockvoice.control.handlers import faults
from mockvoice.control.journal_requests import (
    documented,
    find_entry,
    sandbox_credentials,
    sent_request,
)
from mockvoice.control.journal_view import redactor_for, render_entry
from mockvoice.control.redaction import Redactor
from mockvoice.control.rejections import explain_rejection, right_request
from mockvoice.control.repeated_requests import (
    SECONDS_TO_RESPOND,
    failure_of,
    send_again,
    stub_of,
)
from mockvoice.sandboxes.durability import with_loaded
from mockvoice.sandboxes.request_log import Entry
from mockvoice.web.event_loop import run_on_loop
from mockvoice.web.parameters import parse_query
from mockvoice.web.request_context import LOOP_KEY
from mockvoice.web.sent_requests import Explanation, RequestCredentials

FAILURES = (500, 503, 429)


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the page of a request and its actions."""

    def entry_of(name: str, number: int) -> Entry:
        return call_handler(lambda: find_entry(server.sandbox(name), number))  # type: ignore[no-any-return]

    @pages.get("/sandboxes/<name>/journal/<int:number>")
    def show_entry(name: str, number: int) -> str:
        values = _page(server, name, number)
        return render_page("entry.html", server, name, **values, failures=FAILURES)

    @pages.post("/sandboxes/<name>/journal/<int:number>/send")
    def send_entry(name: str, number: int) -> Any:
        async def send() -> tuple[str, int]:
            sandbox = await with_loaded(lambda: server.sandbox(name))
            return await send_again(server, sandbox, find_entry(sandbox, number))

        loop = flask.request.environ["asgi.scope"][LOOP_KEY]
        other, new = run_on_loop(send(), loop, SECONDS_TO_RESPOND + 10)
        return redirect_to("show_entry", name=other, number=new, done="sent")

    @pages.post("/sandboxes/<name>/journal/<int:number>/stub")
    def stub_entry(name: str, number: int) -> Any:
        body = validate_body("faults.create", stub_of(entry_of(name, number)))
        call_handler(lambda: faults.create(server, name, body))
        return redirect_to("show_faults", name=name, done="stub")

    @pages.post("/sandboxes/<name>/journal/<int:number>/fail")
    def fail_entry(name: str, number: int) -> Any:
        status = number_field("status", int)
        body = validate_body("faults.create", failure_of(entry_of(name, number), status))
        call_handler(lambda: faults.create(server, name, body))
        return redirect_to("show_faults", name=name, done="failure")


def _page(server: ServerContext, name: str, number: int) -> dict[str, Any]:
    """Return the values of the page of a request. Only what needs the sandbox runs on the event loop."""

    def find() -> tuple[Entry, Redactor]:
        sandbox = server.sandbox(name)
        return find_entry(sandbox, number), redactor_for(sandbox, server.vendors.values())

    entry, redactor = call_handler(find)
    vendor, operation = server.vendor(entry.vendor), documented(server.vendor(entry.vendor), entry)
    request, shown = sent_request(entry), shown_request(entry, redactor)
    is_complete = entry.body_size == len(entry.body or b"")

    def check() -> tuple[RequestCredentials, RequestCredentials, Explanation | None]:
        sandbox = server.sandbox(name)
        return (
            sandbox_credentials(vendor, operation, request, sandbox),
            sandbox_credentials(vendor, operation, shown, sandbox),
            vendor.explain_rejection(request, sandbox) if is_complete else None,
        )

    credentials, credentials_shown, explanation = call_handler(check)
    rejection = explain_rejection(entry, vendor, redactor)
    return {
        "entry": render_entry(entry, redactor),
        "query": parse_query(shown.query.encode()),
        "vendor": vendor,
        "rejection": rejection,
        "right": rejection and right_request(entry, vendor, rejection),
        "credentials": credentials,
        "explanation": explanation,
        "curl": curl_command(entry, vendor, shown, credentials_shown, server.addresses, redactor),
    }
