"""What a vendor says of itself."""

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
    """How one of the contract's security requirements is checked."""

    check: Authenticate
    signs_body: bool = False  # the check needs the raw body of a POST, PUT or PATCH


def _raise(error: MalformedBody | UnsupportedMediaType) -> Any:
    raise error


def _same(value: Any) -> Any:
    return value


def _let_in(context: RequestContext, violations: Sequence[Violation]) -> None:
    """Most vendors let everybody in who has a credential."""


def _keep(backend: Any) -> None:
    """Some vendors' credentials are all fixed."""


def _last(sent: Mapping[str, list[str]], name: str) -> Sequence[str]:
    return sent.get(name, ())


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """One API: its place, its world, its door and its habits."""

    key: str
    title: str
    port_offset: int  # its own port is the main port plus this
    backend: type[Backend]
    handlers: str  # the package that holds the operations' functions
    # By the names of a requirement's schemes, sorted and joined by blanks.
    security: Mapping[str, SecurityCheck]
    # The demo sandbox's credentials. Other sandboxes get them with "demo" replaced.
    credentials: Mapping[str, str]
    lookup_credentials: Sequence[str]  # the credentials that choose a sandbox by themselves
    # Whose sandbox a request enters where the contract asks for no credential, such as one that
    # asks for a token; without it, the default one.
    anonymous_access: SecurityCheck | None = None
    # Puts into a new world what even an empty one holds, from fixtures/<key>/install.json.
    install_defaults: Callable[[Any, Mapping[str, Any]], None]
    error_response: Callable[[Exception], Response]  # any failure, in the vendor's envelope
    # Makes of a body that cannot be read what the vendor makes of it, or raises.
    unreadable_body: Callable[[MalformedBody | UnsupportedMediaType], Any] = _raise
    # Lets a request in or raises, once its path and headers are read and before its query and
    # body are: for vendors that look at rights and records before they look at the rest. Breaches
    # found so far come along; those that are left are refused together with the rest's.
    authorize: Callable[[RequestContext, Sequence[Violation]], None] = _let_in
    prepare_body: Callable[[Any], Any] = _same  # what happens to a body before it is validated
    canonical_path: Callable[[str], str] = _same  # paths that count as one become the same
    canonical_name: Callable[[str], str] = _same  # likewise for names of query parameters
    query_values: Callable[[Mapping[str, list[str]], str], Sequence[str]] = _last
    invoice_view: InvoiceView | None = None  # how its invoices are shown to people
    pages: Callable[[flask.Flask, SandboxRegistry], None] | None = None  # pages for people
    page_paths: tuple[str, ...] = ()  # what those pages' paths begin with
    # Ends what was granted until now, as if its time were over; what is fixed stays.
    expire_tokens: Callable[[Any], None] = _keep
    body_limit: int = BODY_LIMIT
    instrumented: bool = True  # whether its requests are kept in journals and may meet faults

    def has_page(self, path: str) -> bool:
        """Whether a page for people may stand at this path."""
        return bool(self.page_paths) and path.startswith(self.page_paths)
