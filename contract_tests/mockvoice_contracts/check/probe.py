"""Is there a server behind the URL, is it this vendor's, and does it let us in? Asked before anything else."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from mockvoice_contracts.check.options import CheckError
from mockvoice_contracts.harness.client import Api, Reply
from mockvoice_contracts.harness.contract import Contract, Operation
from mockvoice_contracts.harness.targets import Target

MAX_PROBES = 6  # operations, of those that need nothing to be known
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


def probe(contract: Contract, target: Target, auth: AuthBase, title: str) -> None:
    """Raise ``CannotCheck`` unless the target answers as this vendor, with these credentials.

    One operation that does so is enough: whether the others do is what will be checked.
    """
    api = Api(contract, target, auth)
    said: list[tuple[Operation, Reply]] = []
    for operation in _probe_operations(contract):
        reply = _send(api, operation, target)
        if reply.status == 200 and _matches_contract(contract, operation, reply):
            return
        said.append((operation, reply))
    raise CheckError(_failure_message(said, target, title))


def production_reason(contract: Contract, target: Target, auth: AuthBase) -> str | None:
    """Why a target seems to be somebody's account, in use; ``None`` if it does not."""
    if target.is_mock:
        return None
    host = urlsplit(target.url).hostname or ""
    for server in contract.document.get("servers", ()):
        known = urlsplit(server["url"]).hostname
        about = str(server.get("description", "")).lower()
        if host == known and not _is_test_host(host) and "development" not in about:
            return f"{host} is the vendor's own service"
    if not _is_test_host(host):
        return f"{host} is out in the world and not named as a place for tests"
    held = _existing_invoices(contract, target, auth)
    return f"the account already holds {held}" if held else None


def _is_test_host(host: str) -> bool:
    """Whether a host is on this machine or net, or its name says that it is there to play with."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or bool(
            set(host.replace("-", ".").split(".")) & set(TEST_HOST_LABELS)
        )


def _existing_invoices(contract: Contract, target: Target, auth: AuthBase) -> str | None:
    api = Api(contract, target, auth)
    for operation in _probe_operations(contract):
        if operation.id.startswith("invoice"):
            rows = [
                each
                for each in _lists(_send(api, operation, target).body)
                if each and isinstance(each[0], Mapping)
            ]
            return f"invoices ({operation.id} shows {len(rows[0])})" if rows else None
    return None


def _lists(body: Any) -> Iterator[list[Any]]:
    if isinstance(body, list):
        yield body
    elif isinstance(body, Mapping):
        for value in body.values():
            yield from _lists(value)


def _probe_operations(contract: Contract) -> list[Operation]:
    """Operations that read, need credentials, and ask for nothing that would have to be known."""
    everywhere = contract.document.get("security")
    found = [
        each
        for each in contract.operations.values()
        if each.method == "GET"
        and not each.path_names
        and not any(
            spec.get("required") and place != "header"
            for (place, _), spec in each.parameters.items()
        )
        and (each.security if each.security is not None else everywhere)
        and "application/json" in (each.responses.get("200") or {}).get("content", {})
    ]
    # The trade's own records first: what else a vendor has may need rights of its own.
    found.sort(key=lambda each: not each.id.startswith("invoice"))
    return found[:MAX_PROBES]


def _send(api: Api, operation: Operation, target: Target) -> Reply:
    try:
        return api.send("GET", operation.path)
    except requests.exceptions.SSLError as error:
        raise CheckError(f"{target.url} has no certificate that this machine trusts") from error
    except requests.exceptions.Timeout as error:
        raise CheckError(f"{target.url} does not answer in time") from error
    except requests.exceptions.RequestException as error:
        raise CheckError(f"{target.url} cannot be reached: {_connection_error(error)}") from error


def _connection_error(error: BaseException) -> str:
    """The innermost reason, which says more than those around it."""
    text = str(error)
    for cause in ("Connection refused", "Name or service not known", "Network is unreachable"):
        if cause in text:
            return cause.lower()
    if "resolve" in text.lower():
        return "there is no such host"
    return "the connection failed"


def _matches_contract(contract: Contract, operation: Operation, reply: Reply) -> bool:
    """Whether a body has at least one thing that the contract asks of it at its top."""
    if reply.media_type != "application/json":
        return False
    schema = contract.resolve(operation.responses["200"]["content"]["application/json"]["schema"])
    if isinstance(reply.body, list):
        return bool(schema.get("type") == "array")
    names = schema.get("required") or schema.get("properties", {})
    return isinstance(reply.body, Mapping) and bool(set(names) & set(reply.body) or not names)


def _failure_message(said: list[tuple[Operation, Reply]], target: Target, title: str) -> str:
    operation, reply = said[0]
    asked = f"GET {operation.path}"
    statuses = {each.status for _, each in said}
    if statuses & {401, 403} and statuses <= {401, 403, 404}:
        refused = next(each for each in said if each[1].status in (401, 403))
        return f"{target.url} refuses the credentials: GET {refused[0].path} answered {refused[1].status}"
    if any("html" in each.media_type for _, each in said):
        return (
            f"{target.url} answers {asked} with a page for people (HTML, {reply.status}) where {title} "
            f"answers JSON; the URL is what stands before {operation.path}"
        )
    if all(status >= 500 for status in statuses):
        return f"{target.url} is out of order: {asked} answered {reply.status}"
    if statuses == {429}:
        return f"{target.url} has had too many requests (429); try again later"
    if 300 <= reply.status < 400:
        where = reply.headers.get("location", "elsewhere").partition("?")[0]
        return f"{target.url} leads {asked} to {where} ({reply.status}); name that place"
    return (
        f"{target.url} is no {title}, as far as one can see: {asked} answered {reply.status}, "
        f"not what the contract says; the URL is what stands before {operation.path}"
    )
