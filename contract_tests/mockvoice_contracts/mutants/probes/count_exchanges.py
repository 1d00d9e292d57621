"""Probes of COUNT's lists, references, categories, credentials and the headers of deliveries."""

import hmac
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests import PreparedRequest

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.count_records import (
    account,
    approved_invoice,
    body,
    create,
    customer,
    deposit,
    invoice,
    invoice_action,
)
from mockvoice_contracts.suites.count.request_signer import SignedAuth

RECEIVER_TIMEOUT_SECONDS = 20
SECRET = "a-secret-of-a-receiver"


def accounts_of_a_sub_type(api: ProbeClient) -> Any:
    account(api, "Assets")
    rows = api("GET", "/partners/chart-of-accounts", query={"limit": 100})[1]["data"]["records"]
    sub_type = rows[0]["subType"]["id"]
    query = {"subTypeId": sub_type, "limit": 100}
    found = api("GET", "/partners/chart-of-accounts", query=query)[1]["data"]["records"]
    return all(row["subType"]["id"] == sub_type for row in found)


def products_by_name(api: ProbeClient) -> Any:
    word = api.unique("Ordered").replace(" ", "")
    for letter in "fbdaec":
        create(api, "products", name=f"{word} {letter}")
    data = api("GET", "/partners/products", query={"search": word})[1]["data"]
    return [row["name"][-1] for row in data["records"]]


def approved_documents(api: ProbeClient) -> Any:
    owner = customer(api)
    invoice(api, customerUuid=owner)
    records = [approved_invoice(api, customerUuid=owner) for _ in range(2)]
    invoice_action(api, records[0], "POST", "/send", {"recipients": ["a@probe.example"]})
    query = {"customerUuid": owner, "approvalStatus": "approved"}
    return api("GET", "/partners/invoices", query=query)[1]["data"]["totalRecords"]


def order_of_several_statuses(api: ProbeClient) -> Any:
    owner = customer(api)
    for days, is_draft in ((-2, True), (-1, False), (0, True)):
        invoice(api, customerUuid=owner, date=api.day(days), isDraft=is_draft)
    query = {"customerUuid": owner, "status": "approved,draft"}
    rows = api("GET", "/partners/invoices", query=query)[1]["data"]["records"]
    return [row["date"] for row in rows]


def transactions_with_either_tag(api: ProbeClient) -> Any:
    tags = [create(api, "tags", name=api.unique("Tag"))["id"] for _ in range(2)]
    for chosen in (tags[:1], tags[1:], tags):
        api("PATCH", f"/partners/transactions/{deposit(api, 5)}", {"tagUuids": chosen})
    query = {"tagUuids": ",".join(tags)}
    return api("GET", "/partners/transactions", query=query)[1]["data"]["totalRecords"]


def email_in_capitals(api: ProbeClient) -> Any:
    email = f"{api.unique('mail').replace(' ', '')}@probe.example"
    create(api, "customers", customer=api.unique("Customer"), email=email)
    query = {"email": email.upper()}
    return api("GET", "/partners/customers/find-by-email", query=query)[0]


def time_of_an_update(api: ProbeClient) -> Any:
    owner = customer(api)
    time.sleep(0.05)  # updatedAt has milliseconds
    after = api("PUT", f"/partners/customers/{owner}", {"notes": "changed"})[1]["data"]
    return after["updatedAt"] > after["createdAt"]


def reference_in_capitals(api: ProbeClient) -> Any:
    owner = customer(api).upper()
    return [
        api("GET", f"/partners/customers/{owner}")[0],
        api("POST", "/partners/invoices", body(api, customerUuid=owner))[0],
    ]


def renamed_group(api: ProbeClient) -> Any:
    names = [api.unique("Group") for _ in range(2)]
    groups = [create(api, "tags/groups", name=name)["id"] for name in names]
    return api("PATCH", f"/partners/tags/groups/{groups[1]}", {"name": names[0]})[0]


def cleared_category(api: ProbeClient) -> Any:
    path = f"/partners/transactions/{deposit(api, 5)}/change-category"
    income = account(api, "Income")
    changes = [api("PATCH", path, {"categoryAccountUuid": value}) for value in (income, None)]
    return [[status, pick(response["data"], "categoryAccountUuid") == [None]]
            for status, response in changes]  # fmt: skip


class WithoutTime(SignedAuth):
    """A signed request whose timestamp is left out."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request and remove its timestamp."""
        request = super().__call__(request)
        del request.headers["x-timestamp"]
        return request


def request_without_a_time(api: ProbeClient) -> Any:
    credentials = api.target.credentials
    auth = WithoutTime(credentials, api.target.now, bearer=credentials["access_token"])
    status, response = api("GET", "/partners/taxes", auth=auth)
    return [status, response["code"], response.get("error")]


def state_of_a_denial(api: ProbeClient) -> Any:
    # The redirect leads back to the server, which answers 404; its address has the state.
    query = {
        "clientId": api.target.credentials["client_id"],
        "redirectUri": f"{api.target.url}/callback",
        "state": "kept",
    }
    response = api.exchange("POST", "/auth2/consent", query=query, form={"decision": "deny"})
    return sorted(parse_qs(urlsplit(response.url).query).items())


class _Receiver(BaseHTTPRequestHandler):
    received: list[tuple[Mapping[str, str], bytes]]

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.received.append((dict(self.headers.items()), content))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


def _delivery(api: ProbeClient, name: str) -> tuple[Mapping[str, str], bytes]:
    """Create a customer with this name; return the headers and the body of its delivery."""
    received: list[tuple[Mapping[str, str], bytes]] = []
    handler = type("Handler", (_Receiver,), {"received": received})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        payload = {"event": "customer.created", "callbackUrl": url, "signingSecret": SECRET}
        webhook = api("POST", "/partners/webhooks", payload)[1]["data"]["webhook"]["uuid"]
        create(api, "customers", customer=name)
        deadline = time.monotonic() + RECEIVER_TIMEOUT_SECONDS
        while not received and time.monotonic() < deadline:
            time.sleep(0.02)
        api("DELETE", f"/partners/webhooks/{webhook}")
        server.shutdown()
    return received[0] if received else ({}, b"")


def event_header(api: ProbeClient) -> Any:
    return _delivery(api, api.unique("Customer"))[0].get("X-Webhook-Event")


def signature_of_accents(api: ProbeClient) -> Any:
    headers, content = _delivery(api, api.unique("Café Zürich"))
    expected = "sha256=" + hmac.digest(SECRET.encode(), content, "sha256").hex()
    return headers.get("X-Webhook-Signature") == expected
