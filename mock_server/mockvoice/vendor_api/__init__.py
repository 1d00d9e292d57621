"""The public API for packages that define a vendor.

``Vendor`` describes one API; ``Backend`` and ``Table`` contain its rows; its handlers and its error
function return a ``Response``, handlers also JSON data or a ``DeferredResponse``. The names for a
seeder are in ``mockvoice.vendor_api.seeding``. All other modules of Mockvoice are internal and may
change without notice. ``docs/how-to/vendor-packages.md`` describes such a package.

``API_VERSION`` grows with changes that break packages. A package states the version that it was
written for, ``Vendor(api_version=1, …)``; a server with another version rejects it with a message.
"""

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.ids import IdGenerator
from mockvoice.kernel.money import HUNDRED, ZERO, allocate, decimal, percent, quantize, total
from mockvoice.kernel.paging import Page, page_number, page_size
from mockvoice.kernel.schedule import Schedule
from mockvoice.kernel.store import Key, QueryResult, Table
from mockvoice.sandboxes.registry import DEFAULT, Grant, SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.auth import bearer, bearer_token
from mockvoice.web.cors import CorsPolicy
from mockvoice.web.document import DocumentedOperation, InvalidContract
from mockvoice.web.errors import (
    BodyTooLarge,
    InvalidRequest,
    MalformedBody,
    MethodNotAllowed,
    RequestError,
    RouteNotFound,
    TokenExpired,
    TooManyRequests,
    TooManyValues,
    Unauthorized,
    UnsupportedMediaType,
    Violation,
)
from mockvoice.web.framework import Framework
from mockvoice.web.multipart import Upload
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    INFO,
    NEUTRAL,
    WARNING,
    DocumentLayout,
    HistoryEntry,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)
from mockvoice.web.record_views import RecordView
from mockvoice.web.request_context import RequestContext, RequestUrl
from mockvoice.web.responses import DeferredResponse, Response
from mockvoice.web.sent_requests import (
    Explanation,
    ExplanationStep,
    RequestCredentials,
    SentRequest,
)
from mockvoice.web.vendor import API_VERSION, KnownRecords, SecurityCheck, Vendor
from mockvoice.web.webhook_log import (
    RedeliveryRejected,
    WebhookAttempt,
    WebhookDelivery,
    WebhookLog,
    WebhookSignature,
)

__all__ = [
    "API_VERSION",
    "BAD",
    "DEFAULT",
    "GOOD",
    "HUNDRED",
    "INFO",
    "NEUTRAL",
    "WARNING",
    "ZERO",
    "Backend",
    "BodyTooLarge",
    "Clock",
    "CorsPolicy",
    "DeferredResponse",
    "DocumentLayout",
    "DocumentedOperation",
    "Explanation",
    "ExplanationStep",
    "Framework",
    "Grant",
    "HistoryEntry",
    "IdGenerator",
    "InvalidContract",
    "InvalidRequest",
    "Key",
    "KnownRecords",
    "MalformedBody",
    "MethodNotAllowed",
    "Page",
    "PartTable",
    "QueryResult",
    "RecordKind",
    "RecordView",
    "RedeliveryRejected",
    "RelatedRecords",
    "RequestContext",
    "RequestCredentials",
    "RequestError",
    "RequestUrl",
    "Response",
    "RouteNotFound",
    "Sandbox",
    "SandboxRegistry",
    "Schedule",
    "SecurityCheck",
    "SentRequest",
    "Summary",
    "Table",
    "TokenExpired",
    "TooManyRequests",
    "TooManyValues",
    "Unauthorized",
    "UnsupportedMediaType",
    "Upload",
    "Vendor",
    "Violation",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookLog",
    "WebhookSignature",
    "allocate",
    "bearer",
    "bearer_token",
    "decimal",
    "page_number",
    "page_size",
    "percent",
    "quantize",
    "total",
]
