"""COUNT's Partner API: an application acts on one workspace of an accounting product.

Every call is signed by the application, and data calls carry the bearer of a user. A document is
a draft until it is approved; from then on it is locked and posted, and its status changes only by
payments, by credit and by the calendar. Payments are not records of their own: they are parts of
bank transactions that are assigned to documents. Recurring templates create documents, and webhook
subscribers are notified of changes.
"""

from mockvoice.vendors.count import auth, install, pages, quirks, render
from mockvoice.vendors.count.delivering_backend import DeliveringBackend
from mockvoice.vendors.count.record_kinds import RECORD_KINDS
from mockvoice.vendors.count.record_views import RECORD_VIEWS
from mockvoice.vendors.count.rules.tokens import SECRET_FORMATS
from mockvoice.vendors.count.schedule import SCHEDULE
from mockvoice.vendors.count.signature_steps import explain_signature, sign_request
from mockvoice.vendors.count.webhook_log import WEBHOOK_LOG
from mockvoice.web.cors import CorsPolicy
from mockvoice.web.express import (
    EXPRESS,
    canonical_path,
    ignore_body,
    require_json_container,
)
from mockvoice.web.vendor import SecurityCheck, Vendor

_SIGNED = "clientId signature timestamp"

VENDOR = Vendor(
    key="count",
    title="COUNT Partner API",
    package=__name__,
    # Observed: the vendor's sample application starts the authorization from a page of another origin.
    # Assumed: the paths of data have no such headers.
    cors=CorsPolicy(paths=("/auth2/",)),
    hosts=("api.getcount.com", "dev-api.getcount.com"),  # Observed: production and development
    backend=DeliveringBackend,
    schedule=SCHEDULE,
    security={
        f"accessToken {_SIGNED}": SecurityCheck(auth.verify_signature_and_token, needs_body=True),
        _SIGNED: SecurityCheck(auth.verify_signature, needs_body=True),
    },
    credentials={
        "client_id": "count-demo-client",
        "client_secret": "count-demo-secret",
        "access_token": "count-demo-token",
        "refresh_token": "count-demo-refresh",
    },
    lookup_credentials=("client_id",),
    anonymous_access=SecurityCheck(auth.client_from_query),
    install_defaults=install.install,
    secret_formats=SECRET_FORMATS,
    expire_tokens=auth.expire_tokens,
    error_response=render.error_response,
    framework=EXPRESS,
    malformed_body_value=ignore_body,
    prepare_body=require_json_container,
    canonical_path=canonical_path,
    request_checks={"invoices.create": (quirks.invoice_creation_violations,)},
    example_command=(
        "time=$(date +%s); curl -sS '{url}/partners/invoices?limit=3' -H 'x-client-id: {client_id}'"
        ' -H "x-timestamp: $time" -H "x-signature: $(printf %s "GET:/invoices:$time:"'
        " | openssl dgst -sha256 -hmac '{client_secret}' -r | cut -d' ' -f1)\""
        " -H 'Authorization: Bearer {access_token}'"
    ),
    record_views=RECORD_VIEWS,
    record_kinds=RECORD_KINDS,
    webhook_log=WEBHOOK_LOG,
    explain_rejection=explain_signature,
    sign_request=sign_request,
    pages=pages.add_routes,
    page_paths=("/auth2/consent", "/public/"),
)
