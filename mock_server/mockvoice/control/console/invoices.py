"""Pages of a sandbox's invoices, in each vendor's own words."""

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
        view = _invoice_view(server, key)

        def newest() -> tuple[list[dict[str, object]], int]:
            sandbox = server.sandbox(name)
            backend = sandbox.backends[key]
            backend.catch_up()
            return view.newest(backend, ROWS_SHOWN), len(getattr(backend, view.table))

        rows, count = call_handler(newest)
        return render_page(
            "invoices.html", server, name, key=key, columns=view.columns, rows=rows, count=count
        )

    @pages.get("/sandboxes/<name>/invoices/<key>/<number>")
    def invoice(name: str, key: str, number: str) -> str:
        view = _invoice_view(server, key)

        def find() -> dict[str, object] | None:
            sandbox = server.sandbox(name)
            backend = sandbox.backends[key]
            backend.catch_up()
            return view.find(backend, number)

        record = call_handler(find)
        if record is None:
            raise InvoiceNotFound(number)
        return render_page("invoice.html", server, name, key=key, number=number, invoice=record)


def _invoice_view(server: ServerContext, key: str) -> InvoiceView:
    view = server.vendor(key).invoice_view
    if view is None:
        raise VendorNotFound(
            key, [other for other, vendor in server.vendors.items() if vendor.invoice_view]
        )
    return view
