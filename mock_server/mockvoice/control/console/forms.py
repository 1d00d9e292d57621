"""Helpers of the views: parse forms, call the control API's handlers, and render pages."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import flask

from mockvoice.control.context import ServerContext, own_contract
from mockvoice.control.errors import InvalidField
from mockvoice.control.handlers import sandboxes
from mockvoice.web.errors import InvalidRequest
from mockvoice.web.pages import call_on_loop
from mockvoice.web.request_validator import RequestValidator, request_validator
from mockvoice.web.responses import DeferredResponse, Response

# What a page says after a change, by the name in its address.
MESSAGES = {
    "clock": "The clock was moved. Due events up to this time have run.",
    "freeze": "The clock is frozen.",
    "thaw": "The clock is running.",
    "event": "The clock was moved to the next event, which has run.",
    "filled": "The sandbox was filled with data. These are its newest records.",
    "reset": "The sandbox was reset.",
    "created": "The sandbox was created.",
    "fault": "The fault was created. It applies from now on.",
    "stub": "The stub was created. The next requests like this one get its response.",
    "failure": "The fault was created. The next request like this one fails.",
    "faults-deleted": "The faults were deleted.",
    "journal-cleared": "The journal was cleared.",
    "saved": "The snapshot was saved.",
    "restored": "The snapshot was restored.",
    "deleted": "The snapshot was deleted.",
    "redelivered": "The delivery was sent again.",
    "sent": "The request was sent again. This is the new one.",
}


_NOUNS = {int: "whole number", float: "number"}


def call_handler(work: Callable[[], Any]) -> Any:
    """Call a handler on the loop and return its result; slow work runs in this thread."""
    result = call_on_loop(work)
    if type(result) is DeferredResponse:
        result = result.work()
    return result.body if type(result) is Response else result


def validate_body(operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body if it conforms to the contract. Raises ``InvalidRequest``."""
    violations = _validator(operation).violations(body)
    if violations:
        raise InvalidRequest(violations)
    return dict(body)


@functools.cache
def _validator(operation: str) -> RequestValidator:
    document = own_contract().document
    body = document.expand(document.find(operation).spec["requestBody"])
    schema = body["content"]["application/json"]["schema"]
    return request_validator(schema, document.data["components"], "body")


def field(name: str) -> str:
    """Return a form field without surrounding blanks; empty if it is missing."""
    return flask.request.form.get(name, "").strip()


def number_field(name: str, kind: type[int] | type[float] = float) -> Any:
    """Return a numeric form field; ``None`` if it is empty. Raises ``InvalidField``."""
    text = field(name)
    if not text:
        return None
    try:
        value = kind(text)
    except ValueError as error:
        raise InvalidField(name, f"must be a {_NOUNS[kind]}, not {text[:100]!r}") from error
    if value != value or value in (float("inf"), float("-inf")):
        raise InvalidField(name, f"must be a finite number, not {text[:100]!r}")
    return value


def initial_state() -> dict[str, Any]:
    """Return the fields about the data with which a sandbox begins."""
    return present_fields(data=field("data"), seed=number_field("seed", int))


def present_fields(**fields: Any) -> dict[str, Any]:
    """Return the fields that are not empty."""
    return {name: value for name, value in fields.items() if value not in (None, "")}


def complete_instant(text: str) -> str:
    """Complete the instant of a form field, such as ``2026-03-01T09:00``; UTC if it has no offset."""
    text = text.replace(" ", "T").upper()
    if len(text) == len("2026-03-01"):
        text += "T00:00"
    if len(text) == len("2026-03-01T09:00"):
        text += ":00"
    return text if text.endswith("Z") or "+" in text or text.count("-") > 2 else text + "Z"


def redirect_to(endpoint: str, **values: Any) -> Any:
    """Redirect to a page that can be reloaded without repeating the change.

    With ``done``, a name in ``MESSAGES``, the page says what has happened.
    """
    return flask.redirect(flask.url_for(f"pages.{endpoint}", **values), 303)


def render_page(template: str, server: ServerContext, name: str, **values: Any) -> str:
    """Render a page of a sandbox. Raises ``SandboxNotFound``."""
    sandbox = call_handler(lambda: sandboxes.get(server, name))
    vendors = {key: vendor.title for key, vendor in server.vendors.items()}
    served = server.vendors.values()
    done = MESSAGES.get(flask.request.args.get("done", ""), "")
    return flask.render_template(
        template, sandbox=sandbox, vendors=vendors, served=served, done=done, **values
    )
