"""Operations that give tokens."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.auth import KEY
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import tokens
from mockvoice.vendors.count.rules.records import Body
from mockvoice.web.sandboxes import Sandbox


def grant(backend: CountBackend, body: Body, sandbox: Sandbox) -> render.Json:
    made = tokens.trade_code(backend, sandbox.credentials[KEY], body)
    return render.tokens(backend, made, "Access token granted.")


def refresh(backend: CountBackend, body: Body, sandbox: Sandbox) -> render.Json:
    made = tokens.trade_refresh(backend, sandbox.credentials[KEY], body)
    return render.tokens(backend, made, "Access token refreshed.")
