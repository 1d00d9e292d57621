"""OptiFlow: invoicing for the Dominican Republic, with tax receipt numbers that never repeat nor skip.

An invoice takes the next NCF of a series, is reckoned line by line, and takes its goods out of the
stock of its workspace; either all of it happens or nothing. Payments move its status. A token has
the permissions that its user has in the workspace of the request. Laravel's manners:
``{data, meta, links}`` and ``{message, errors}``.
"""

from mockvoice.vendors.optiflow import auth, install, render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.invoice_view import CONSOLE
from mockvoice.web.laravel import trimmed
from mockvoice.web.vendor import SecurityCheck, Vendor


def without_slash(path: str) -> str:
    """Laravel's router does not see a slash at the end of a path."""
    return path.rstrip("/") or "/"


VENDOR = Vendor(
    key="optiflow",
    title="OptiFlow",
    port_offset=4,
    backend=OptiBackend,
    handlers="mockvoice.vendors.optiflow.handlers",
    security={"bearerAuth": SecurityCheck(auth.token), "": SecurityCheck(auth.anonymous)},
    credentials={"owner": "1|optiflow-demo-owner", "viewer": "2|optiflow-demo-viewer"},
    lookup_credentials=("owner", "viewer"),
    install_defaults=install.install,
    error_response=render.refuse,
    invoice_view=CONSOLE,
    authorize=auth.authorize,
    prepare_body=trimmed,
    canonical_path=without_slash,
)
