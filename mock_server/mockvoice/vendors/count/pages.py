"""HTML pages: consent to an application, public invoices and downloads of attachments."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import flask

from mockvoice.kernel.backend import Backend
from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.tags import DEFAULT_TAG, find_tag
from mockvoice.vendors.count import render
from mockvoice.vendors.count.auth import KEY, find_sandbox
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import CountError, InvalidClient
from mockvoice.vendors.count.integration_models import StoredFile
from mockvoice.vendors.count.rules.public_files import FILES_PATH, INVOICES_PATH
from mockvoice.vendors.count.rules.redirect_uris import check_redirect_uri
from mockvoice.vendors.count.rules.tokens import create_code
from mockvoice.web.pages import call_on_loop, current_request
from mockvoice.web.parameters import parse_query
from mockvoice.web.request_context import RequestContext

_PARAMETERS = ("clientId", "redirectUri", "state")
_DENIED = {"error": "access_denied", "error_description": "The user denied access."}


def add_routes(app: flask.Flask, sandboxes: SandboxRegistry) -> None:
    """Add the routes of COUNT's pages to the Flask application."""

    @app.get("/auth2/consent")
    def show_consent() -> Any:
        args = _consent_args()
        request = current_request()
        try:
            context = call_on_loop(lambda: _consent_context(sandboxes, request, args))
        except CountError as error:
            return flask.render_template("count/error.html", reason=str(error)), error.status
        return flask.render_template("count/consent.html", **context)

    @app.post("/auth2/consent")
    def submit_consent() -> Any:
        args = _consent_args()
        request = current_request()
        allowed = flask.request.form.get("decision") == "allow"
        try:
            callback = call_on_loop(
                lambda: _consent_redirect(sandboxes, request, args, allowed=allowed)
            )
        except CountError as error:
            return flask.render_template("count/error.html", reason=str(error)), error.status
        return flask.redirect(callback, 302)

    @app.get(f"{INVOICES_PATH}<token>")
    def show_invoice(token: str) -> Any:
        context = call_on_loop(lambda: _public_invoice(sandboxes, token))
        if context is None:
            return flask.render_template("count/not_found.html"), 404
        return flask.render_template("count/invoice.html", **context)

    @app.get(f"{FILES_PATH}<token>")
    def download(token: str) -> Any:
        file = call_on_loop(lambda: _public_file(sandboxes, token))
        if file is None:
            return flask.render_template("count/not_found.html"), 404
        return _download(file)


def _consent_args() -> dict[str, str]:
    """Return the parameters of the page's URL, read as those of the start are.

    Flask takes the first of repeated parameters, and the start the last one.
    """
    sent = dict(parse_query(flask.request.query_string))
    return {name: sent.get(name, "") for name in _PARAMETERS}


def _consent_context(
    sandboxes: SandboxRegistry, request: RequestContext, args: Mapping[str, str]
) -> dict[str, Any]:
    sandbox, backend = _client_workspace(sandboxes, request, args)
    return {"client": sandbox.credentials[KEY]["client_id"], "team": render.team(backend)}


def _consent_redirect(
    sandboxes: SandboxRegistry, request: RequestContext, args: Mapping[str, str], *, allowed: bool
) -> str:
    """Return the application's redirect URL. Documented: it has a code, or an error."""
    sandbox, backend = _client_workspace(sandboxes, request, args)
    result = dict(_DENIED)
    if allowed:
        with backend.transaction():
            result = {"code": create_code(backend, sandbox.credentials[KEY], args["redirectUri"])}
    return f"{args['redirectUri']}?{urlencode({**result, 'state': args['state']})}"


def _client_workspace(
    sandboxes: SandboxRegistry, request: RequestContext, args: Mapping[str, str]
) -> tuple[Sandbox, CountBackend]:
    """Return the client's sandbox and workspace, after checking the redirect URI once more.

    The page's URL may have been changed since the authorization was started.
    """
    sandbox = find_sandbox(args["clientId"], sandboxes)
    if sandbox is None:
        raise InvalidClient
    sandbox.use()
    request.sandbox = sandbox  # the sandbox's journal records the request
    backend = _backend(sandbox)
    check_redirect_uri(backend, args["redirectUri"])
    return sandbox, backend


def _public_invoice(sandboxes: SandboxRegistry, token: str) -> dict[str, Any] | None:
    for sandbox in _candidates(sandboxes, token, "links"):
        link = _peek_backend(sandbox).links.get(token)
        if link is None:
            continue
        backend = _backend(sandbox)
        row = backend.invoices.get(link.invoice_id)
        if row is not None:
            backend.catch_up()
            current = backend.invoices.get(row.id) or row
            return {"invoice": render.invoice(backend, current), "team": render.team(backend)}
    return None


def _public_file(sandboxes: SandboxRegistry, token: str) -> StoredFile | None:
    candidates = _candidates(sandboxes, token, "files")
    files = (_peek_backend(sandbox).files.get(token) for sandbox in candidates)
    return next((file for file in files if file is not None), None)


def _candidates(sandboxes: SandboxRegistry, token: str, table: str) -> Iterator[Sandbox]:
    """Iterate over the sandboxes that may have a link: first those of its tag.

    Exported data has links of other sandboxes, so those in memory that have any follow.
    """
    tagged = sandboxes.of_tag(find_tag(token) or DEFAULT_TAG)
    for each in tagged:
        each.use()
        if each.has_rows(KEY, table):
            yield each
    for each in sandboxes:
        if each not in tagged and each.backends.is_loaded and each.has_rows(KEY, table):
            each.use()
            yield each


def _backend(sandbox: Sandbox) -> CountBackend:
    return _as_count_backend(sandbox.backends[KEY])


def _peek_backend(sandbox: Sandbox) -> CountBackend:
    """Return the workspace for reading only, without creating the sandbox's own copy."""
    return _as_count_backend(sandbox.backends.peek(KEY))


def _as_count_backend(backend: Backend) -> CountBackend:
    if not isinstance(backend, CountBackend):
        raise TypeError(type(backend).__name__)
    return backend


def _download(file: StoredFile) -> flask.Response:
    """Return the file unchanged and as a download, so that browsers do not render it as a page."""
    response = flask.send_file(
        BytesIO(file.content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=_printable(file.name) or "file",
        etag=False,
    )
    if media_type := _latin(file.media_type):
        response.headers["Content-Type"] = media_type  # Flask would add a charset to a text
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _printable(text: str) -> str:
    """Return the text without characters that could end a header."""
    return "".join(char for char in text if char.isprintable()).strip()


def _latin(text: str) -> str:
    """Return the text without characters that a header cannot contain."""
    return "".join(char for char in _printable(text) if ord(char) < 256)
