"""Probes that show the planted faults of COUNT."""

import threading
import time
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from requests import PreparedRequest
from requests.auth import AuthBase

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick, shape
from mockvoice_contracts.mutants.probes.count_records import (
    GST,
    QST,
    SALES_TAX,
    VAT,
    account,
    approved,
    create,
    customer,
    deposit,
    get_invoice,
    invoice,
    invoice_action,
    invoice_body,
    line,
    pay,
    product,
)
from mockvoice_contracts.suites.count.signing import Signed, signature

RECEIVER_TIMEOUT_SECONDS = 5


def totals(client: ProbeClient) -> Any:
    invoices = [
        invoice(client, line(client, 0.05, 0.5), line(client, 0.25, taxes=[SALES_TAX])),
        invoice(client, *[line(client, 0.30, taxes=[GST]) for _ in "abc"]),
        invoice(client, line(client, taxes=[GST, QST]), discount=25),
        invoice(client, line(client, 110, taxes=[VAT]), taxSetting="inclusive"),
    ]
    return [pick(row, "subtotal", "taxTotal", "total") for row in invoices]


def updated(client: ProbeClient) -> Any:
    record = invoice(client)
    after = invoice_action(
        client, record, "PATCH", "", {"notes": "x", "total": 5, "colour": "red"}
    )[1]["data"]
    fields = [row["field"] for row in after.get("_partnerWarnings") or ()]
    return [after["total"], sorted(fields)]


def of_approved(client: ProbeClient) -> Any:
    record = approved(client)
    return [
        invoice_action(client, record, "PATCH", "", {"notes": "late"})[0],
        invoice_action(client, record, "PATCH", "/approve", {})[0],
        invoice_action(client, record, "DELETE")[0],
    ]


def drafts(client: ProbeClient) -> Any:
    bare = create(client, "products", name=client.unique("Product"))["id"]
    status, response = client("POST", "/partners/invoices", invoice_body(client))
    record = response["data"]
    return [
        status,
        invoice_action(client, record, "POST", "/send", {"recipients": ["a@probe.example"]})[0],
        client("POST", "/partners/invoices", invoice_body(client, dueDate=client.day(-2)))[0],
        client("POST", "/partners/invoices", invoice_body(client, line(client, productUuid=bare)))[
            0
        ],
        type(get_invoice(client, record)["total"]).__name__,
    ]


def overdue(client: ProbeClient) -> Any:
    record = approved(client, dueDate=client.day())
    return [record["status"], client.later(lambda: get_invoice(client, record)["status"], days=1)]


def payments(client: ProbeClient) -> Any:
    record, other, money = approved(client), approved(client), deposit(client, 150)
    seen: list[Any] = [pay(client, money, record, 100.5), pay(client, money, record, 99.99)]
    seen.append(pick(get_invoice(client, record), "amountDue", "status"))
    seen.append(pay(client, money, other, 60))
    invoice_action(client, record, "PATCH", "/remove-transaction", {"transactionId": money})
    return [*seen, pick(get_invoice(client, record), "amountDue", "status")]


def credit(client: ProbeClient) -> Any:
    owner = customer(client)
    record = approved(client, customerUuid=owner)
    memos = [approved(client, customerUuid=owner, invoiceType="memo") for _ in "ab"]
    rows = [{"id": memos[0]["id"], "amount": 10}, {"id": memos[1]["id"], "amount": 95}]
    rejected = invoice_action(
        client, record, "PATCH", "/apply-multiple-credit-to-invoice", {"creditMemos": rows}
    )
    return [rejected[0], get_invoice(client, record)["amountDue"]]


class FaultySignature(Signed):
    """Signs a wrong text, or with a wrong timestamp."""

    def __init__(self, client: ProbeClient, fault: str) -> None:
        credentials = client.target.credentials
        super().__init__(credentials, client.target.now, bearer=credentials["access_token"])
        self._fault = fault

    def timestamp(self) -> str:
        """Return the timestamp, a day late for the fault ``late``."""
        return str(int(super().timestamp()) - (86400 if self._fault == "late" else 0))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request, with a wrong signature unless the fault is ``late``."""
        request = super().__call__(request)
        if self._fault != "late":
            at, path = str(request.headers["x-timestamp"]), "/partners/invoices"
            method = "GET" if self._fault == "prefixed" else "PUT"
            request.headers["x-signature"] = signature(self.secret, method, path, at, "")
        return request


def signatures(client: ProbeClient) -> Any:
    signers: list[AuthBase] = [
        FaultySignature(client, fault) for fault in ("late", "prefixed", "wrong")
    ]
    return [client("GET", "/partners/invoices", auth=signer)[0] for signer in signers]


def tokens(client: ProbeClient) -> Any:
    credentials = client.target.credentials
    without_bearer = Signed(credentials, client.target.now)

    def refreshed(token: str) -> tuple[int, Any]:
        sent = {"grantType": "refresh_token", "refreshToken": token}
        return client("POST", "/partners/refresh-user-access-token", sent, auth=without_bearer)

    first = refreshed(credentials["refresh_token"])[1]["data"]["result"]
    with_bearer = Signed(credentials, client.target.now, bearer=first["accessToken"])
    late = client.later(lambda: client("GET", "/partners/taxes", auth=with_bearer), seconds=4000)
    error = pick(late[1], "code", "error", "error_description") if late[0] == 401 else []
    return [late[0], error, [refreshed(first["refreshToken"])[0] for _ in "ab"]]


def customers(client: ProbeClient) -> Any:
    mail = f"{client.unique('mail').replace(' ', '')}@probe.example"
    sent = [
        {"customer": client.unique("Customer"), "email": email} for email in (mail, mail.upper())
    ]
    return [client("POST", "/partners/customers", body)[0] for body in sent]


def lists(client: ProbeClient) -> Any:
    owner = customer(client)
    for _ in range(5):
        last = invoice(client, customerUuid=owner)
    deleted = invoice_action(client, last, "DELETE")[0]

    def search(**query: Any) -> Any:
        return client("GET", "/partners/invoices", query={"customerUuid": owner, **query})[1][
            "data"
        ]

    pages = [search(limit=2, page=page)["records"] for page in (1, 2, 3)]
    ids = [row["id"] for page in pages for row in page]
    return [deleted, len(ids), len(set(ids)), search(status="paid")["totalRecords"]]


def numbers(client: ProbeClient) -> Any:
    return len({invoice(client)["invoiceNumber"] for _ in range(3)})


class _Handler(BaseHTTPRequestHandler):
    received: list[str | None]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(self.headers.get("X-Webhook-Signature"))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


def webhooks(client: ProbeClient) -> Any:
    received: list[str | None] = []
    handler = type("Handler", (_Handler,), {"received": received})
    with HTTPServer(("127.0.0.1", 0), handler) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{receiver.server_address[1]}/hook"
        sent = {"event": "customer.created", "callbackUrl": url, "signingSecret": "a-long-secret"}
        webhook = client("POST", "/partners/webhooks", sent)[1]["data"]["webhook"]
        customer(client)
        deadline = time.monotonic() + RECEIVER_TIMEOUT_SECONDS
        while not received and time.monotonic() < deadline:
            time.sleep(0.02)
        client("DELETE", f"/partners/webhooks/{webhook['uuid']}")
        receiver.shutdown()
    return [value and value.partition("=")[0][:7] for value in received]


def templates(client: ProbeClient) -> Any:
    record = create(
        client,
        "recurring-invoice-templates",
        **invoice_body(client),
        recurrencePattern="monthly",
        isDraft=False,
    )
    path = f"/partners/recurring-invoice-templates/{record['id']}"
    return len(client("GET", path)[1]["data"]["generatedInvoiceIds"])


def refreshed(client: ProbeClient) -> Any:
    credentials = client.target.credentials
    path, without_bearer = (
        "/partners/refresh-user-access-token",
        Signed(credentials, client.target.now),
    )
    token, signers = credentials["refresh_token"], []
    for _ in "ab":
        sent = {"grantType": "refresh_token", "refreshToken": token}
        pair = client("POST", path, sent, auth=without_bearer)[1]["data"]["result"]
        token = pair["refreshToken"]
        signers.append(Signed(credentials, client.target.now, bearer=pair["accessToken"]))
    return [client("GET", "/partners/taxes", auth=signer)[0] for signer in signers]


def memos(client: ProbeClient) -> Any:
    record = approved(client, customerUuid=customer(client))
    owners = record["customerUuid"], customer(client)
    memo, other = (approved(client, customerUuid=owner, invoiceType="memo") for owner in owners)

    def apply_credit(credit_memo: Any) -> int:
        rows = {"creditMemos": [{"id": credit_memo["id"], "amount": 10}]}
        return invoice_action(client, record, "PATCH", "/apply-multiple-credit-to-invoice", rows)[0]

    seen: list[Any] = [
        apply_credit(other),
        apply_credit(memo),
        get_invoice(client, memo)["amountDue"],
    ]
    invoice_action(client, record, "PATCH", "/remove-credit", {"memoId": memo["id"]})
    return [*seen, get_invoice(client, record)["amountDue"], get_invoice(client, memo)["amountDue"]]


def money(client: ProbeClient) -> Any:
    first, second, record = deposit(client, 100), deposit(client, 100), approved(client)
    pay(client, first, record, 40)
    path = "/partners/transactions"
    parts = client("PUT", f"{path}/{second}/split", {"splits": [{"amount": 30}]})[1]["data"]
    return [client("DELETE", f"{path}/{first}")[0], parts["amount"]]


def ledger(client: ProbeClient) -> Any:
    seen = []
    for excluded in (False, True):
        bank = account(client, "Assets")
        sent = {"accUuid": bank, "amount": 5, "postedDate": client.day(), "type": "Income"}
        chosen = {"transactionUuids": [create(client, "transactions", **sent)["id"]]}
        if excluded:
            client("PATCH", "/partners/transactions/exclude-bulk", {**chosen, "excluded": True})
        seen.append(client("DELETE", f"/partners/chart-of-accounts/{bank}")[0])
    return seen


def chosen(client: ProbeClient) -> Any:
    number, sold = client.unique("CHOSEN"), product(client)
    sent = invoice_body(client, line(client, productUuid=sold), invoiceNumber=number)
    seen = [client("POST", "/partners/invoices", sent)[0] for _ in "ab"]
    client("DELETE", f"/partners/products/{sold}")
    return [*seen, client("POST", "/partners/invoices", sent | {"invoiceNumber": number + "x"})[0]]


def bulk(client: ProbeClient) -> Any:
    rows = [{"customer": client.unique("Customer"), "taxes": taxes} for taxes in ([], [9999])]
    return client("POST", "/partners/customers/bulk", {"customers": rows})[0]


def schedule(client: ProbeClient) -> Any:
    first = date(client.clock.today().year + 1, 1, 31)
    days = {"date": first.isoformat(), "dueDate": (first + timedelta(days=10)).isoformat()}
    monthly = {**invoice_body(client), **days, "recurrencePattern": "monthly", "isDraft": False}
    record = create(client, "recurring-invoice-templates", **monthly)
    path = f"/partners/recurring-invoice-templates/{record['id']}"

    def dates() -> Any:
        ids = client("GET", path)[1]["data"]["generatedInvoiceIds"]
        return [
            pick(get_invoice(client, {"id": invoice_id}), "date", "dueDate") for invoice_id in ids
        ]

    return client.later(dates, days=(first - client.clock.today()).days + 61)


def shapes(client: ProbeClient) -> Any:
    record = invoice(client)
    query = {"customerUuid": record["customerUuid"]}
    return [
        shape(get_invoice(client, record)),
        shape(client("GET", "/partners/invoices", query=query)[1]),
    ]
