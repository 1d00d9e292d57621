"""Gong: Bell's reminders, with client id and access token as credentials."""

from dataclasses import replace
from functools import partial

from mockvoice.vendor_api import SecurityCheck, bearer
from tests.example_vendors.bell import VENDOR as BELL

VENDOR = replace(
    BELL,
    key="gong",
    title="Gong",
    package=__name__,
    security={"bearer": SecurityCheck(partial(bearer, "gong"))},
    credentials={"client_id": "gong-demo-client", "access_token": "gong-demo-token"},
    lookup_credentials=("client_id", "access_token"),
)
