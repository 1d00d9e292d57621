"""A sandbox's invoices, in each vendor's own words."""

import flask

from mockvoice.control.console.forms import call_handler, render_page
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvoiceNotFound, VendorNotFound
from mockvoice.web.invoice_view import InvoiceView

ROWS_SHOWN = 200


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the pages of invoices."""

    @pages.get("/sandboxes/<name>/invoices/<key>")
    def invoices(name: str, key: str) -> str:
        console = _console(server, key)

        def newest() -> tuple[list[dict[str, object]], int]:
            sandbox = server.sandbox(name)
            backend = sandbox.backends[key]
            sandbox.run_due_events(backend)
            return console.newest(backend, ROWS_SHOWN), len(getattr(backend, console.table))

        rows, count = call_handler(newest)
        return render_page(
            "invoices.html", server, name, key=key, columns=console.columns, rows=rows, count=count
        )

    @pages.get("/sandboxes/<name>/invoices/<key>/<number>")
    def invoice(name: str, key: str, number: str) -> str:
        console = _console(server, key)

        def found() -> dict[str, object] | None:
            sandbox = server.sandbox(name)
            backend = sandbox.backends[key]
            sandbox.run_due_events(backend)
            return console.find(backend, number)

        shown = call_handler(found)
        if shown is None:
            raise InvoiceNotFound(number)
        return render_page("invoice.html", server, name, key=key, number=number, shown=shown)


def _console(server: ServerContext, key: str) -> InvoiceView:
    console = server.vendor(key).invoice_view
    if console is None:
        raise VendorNotFound(key, [k for k, each in server.vendors.items() if each.invoice_view])
    return console
