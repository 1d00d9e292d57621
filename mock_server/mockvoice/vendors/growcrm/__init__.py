"""Grow CRM: a self-hosted CRM whose REST API manages bills and calculates every amount itself.

A client creates an invoice as an empty draft and sends its lines and taxes in a second call.
Taxes apply either to the whole bill (``summary``) or to each line (``inline``). Publishing moves
an invoice out of draft. From then on payments and the clock change its status, unless somebody
set the status by hand. Every API key has full rights. Responses follow Laravel's conventions:
``{data, message}`` on success, ``{message, errors}`` for an error.
"""

from mockvoice.vendors.growcrm import install, quirks, render
from mockvoice.vendors.growcrm.auth import api_key
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.joint_checks import CHECKS
from mockvoice.vendors.growcrm.record_kinds import RECORD_KINDS
from mockvoice.vendors.growcrm.record_views import RECORD_VIEWS
from mockvoice.vendors.growcrm.schedule import SCHEDULE
from mockvoice.web.errors import MalformedBody, UnsupportedMediaType
from mockvoice.web.laravel import LARAVEL, joint_checks, prepare_input, without_trailing_slash
from mockvoice.web.vendor import KnownRecords, SecurityCheck, Vendor


def unreadable_body_as_empty(error: MalformedBody | UnsupportedMediaType) -> dict[str, object]:
    """Treat an unreadable body as empty. Assumed: Laravel parses such a body as empty."""
    return {}


_JOINT_CHECKS = joint_checks("growcrm", CHECKS)

VENDOR = Vendor(
    key="growcrm",
    title="Grow CRM",
    package=__name__,
    backend=GrowBackend,
    schedule=SCHEDULE,
    security={"apiKey": SecurityCheck(api_key)},
    credentials={"api_key": "growcrm-demo-key"},
    lookup_credentials=("api_key",),
    install_defaults=install.install,
    error_response=render.error_response,
    request_checks={
        **_JOINT_CHECKS,
        "invoices.set_items": (quirks.line_violations, *_JOINT_CHECKS["invoices.set_items"]),
        "estimates.set_items": (quirks.line_violations, *_JOINT_CHECKS["estimates.set_items"]),
    },
    example_command="curl -sS '{url}/api/invoices?limit=3' -H 'Authorization: Bearer {api_key}'",
    record_kinds=RECORD_KINDS,
    record_views=RECORD_VIEWS,
    known_records={
        "tax_rates": KnownRecords(
            "ids of the account's tax rates, by their percentage", '{ "20" = 1, "8.25" = 2 }'
        ),
        "tax_rate_id": KnownRecords("id of the usual tax rate", "1", frozenset(("seed",))),
        "reduced_tax_rate_id": KnownRecords("id of a reduced rate", "2", frozenset(("seed",))),
    },
    malformed_body_value=unreadable_body_as_empty,
    prepare_body=prepare_input,
    framework=LARAVEL,
    canonical_path=without_trailing_slash,
)
