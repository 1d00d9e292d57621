"""The filters of the lists of invoices and templates."""

from collections.abc import Callable, Hashable
from datetime import datetime

from mockvoice.vendors.halo.backend import HaloBackend, search_text
from mockvoice.vendors.halo.models import CREDIT, INVOICE, PO_INVOICE, Invoice
from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.fields import HEADER
from mockvoice.vendors.halo.rules.filter_builder import FilterBuilder
from mockvoice.vendors.halo.rules.lists import (
    PageResult,
    Query,
    RowFilter,
    RowTest,
    paginate,
    parse_flag,
    parse_numbers,
)
from mockvoice.vendors.halo.rules.sorting import value_getters

InvoiceFilterBuilder = FilterBuilder[Invoice]

NEWEST_FIRST = (("invoice_date", True), ("id", True))

# Query parameters that select by a property in ``extra``.
_EXTRA_PROPERTIES = {
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
    backend: HaloBackend, query: Query, agent_id: int, *, templates: bool = False
) -> PageResult[Invoice]:
    """Return the invoices, or the templates, that match a query."""
    table = backend.templates if templates else backend.invoices
    row_filter = _row_filter(backend, query, agent_id, templates=templates)
    return paginate(
        table, row_filter, query, value_getters(backend), backend.settings, default=NEWEST_FIRST
    )


def client_invoices(backend: HaloBackend, client_id: int) -> PageResult[Invoice]:
    """Return the invoices of one client, newest first."""
    row_filter: RowFilter[Invoice] = RowFilter({"client_id": client_id}, {})
    return paginate(
        backend.invoices,
        row_filter,
        {},
        value_getters(backend),
        backend.settings,
        default=NEWEST_FIRST,
    )


def _row_filter(
    backend: HaloBackend, query: Query, agent_id: int, *, templates: bool
) -> RowFilter[Invoice]:
    table = backend.templates if templates else backend.invoices
    builder = FilterBuilder(table)
    if query["client_id"] is not None:
        builder.equal("client_id", lambda invoice: invoice.client_id, query["client_id"])
    _client_conditions(backend, query, builder)
    if templates:
        tests = [*_template_tests(backend, query), *map(_text_test, _search_terms(query))]
        builder.in_keys({row.id for row in table if all(test(row) for test in tests)})
    else:
        _reference_conditions(query, builder)
        _kind_conditions(query, builder)
        for term in _search_terms(query):
            builder.in_keys(table.keys_containing("search_text", term))
    _extra_conditions(query, builder)
    _date_conditions(query, builder)
    _state_conditions(query, builder)
    _approval_conditions(query, agent_id, builder)
    return builder.build()


def _kind_conditions(query: Query, builder: InvoiceFilterBuilder) -> None:
    """Filter by kind. Assumed: with any of the switches, only the kinds that are true remain."""
    switches = {
        INVOICE: parse_flag(query["includeinvoices"]),
        CREDIT: parse_flag(query["includecredits"]),
        PO_INVOICE: parse_flag(query["includepoinvoices"]),
    }
    kinds = {kind for kind, value in switches.items() if value}
    if all(value is None for value in switches.values()) or kinds == {INVOICE, CREDIT}:
        builder.equal("not_po_invoice", lambda invoice: invoice.kind != PO_INVOICE, True)
    elif len(kinds) == 1:
        builder.equal("kind", lambda invoice: invoice.kind, kinds.pop())
    elif not kinds or len(kinds) < len(switches):
        builder.one_of("kind", lambda invoice: invoice.kind, kinds)


def _extra_conditions(query: Query, builder: InvoiceFilterBuilder) -> None:
    for parameter, name in _EXTRA_PROPERTIES.items():
        if query[parameter] not in (None, ""):
            builder.equal(name, _extra_value(name), query[parameter])
    review = parse_flag(query["reviewrequired"])
    if review is not None:
        builder.equal(
            "reviewrequired", lambda invoice: bool(invoice.extra.get("reviewrequired")), review
        )


def _extra_value(name: str) -> Callable[[Invoice], Hashable]:
    default: Hashable = HEADER[name]
    return lambda invoice: invoice.extra.get(name, default)


def _reference_conditions(query: Query, builder: InvoiceFilterBuilder) -> None:
    """Filter by references of the header or its lines. Assumed: 0 and -1 mean no reference."""
    for name, by in _REFERENCES.items():
        value = query[name]
        if value in (0, -1):
            builder.equal(f"without_{name}", _is_none(by), True)
        elif value is not None:
            builder.equal(name, by, value)


def _is_none(by: Callable[[Invoice], Hashable]) -> Callable[[Invoice], bool]:
    return lambda invoice: by(invoice) is None


def _line_values(invoice: Invoice, name: str) -> set[int]:
    return {line.extra[name] for line in invoice.lines if name in line.extra}


def _asset_ids(invoice: Invoice) -> Hashable:
    return frozenset(_line_values(invoice, "asset_id")) or None


def _ticket_ids(invoice: Invoice) -> Hashable:
    ids = _line_values(invoice, "ticket_id")
    if "ticket_id" in invoice.extra:
        ids.add(invoice.extra["ticket_id"])
    return frozenset(ids) or None


_REFERENCES: dict[str, Callable[[Invoice], Hashable]] = {
    "asset_id": _asset_ids,
    "ticket_id": _ticket_ids,
    "recurringinvoice_id": lambda invoice: invoice.template_id or None,
}


def _template_tests(backend: HaloBackend, query: Query) -> list[RowTest[Invoice]]:
    tests: list[RowTest[Invoice]] = []
    for name in ("asset_id", "ticket_id"):
        value = query[name]
        if value is not None:
            tests.append(_reference_test(name, value, in_header=name == "ticket_id"))
    if query["recurringinvoice_id"] is not None:
        template_id = query["recurringinvoice_id"]
        tests.append(lambda template: template.id == template_id)
    if parse_flag(query["ready_for_invoicing"]):
        now = backend.clock.now()
        tests.append(lambda template: _is_ready(template, now))
    if query["rinvoice_type"] in ("contracts", "invoices"):
        has_contract = query["rinvoice_type"] == "contracts"
        tests.append(lambda template: (template.extra.get("contract_id", 0) > 0) == has_contract)
    return tests


def _reference_test(name: str, value: int, *, in_header: bool) -> RowTest[Invoice]:
    def test(invoice: Invoice) -> bool:
        if in_header and invoice.extra.get(name, 0) == value:
            return True
        return any(line.extra.get(name, -1) == value for line in invoice.lines)

    return test


def _is_ready(template: Invoice, now: datetime) -> bool:
    """Return whether the next run is ready. Assumed: from its day on, unless disabled."""
    timer = template.timer
    if timer is None or timer.next_at is None or template.disabled:
        return False
    return timer.next_at.date() <= now.date()


def _date_conditions(query: Query, builder: InvoiceFilterBuilder) -> None:
    """Filter by dates. Assumed: limits are inclusive; one without a time covers its whole day."""
    start = calendar.parse_datetime(query["start_date"]) if query["start_date"] else None
    end = calendar.parse_end(query["end_date"]) if query["end_date"] else None
    limits = [(_parse_or_ignore(query["invoicedatestart"], calendar.parse_datetime),
               _parse_or_ignore(query["invoicedateend"], calendar.parse_end))]  # fmt: skip
    name = (query["datesearch"] or "").lower()
    if name not in _SEARCH_DATES:
        limits.append((start, end))
    elif start is not None or end is not None:
        builder.between(name, _SEARCH_DATES[name], start, end)
    low = max((low for low, _ in limits if low is not None), default=None)
    high = min((high for _, high in limits if high is not None), default=None)
    if low is not None or high is not None:
        builder.in_range("invoice_date", low, high)
    if query["billing_date"]:
        latest = calendar.parse_end(query["billing_date"])
        builder.between("parsed_schedule_date", _extra_date("schedule_date"), None, latest)


def _parse_or_ignore(value: str | None, parse: Callable[[str], datetime]) -> datetime | None:
    """Parse a date; ``None`` for other values. Documented: a switch. Observed: used as a date."""
    try:
        return parse(value) if value and value[:4].isdecimal() else None
    except (ValueError, OverflowError):
        return None


def _extra_date(name: str) -> Callable[[Invoice], datetime | None]:
    def read(invoice: Invoice) -> datetime | None:
        text = invoice.extra.get(name)
        return None if text is None else calendar.parse_datetime(text)

    return read


_period_start, _period_end, _end = map(
    _extra_date, ("period_start_date", "period_end_date", "enddate")
)


def _schedule_start(invoice: Invoice) -> datetime | None:
    if invoice.id < 0:
        return invoice.timer.anchor_at if invoice.timer else None
    return _period_start(invoice)


def _schedule_end(invoice: Invoice) -> datetime | None:
    return _end(invoice) if invoice.id < 0 else _period_end(invoice)


_SEARCH_DATES: dict[str, Callable[[Invoice], datetime | None]] = {
    "last_modified": lambda invoice: invoice.modified_at,
    "duedate": lambda invoice: invoice.due_at,
    "schedulestartdate": _schedule_start,
    "scheduleenddate": _schedule_end,
}


def _state_conditions(query: Query, builder: InvoiceFilterBuilder) -> None:
    for parameter, posted in (("postedonly", True), ("notpostedonly", False)):
        if parse_flag(query[parameter]):
            builder.one_of("posted", lambda invoice: invoice.posted, {posted})
    statuses = query["paymentstatuses"]
    if statuses:
        builder.one_of("paymentstatus", _payment_status, statuses)
    if query["sent_status"] is not None:
        # Assumed: a number other than 0 and 1 matches nothing.
        builder.equal("sent", lambda invoice: int(invoice.is_sent), query["sent_status"])
    if parse_flag(query["stripeautopaymentrequired"]):
        builder.equal("autopay", _awaits_autopay, True)
    categories = parse_numbers(query["billingcategory_ids"])
    if categories is not None:
        builder.one_of("billingcategory", _extra_value("billingcategory"), categories)


def _payment_status(invoice: Invoice) -> Hashable:
    """Return the payment status. Assumed: a voided invoice is neither paid nor unpaid."""
    return None if invoice.voided else invoice.payment_status


def _awaits_autopay(invoice: Invoice) -> bool:
    return bool(invoice.extra.get("include_in_autopay")) and invoice.due > 0


def _approval_conditions(query: Query, agent_id: int, builder: InvoiceFilterBuilder) -> None:
    if parse_flag(query["awaiting_approval"]):
        builder.equal("awaiting_approval", _awaits_approval, True)
    if parse_flag(query["my_approvals"]):
        builder.equal("approvalagent", _extra_value("approvalagent"), agent_id)


def _awaits_approval(invoice: Invoice) -> bool:
    """Return whether approval is pending. Assumed: 2 is accepted and 3 rejected."""
    needed = bool(invoice.extra.get("requires_approval"))
    return needed and invoice.extra.get("approval_status", 0) not in (2, 3)


def _client_conditions(backend: HaloBackend, query: Query, builder: InvoiceFilterBuilder) -> None:
    """Filter by one of several clients, or by the clients of a top level."""
    clients = parse_numbers(query["client_ids"])
    if clients is not None:
        builder.one_of("client_id", lambda invoice: invoice.client_id, clients)
    if query["toplevel_id"] is not None:
        toplevel_id = query["toplevel_id"]
        client_ids = [
            client.id
            for client in backend.clients
            if client.number("toplevel_id", 1) == toplevel_id
        ]
        if len(client_ids) < len(backend.clients):
            builder.one_of("client_id", lambda invoice: invoice.client_id, client_ids)


def _search_terms(query: Query) -> list[str]:
    """Return the search terms in lower case. Assumed: both parameters have the same effect."""
    sent = (query["search"], query["advanced_search"])
    return [term for text in sent if (term := (text or "").strip().lower())]


def _text_test(term: str) -> RowTest[Invoice]:
    """Return a test for templates that contain a text."""
    return lambda template: term in search_text(template).lower()
