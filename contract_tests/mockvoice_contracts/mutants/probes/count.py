"""Probes for the planted faults of COUNT."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from requests import PreparedRequest
from requests.auth import AuthBase

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick, shape
from mockvoice_contracts.mutants.probes.count_bookkeeping import (  # noqa: F401 - the catalogue names probes
    history,
    inclusive_shares,
    posted_balances,
    product_accounts,
    public_page,
    rejected_payments,
    spread_memo,
)
from mockvoice_contracts.mutants.probes.count_boundaries import (  # noqa: F401 - the catalogue names probes
    approved_memo,
    categorised_remainder,
    exempt_product,
    expiring_estimates,
    foreign_payment,
    further_attachment,
    grouped_tags,
    invoices_of_today,
    large_discounts,
    late_milliseconds,
    long_intervals,
    malformed_ids,
    merged_transaction,
    page_counts,
    recorded_changes,
    requests_without_a_token,
    sent_without_recipient,
)
from mockvoice_contracts.mutants.probes.count_directory import (  # noqa: F401 - the catalogue names probes
    customer_lists,
    customer_updates,
    filters,
    tags,
)
from mockvoice_contracts.mutants.probes.count_document_changes import (  # noqa: F401 - the catalogue names probes
    changed_active_template,
    date_of_an_early_run,
    paid_draft,
    paid_estimate,
    partly_paid_and_late,
    recurring_invoice,
    removed_absent_credit,
    split_of_a_payment,
    sub_type_of_another_type,
    taxes_of_the_next_customer,
    titled_attachment,
)
from mockvoice_contracts.mutants.probes.count_documents import (  # noqa: F401 - the catalogue names probes
    approval_of_a_run,
    due_date_of_a_template,
    line_without_taxes,
    link_of_two_readings,
    linked_memo,
    number_after_ten,
    number_of_a_changed_type,
    order_of_the_history,
    payment_notes,
    payment_removed_from_one_of_two,
    price_of_half_cents,
    reasons_of_warnings,
    replaced_lines,
    sent_memo_draft,
    tags_of_a_run,
    template_without_a_state,
)
from mockvoice_contracts.mutants.probes.count_exchanges import (  # noqa: F401 - the catalogue names probes
    accounts_of_a_sub_type,
    approved_documents,
    cleared_category,
    email_in_capitals,
    event_header,
    order_of_several_statuses,
    products_by_name,
    reference_in_capitals,
    renamed_group,
    request_without_a_time,
    signature_of_accents,
    state_of_a_denial,
    time_of_an_update,
    transactions_with_either_tag,
)
from mockvoice_contracts.mutants.probes.count_records import (
    GST,
    QST,
    SALES_TAX,
    VAT,
    account,
    approved_invoice,
    body,
    create,
    customer,
    deposit,
    invoice,
    invoice_action,
    line,
    pay,
    product,
    read,
)
from mockvoice_contracts.mutants.probes.count_repetitions import (  # noqa: F401 - the catalogue names probes
    attached_after_approval,
    credit_applied_twice,
    delivered_runs,
    drafts_with_a_link,
    freed_deposit,
    overdue_memo,
    parts_of_an_old_deposit,
    redirected_delivery,
    resumed_twice,
    sent_twice,
    unpaid_again,
)
from mockvoice_contracts.mutants.probes.count_requests import (  # noqa: F401 - the catalogue names probes
    code_exchanged_twice,
    contacts_of_bulk_updates,
    delivered_attachment,
    invoices_of_one_day,
    periods_with_one_end,
    refused_delivery,
    replaced_members,
    signed_query,
    unknown_route,
)
from mockvoice_contracts.mutants.probes.count_schedules import (  # noqa: F401 - the catalogue names probes
    expired_code,
    month_ends,
    overdue_after_midnight,
    template_runs,
)
from mockvoice_contracts.mutants.probes.count_values import (  # noqa: F401 - the catalogue names probes
    customers_in_reverse,
    discount_as_text,
    empty_body_hashes,
    inferred_types,
    numbers_of_two_types,
    page_after_the_last,
    primary_contacts,
    product_names,
    refresh_of_another_client,
    statuses_of_customers,
    tag_prefixes,
    unknown_customer,
    untaxed_document,
)
from mockvoice_contracts.mutants.probes.count_webhooks import (  # noqa: F401 - the catalogue names probes
    delivered_events,
    replaced_secret,
    webhooks,
)
from mockvoice_contracts.suites.count.request_signer import SignedAuth, signature


def totals(api: ProbeClient) -> Any:
    invoices = [
        invoice(api, line(api, 0.05, 0.5), line(api, 0.25, taxes=[SALES_TAX])),
        invoice(api, *[line(api, 0.30, taxes=[GST]) for _ in range(3)]),
        invoice(api, line(api, taxes=[GST, QST]), discount=25),
        invoice(api, line(api, 110, taxes=[VAT]), taxSetting="inclusive"),
    ]
    return [pick(row, "subtotal", "taxTotal", "total") for row in invoices]


def updated(api: ProbeClient) -> Any:
    record = invoice(api)
    after = invoice_action(api, record, "PATCH", "", {"notes": "x", "total": 5, "colour": "red"})[
        1
    ]["data"]
    fields = [warning["field"] for warning in after.get("_partnerWarnings") or ()]
    return [after["total"], sorted(fields)]


def approved_invoice_changes(api: ProbeClient) -> Any:
    record = approved_invoice(api)
    return [
        invoice_action(api, record, "PATCH", "", {"notes": "late"})[0],
        invoice_action(api, record, "PATCH", "/approve", {})[0],
        invoice_action(api, record, "DELETE")[0],
    ]


def drafts(api: ProbeClient) -> Any:
    bare = create(api, "products", name=api.unique("Product"))["id"]
    status, response = api("POST", "/partners/invoices", body(api))
    record = response["data"]
    return [
        status,
        invoice_action(api, record, "POST", "/send", {"recipients": ["a@probe.example"]})[0],
        api("POST", "/partners/invoices", body(api, dueDate=api.day(-2)))[0],
        api("POST", "/partners/invoices", body(api, line(api, productUuid=bare)))[0],
        type(read(api, record)["total"]).__name__,
    ]


def overdue(api: ProbeClient) -> Any:
    record = approved_invoice(api, dueDate=api.day())
    return [record["status"], api.after(lambda: read(api, record)["status"], days=1)]


def payments(api: ProbeClient) -> Any:
    record, other, transaction_id = approved_invoice(api), approved_invoice(api), deposit(api, 150)
    results: list[Any] = [
        pay(api, transaction_id, record, 100.5),
        pay(api, transaction_id, record, 99.99),
    ]
    results.append(pick(read(api, record), "amountDue", "status"))
    results.append(pay(api, transaction_id, other, 60))
    invoice_action(api, record, "PATCH", "/remove-transaction", {"transactionId": transaction_id})
    return [*results, pick(read(api, record), "amountDue", "status")]


def credit(api: ProbeClient) -> Any:
    owner = customer(api)
    record = approved_invoice(api, customerUuid=owner)
    memos = [approved_invoice(api, customerUuid=owner, invoiceType="memo") for _ in range(2)]
    rows = [{"id": memos[0]["id"], "amount": 10}, {"id": memos[1]["id"], "amount": 95}]
    rejected = invoice_action(
        api, record, "PATCH", "/apply-multiple-credit-to-invoice", {"creditMemos": rows}
    )
    return [rejected[0], read(api, record)["amountDue"]]


class WronglySigned(SignedAuth):
    """A signature with a wrong text or a wrong time."""

    def __init__(self, api: ProbeClient, fault: str) -> None:
        credentials = api.target.credentials
        super().__init__(credentials, api.target.now, bearer=credentials["access_token"])
        self._fault = fault

    def timestamp(self) -> str:
        """Return the time, a day late for the fault ``late``."""
        return str(int(super().timestamp()) - (86400 if self._fault == "late" else 0))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request, with a wrong text unless the fault is ``late``."""
        request = super().__call__(request)
        if self._fault != "late":
            at, path = str(request.headers["x-timestamp"]), "/partners/invoices"
            method = "GET" if self._fault == "prefixed" else "PUT"
            request.headers["x-signature"] = signature(self.secret, method, path, at, "")
        return request


def signatures(api: ProbeClient) -> Any:
    auths: list[AuthBase] = [WronglySigned(api, fault) for fault in ("late", "prefixed", "wrong")]
    return [api("GET", "/partners/invoices", auth=auth)[0] for auth in auths]


def tokens(api: ProbeClient) -> Any:
    credentials = api.target.credentials
    unauthenticated = SignedAuth(credentials, api.target.now)

    def refresh(token: str) -> tuple[int, Any]:
        payload = {"grantType": "refresh_token", "refreshToken": token}
        return api("POST", "/partners/refresh-user-access-token", payload, auth=unauthenticated)

    first = refresh(credentials["refresh_token"])[1]["data"]["result"]
    authenticated = SignedAuth(credentials, api.target.now, bearer=first["accessToken"])
    status, body = api.after(
        lambda: api("GET", "/partners/taxes", auth=authenticated), seconds=4000
    )
    error = pick(body, "code", "error", "error_description") if status == 401 else []
    return [status, error, [refresh(first["refreshToken"])[0] for _ in range(2)]]


def customers(api: ProbeClient) -> Any:
    email = f"{api.unique('mail').replace(' ', '')}@probe.example"
    payloads = [
        {"customer": api.unique("Customer"), "email": address} for address in (email, email.upper())
    ]
    return [api("POST", "/partners/customers", payload)[0] for payload in payloads]


def lists(api: ProbeClient) -> Any:
    owner = customer(api)
    for _ in range(5):
        last = invoice(api, customerUuid=owner)
    deletion_status = invoice_action(api, last, "DELETE")[0]

    def search(**query: Any) -> Any:
        return api("GET", "/partners/invoices", query={"customerUuid": owner, **query})[1]["data"]

    pages = [search(limit=2, page=page)["records"] for page in (1, 2, 3)]
    ids = [row["id"] for page in pages for row in page]
    return [deletion_status, len(ids), len(set(ids)), search(status="paid")["totalRecords"]]


def templates(api: ProbeClient) -> Any:
    template = create(
        api, "recurring-invoice-templates", **body(api, isDraft=False), recurrencePattern="monthly"
    )
    path = f"/partners/recurring-invoice-templates/{template['id']}"
    return len(api("GET", path)[1]["data"]["generatedInvoiceIds"])


def refreshed_tokens(api: ProbeClient) -> Any:
    credentials = api.target.credentials
    path = "/partners/refresh-user-access-token"
    unauthenticated = SignedAuth(credentials, api.target.now)
    token, auths = credentials["refresh_token"], []
    for _ in range(2):
        payload = {"grantType": "refresh_token", "refreshToken": token}
        pair = api("POST", path, payload, auth=unauthenticated)[1]["data"]["result"]
        token = pair["refreshToken"]
        auths.append(SignedAuth(credentials, api.target.now, bearer=pair["accessToken"]))
    return [api("GET", "/partners/taxes", auth=auth)[0] for auth in auths]


def credit_memos(api: ProbeClient) -> Any:
    record = approved_invoice(api, customerUuid=customer(api))
    owners = record["customerUuid"], customer(api)
    memo, other = (
        approved_invoice(api, customerUuid=owner, invoiceType="memo") for owner in owners
    )

    def apply(credit_memo: Any) -> int:
        payload = {"creditMemos": [{"id": credit_memo["id"], "amount": 10}]}
        return invoice_action(api, record, "PATCH", "/apply-multiple-credit-to-invoice", payload)[0]

    results: list[Any] = [apply(other), apply(memo), read(api, memo)["amountDue"]]
    invoice_action(api, record, "PATCH", "/remove-credit", {"memoId": memo["id"]})
    return [*results, read(api, record)["amountDue"], read(api, memo)["amountDue"]]


def transaction_amounts(api: ProbeClient) -> Any:
    first, second, record = deposit(api, 100), deposit(api, 100), approved_invoice(api)
    pay(api, first, record, 40)
    path = "/partners/transactions"
    remainder = api("PUT", f"{path}/{second}/split", {"splits": [{"amount": 30}]})[1]["data"]
    return [api("DELETE", f"{path}/{first}")[0], remainder["amount"]]


def account_deletion(api: ProbeClient) -> Any:
    results = []
    for excluded in (False, True):
        bank = account(api, "Assets")
        payload = {"accUuid": bank, "amount": 5, "postedDate": api.day(), "type": "Income"}
        selection = {"transactionUuids": [create(api, "transactions", **payload)["id"]]}
        if excluded:
            api("PATCH", "/partners/transactions/exclude-bulk", {**selection, "excluded": True})
        results.append(api("DELETE", f"/partners/chart-of-accounts/{bank}")[0])
    return results


def chosen_numbers(api: ProbeClient) -> Any:
    number, product_id = api.unique("CHOSEN"), product(api)
    payload = body(api, line(api, productUuid=product_id), invoiceNumber=number)
    results = [api("POST", "/partners/invoices", payload)[0] for _ in range(2)]
    api("DELETE", f"/partners/products/{product_id}")
    return [
        *results,
        api("POST", "/partners/invoices", payload | {"invoiceNumber": number + "x"})[0],
    ]


def incomplete_invoice(api: ProbeClient) -> Any:
    complete = body(api)
    incomplete = {name: value for name, value in complete.items() if name != "dueDate"}
    unknown = {**complete, "customerUuid": "0f0e0d0c-0b0a-4908-8706-050403020100"}
    taxed = invoice(api, line(api, taxes=[SALES_TAX]))
    return [
        api("POST", "/partners/invoices", incomplete)[0],
        api("POST", "/partners/invoices", unknown)[0],
        type(read(api, taxed)["taxes"][0]["id"]).__name__,
    ]


def bulk(api: ProbeClient) -> Any:
    rows = [{"customer": api.unique("Customer"), "taxes": taxes} for taxes in ([], [9999])]
    return api("POST", "/partners/customers/bulk", {"customers": rows})[0]


def schedule(api: ProbeClient) -> Any:
    return _runs(api, lambda record: pick(record, "date", "dueDate"))


def numbers(api: ProbeClient) -> Any:
    return _runs(api, lambda record: record["invoiceNumber"])


def _runs(api: ProbeClient, view: Callable[[Any], Any]) -> Any:
    """Return a view of each invoice that a monthly template has created."""
    first = date(api.clock.today().year + 1, 1, 31)
    days = {"date": first.isoformat(), "dueDate": (first + timedelta(days=10)).isoformat()}
    monthly = {**body(api), **days, "recurrencePattern": "monthly", "isDraft": False}
    template = create(api, "recurring-invoice-templates", **monthly)
    path = f"/partners/recurring-invoice-templates/{template['id']}"

    def results() -> Any:
        ids = api("GET", path)[1]["data"]["generatedInvoiceIds"]
        return [view(read(api, {"id": invoice_id})) for invoice_id in ids]

    return api.after(results, days=(first - api.clock.today()).days + 61)


def shapes(api: ProbeClient) -> Any:
    record = invoice(api)
    query = {"customerUuid": record["customerUuid"]}
    return [shape(read(api, record)), shape(api("GET", "/partners/invoices", query=query)[1])]


def redirect_uris(api: ProbeClient) -> Any:
    client = api.target.credentials["client_id"]
    query = {"clientId": client, "state": "s"}
    uris = ("http://127.0.0.1/", "javascript://127.0.0.1/", "http://127.0.0.1/#part")
    return [api("GET", "/auth2/consent", query={**query, "redirectUri": uri})[0] for uri in uris]


def readers_of_the_start(api: ProbeClient) -> Any:
    query = {"clientId": api.target.credentials["client_id"], "state": "s",
             "redirectUri": "http://127.0.0.1/"}  # fmt: skip
    response = api.exchange("GET", "/auth2/authorize-intiate", query=query)
    return [response.status_code, response.headers.get("Access-Control-Allow-Origin")]
