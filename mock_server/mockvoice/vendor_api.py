"""The public API for packages that define a vendor.

``Vendor`` describes one API; ``Backend`` and ``Table`` contain its rows; its handlers and its error
function return a ``Response``, handlers also JSON data or a ``DeferredResponse``. All other modules
of ``mockvoice.kernel`` and ``mockvoice.web`` are internal and may change without notice.
"""

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.money import allocate, decimal, percent, quantize, total
from mockvoice.kernel.schedule import Schedule
from mockvoice.kernel.store import Table
from mockvoice.web.auth import bearer
from mockvoice.web.document import DocumentedOperation, InvalidContract
from mockvoice.web.errors import (
    InvalidRequest,
    MethodNotAllowed,
    RequestError,
    RouteNotFound,
    TooManyRequests,
    Unauthorized,
    Violation,
)
from mockvoice.web.invoice_view import InvoiceView
from mockvoice.web.record_views import RecordView
from mockvoice.web.request_context import RequestContext
from mockvoice.web.responses import DeferredResponse, Response
from mockvoice.web.vendor import SecurityCheck, Vendor

__all__ = [
    "Backend",
    "Clock",
    "DeferredResponse",
    "DocumentedOperation",
    "InvalidContract",
    "InvalidRequest",
    "InvoiceView",
    "MethodNotAllowed",
    "RecordView",
    "RequestContext",
    "RequestError",
    "Response",
    "RouteNotFound",
    "Schedule",
    "SecurityCheck",
    "Table",
    "TooManyRequests",
    "Unauthorized",
    "Vendor",
    "Violation",
    "allocate",
    "bearer",
    "decimal",
    "percent",
    "quantize",
    "total",
]
