"""What the views ask of the control API's own handlers, and how forms become its bodies."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import flask

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidForm
from mockvoice.web import contract
from mockvoice.web.errors import InvalidRequest
from mockvoice.web.pages import on_loop
from mockvoice.web.responses import DeferredResponse, Response
from mockvoice.web.schemas import RequestValidator


def call_handler(work: Callable[[], Any]) -> Any:
    """What a handler gives, called on the loop; what is slow about it is done in this thread."""
    given = on_loop(work)
    if type(given) is DeferredResponse:
        given = given.work()
    return given.body if type(given) is Response else given


def validated(operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body, if the contract takes it. Raises ``InvalidRequest``."""
    violations = _validator(operation).violations(body)
    if violations:
        raise InvalidRequest(violations)
    return dict(body)


@functools.cache
def _validator(operation: str) -> RequestValidator:
    document = contract.load("control")
    body = next(
        each["requestBody"]
        for item in document["paths"].values()
        for each in item.values()
        if isinstance(each, dict) and each.get("operationId") == operation
    )
    schema = resolved(body, document)["content"]["application/json"]["schema"]
    return RequestValidator(resolved(schema, document), document["components"], "body")


def resolved(node: Any, document: contract.Document) -> Any:
    """A part of a contract with what it refers to in its place."""
    if isinstance(node, list):
        return [resolved(each, document) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        return resolved(target, document)
    return {key: resolved(each, document) for key, each in node.items()}


def field(name: str) -> str:
    """What a form says under a name, without blanks around it; empty if nothing."""
    return flask.request.form.get(name, "").strip()


def number(name: str, kind: type[int] | type[float] = float) -> Any:
    """A number of a form; ``None`` if the field is empty. Raises ``InvalidForm``."""
    text = field(name)
    if not text:
        return None
    try:
        value = kind(text)
    except ValueError as error:
        raise InvalidForm(f"{name} must be a number, and is {text[:100]!r}") from error
    if value != value or value in (float("inf"), float("-inf")):
        raise InvalidForm(f"{name} must be a number, and is {text[:100]!r}")
    return value


def present_fields(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "")}


def instant(text: str) -> str:
    """The instant of a form's field, in UTC if nothing else is said: ``2026-03-01T09:00``."""
    text = text.replace(" ", "T").upper()
    if len(text) == len("2026-03-01"):
        text += "T00:00"
    if len(text) == len("2026-03-01T09:00"):
        text += ":00"
    return text if text.endswith("Z") or "+" in text or text.count("-") > 2 else text + "Z"


def redirect_to(endpoint: str, **values: Any) -> Any:
    """On to a page that can be reloaded without doing anything again."""
    return flask.redirect(flask.url_for(f"pages.{endpoint}", **values), 303)


def render_page(template: str, server: ServerContext, name: str, **values: Any) -> str:
    """One of a sandbox's pages. Raises ``SandboxNotFound``."""
    from mockvoice.control.handlers import sandboxes

    sandbox = call_handler(lambda: sandboxes.get(server, name))
    vendors = {key: vendor.title for key, vendor in server.vendors.items()}
    return flask.render_template(template, sandbox=sandbox, vendors=vendors, **values)
