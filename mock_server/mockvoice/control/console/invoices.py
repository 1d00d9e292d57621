"""A sandbox's invoices, in each vendor's own words."""

import flask

from mockvoice.control.console.forms import call_handler, render_page
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvoiceNotFound, VendorNotFound
from mockvoice.web.invoice_view import InvoiceView

ROWS_SHOWN = 200


def add(pages: flask.Blueprint, house: ServerContext) -> None:
    """Add the pages of invoices."""

    @pages.get("/sandboxes/<name>/invoices/<key>")
    def invoices(name: str, key: str) -> str:
        console = _console(house, key)

        def newest() -> tuple[list[dict[str, object]], int]:
            sandbox = house.sandbox(name)
            backend = sandbox.backends[key]
            sandbox.run_due_events(backend)
            return console.newest(backend, ROWS_SHOWN), len(getattr(backend, console.table))

        rows, count = call_handler(newest)
        return render_page(
            "invoices.html", house, name, key=key, columns=console.columns, rows=rows, count=count
        )

    @pages.get("/sandboxes/<name>/invoices/<key>/<number>")
    def invoice(name: str, key: str, number: str) -> str:
        console = _console(house, key)

        def found() -> dict[str, object] | None:
            sandbox = house.sandbox(name)
            backend = sandbox.backends[key]
            sandbox.run_due_events(backend)
            return console.find(backend, number)

        shown = call_handler(found)
        if shown is None:
            raise InvoiceNotFound(number)
        return render_page("invoice.html", house, name, key=key, number=number, shown=shown)


def _console(house: ServerContext, key: str) -> InvoiceView:
    console = house.vendor(key).invoice_view
    if console is None:
        raise VendorNotFound(key, [k for k, each in house.vendors.items() if each.invoice_view])
    return console
