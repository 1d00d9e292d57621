"""The filters of the lists of invoices and templates."""

from collections.abc import Callable, Hashable
from datetime import datetime

from mockvoice.vendors.halo import quirks
from mockvoice.vendors.halo.backend import HaloBackend, search_text
from mockvoice.vendors.halo.errors import RuleViolation
from mockvoice.vendors.halo.models import (
    ACCEPTED,
    CREDIT,
    INVOICE,
    PO_INVOICE,
    REJECTED,
    Invoice,
)
from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.fields import HEADER
from mockvoice.vendors.halo.rules.filter_builder import FilterBuilder
from mockvoice.vendors.halo.rules.linked_values import LINKED_VALUES
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
        table,
        row_filter,
        query,
        value_getters(backend),
        backend.settings,
        default=NEWEST_FIRST,
        unindexed=LINKED_VALUES,
    )


def with_lines(backend: HaloBackend, query: Query) -> PageResult[Invoice]:
    """Return the invoices of one client or of all, newest first. Raises ``RuleViolation``."""
    client_id = query["client_id"]
    if client_id is None and quirks.lines_require_client(backend):
        raise RuleViolation("Parameter client_id must be included")
    where = {} if client_id is None else {"client_id": client_id}
    return paginate(
        backend.invoices,
        RowFilter(where, {}),
        query,
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
        _readiness_conditions(query, builder)
        for term in _search_terms(query):
            builder.in_keys(table.keys_containing("search_text", term))
    _kind_conditions(query, builder)
    _extra_conditions(query, builder)
    _date_conditions(query, builder)
    _state_conditions(query, builder)
    _approval_conditions(query, agent_id, builder)
    _code_conditions(query, builder)
    return builder.build()


def _kind_conditions(query: Query, builder: InvoiceFilterBuilder) -> None:
    """Filter by kind. Documented: one switch for each kind. Assumed: the kinds without a switch."""
    kinds = {kind for kind, name in _KIND_SWITCHES.items() if _is_included(kind, query[name])}
    if kinds == {INVOICE, CREDIT}:
        builder.equal("not_po_invoice", lambda invoice: invoice.kind != PO_INVOICE, True)
    elif len(kinds) < len(_KIND_SWITCHES):
        builder.one_of("kind", lambda invoice: invoice.kind, kinds)


_KIND_SWITCHES = {
    INVOICE: "includeinvoices",
    CREDIT: "includecredits",
    PO_INVOICE: "includepoinvoices",
}


def _is_included(kind: int, switch: str | None) -> bool:
    """Return whether a list includes a kind. Assumed: PO invoices are listed only on request."""
    sent = parse_flag(switch)
    return kind != PO_INVOICE if sent is None else sent


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
    """Return whether approval is pending. Assumed: the codes of approval statuses."""
    needed = bool(invoice.extra.get("requires_approval"))
    return needed and invoice.extra.get("approval_status", 0) not in (ACCEPTED, REJECTED)


def _readiness_conditions(query: Query, builder: InvoiceFilterBuilder) -> None:
    """Filter invoices that can be sent. On templates, the switch means that a run is due."""
    if parse_flag(query["ready_for_invoicing"]):
        builder.equal("ready_for_invoicing", _is_ready_to_send, True)


def _is_ready_to_send(invoice: Invoice) -> bool:
    """Return whether nothing is left to do before posting.

    Assumed: not posted, not voided, and approved or in no need of approval.
    """
    approved = invoice.extra.get("approval_status", 0) == ACCEPTED
    needs_approval = bool(invoice.extra.get("requires_approval")) and not approved
    return not (invoice.posted or invoice.voided or needs_approval)


def _code_conditions(query: Query, builder: InvoiceFilterBuilder) -> None:
    """Filter by the kind of contract and by codes of quotes.

    Assumed: a row is a contract's if it has a contract; quote codes are compared as text with the
    ``quote_status`` of a row, so an unknown code matches nothing.
    """
    kind = (query["rinvoice_type"] or "").strip().lower()
    if kind in ("contracts", "invoices"):
        builder.equal("has_contract", _has_contract, kind == "contracts")
    codes = {code.strip() for code in (query["quote_status"] or "").split(",")} - {""}
    if codes:
        builder.one_of("quote_status", _quote_status, codes)


def _has_contract(invoice: Invoice) -> bool:
    contract_id: int = invoice.extra.get("contract_id", 0)
    return contract_id > 0


def _quote_status(invoice: Invoice) -> str | None:
    status = invoice.extra.get("quote_status")
    return None if status is None else str(status)


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
