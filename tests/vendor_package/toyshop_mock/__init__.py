"""Toyshop: orders of customers, with a total that the service calculates, and their payments.

An order is open until payments cover its total; it becomes overdue on the day after its due date.
"""

from functools import partial

from mockvoice.vendor_api import RecordView, Schedule, SecurityCheck, Vendor, bearer
from toyshop_mock import render, rules
from toyshop_mock.backend import ToyshopBackend
from toyshop_mock.record_kinds import RECORD_KINDS

VENDOR = Vendor(
    key="toyshop",
    title="Toyshop",
    package=__name__,
    api_version=1,
    backend=ToyshopBackend,
    schedule=Schedule({"orders": rules.next_overdue_at}, rules.mark_overdue),
    security={"apiKey": SecurityCheck(partial(bearer, "toyshop"))},
    credentials={"api_key": "toyshop-demo-key"},
    lookup_credentials=("api_key",),
    error_response=render.error_response,
    record_views={
        "customers": RecordView(render.customer, "Customer"),
        "orders": RecordView(render.order, "Order"),
        "payments": RecordView(render.payment, "Payment"),
    },
    record_kinds=RECORD_KINDS,
)
