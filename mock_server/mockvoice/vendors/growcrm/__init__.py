"""Grow CRM: a self-hosted CRM whose REST API keeps bills, and computes every amount itself.

An invoice is created as an empty draft; lines and taxes follow in a call of their own. Taxes
fall either on the whole bill (``summary``) or on each line (``inline``). Publishing takes an
invoice out of draft; from then on payments and the calendar move its status, unless it was set
by hand. One key, full rights, Laravel's manners: ``{data, message}`` and ``{message, errors}``.
"""

from mockvoice.vendors.growcrm import install, render
from mockvoice.vendors.growcrm.auth import api_key
from mockvoice.vendors.growcrm.invoice_view import INVOICE_VIEW
from mockvoice.vendors.growcrm.scheduled import ScheduledBackend
from mockvoice.web.errors import MalformedBody, UnsupportedMediaType
from mockvoice.web.laravel import trimmed
from mockvoice.web.vendor import SecurityCheck, Vendor


def empty_body(error: MalformedBody | UnsupportedMediaType) -> dict[str, object]:
    """A body that cannot be read counts as empty. Assumed, after how Laravel parses requests."""
    return {}


def without_trailing_slash(path: str) -> str:
    """Laravel's router does not see a slash at the end of a path."""
    return path.rstrip("/") or "/"


VENDOR = Vendor(
    key="growcrm",
    title="Grow CRM",
    port_offset=2,
    backend=ScheduledBackend,
    handlers="mockvoice.vendors.growcrm.handlers",
    security={"apiKey": SecurityCheck(api_key)},
    credentials={"api_key": "growcrm-demo-key"},
    lookup_credentials=("api_key",),
    install_defaults=install.install_defaults,
    error_response=render.error_response,
    invoice_view=INVOICE_VIEW,
    unreadable_body=empty_body,
    prepare_body=trimmed,
    canonical_path=without_trailing_slash,
)
