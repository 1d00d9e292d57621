"""Gong: Bell's reminders, with client id and access token as credentials."""

from dataclasses import replace
from functools import partial

from mockvoice.vendors.bell import VENDOR as BELL

from mockvoice.vendor_api import SecurityCheck, bearer

VENDOR = replace(
    BELL,
    key="gong",
    title="Gong",
    port_offset=2,
    security={"bearer": SecurityCheck(partial(bearer, "gong"))},
    credentials={"client_id": "gong-demo-client", "access_token": "gong-demo-token"},
    lookup_credentials=("client_id", "access_token"),
)
