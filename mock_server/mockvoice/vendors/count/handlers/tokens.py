"""Operations that issue tokens."""

from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.vendors.count import render
from mockvoice.vendors.count.auth import KEY
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import tokens
from mockvoice.vendors.count.rules.records import Body


def grant(backend: CountBackend, body: Body, sandbox: Sandbox) -> render.Json:
    issued = tokens.exchange_code(backend, sandbox.credentials[KEY], body)
    return render.tokens(backend, issued, "Access token granted.")


def refresh(backend: CountBackend, body: Body, sandbox: Sandbox) -> render.Json:
    issued = tokens.refresh_tokens(backend, sandbox.credentials[KEY], body)
    return render.tokens(backend, issued, "Access token refreshed.")
