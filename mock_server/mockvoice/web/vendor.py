"""The description of a vendor: how one API is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockvoice.kernel.backend import Backend
from mockvoice.web.errors import MalformedBody, UnsupportedMediaType, Violation
from mockvoice.web.request_context import RequestContext
from mockvoice.web.responses import Response

if TYPE_CHECKING:
    import flask

    from mockvoice.web.invoice_view import InvoiceView
    from mockvoice.web.sandboxes import Grant, SandboxRegistry

BODY_LIMIT = 10 * 1024 * 1024

Authenticate = Callable[[RequestContext, "SandboxRegistry"], "Grant"]


@dataclass(frozen=True, slots=True)
class SecurityCheck:
    """The check of one of the contract's security requirements."""

    check: Authenticate
    needs_body: bool = False  # the check needs the raw body of a POST, PUT or PATCH


def _raise(error: MalformedBody | UnsupportedMediaType) -> Any:
    raise error


def _unchanged(value: Any) -> Any:
    return value


def _allow_all(context: RequestContext, violations: Sequence[Violation]) -> None:
    """Allow every authenticated request, as most vendors do."""


def _expire_nothing(backend: Any) -> None:
    """Do nothing, for vendors whose credentials are all fixed."""


def _values_of(sent: Mapping[str, list[str]], name: str) -> Sequence[str]:
    return sent.get(name, ())


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """How one API is served: its port, data, authentication and special behaviour."""

    key: str
    title: str
    port_offset: int  # the vendor's own port is the main port plus this
    backend: type[Backend]
    handlers: str  # the package that holds the operations' functions
    # The keys are the names of a requirement's schemes, sorted and joined by spaces.
    security: Mapping[str, SecurityCheck]
    # The demo sandbox's credentials. Other sandboxes get them with "demo" replaced.
    credentials: Mapping[str, str]
    lookup_credentials: Sequence[str]  # the credentials that select a sandbox by themselves
    # Finds the sandbox if the contract requires no credential, for example for a token request;
    # without it, the default sandbox is used.
    anonymous_access: SecurityCheck | None = None
    # Adds the data that even an empty account has, from fixtures/<key>/install.json.
    install_defaults: Callable[[Any, Mapping[str, Any]], None]
    error_response: Callable[[Exception], Response]  # any error, in the vendor's envelope
    # Returns the value that the vendor uses for a body that cannot be parsed, or raises.
    malformed_body_value: Callable[[MalformedBody | UnsupportedMediaType], Any] = _raise
    # Raises if the request is not allowed. Called after path and headers are parsed and before query
    # and body are, for vendors that check permissions and records first. Gets the violations so far,
    # which are reported together with later ones unless it raises.
    authorize: Callable[[RequestContext, Sequence[Violation]], None] = _allow_all
    prepare_body: Callable[[Any], Any] = _unchanged  # applied to a body before its validation
    canonical_path: Callable[[str], str] = _unchanged  # equal for equivalent paths
    canonical_name: Callable[[str], str] = _unchanged  # equal for equivalent query parameters
    query_values: Callable[[Mapping[str, list[str]], str], Sequence[str]] = _values_of
    invoice_view: InvoiceView | None = None  # its invoices in the console
    pages: Callable[[flask.Flask, SandboxRegistry], None] | None = None  # adds HTML pages
    page_paths: tuple[str, ...] = ()  # the prefixes of those pages' paths
    # Expires all tokens that were issued until now; fixed credentials stay valid.
    expire_tokens: Callable[[Any], None] = _expire_nothing
    body_limit: int = BODY_LIMIT
    instrumented: bool = True  # whether its requests are logged and may trigger faults

    def has_page(self, path: str) -> bool:
        """Whether this path may be an HTML page."""
        return bool(self.page_paths) and path.startswith(self.page_paths)
