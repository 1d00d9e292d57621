"""The description of a vendor: how one API is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mockvoice.sandboxes.backend_spec import BackendSpec, RowCheck
from mockvoice.web import contract
from mockvoice.web.auth import bearer_token
from mockvoice.web.contract import PublishedContract
from mockvoice.web.cors import CorsPolicy
from mockvoice.web.document import DocumentedOperation
from mockvoice.web.errors import MalformedBody, UnsupportedMediaType, Violation
from mockvoice.web.framework import STRICT, Framework
from mockvoice.web.record_views import RecordView, row_check
from mockvoice.web.request_context import RequestContext
from mockvoice.web.responses import JSON, Response
from mockvoice.web.sent_requests import Explain, SignRequest, explain_nothing

if TYPE_CHECKING:
    import flask

    from mockvoice.sandboxes.registry import Grant, SandboxRegistry
    from mockvoice.web.record_kinds import RecordKind
    from mockvoice.web.webhook_log import WebhookLog

BODY_LIMIT = 10 * 1024 * 1024
# The version of ``mockvoice.vendor_api``; it grows with changes that break vendors of other packages.
API_VERSION = 1

RequestCheck = Callable[[RequestContext, Sequence[Violation]], Sequence[Violation]]
Authenticate = Callable[[RequestContext, "SandboxRegistry"], "Grant"]


@dataclass(frozen=True, slots=True)
class SecurityCheck:
    """The check of one of the contract's security requirements."""

    check: Authenticate
    needs_body: bool = False  # the check needs the raw body of a POST, PUT or PATCH


@dataclass(frozen=True, slots=True)
class KnownRecords:
    """A name in the table ``known`` of target files: ids of records that the API neither lists nor creates.

    ``example`` is its value in TOML. ``readers`` are the commands that use it.
    """

    description: str
    example: str
    readers: frozenset[str] = frozenset(("check", "seed"))


def _raise(error: MalformedBody | UnsupportedMediaType) -> Any:
    raise error


def _unchanged(value: Any) -> Any:
    return value


def _allow_all(context: RequestContext, violations: Sequence[Violation]) -> None:
    """Allow every authenticated request, as most vendors do."""


def _accept(operation: DocumentedOperation) -> None:
    """Accept every operation, for vendors without permissions."""


def values_of(sent: Mapping[str, list[str]], name: str) -> Sequence[str]:
    """Return the values that were sent under a parameter's own name."""
    return sent.get(name, ())


@dataclass(frozen=True, kw_only=True)
class Vendor(BackendSpec):
    """How one API is served: its data, contract, authentication and special behaviour."""

    api_version: int = API_VERSION  # the version that the package was written for
    # Which pages may call it from other origins; None: none, and its responses have no such headers.
    cors: CorsPolicy | None = None
    # The hosts of the real service, such as ``api.example.com`` and ``*.example.com``: the forward
    # proxy serves requests to them. Empty if every account has a host of its own.
    hosts: tuple[str, ...] = ()
    # The keys are the names of a requirement's schemes, sorted and joined by spaces.
    security: Mapping[str, SecurityCheck]
    # Finds the sandbox if the contract requires no credential, for example for a token request;
    # without it, the default sandbox is used.
    anonymous_access: SecurityCheck | None = None
    # What the suite and the seeder read from ``known`` of a target file, by name.
    known_records: Mapping[str, KnownRecords] = field(default_factory=dict)
    # Regular expressions of the secrets that it issues, which journals mask wherever they occur.
    secret_formats: Sequence[str] = ()
    error_response: Callable[[Exception], Response]  # any error, in the vendor's envelope
    # Returns the value that the vendor uses for a body that cannot be parsed, or raises.
    malformed_body_value: Callable[[MalformedBody | UnsupportedMediaType], Any] = _raise
    # Returns the token or key of a request, which the fault ``expire_tokens`` rejects if it is a
    # fixed credential.
    sent_token: Callable[[RequestContext], str | None] = bearer_token
    # Raises if the request is not allowed. Called after path and headers are parsed and before query
    # and body are, for vendors that check permissions and records first. Gets the violations so far,
    # which are reported together with later ones unless it raises.
    authorize: Callable[[RequestContext, Sequence[Violation]], None] = _allow_all
    # By operation: checks of rules that the contract cannot state. Each gets the violations so far,
    # and returns others that are reported together with them. The context's arguments are parsed, but
    # may be invalid.
    request_checks: Mapping[str, Sequence[RequestCheck]] = field(default_factory=dict)
    # Raises ``InvalidContract`` at start-up if the contract lacks what ``authorize`` reads.
    check_operation: Callable[[DocumentedOperation], None] = _accept
    framework: Framework = STRICT  # how the service's web framework reads requests
    prepare_body: Callable[[Any], Any] = _unchanged  # applied to a body before its validation
    canonical_path: Callable[[str], str] = _unchanged  # equal for equivalent paths
    canonical_name: Callable[[str], str] = _unchanged  # equal for equivalent query parameters
    query_values: Callable[[Mapping[str, list[str]], str], Sequence[str]] = values_of
    # How responses show rows, by table: an import rejects rows that violate the contract.
    record_views: Mapping[str, RecordView | Sequence[RecordView]] = field(default_factory=dict)
    record_kinds: Sequence[RecordKind] = ()  # its records in the console, the most important first
    # A shell command that calls the API, for people who copy it: ``{url}`` is the vendor's address, and
    # ``{api_key}`` and the like are credentials.
    example_command: str = ""
    webhook_log: WebhookLog | None = None  # its webhook deliveries, if it sends any
    # Explains step by step in the console why a credential of a request is rejected.
    explain_rejection: Explain = explain_nothing
    # Returns the headers with the credentials of a sandbox, for requests that the console repeats;
    # without it, they follow from the contract's security schemes.
    sign_request: SignRequest | None = None
    pages: Callable[[flask.Flask, SandboxRegistry], None] | None = None  # adds HTML pages
    page_paths: tuple[str, ...] = ()  # the prefixes of those pages' paths
    json_content_type: str = JSON  # the header of responses in JSON
    body_limit: int = BODY_LIMIT  # bytes
    # The operations whose bodies may have the values of many records.
    imports: frozenset[str] = frozenset()
    limits_work: bool = True  # whether a handler that needs much work runs on a copy, in a thread
    # Whether requests that may store data are rejected beyond the limits of storage; without it, only
    # the operations that document the status 507.
    limits_storage: bool = True
    # Whether names that an operation does not have are errors, and repeated and empty parameters too.
    rejects_unknown_names: bool = False
    instrumented: bool = True  # whether its requests are logged and may trigger faults

    @property
    def contract(self) -> PublishedContract:
        """The contract, from the package that defines the vendor."""
        return contract.load(self.key, self.package)

    @cached_property
    def row_checks(self) -> Mapping[str, RowCheck]:
        """The checks of rows that an import loads, by table; compiled at the first import."""
        components = self.contract.data["components"]
        return {
            table: row_check([views] if isinstance(views, RecordView) else views, components)
            for table, views in self.record_views.items()
        }

    def example_for(self, url: str, credentials: Mapping[str, str]) -> str:
        """Return ``example_command`` with an address and the credentials of a sandbox."""
        command = self.example_command
        for name, value in {"url": url, **credentials}.items():
            command = command.replace(f"{{{name}}}", value)
        return command

    def has_page(self, path: str) -> bool:
        """Whether this path may be an HTML page."""
        return bool(self.page_paths) and path.startswith(self.page_paths)
