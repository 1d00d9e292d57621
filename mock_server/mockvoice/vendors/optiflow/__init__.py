"""OptiFlow: invoicing for the Dominican Republic, with consecutive tax receipt numbers (NCF).

A new invoice takes the next NCF of a series, its totals are calculated line by line, and its
products leave the stock of its workspace, all in one transaction. Payments change its status. A
token has the permissions of its user in the workspace of the request. The envelopes are Laravel's:
``{data, meta, links}`` and ``{message, errors}``.
"""

from mockvoice.vendors.optiflow import auth, install, render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.joint_checks import CHECKS
from mockvoice.vendors.optiflow.record_kinds import RECORD_KINDS
from mockvoice.vendors.optiflow.record_views import RECORD_VIEWS
from mockvoice.web.cors import CorsPolicy
from mockvoice.web.laravel import LARAVEL, joint_checks, prepare_input, without_trailing_slash
from mockvoice.web.vendor import SecurityCheck, Vendor

VENDOR = Vendor(
    key="optiflow",
    title="OptiFlow",
    package=__name__,
    # Observed: Laravel's default configuration and the middleware that reads it. Assumed: the service has not changed it.
    cors=CorsPolicy(paths=("/api/", "/sanctum/csrf-cookie"), max_age=0),
    hosts=("*.optiflow.com.do",),  # Observed: each organisation has a subdomain
    backend=OptiBackend,
    security={
        "bearerAuth": SecurityCheck(auth.authorize_bearer),
        "": SecurityCheck(auth.authorize_anonymous),
    },
    credentials={"owner": "1|optiflow-demo-owner", "viewer": "2|optiflow-demo-viewer"},
    lookup_credentials=("owner", "viewer"),
    install_defaults=install.install,
    request_checks=joint_checks("optiflow", CHECKS),
    error_response=render.error_response,
    example_command="curl -sS '{url}/api/v1/invoices?per_page=3' -H 'Authorization: Bearer {owner}'",
    record_kinds=RECORD_KINDS,
    record_views=RECORD_VIEWS,
    authorize=auth.authorize,
    check_operation=auth.check_operation,
    prepare_body=prepare_input,
    framework=LARAVEL,
    canonical_path=without_trailing_slash,
)
