"""Page of the outbox."""

import flask

from mockvoice.control.console.forms import call_handler, render_page
from mockvoice.control.context import ServerContext
from mockvoice.control.handlers import outbox

MESSAGES_SHOWN = 100


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the page of a sandbox's outbox."""

    @pages.get("/sandboxes/<name>/outbox")
    def show_outbox(name: str) -> str:
        key = flask.request.args.get("vendor") or None
        messages = call_handler(
            lambda: outbox.search(server, name, key, None, None, None, MESSAGES_SHOWN)
        )
        return render_page(
            "outbox.html", server, name, messages=messages, vendor=key, limit=MESSAGES_SHOWN
        )
