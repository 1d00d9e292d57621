"""Requests of the journal as they were sent, for explanations and for sending them again."""

from collections.abc import Mapping
from urllib.parse import unquote

from mockvoice.control.errors import EntryNotFound
from mockvoice.control.journal_view import replace_surrogates, responded_at
from mockvoice.sandboxes.request_log import Entry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.document import DocumentedOperation
from mockvoice.web.sent_requests import RequestCredentials, SentRequest
from mockvoice.web.vendor import Vendor

# Headers of the connection, and those that a client computes anew.
CONNECTION_HEADERS = frozenset((
    "host", "content-length", "connection", "transfer-encoding", "keep-alive", "upgrade", "te",
    "expect", "trailer", "proxy-connection", "proxy-authorization", "accept-encoding",
))  # fmt: skip


def find_entry(sandbox: Sandbox, number: int) -> Entry:
    """Return the entry with this id. Raises ``EntryNotFound``."""
    for entry in sandbox.request_log:
        if entry.id == number:
            return entry
    raise EntryNotFound(number)


def sent_request(entry: Entry) -> SentRequest:
    """Return the request of an entry, with its secrets."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in entry.headers:
        headers.setdefault(raw_name.decode("latin-1").lower(), raw_value.decode("latin-1"))
    return SentRequest(
        method=entry.method,
        path=path_below_prefix(entry),
        query=entry.query.decode("latin-1"),
        headers=headers,
        body=entry.body or b"",
        at=responded_at(entry),
    )


def path_below_prefix(entry: Entry) -> str:
    """Return the path as it was sent, without the vendor's prefix of the main port."""
    path = entry.target.decode("latin-1").partition("?")[0]
    decoded = replace_surrogates(unquote(path))
    return (
        path if decoded == replace_surrogates(entry.path) else path.removeprefix(f"/{entry.vendor}")
    )


def documented(vendor: Vendor, entry: Entry) -> DocumentedOperation | None:
    """Return the operation of an entry, or ``None`` for a path or method that the API does not have."""
    return vendor.contract.document.operations.get(entry.operation or "")


def sandbox_credentials(
    vendor: Vendor, operation: DocumentedOperation | None, request: SentRequest, sandbox: Sandbox
) -> RequestCredentials:
    """Return the headers with which the sandbox accepts a request; none if it needs no credential."""
    data = vendor.contract.data
    default = data.get("security", [])
    required = default if operation is None else operation.spec.get("security", default)
    schemes = next((each for each in required if each), None)
    if schemes is None:
        return RequestCredentials({})
    if vendor.sign_request is not None:
        return vendor.sign_request(request, sandbox)
    known = data.get("components", {}).get("securitySchemes", {})
    secrets = sandbox.credentials[vendor.key]
    sent = request.headers.get("authorization", "")
    if sent.partition(" ")[2] in secrets.values():
        return RequestCredentials({"authorization": sent})
    headers: dict[str, str] = {}
    for name in schemes:
        secret = _secret(vendor, name, secrets)
        scheme = known[name]
        if scheme["type"] == "apiKey" and scheme["in"] == "header":
            headers[scheme["name"].lower()] = secret
        elif scheme["type"] != "apiKey" and scheme.get("scheme", "bearer").lower() == "bearer":
            headers["authorization"] = f"Bearer {secret}"
    return RequestCredentials(headers)


def _secret(vendor: Vendor, scheme: str, secrets: Mapping[str, str]) -> str:
    """Return the credential that has the name of a scheme, or else the first that selects a sandbox."""
    by_name = {role.replace("_", "").lower(): secret for role, secret in secrets.items()}
    named = by_name.get(scheme.replace("_", "").replace("-", "").lower())
    return named or secrets[vendor.lookup_credentials[0]]


def credential_headers(vendor: Vendor) -> frozenset[str]:
    """Return the names of the headers that have credentials, in lower case."""
    schemes = vendor.contract.data.get("components", {}).get("securitySchemes", {}).values()
    names = {each["name"].lower() for each in schemes if each.get("in") == "header"}
    return frozenset(names | {"authorization", "cookie"})
