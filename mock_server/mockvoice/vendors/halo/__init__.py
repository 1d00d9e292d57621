"""Halo (HaloPSA, HaloITSM, HaloCRM): invoices of a service desk.

POST creates and updates, and takes an array even for one record. Invoices, credits, PO invoices
and recurring templates are one resource; the id of a template is negative. Lists are bare arrays
or have an envelope. Paths and query names match in any case. A 400 has one of four bodies; other
error responses have no body.
"""

from collections.abc import Mapping, Sequence

from mockvoice.vendors.halo import auth, install, render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.record_kinds import RECORD_KINDS
from mockvoice.vendors.halo.record_views import RECORD_VIEWS
from mockvoice.vendors.halo.rules.tokens import SECRET_FORMATS
from mockvoice.vendors.halo.schedule import SCHEDULE
from mockvoice.web.aspnet import ASP_NET
from mockvoice.web.vendor import SecurityCheck, Vendor

# Parameters that hold a list. Clients also send them as repeated names.
_LIST_PARAMETERS = frozenset({"paymentstatuses", "client_ids", "billingcategory_ids"})


def canonical_path(path: str) -> str:
    """Return the path in lower case and without a trailing slash.

    Observed: paths match in any case.
    """
    return path.lower().rstrip("/") or "/"


def canonical_name(name: str) -> str:
    """Return the query name in lower case and without the ``[]`` of a repeated parameter."""
    return name.lower().removesuffix("[]")


def query_values(sent_values: Mapping[str, list[str]], name: str) -> Sequence[str]:
    """Return the values of a parameter; repeated values of a list are joined by commas."""
    values = sent_values.get(name, ())
    return (",".join(values),) if name in _LIST_PARAMETERS and values else values


VENDOR = Vendor(
    key="halo",
    title="Halo",
    package=__name__,
    # Observed: hosts of the three products and of trials; self-hosted instances use any host.
    hosts=("*.halopsa.com", "*.haloitsm.com", "*.haloservicedesk.com", "*.usehalo.com"),
    backend=HaloBackend,
    schedule=SCHEDULE,
    security={"bearer": SecurityCheck(auth.authorize_bearer)},
    credentials={
        "client_id": "halo-demo-client",
        "client_secret": "halo-demo-secret",
        "access_token": "halo-demo-token",
    },
    lookup_credentials=("access_token", "client_id"),
    anonymous_access=SecurityCheck(auth.authorize_token_request, needs_body=True),
    install_defaults=install.install,
    secret_formats=SECRET_FORMATS,
    expire_tokens=auth.expire_tokens,
    error_response=render.error_response,
    example_command="curl -sS '{url}/api/Invoice?count=3' -H 'Authorization: Bearer {access_token}'",
    record_kinds=RECORD_KINDS,
    record_views=RECORD_VIEWS,
    framework=ASP_NET,
    canonical_path=canonical_path,
    canonical_name=canonical_name,
    query_values=query_values,
    json_content_type="application/json; charset=utf-8",
)
