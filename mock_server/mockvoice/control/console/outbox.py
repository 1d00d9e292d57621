"""The outbox: a sandbox's e-mails as a list, and each as it is read."""

import re
from collections.abc import Mapping
from typing import Any

import flask

from mockvoice.control.console.forms import call_handler, render_page
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import MessageNotFound
from mockvoice.control.handlers import outbox

MESSAGES_SHOWN = 100
_HTML = re.compile(r"\s*<(?:!doctype html|html|body|p|div|table|h[1-6])\b", re.IGNORECASE)


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the pages of a sandbox's outbox."""

    @pages.get("/sandboxes/<name>/outbox")
    def show_outbox(name: str) -> str:
        key = flask.request.args.get("vendor") or None
        to = flask.request.args.get("to", "").strip() or None

        def read() -> list[dict[str, Any]]:
            messages = outbox.search(server, name, key, to, None, None, MESSAGES_SHOWN)
            return [_with_record(server, name, message) for message in messages]

        return render_page(
            "outbox.html", server, name, messages=call_handler(read), vendor=key, to=to,
            limit=MESSAGES_SHOWN,
        )  # fmt: skip

    @pages.get("/sandboxes/<name>/outbox/<key>/<int:number>")
    def show_message(name: str, key: str, number: int) -> str:
        def read() -> dict[str, Any]:
            server.vendor(key)
            messages = outbox.search(server, name, key, None, None, None, 10**9)
            for place, message in enumerate(messages):
                if message["id"] == number:
                    around = {"newer": messages[place - 1] if place else None}
                    around["older"] = messages[place + 1] if place + 1 < len(messages) else None
                    return {"message": _with_record(server, name, message), **around}
            raise MessageNotFound(key, number)

        values = call_handler(read)
        is_html = _HTML.match(values["message"]["body"]) is not None
        return render_page("message.html", server, name, **values, is_html=is_html)


def _with_record(server: ServerContext, name: str, message: Mapping[str, Any]) -> dict[str, Any]:
    """Return an e-mail with the kind and the key of the record that it is about, if it exists."""
    subject, _, key = message["about"].rpartition("/")
    backend = server.sandbox(name).backends[message["vendor"]]
    kinds = server.vendor(message["vendor"]).record_kinds
    kind = next(
        (
            each.key
            for each in kinds
            if (each.mail_subject or each.table) == subject and each.find(backend, key) is not None
        ),
        None,
    )
    return {**message, "kind": kind, "key": key}
