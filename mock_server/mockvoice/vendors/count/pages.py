"""Pages for people: consent to an application, and what can be opened without a login."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import flask

from mockvoice.kernel.backend import Backend
from mockvoice.vendors.count import render
from mockvoice.vendors.count.auth import KEY, sandbox_of
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import CountError, InvalidClient
from mockvoice.vendors.count.models import StoredFile
from mockvoice.vendors.count.rules.sharing import FILES, INVOICES
from mockvoice.vendors.count.rules.tokens import check_redirect, new_code
from mockvoice.web.pages import current_request, on_loop
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import Sandbox, SandboxRegistry

_ASKED = ("clientId", "redirectUri", "state")
_DENIED = {"error": "access_denied", "error_description": "The user refused access."}


def add(app: flask.Flask, sandboxes: SandboxRegistry) -> None:
    """Let the application serve COUNT's pages."""

    @app.get("/auth2/consent")
    def ask() -> Any:
        asked = {name: flask.request.args.get(name, "") for name in _ASKED}
        request = current_request()
        try:
            question = on_loop(lambda: _question(sandboxes, request, asked))
        except CountError as error:
            return flask.render_template("count/refused.html", reason=str(error)), error.status
        return flask.render_template("count/consent.html", **question)

    @app.post("/auth2/consent")
    def decide() -> Any:
        asked = {name: flask.request.args.get(name, "") for name in _ASKED}
        request = current_request()
        allowed = flask.request.form.get("decision") == "allow"
        try:
            callback = on_loop(lambda: _decision(sandboxes, request, asked, allowed=allowed))
        except CountError as error:
            return flask.render_template("count/refused.html", reason=str(error)), error.status
        return flask.redirect(callback, 302)

    @app.get(f"{INVOICES}<token>")
    def show_invoice(token: str) -> Any:
        shown = on_loop(lambda: _shared_invoice(sandboxes, token))
        if shown is None:
            return flask.render_template("count/gone.html"), 404
        return flask.render_template("count/invoice.html", **shown)

    @app.get(f"{FILES}<token>")
    def download(token: str) -> Any:
        file = on_loop(lambda: _shared_file(sandboxes, token))
        if file is None:
            return flask.render_template("count/gone.html"), 404
        return _download(file)


def _question(
    sandboxes: SandboxRegistry, request: RequestContext, asked: Mapping[str, str]
) -> dict[str, Any]:
    sandbox, backend = _client(sandboxes, request, asked)
    return {"client": sandbox.credentials[KEY]["client_id"], "team": render.team(backend)}


def _decision(
    sandboxes: SandboxRegistry, request: RequestContext, asked: Mapping[str, str], *, allowed: bool
) -> str:
    """Where the browser goes: back to the application. Documented: with code, or with an error."""
    sandbox, backend = _client(sandboxes, request, asked)
    given = dict(_DENIED)
    if allowed:
        with backend.transaction():
            given = {"code": new_code(backend, sandbox.credentials[KEY])}
    return f"{asked['redirectUri']}?{urlencode({**given, 'state': asked['state']})}"


def _client(
    sandboxes: SandboxRegistry, request: RequestContext, asked: Mapping[str, str]
) -> tuple[Sandbox, CountBackend]:
    """Whose workspace is asked for. Whoever changed the address on the way is refused."""
    sandbox = sandbox_of(asked["clientId"], sandboxes)
    if sandbox is None:
        raise InvalidClient
    request.sandbox = sandbox  # whose journal shall tell
    backend = _world(sandbox)
    check_redirect(backend, asked["redirectUri"])
    return sandbox, backend


def _shared_invoice(sandboxes: SandboxRegistry, token: str) -> dict[str, Any] | None:
    for sandbox in sandboxes:
        link = _glance(sandbox).links.get(token)
        if link is None:
            continue
        backend = _world(sandbox)
        row = backend.invoices.get(link.invoice_id)
        if row is not None:
            sandbox.run_due_events(backend)
            current = backend.invoices.get(row.id) or row
            return {"invoice": render.invoice(backend, current), "team": render.team(backend)}
    return None


def _shared_file(sandboxes: SandboxRegistry, token: str) -> StoredFile | None:
    found = (_glance(sandbox).files.get(token) for sandbox in sandboxes)
    return next((file for file in found if file is not None), None)


def _world(sandbox: Sandbox) -> CountBackend:
    return _ours(sandbox.backends[KEY])


def _glance(sandbox: Sandbox) -> CountBackend:
    """The workspace to look at: it need not be touched to see that something is not there."""
    return _ours(sandbox.backends.peek(KEY))


def _ours(backend: Backend) -> CountBackend:
    if not isinstance(backend, CountBackend):
        raise TypeError(type(backend).__name__)
    return backend


def _download(file: StoredFile) -> flask.Response:
    """The file as it came, and as a download: it is never shown as a page of this server."""
    response = flask.Response(file.content)
    response.headers["Content-Type"] = _plain(file.media_type) or "application/octet-stream"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers.set("Content-Disposition", "attachment", filename=_plain(file.name) or "file")
    return response


def _plain(text: str) -> str:
    """Text without anything that could end a header."""
    return "".join(each for each in text if each.isprintable() and ord(each) < 256).strip()
