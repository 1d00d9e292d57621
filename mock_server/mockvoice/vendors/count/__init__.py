"""COUNT's Partner API: an application acts on one workspace of an accounting product.

Every call is signed by the application, and data calls carry the bearer of a user. A document is
a draft until it is approved; from then on it is locked, posted, and moved only by payments, by
credit and by the calendar. Payments are no records of their own but parts of bank transactions
that are assigned to documents. Schedules make documents, and subscribers are told of changes.
"""

from mockvoice.vendors.count import auth, install, pages, render
from mockvoice.vendors.count.invoice_view import CONSOLE
from mockvoice.vendors.count.workspace import Workspace
from mockvoice.web.vendor import SecurityCheck, Vendor

_SIGNED = "clientId signature timestamp"

VENDOR = Vendor(
    key="count",
    title="COUNT Partner API",
    port_offset=1,
    backend=Workspace,
    handlers="mockvoice.vendors.count.handlers",
    security={
        f"accessToken {_SIGNED}": SecurityCheck(auth.signed_with_bearer, signs_body=True),
        _SIGNED: SecurityCheck(auth.signed, signs_body=True),
    },
    credentials={
        "client_id": "count-demo-client",
        "client_secret": "count-demo-secret",
        "access_token": "count-demo-token",
        "refresh_token": "count-demo-refresh",
    },
    lookup_credentials=("client_id",),
    anonymous_access=SecurityCheck(auth.named_client),
    install_defaults=install.install,
    expire_tokens=auth.expire_tokens,
    error_response=render.refuse,
    invoice_view=CONSOLE,
    pages=pages.add,
    page_paths=("/auth2/consent", "/public/"),
)
