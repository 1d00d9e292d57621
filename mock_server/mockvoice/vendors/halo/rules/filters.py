"""Which invoices and templates a list holds."""

from collections.abc import Callable, Hashable
from datetime import datetime

from mockvoice.vendors.halo.backend import HaloBackend, words
from mockvoice.vendors.halo.models import CREDIT, INVOICE, PO_INVOICE, Invoice
from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.conditions import Conditions
from mockvoice.vendors.halo.rules.fields import HEADER
from mockvoice.vendors.halo.rules.lists import Listed, Query, Test, Wanted, flag, listed, numbers
from mockvoice.vendors.halo.rules.sorting import values

Asked = Conditions[Invoice]

NEWEST_FIRST = (("invoice_date", True), ("id", True))

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
    table = backend.templates if templates else backend.invoices
    asked = Conditions(table)
    if query["client_id"] is not None:
        asked.equal("client_id", lambda invoice: invoice.client_id, query["client_id"])
    _of_clients(backend, query, asked)
    if templates:
        tests = [*_template_tests(backend, query), *map(_text_test, _terms(query))]
        asked.within({row.id for row in table if all(test(row) for test in tests)})
    else:
        _named(query, asked)
        _kinds(query, asked)
        for term in _terms(query):
            asked.within(table.keys_containing("words", term))
    _echo_conditions(query, asked)
    _dates(query, asked)
    _state_tests(query, asked)
    _approvals(query, caller_agent, asked)
    return asked.wanted()


def _kinds(query: Query, asked: Asked) -> None:
    """Kinds. Assumed: any of the three switches leaves just the kinds that are true."""
    switches = {
        INVOICE: flag(query["includeinvoices"]),
        CREDIT: flag(query["includecredits"]),
        PO_INVOICE: flag(query["includepoinvoices"]),
    }
    kinds = {kind for kind, value in switches.items() if value}
    if all(value is None for value in switches.values()) or kinds == {INVOICE, CREDIT}:
        asked.equal("usual", lambda invoice: invoice.kind != PO_INVOICE, True)
    elif len(kinds) == 1:
        asked.equal("kind", lambda invoice: invoice.kind, kinds.pop())
    elif not kinds or len(kinds) < len(switches):
        asked.one_of("kind", lambda invoice: invoice.kind, kinds)


def _echo_conditions(query: Query, asked: Asked) -> None:
    for parameter, name in _ECHOED.items():
        if query[parameter] not in (None, ""):
            asked.equal(name, _echoed(name), query[parameter])
    review = flag(query["reviewrequired"])
    if review is not None:
        asked.equal("reviewrequired", lambda i: bool(i.extra.get("reviewrequired")), review)


def _echoed(name: str) -> Callable[[Invoice], Hashable]:
    default: Hashable = HEADER[name]
    return lambda invoice: invoice.extra.get(name, default)


def _named(query: Query, asked: Asked) -> None:
    """What a header or its lines name. Assumed: nothing but a positive id, or a template's, does."""
    for name, by in _NAMED.items():
        value = query[name]
        if value in (0, -1):
            asked.equal(f"no {name}", _none(by), True)
        elif value is not None:
            asked.equal(name, by, value)


def _none(by: Callable[[Invoice], Hashable]) -> Callable[[Invoice], bool]:
    return lambda invoice: by(invoice) is None


def _names_in_lines(invoice: Invoice, name: str) -> set[int]:
    return {line.extra[name] for line in invoice.lines if name in line.extra}


def _assets(invoice: Invoice) -> Hashable:
    return frozenset(_names_in_lines(invoice, "asset_id")) or None


def _tickets(invoice: Invoice) -> Hashable:
    found = _names_in_lines(invoice, "ticket_id")
    if "ticket_id" in invoice.extra:
        found.add(invoice.extra["ticket_id"])
    return frozenset(found) or None


_NAMED: dict[str, Callable[[Invoice], Hashable]] = {
    "asset_id": _assets,
    "ticket_id": _tickets,
    "recurringinvoice_id": lambda invoice: invoice.template_id or None,
}


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


def _dates(query: Query, asked: Asked) -> None:
    """Limits of dates. Assumed: both ends are in, and an end without a time is that day's."""
    start = calendar.instant(query["start_date"]) if query["start_date"] else None
    end = calendar.end_of(query["end_date"]) if query["end_date"] else None
    limits = [(_loose(query["invoicedatestart"], calendar.instant),
               _loose(query["invoicedateend"], calendar.end_of))]  # fmt: skip
    name = (query["datesearch"] or "").lower()
    if name not in _DATES:
        limits.append((start, end))
    elif start is not None or end is not None:
        asked.between(name, _DATES[name], start, end)
    low = max((low for low, _ in limits if low is not None), default=None)
    high = min((high for _, high in limits if high is not None), default=None)
    if low is not None or high is not None:
        asked.stretch("invoice_date", low, high)
    if query["billing_date"]:
        last = calendar.end_of(query["billing_date"])
        asked.between("planned", _moment("schedule_date"), None, last)


def _loose(value: str | None, read: Callable[[str], datetime]) -> datetime | None:
    """A limit that may as well be a switch: what is no date is ignored. Observed: both uses."""
    try:
        return read(value) if value and value[:4].isdecimal() else None
    except (ValueError, OverflowError):
        return None


def _moment(name: str) -> Callable[[Invoice], datetime | None]:
    def read(invoice: Invoice) -> datetime | None:
        text = invoice.extra.get(name)
        return None if text is None else calendar.instant(text)

    return read


_period_start, _period_end, _end = map(_moment, ("period_start_date", "period_end_date", "enddate"))


def _schedule_start(invoice: Invoice) -> datetime | None:
    if invoice.id < 0:
        return invoice.timer.anchor_at if invoice.timer else None
    return _period_start(invoice)


def _schedule_end(invoice: Invoice) -> datetime | None:
    return _end(invoice) if invoice.id < 0 else _period_end(invoice)


_DATES: dict[str, Callable[[Invoice], datetime | None]] = {
    "last_modified": lambda invoice: invoice.modified_at,
    "duedate": lambda invoice: invoice.due_at,
    "schedulestartdate": _schedule_start,
    "scheduleenddate": _schedule_end,
}


def _state_tests(query: Query, asked: Asked) -> None:
    for parameter, posted in (("postedonly", True), ("notpostedonly", False)):
        if flag(query[parameter]):
            asked.one_of("posted", lambda invoice: invoice.posted, {posted})
    statuses = query["paymentstatuses"]
    if statuses:
        asked.one_of("paymentstatus", _payment_status, statuses)
    if query["sent_status"] is not None:
        # Assumed: a number other than 0 and 1 matches nothing.
        asked.equal("sent", lambda invoice: int(invoice.has_been_sent), query["sent_status"])
    if flag(query["stripeautopaymentrequired"]):
        asked.equal("autopay", _is_paid_by_itself, True)
    categories = numbers(query["billingcategory_ids"])
    if categories is not None:
        asked.one_of("billingcategory", _echoed("billingcategory"), categories)


def _payment_status(invoice: Invoice) -> Hashable:
    """Assumed: a voided invoice is neither paid nor unpaid."""
    return None if invoice.voided else invoice.payment_status


def _is_paid_by_itself(invoice: Invoice) -> bool:
    return bool(invoice.extra.get("include_in_autopay")) and invoice.due > 0


def _approvals(query: Query, caller_agent: int, asked: Asked) -> None:
    if flag(query["awaiting_approval"]):
        asked.equal("awaiting_approval", _waits, True)
    if flag(query["my_approvals"]):
        asked.equal("approvalagent", _echoed("approvalagent"), caller_agent)


def _waits(invoice: Invoice) -> bool:
    """Whether approval is awaited. Assumed: 2 is accepted and 3 rejected."""
    needed = bool(invoice.extra.get("requires_approval"))
    return needed and invoice.extra.get("approval_status", 0) not in (2, 3)


def _of_clients(backend: HaloBackend, query: Query, asked: Asked) -> None:
    """By the client: one of several, or below a top level."""
    clients = numbers(query["client_ids"])
    if clients is not None:
        asked.one_of("client_id", lambda invoice: invoice.client_id, clients)
    if query["toplevel_id"] is not None:
        level = query["toplevel_id"]
        below = [each.id for each in backend.clients if each.number("toplevel_id", 1) == level]
        if len(below) < len(backend.clients):
            asked.one_of("client_id", lambda invoice: invoice.client_id, below)


def _terms(query: Query) -> list[str]:
    """The texts that are looked for. Assumed: both parameters do the same."""
    sent = (query["search"], query["advanced_search"])
    return [term for each in sent if (term := (each or "").strip().lower())]


def _text_test(term: str) -> Test[Invoice]:
    """Whether a template holds a text."""
    return lambda template: term in words(template).lower()
