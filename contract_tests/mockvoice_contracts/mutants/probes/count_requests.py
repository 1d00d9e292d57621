"""Probes of COUNT's credentials, errors, lists, and the events that changes deliver."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests import PreparedRequest

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.count_records import (
    create,
    customer,
    invoice,
    invoice_action,
)
from mockvoice_contracts.mutants.probes.count_webhooks import (
    GRACE_SECONDS,
    receiver,
    subscribe,
    wait_for_first,
)
from mockvoice_contracts.suites.count.request_signer import SignedAuth

RETRY_SECONDS = 10  # for the first retry, which comes after one second


class Untimed(SignedAuth):
    """A signature whose timestamp is not sent."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request and remove the timestamp."""
        request = super().__call__(request)
        del request.headers["x-timestamp"]
        return request


def signed_query(api: ProbeClient) -> Any:
    queries: tuple[dict[str, int], ...] = ({}, {"limit": 1})
    return [api("GET", "/partners/taxes", query=query)[0] for query in queries]


def unknown_route(api: ProbeClient) -> Any:
    status, response = api("GET", "/partners/nothing")
    return [status, pick(response, "code", "message")]


def _consent(api: ProbeClient, decision: str) -> dict[str, list[str]]:
    """Return the query of the redirect after a decision of the user."""
    # The redirect leads back to the server, which answers 404; its address has the result.
    uri = f"{api.target.url}/callback"
    client = api.target.credentials["client_id"]
    query = {"clientId": client, "redirectUri": uri, "state": "a state"}
    form = {"decision": decision}
    return parse_qs(urlsplit(api.exchange("POST", "/auth2/consent", query=query, form=form).url)[3])


def code_exchanged_twice(api: ProbeClient) -> Any:
    payload = {"grantType": "authorization_code", "code": _consent(api, "allow")["code"][0]}
    auth = SignedAuth(api.target.credentials, api.target.now)
    path = "/partners/grant-access-token"
    return [api("POST", path, payload, auth=auth)[0] for _ in range(2)]


def periods_with_one_end(api: ProbeClient) -> Any:
    owner = customer(api)
    invoice(api, customerUuid=owner)
    periods = {"startDate": api.day(1)}, {"endDate": api.day(-1)}
    return [
        api("GET", "/partners/invoices", query={"customerUuid": owner, **period})[1]["data"][
            "totalRecords"
        ]
        for period in periods
    ]


def invoices_of_one_day(api: ProbeClient) -> Any:
    owner = customer(api)
    ids = [invoice(api, customerUuid=owner)["id"] for _ in range(3)]
    rows = api("GET", "/partners/invoices", query={"customerUuid": owner})[1]["data"]["records"]
    return [ids.index(row["id"]) for row in rows]


def delivered_attachment(api: ProbeClient) -> Any:
    draft = invoice(api)
    files = [{"url": "https://files.probe.example/terms.pdf"}]
    with receiver() as (url, received):
        updates = subscribe(api, "invoice.updated", f"{url}/updates")
        others = subscribe(api, "customer.created", f"{url}/others")
        invoice_action(api, draft, "POST", "/attachments", {"attachments": files})
        customer(api)
        wait_for_first(received)
        time.sleep(GRACE_SECONDS)
        for webhook in (updates, others):
            api("DELETE", f"/partners/webhooks/{webhook}")
    return sorted(delivery.event for delivery in received)


def refused_delivery(api: ProbeClient) -> Any:
    """Return whether a delivery comes again after a response that is not a success."""
    with receiver(status=404) as (url, received):
        webhook = subscribe(api, "customer.created", f"{url}/hook")
        customer(api)
        wait_for_first(received)
        deadline = time.monotonic() + RETRY_SECONDS
        while len(received) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        api("DELETE", f"/partners/webhooks/{webhook}")
    return len(received) > 1


def contacts_of_bulk_updates(api: ProbeClient) -> Any:
    row = {"uuid": customer(api), "contacts": [{"firstName": "Ann"}]}
    status = api("PATCH", "/partners/customers/bulk", {"customers": [row]})[0]
    after = api("GET", f"/partners/customers/{row['uuid']}")[1]["data"]
    return [status, [contact["firstName"] for contact in after["contacts"]]]


def replaced_members(api: ProbeClient) -> Any:
    tags = [create(api, "tags", name=api.unique("Tag"))["id"] for _ in range(2)]
    group = create(api, "tags/groups", name=api.unique("Group"), tagUuids=tags[:1])
    path = f"/partners/tags/groups/{group['id']}"
    after = api("PATCH", path, {"tagUuids": tags[1:]})[1]["data"]["tagUuids"]
    return [tags.index(tag) for tag in after]
