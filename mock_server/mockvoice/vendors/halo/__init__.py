"""Halo (HaloPSA, HaloITSM, HaloCRM): invoices of a service desk, by arrays.

POST creates and updates, and takes an array even for one record. Invoices, credits, PO invoices
and recurring templates are one resource; a template's id is negative. Lists come in envelopes or
bare, paths and names in any case; refusals have one of four bodies with 400 and none otherwise.
"""

from collections.abc import Mapping, Sequence

from mockvoice.vendors.halo import auth, install, render
from mockvoice.vendors.halo.invoice_view import INVOICE_VIEW
from mockvoice.vendors.halo.scheduled import ScheduledBackend
from mockvoice.web.vendor import SecurityCheck, Vendor

# Lists in one parameter, which clients also send as repeated names.
_COMMA_LISTS = frozenset({"paymentstatuses", "client_ids", "billingcategory_ids"})


def canonical_path(path: str) -> str:
    """Paths match in any case, and with or without a slash at the end. Observed: the first."""
    return path.lower().rstrip("/") or "/"


def canonical_name(name: str) -> str:
    """Query names match in any case; ``[]`` at the end marks a repeated one."""
    return name.lower().removesuffix("[]")


def query_values(sent_values: Mapping[str, list[str]], name: str) -> Sequence[str]:
    """What was sent under a name; a list that came in pieces is put together."""
    values = sent_values.get(name, ())
    return (",".join(values),) if name in _COMMA_LISTS and values else values


VENDOR = Vendor(
    key="halo",
    title="Halo",
    port_offset=3,
    backend=ScheduledBackend,
    handlers="mockvoice.vendors.halo.handlers",
    security={"bearer": SecurityCheck(auth.authorize_bearer)},
    credentials={
        "client_id": "halo-demo-client",
        "client_secret": "halo-demo-secret",
        "access_token": "halo-demo-token",
    },
    lookup_credentials=("access_token", "client_id"),
    anonymous_access=SecurityCheck(auth.authorize_token_request, signs_body=True),
    install_defaults=install.install,
    expire_tokens=auth.expire_tokens,
    error_response=render.error_response,
    invoice_view=INVOICE_VIEW,
    canonical_path=canonical_path,
    canonical_name=canonical_name,
    query_values=query_values,
)
