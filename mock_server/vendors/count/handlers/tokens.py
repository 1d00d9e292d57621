"""Operations that give tokens."""

from mock_server.vendors.count import render
from mock_server.vendors.count.auth import KEY
from mock_server.vendors.count.backend import CountBackend
from mock_server.vendors.count.rules import tokens
from mock_server.vendors.count.rules.records import Body
from mock_server.web.sandboxes import Sandbox


def grant(backend: CountBackend, body: Body, sandbox: Sandbox) -> render.Json:
    made = tokens.trade_code(backend, sandbox.credentials[KEY], body)
    return render.tokens(backend, made, "Access token granted.")


def refresh(backend: CountBackend, body: Body, sandbox: Sandbox) -> render.Json:
    made = tokens.trade_refresh(backend, sandbox.credentials[KEY], body)
    return render.tokens(backend, made, "Access token refreshed.")
