"""Probe requests before a check: connection, vendor and credentials of the target."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from mockvoice_contracts.check.options import CheckError
from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import TIMEOUT_SECONDS, Api, Response
from mockvoice_contracts.harness.connections import Proxy, connection_problem, response_problem
from mockvoice_contracts.harness.contract import Contract, Operation
from mockvoice_contracts.harness.control import Control
from mockvoice_contracts.harness.discovery import announced_control
from mockvoice_contracts.harness.resending import RequestInterrupted, TargetUnreachable
from mockvoice_contracts.harness.served_operations import NOT_SERVED_STATUSES
from mockvoice_contracts.harness.targets import Target

MAX_PROBES = 6  # operations without required parameters
TEST_HOST_LABELS = (
    "dev",
    "test",
    "staging",
    "stage",
    "sandbox",
    "demo",
    "local",
    "localhost",
    "internal",
)


def probe(
    contract: Contract,
    target: Target,
    auth: AuthBase,
    title: str,
    only: Collection[str] | None = None,
) -> None:
    """Raise ``CheckError`` unless the target responds like this vendor and accepts the credentials.

    One valid response is enough; the check itself covers the other operations. If ``only`` some
    operations are checked and none of them can be probed, no request is sent. If the server does not
    serve those that can be, others are probed.
    """
    responses: list[tuple[Operation, Response]] = []
    operations = _probe_operations(contract, only)
    if only is not None and not operations:
        return
    if only is not None:
        operations += [each for each in _probe_operations(contract) if each not in operations]
    with closing(Api(contract, target, auth)) as api:
        for operation in operations:
            response = _send(api, operation, target)
            if response.status == 200 and _matches_contract(contract, operation, response):
                return
            responses.append((operation, response))
    raise CheckError(_failure_message(responses, target, title))


def production_reason(contract: Contract, target: Target, auth: AuthBase) -> str | None:
    """Return why a target looks like a production account, or ``None``."""
    if target.control is not None:
        return None
    host = urlsplit(target.url).hostname or ""
    for server in contract.document.get("servers", ()):
        vendor_host = urlsplit(server["url"]).hostname
        description = str(server.get("description", "")).lower()
        is_production = not _is_test_host(host) and "development" not in description
        if host == vendor_host and is_production:
            return f"{host} is the vendor's own service"
    if not _is_test_host(host):
        return f"{host} is a public host whose name does not mark it as a test server"
    invoices = _existing_invoices(contract, target, auth)
    return f"the account already contains {invoices}" if invoices else None


def _is_test_host(host: str) -> bool:
    """Return whether a host is local, in a private network, or has a test label in its name."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or bool(
            set(host.replace("-", ".").split(".")) & set(TEST_HOST_LABELS)
        )


def _existing_invoices(contract: Contract, target: Target, auth: AuthBase) -> str | None:
    operations = (each for each in _probe_operations(contract) if each.id.startswith("invoice"))
    operation = next(operations, None)
    if operation is None:
        return None
    with closing(Api(contract, target, auth)) as api:
        body = _send(api, operation, target).body
    rows = [items for items in _lists(body) if items and isinstance(items[0], Mapping)]
    return f"invoices ({operation.id} returns at least {len(rows[0])})" if rows else None


def _lists(body: Any) -> Iterator[list[Any]]:
    if isinstance(body, list):
        yield body
    elif isinstance(body, Mapping):
        for value in body.values():
            yield from _lists(value)


def _probe_operations(contract: Contract, only: Collection[str] | None = None) -> list[Operation]:
    """Return read operations that need credentials and have no required parameters."""
    default_security = contract.document.get("security")
    operations = [
        operation
        for operation in contract.operations.values()
        if operation.method == "GET"
        and (only is None or operation.id in only)
        and not operation.path_parameters
        and not any(
            spec.get("required") and location != "header"
            for (location, _), spec in operation.parameters.items()
        )
        and (operation.security if operation.security is not None else default_security)
        and "application/json" in (operation.responses.get("200") or {}).get("content", {})
    ]
    # Invoices go first: other resources may need additional permissions.
    operations.sort(key=lambda operation: not operation.id.startswith("invoice"))
    return operations[:MAX_PROBES]


def _send(api: Api, operation: Operation, target: Target) -> Response:
    proxy = target.connection.proxy_for(target.url)
    try:
        response = api.send("GET", operation.path)
    except (RequestInterrupted, TargetUnreachable) as error:
        if not isinstance(error.__cause__, requests.exceptions.RequestException):
            raise CheckError(str(error)) from error
        raise CheckError(_connection_failure(error.__cause__, target, proxy)) from error
    except requests.exceptions.RequestException as error:
        raise CheckError(_connection_failure(error, target, proxy)) from error
    text = response.content.decode("utf-8", "replace")
    if problem := response_problem(response.status, text, target.url, proxy):
        raise CheckError(problem)
    return response


def _connection_failure(
    error: requests.exceptions.RequestException, target: Target, proxy: Proxy | None
) -> str:
    problem = connection_problem(error, target.url, proxy, first=True)
    return problem or _request_failure(error, target)


def _request_failure(error: requests.exceptions.RequestException, target: Target) -> str:
    if isinstance(error, requests.exceptions.Timeout):
        return f"{target.url} did not respond within {TIMEOUT_SECONDS} seconds"
    proxy = target.connection.proxy_for(target.url)
    way = "" if proxy is None else f" through the proxy {proxy}"
    return f"{target.url} cannot be reached{way}: {_connection_error(error)}"


def _connection_error(error: BaseException) -> str:
    """Return the cause in the text of a nested exception, which is more specific than its type."""
    text = str(error)
    for cause in ("Connection refused", "Name or service not known", "Network is unreachable"):
        if cause in text:
            return cause.lower()
    if "resolve" in text.lower():
        return "unknown host"
    return "the connection failed"


def _matches_contract(contract: Contract, operation: Operation, response: Response) -> bool:
    """Return whether a body has at least one top-level property of the contract's schema."""
    if response.media_type != "application/json":
        return False
    schema = contract.resolve(operation.responses["200"]["content"]["application/json"]["schema"])
    if isinstance(response.body, list):
        return bool(schema.get("type") == "array")
    names = schema.get("required") or schema.get("properties", {})
    return isinstance(response.body, Mapping) and bool(set(names) & set(response.body) or not names)


def _failure_message(
    responses: list[tuple[Operation, Response]], target: Target, title: str
) -> str:
    operation, response = responses[0]
    request = f"GET {operation.path}"
    statuses = {received.status for _, received in responses}
    if statuses & {401, 403} and statuses <= {401, 403, *NOT_SERVED_STATUSES}:
        rejected = next(pair for pair in responses if pair[1].status in (401, 403))
        return (
            f"{target.url} rejects the credentials: "
            f"GET {rejected[0].path} returned {rejected[1].status}{_credentials_hint(target)}"
        )
    if any("html" in received.media_type for _, received in responses):
        return (
            f"{target.url} returned an HTML page ({response.status}) for {request}, where {title} returns "
            f"JSON; the URL must be the part before {operation.path}"
        )
    if all(status >= 500 for status in statuses):
        return f"{target.url} has a server error: {request} returned {response.status}"
    if 300 <= response.status < 400:
        address = response.headers.get("location", "an unknown address").partition("?")[0]
        return (
            f"{target.url} redirects {request} to {address} ({response.status}); use that address"
        )
    return (
        f"{target.url} does not look like {title}: {request} returned {response.status}, not the response "
        f"in the contract; the URL must be the part before {operation.path}{_address_in_mock(target, response)}"
    )


def _credentials_hint(target: Target) -> str:
    """Return the end of a message: which credentials were tried, and where to set others."""
    names = ", ".join(
        f"credentials.{name}" for name in targets.vendor_of(target.vendor).credentials
    )
    if not targets.has_demo_credentials(target):
        return (
            f"; correct {names} in the target file, see mockvoice check {target.vendor} --explain"
        )
    return (
        f"; the demo credentials were tried, because no target file has others: set {names} there; "
        f"mockvoice check {target.vendor} --init writes such a file"
    )


def _address_in_mock(target: Target, response: Response) -> str:
    """Return the end of a message: where the mock that sent a response serves the vendor."""
    announced = announced_control(response.headers)
    if announced is None:
        return ""
    url = Control(announced, target.vendor, connection=target.connection).vendor_url()
    return "" if url is None else f"; in this mock that is {url}"
