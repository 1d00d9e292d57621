"""What shows the faults of COUNT."""

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
    act,
    approved,
    body,
    customer,
    deposit,
    invoice,
    line,
    made,
    pay,
    product,
    read,
)
from mockvoice_contracts.suites.count.signing import Signed, signature

RECEIVER_PATIENCE_SECONDS = 5


def totals(ask: ProbeClient) -> Any:
    found = [
        invoice(ask, line(ask, 0.05, 0.5), line(ask, 0.25, taxes=[SALES_TAX])),
        invoice(ask, *[line(ask, 0.30, taxes=[GST]) for _ in "abc"]),
        invoice(ask, line(ask, taxes=[GST, QST]), discount=25),
        invoice(ask, line(ask, 110, taxes=[VAT]), taxSetting="inclusive"),
    ]
    return [pick(each, "subtotal", "taxTotal", "total") for each in found]


def updated(ask: ProbeClient) -> Any:
    known = invoice(ask)
    after = act(ask, known, "PATCH", "", {"notes": "x", "total": 5, "colour": "red"})[1]["data"]
    fields = [each["field"] for each in after.get("_partnerWarnings") or ()]
    return [after["total"], sorted(fields)]


def of_approved(ask: ProbeClient) -> Any:
    known = approved(ask)
    return [
        act(ask, known, "PATCH", "", {"notes": "late"})[0],
        act(ask, known, "PATCH", "/approve", {})[0],
        act(ask, known, "DELETE")[0],
    ]


def drafts(ask: ProbeClient) -> Any:
    bare = made(ask, "products", name=ask.unique("Product"))["id"]
    status, answer = ask("POST", "/partners/invoices", body(ask))
    known = answer["data"]
    return [
        status,
        act(ask, known, "POST", "/send", {"recipients": ["a@probe.example"]})[0],
        ask("POST", "/partners/invoices", body(ask, dueDate=ask.day(-2)))[0],
        ask("POST", "/partners/invoices", body(ask, line(ask, productUuid=bare)))[0],
        type(read(ask, known)["total"]).__name__,
    ]


def overdue(ask: ProbeClient) -> Any:
    known = approved(ask, dueDate=ask.day())
    return [known["status"], ask.after(lambda: read(ask, known)["status"], days=1)]


def payments(ask: ProbeClient) -> Any:
    known, other, money = approved(ask), approved(ask), deposit(ask, 150)
    seen: list[Any] = [pay(ask, money, known, 100.5), pay(ask, money, known, 99.99)]
    seen.append(pick(read(ask, known), "amountDue", "status"))
    seen.append(pay(ask, money, other, 60))
    act(ask, known, "PATCH", "/remove-transaction", {"transactionId": money})
    return [*seen, pick(read(ask, known), "amountDue", "status")]


def credit(ask: ProbeClient) -> Any:
    owner = customer(ask)
    known = approved(ask, customerUuid=owner)
    memos = [approved(ask, customerUuid=owner, invoiceType="memo") for _ in "ab"]
    rows = [{"id": memos[0]["id"], "amount": 10}, {"id": memos[1]["id"], "amount": 95}]
    refused = act(ask, known, "PATCH", "/apply-multiple-credit-to-invoice", {"creditMemos": rows})
    return [refused[0], read(ask, known)["amountDue"]]


class Odd(Signed):
    """Signs another text than the vendor's documents say, or at another time."""

    def __init__(self, ask: ProbeClient, fault: str) -> None:
        known = ask.target.credentials
        super().__init__(known, ask.target.now, bearer=known["access_token"])
        self._fault = fault

    def timestamp(self) -> str:
        return str(int(super().timestamp()) - (86400 if self._fault == "late" else 0))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request = super().__call__(request)
        if self._fault != "late":
            at, path = str(request.headers["x-timestamp"]), "/partners/invoices"
            method = "GET" if self._fault == "prefixed" else "PUT"
            request.headers["x-signature"] = signature(self.secret, method, path, at, "")
        return request


def signatures(ask: ProbeClient) -> Any:
    odd: list[AuthBase] = [Odd(ask, fault) for fault in ("late", "prefixed", "wrong")]
    return [ask("GET", "/partners/invoices", auth=each)[0] for each in odd]


def tokens(ask: ProbeClient) -> Any:
    known = ask.target.credentials
    unbearing = Signed(known, ask.target.now)

    def refreshed(token: str) -> tuple[int, Any]:
        sent = {"grantType": "refresh_token", "refreshToken": token}
        return ask("POST", "/partners/refresh-user-access-token", sent, auth=unbearing)

    first = refreshed(known["refresh_token"])[1]["data"]["result"]
    bearing = Signed(known, ask.target.now, bearer=first["accessToken"])
    late = ask.after(lambda: ask("GET", "/partners/taxes", auth=bearing), seconds=4000)
    refusal = pick(late[1], "code", "error", "error_description") if late[0] == 401 else []
    return [late[0], refusal, [refreshed(first["refreshToken"])[0] for _ in "ab"]]


def customers(ask: ProbeClient) -> Any:
    mail = f"{ask.unique('mail').replace(' ', '')}@probe.example"
    sent = [{"customer": ask.unique("Customer"), "email": each} for each in (mail, mail.upper())]
    return [ask("POST", "/partners/customers", each)[0] for each in sent]


def lists(ask: ProbeClient) -> Any:
    owner = customer(ask)
    for _ in range(5):
        last = invoice(ask, customerUuid=owner)
    gone = act(ask, last, "DELETE")[0]

    def found(**query: Any) -> Any:
        return ask("GET", "/partners/invoices", query={"customerUuid": owner, **query})[1]["data"]

    pages = [found(limit=2, page=page)["records"] for page in (1, 2, 3)]
    ids = [each["id"] for page in pages for each in page]
    return [gone, len(ids), len(set(ids)), found(status="paid")["totalRecords"]]


def numbers(ask: ProbeClient) -> Any:
    return len({invoice(ask)["invoiceNumber"] for _ in range(3)})


class _Taker(BaseHTTPRequestHandler):
    got: list[str | None]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append(self.headers.get("X-Webhook-Signature"))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def webhooks(ask: ProbeClient) -> Any:
    got: list[str | None] = []
    taker = type("Taker", (_Taker,), {"got": got})
    with HTTPServer(("127.0.0.1", 0), taker) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{receiver.server_address[1]}/hook"
        sent = {"event": "customer.created", "callbackUrl": url, "signingSecret": "a-long-secret"}
        known = ask("POST", "/partners/webhooks", sent)[1]["data"]["webhook"]
        customer(ask)
        until = time.monotonic() + RECEIVER_PATIENCE_SECONDS
        while not got and time.monotonic() < until:
            time.sleep(0.02)
        ask("DELETE", f"/partners/webhooks/{known['uuid']}")
        receiver.shutdown()
    return [each and each.partition("=")[0][:7] for each in got]


def templates(ask: ProbeClient) -> Any:
    known = made(
        ask, "recurring-invoice-templates", **body(ask), recurrencePattern="monthly", isDraft=False
    )
    path = f"/partners/recurring-invoice-templates/{known['id']}"
    return len(ask("GET", path)[1]["data"]["generatedInvoiceIds"])


def refreshed(ask: ProbeClient) -> Any:
    known = ask.target.credentials
    path, unbearing = "/partners/refresh-user-access-token", Signed(known, ask.target.now)
    token, seen = known["refresh_token"], []
    for _ in "ab":
        sent = {"grantType": "refresh_token", "refreshToken": token}
        pair = ask("POST", path, sent, auth=unbearing)[1]["data"]["result"]
        token = pair["refreshToken"]
        seen.append(Signed(known, ask.target.now, bearer=pair["accessToken"]))
    return [ask("GET", "/partners/taxes", auth=each)[0] for each in seen]


def memos(ask: ProbeClient) -> Any:
    known = approved(ask, customerUuid=customer(ask))
    owners = known["customerUuid"], customer(ask)
    memo, other = (approved(ask, customerUuid=each, invoiceType="memo") for each in owners)

    def use(one: Any) -> int:
        rows = {"creditMemos": [{"id": one["id"], "amount": 10}]}
        return act(ask, known, "PATCH", "/apply-multiple-credit-to-invoice", rows)[0]

    seen: list[Any] = [use(other), use(memo), read(ask, memo)["amountDue"]]
    act(ask, known, "PATCH", "/remove-credit", {"memoId": memo["id"]})
    return [*seen, read(ask, known)["amountDue"], read(ask, memo)["amountDue"]]


def money(ask: ProbeClient) -> Any:
    first, second, known = deposit(ask, 100), deposit(ask, 100), approved(ask)
    pay(ask, first, known, 40)
    path = "/partners/transactions"
    parts = ask("PUT", f"{path}/{second}/split", {"splits": [{"amount": 30}]})[1]["data"]
    return [ask("DELETE", f"{path}/{first}")[0], parts["amount"]]


def ledger(ask: ProbeClient) -> Any:
    seen = []
    for excluded in (False, True):
        bank = account(ask, "Assets")
        sent = {"accUuid": bank, "amount": 5, "postedDate": ask.day(), "type": "Income"}
        chosen = {"transactionUuids": [made(ask, "transactions", **sent)["id"]]}
        if excluded:
            ask("PATCH", "/partners/transactions/exclude-bulk", {**chosen, "excluded": True})
        seen.append(ask("DELETE", f"/partners/chart-of-accounts/{bank}")[0])
    return seen


def chosen(ask: ProbeClient) -> Any:
    number, sold = ask.unique("CHOSEN"), product(ask)
    sent = body(ask, line(ask, productUuid=sold), invoiceNumber=number)
    seen = [ask("POST", "/partners/invoices", sent)[0] for _ in "ab"]
    ask("DELETE", f"/partners/products/{sold}")
    return [*seen, ask("POST", "/partners/invoices", sent | {"invoiceNumber": number + "x"})[0]]


def bulk(ask: ProbeClient) -> Any:
    rows = [{"customer": ask.unique("Customer"), "taxes": taxes} for taxes in ([], [9999])]
    return ask("POST", "/partners/customers/bulk", {"customers": rows})[0]


def schedule(ask: ProbeClient) -> Any:
    first = date(ask.clock.today().year + 1, 1, 31)
    days = {"date": first.isoformat(), "dueDate": (first + timedelta(days=10)).isoformat()}
    monthly = {**body(ask), **days, "recurrencePattern": "monthly", "isDraft": False}
    known = made(ask, "recurring-invoice-templates", **monthly)
    path = f"/partners/recurring-invoice-templates/{known['id']}"

    def seen() -> Any:
        ids = ask("GET", path)[1]["data"]["generatedInvoiceIds"]
        return [pick(read(ask, {"id": each}), "date", "dueDate") for each in ids]

    return ask.after(seen, days=(first - ask.clock.today()).days + 61)


def shapes(ask: ProbeClient) -> Any:
    known = invoice(ask)
    query = {"customerUuid": known["customerUuid"]}
    return [shape(read(ask, known)), shape(ask("GET", "/partners/invoices", query=query)[1])]
