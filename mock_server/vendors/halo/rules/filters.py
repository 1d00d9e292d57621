"""Which invoices and templates a list holds."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from mock_server.kernel.store import Key, Table
from mock_server.vendors.halo.backend import NEVER, HaloBackend, words
from mock_server.vendors.halo.models import CREDIT, INVOICE, NEW, PO_INVOICE, UNPAID, Invoice
from mock_server.vendors.halo.rules import calendar
from mock_server.vendors.halo.rules.fields import HEADER
from mock_server.vendors.halo.rules.lists import (
    Listed,
    Query,
    Test,
    Wanted,
    flag,
    listed,
    numbers,
)

NEWEST_FIRST = (("invoice_date", True), ("id", True))

_FIRST_MOMENT = datetime.min.replace(tzinfo=NEVER.tzinfo)
# Query parameters that name a property which headers only echo.
_ECHOED = {
    "contract_id": "contract_id",
    "site_id": "sitenumber",
    "user_id": "uid",
    "salesorder_id": "salesorder_id",
    "purchaseorder_id": "purchaseorder_id",
    "third_party_id": "thirdpartyinvoicenumber",
    "xero_id": "xeroid",
    "quickbooks_id": "qboid",
}
_INDEXED = ("asset_id", "ticket_id", "recurringinvoice_id")


def search(
    backend: HaloBackend, query: Query, caller_agent: int, *, templates: bool = False
) -> Listed[Invoice]:
    """The invoices, or the templates, that a query asks for."""
    table = backend.templates if templates else backend.invoices
    wanted = _wanted(backend, query, caller_agent, templates=templates)
    return listed(table, wanted, query, values(backend), backend.settings, default=NEWEST_FIRST)


def of_client(backend: HaloBackend, client_id: int) -> Listed[Invoice]:
    """The invoices of one client, newest first."""
    wanted: Wanted[Invoice] = Wanted({"client_id": client_id}, {})
    return listed(
        backend.invoices, wanted, {}, values(backend), backend.settings, default=NEWEST_FIRST
    )


def _wanted(
    backend: HaloBackend, query: Query, caller_agent: int, *, templates: bool
) -> Wanted[Invoice]:
    where: dict[str, Any] = {}
    between: dict[str, tuple[Any, Any]] = {}
    tests: list[Test[Invoice]] = []
    among: set[Key] | None = None
    if query["client_id"] is not None:
        where["client_id"] = query["client_id"]
    if templates:
        tests += _template_tests(backend, query)
    else:
        _indexed(query, where, tests)
        _echo_conditions(query, where)
    if templates:
        tests += _echo_tests(query)
    tests += _date_tests(query, between)
    tests += _state_tests(query, where, templates=templates)
    tests += _approval_tests(query, caller_agent)
    for term in _terms(query):
        if templates:
            tests.append(_text_test(term))
        else:
            found = backend.invoices.keys_containing("words", term)
            among = found if among is None else among & found
    among = _of_clients(backend, backend.templates if templates else backend.invoices, query, among)
    if not templates:
        # Last, when little is left to be tested.
        tests += _kind_tests(backend, query, where, scans=bool(tests or among is not None))
    return Wanted(where, between, tests, among)


def _kind_tests(
    backend: HaloBackend, query: Query, where: dict[str, Any], *, scans: bool
) -> list[Test[Invoice]]:
    """Kinds. Assumed: any of the three switches leaves just the kinds that are true."""
    switches = {
        INVOICE: flag(query["includeinvoices"]),
        CREDIT: flag(query["includecredits"]),
        PO_INVOICE: flag(query["includepoinvoices"]),
    }
    if all(value is None for value in switches.values()):
        if not backend.invoices.count("usual", False):
            return []
        if scans:
            return [lambda invoice: invoice.kind != PO_INVOICE]
        where["usual"] = True
        return []
    kinds = frozenset(kind for kind, value in switches.items() if value)
    if len(kinds) == 1 and not scans:
        (where["kind"],) = kinds
        return []
    return [] if len(kinds) == len(switches) else [lambda invoice: invoice.kind in kinds]


def _echo_conditions(query: Query, where: dict[str, Any]) -> None:
    """What headers only echo is found by an index."""
    for parameter, name in _ECHOED.items():
        if query[parameter] not in (None, ""):
            where[name] = query[parameter]
    review = flag(query["reviewrequired"])
    if review is not None:
        where["reviewrequired"] = review


def _indexed(query: Query, where: dict[str, Any], tests: list[Test[Invoice]]) -> None:
    """What a header or its lines name. Assumed: nothing but a positive id, or a template's, does."""
    for name in _INDEXED:
        value = query[name]
        if value is None:
            continue
        if value in (0, -1):
            tests.append(_names_none(name))
        else:
            where[name] = value


def _names_none(name: str) -> Test[Invoice]:
    if name == "recurringinvoice_id":
        return lambda invoice: not invoice.template_id
    return lambda invoice: (
        not (name in invoice.extra or any(name in line.extra for line in invoice.lines))
    )


def _template_tests(backend: HaloBackend, query: Query) -> list[Test[Invoice]]:
    tests: list[Test[Invoice]] = []
    for name in ("asset_id", "ticket_id"):
        value = query[name]
        if value is not None:
            tests.append(_names(name, value, in_header=name == "ticket_id"))
    if query["recurringinvoice_id"] is not None:
        wanted_id = query["recurringinvoice_id"]
        tests.append(lambda template: template.id == wanted_id)
    if flag(query["ready_for_invoicing"]):
        today = backend.clock.now()
        tests.append(lambda template: _is_ready(template, today))
    if query["rinvoice_type"] in ("contracts", "invoices"):
        has_contract = query["rinvoice_type"] == "contracts"
        tests.append(lambda template: (template.extra.get("contract_id", 0) > 0) == has_contract)
    return tests


def _names(name: str, value: int, *, in_header: bool) -> Test[Invoice]:
    def test(invoice: Invoice) -> bool:
        if in_header and invoice.extra.get(name, 0) == value:
            return True
        return any(line.extra.get(name, -1) == value for line in invoice.lines)

    return test


def _is_ready(template: Invoice, now: datetime) -> bool:
    """Whether a run waits to be made. Assumed: on the day of the run, unless disabled."""
    timer = template.timer
    if timer is None or timer.next_at is None or template.disabled:
        return False
    return timer.next_at.date() <= now.date()


def _echo_tests(query: Query) -> list[Test[Invoice]]:
    tests = []
    for parameter, name in _ECHOED.items():
        value = query[parameter]
        if value not in (None, ""):
            tests.append(_echoes(name, value))
    return tests


def _echoes(name: str, value: Any) -> Test[Invoice]:
    default = HEADER[name]
    return lambda invoice: invoice.extra.get(name, default) == value


def _date_tests(query: Query, between: dict[str, tuple[Any, Any]]) -> list[Test[Invoice]]:
    """Limits of dates. Assumed: both ends are in, and an end without a time is that day's."""
    tests: list[Test[Invoice]] = []
    start = calendar.instant(query["start_date"]) if query["start_date"] else None
    end = calendar.end_of(query["end_date"]) if query["end_date"] else None
    limits = [(_loose(query["invoicedatestart"], calendar.instant),
               _loose(query["invoicedateend"], calendar.end_of))]  # fmt: skip
    read = _DATES.get((query["datesearch"] or "").lower())
    if read is None:
        limits.append((start, end))
    elif start is not None or end is not None:
        tests.append(_dated(read, start, end))
    low = max((low for low, _ in limits if low is not None), default=None)
    high = min((high for _, high in limits if high is not None), default=None)
    if low is not None or high is not None:
        between["invoice_date"] = (low, high)
    if query["billing_date"]:
        # Few are planned: they are told apart before any date is read.
        tests.append(lambda invoice: "schedule_date" in invoice.extra)
        tests.append(_dated(_planned, None, calendar.end_of(query["billing_date"])))
    return tests


def _loose(value: str | None, read: Callable[[str], datetime]) -> datetime | None:
    """A limit that may as well be a switch: what is no date is ignored. Observed: both uses."""
    try:
        return read(value) if value and value[:4].isdecimal() else None
    except (ValueError, OverflowError):
        return None


def _dated(
    read: Callable[[Invoice], datetime | None], low: datetime | None, high: datetime | None
) -> Test[Invoice]:
    lowest, highest = low or _FIRST_MOMENT, high or NEVER

    def test(invoice: Invoice) -> bool:
        at = read(invoice)
        return at is not None and lowest <= at <= highest

    return test


def _planned(invoice: Invoice) -> datetime | None:
    return _moment(invoice, "schedule_date")


def _moment(invoice: Invoice, name: str) -> datetime | None:
    text = invoice.extra.get(name)
    return None if text is None else calendar.instant(text)


def _schedule_start(invoice: Invoice) -> datetime | None:
    if invoice.id < 0:
        return invoice.timer.anchor_at if invoice.timer else None
    return _moment(invoice, "period_start_date")


def _schedule_end(invoice: Invoice) -> datetime | None:
    return _moment(invoice, "enddate" if invoice.id < 0 else "period_end_date")


_DATES: dict[str, Callable[[Invoice], datetime | None]] = {
    "last_modified": lambda invoice: invoice.modified_at,
    "duedate": lambda invoice: invoice.due_at,
    "schedulestartdate": _schedule_start,
    "scheduleenddate": _schedule_end,
}


def _state_tests(query: Query, where: dict[str, Any], *, templates: bool) -> list[Test[Invoice]]:
    tests: list[Test[Invoice]] = []
    posted = [True] * bool(flag(query["postedonly"])) + [False] * bool(flag(query["notpostedonly"]))
    if len(posted) == 2:
        tests.append(lambda _: False)
    elif posted and templates:
        tests.append(lambda invoice: invoice.posted == posted[0])
    elif posted:
        where["posted"] = posted[0]
    statuses = query["paymentstatuses"]
    if statuses:
        wanted = frozenset(statuses)
        if len(wanted) == 1 and not templates:
            (where["paymentstatus"],) = wanted
        elif wanted == {NEW, UNPAID} and not templates:
            where["unpaid"] = True
        else:
            tests.append(lambda invoice: invoice.payment_status in wanted and not invoice.voided)
    tests += _sent_tests(query["sent_status"], where, templates=templates)
    if flag(query["stripeautopaymentrequired"]):
        tests.append(lambda invoice: bool(invoice.extra.get("include_in_autopay")))
        tests.append(lambda invoice: invoice.due > 0)
    review = flag(query["reviewrequired"])
    if review is not None and templates:
        tests.append(lambda invoice: bool(invoice.extra.get("reviewrequired")) is review)
    categories = numbers(query["billingcategory_ids"])
    if categories is not None:
        tests.append(lambda invoice: invoice.extra.get("billingcategory", 0) in categories)
    return tests


def _sent_tests(
    sent_status: int | None, where: dict[str, Any], *, templates: bool
) -> list[Test[Invoice]]:
    """Whether it was e-mailed. Assumed: a number other than 0 and 1 matches nothing."""
    if sent_status is None:
        return []
    sent = {0: False, 1: True}.get(sent_status)
    if templates or sent is None:
        return [lambda invoice: invoice.has_been_sent is sent]
    where["sent"] = sent
    return []


def _approval_tests(query: Query, caller_agent: int) -> list[Test[Invoice]]:
    tests: list[Test[Invoice]] = []
    if flag(query["awaiting_approval"]):
        # Assumed: 2 is accepted and 3 rejected.
        tests.append(
            lambda invoice: (
                bool(invoice.extra.get("requires_approval"))
                and invoice.extra.get("approval_status", 0) not in (2, 3)
            )
        )
    if flag(query["my_approvals"]):
        tests.append(lambda invoice: invoice.extra.get("approvalagent") == caller_agent)
    return tests


def _of_clients(
    backend: HaloBackend, table: Table[Invoice], query: Query, among: set[Key] | None
) -> set[Key] | None:
    """What is left of these keys by the client: one of several, or below a top level."""
    wanted: list[Collection[int]] = []
    clients = numbers(query["client_ids"])
    if clients is not None:
        wanted.append(clients)
    if query["toplevel_id"] is not None:
        level = query["toplevel_id"]
        below = [each.id for each in backend.clients if each.number("toplevel_id", 1) == level]
        if len(below) < len(backend.clients):
            wanted.append(below)
    for ids in wanted:
        found = {key for client_id in ids for key in table.keys_with("client_id", client_id)}
        among = found if among is None else among & found
    return among


def _terms(query: Query) -> list[str]:
    """The texts that are looked for. Assumed: both parameters do the same."""
    sent = (query["search"], query["advanced_search"])
    return [term for each in sent if (term := (each or "").strip().lower())]


def _text_test(term: str) -> Test[Invoice]:
    """Whether a template holds a text."""
    return lambda template: term in words(template).lower()


def values(backend: HaloBackend) -> Callable[[str], Callable[[Invoice], Any] | None]:
    """How to read a property of an invoice to sort by it."""

    def value(name: str) -> Callable[[Invoice], Any] | None:
        if name in _SORTED:
            return _SORTED[name]
        if name == "status_name":
            return lambda invoice: _status_name(backend, invoice)
        if name in HEADER:
            default = HEADER[name]
            return lambda invoice: invoice.extra.get(name, default)
        return None

    return value


def _status_name(backend: HaloBackend, invoice: Invoice) -> str | None:
    status = backend.statuses.get(invoice.status_id)
    return status.values["status_name"] if status else None


def number_of(invoice: Invoice) -> str:
    """The number of an invoice. Assumed: its id as text when it was given none."""
    return str(invoice.extra.get("invoicenumber") or invoice.id)


_SORTED: dict[str, Callable[[Invoice], Any]] = {
    "id": lambda i: i.id,
    "client_id": lambda i: i.client_id,
    "client_name": lambda i: i.client_name,
    "name": lambda i: i.client_name,
    "invoicenumber": number_of,
    "invoice_display": lambda i: i.extra.get("thirdpartyinvoicenumber") or str(i.id),
    "invoice_date": lambda i: i.at,
    "duedate": lambda i: i.due_at,
    "date_created": lambda i: i.created_at,
    "last_modified": lambda i: i.modified_at,
    "datepaid": lambda i: i.paid_at,
    "invoicetype": lambda i: i.kind,
    "type": lambda i: i.kind,
    "typeid": lambda i: i.kind,
    "change_seq": lambda i: i.change_seq,
    "total": lambda i: i.figures.total,
    "tax_total": lambda i: i.figures.tax_total,
    "composite_tax_total": lambda i: i.figures.composite_tax_total,
    "revenue": lambda i: i.figures.revenue,
    "amountpaid": lambda i: i.paid,
    "customer_paid_total": lambda i: i.paid,
    "amountdue": lambda i: i.due,
    "amount_remaining": lambda i: i.due,
    "paymentstatus": lambda i: i.payment_status,
    "payments_pending": lambda i: i.pending,
    "currency": lambda i: i.currency,
    "currency_code": lambda i: i.currency_code,
    "currency_conversion_rate": lambda i: i.rate,
    "posted": lambda i: i.posted,
    "voided": lambda i: i.voided,
    "status": lambda i: i.status_id,
    "recurring_invoice_id": lambda i: i.template_id,
    "schedule_id": lambda i: i.timer and i.timer.id,
    "period": lambda i: i.timer and i.timer.period,
    "startdate": lambda i: i.timer and i.timer.anchor_at,
    "lastcreated": lambda i: i.timer and i.timer.last_at,
    "nextcreationdate": lambda i: i.timer and i.timer.next_at,
}
