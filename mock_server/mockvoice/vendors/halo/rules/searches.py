"""Lists of records other than invoices and templates."""

from collections.abc import Callable, Sequence
from typing import Any

from mockvoice.vendors.halo import models
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Client, InvoiceChange, Item, Payment, ProRata, Record, Tax
from mockvoice.vendors.halo.rules.fields import CHANGE, CLIENT, ITEM, PAYMENT, Defaults
from mockvoice.vendors.halo.rules.lists import (
    PageResult,
    Query,
    RowFilter,
    RowTest,
    paginate,
    parse_flag,
    text_tests,
)
from mockvoice.vendors.halo.rules.sorting import invoice_number

Value = Callable[[Any], Any]


def _value_getters(typed: dict[str, Value], echoed: Defaults) -> Callable[[str], Value | None]:
    def value(name: str) -> Value | None:
        if name in typed:
            return typed[name]
        if name in echoed:
            default = echoed[name]
            return lambda row: _scalar(row.extra.get(name, default))
        return None

    return value


def _scalar(value: Any) -> Any:
    """Return the value, or ``None`` for objects and arrays. Assumed: these do not sort."""
    return None if isinstance(value, dict | list) else value


# The properties of a payment that change with its invoice, so no sort order is kept for them.
_FROM_INVOICE = ("client_id", "client_name", "invoice_invoicenumber")


def payments(backend: HaloBackend, query: Query) -> PageResult[Payment]:
    """Return payments; filters are client, invoice, card intent and text."""

    def invoice_of(payment: Payment) -> models.Invoice | None:
        return backend.invoices.get(payment.invoice_id)

    def number(payment: Payment) -> str | None:
        invoice = invoice_of(payment)
        return invoice_number(invoice) if invoice else None

    def client_name(payment: Payment) -> str | None:
        invoice = invoice_of(payment)
        return invoice.client_name if invoice else None

    def client_id(payment: Payment) -> int | None:
        invoice = invoice_of(payment)
        return invoice.client_id if invoice else None

    tests: list[RowTest[Payment]] = text_tests(
        query["search"],
        lambda payment: payment.extra.get("reference"),
        lambda payment: payment.extra.get("thirdpartyid"),
        number,
        client_name,
    )
    client_filter, intent = query["client_id"], query["intent_id"]
    if client_filter is not None:
        tests.append(lambda payment: client_id(payment) == client_filter)
    if intent:
        tests.append(lambda payment: payment.extra.get("intent_id") == intent)
    values = _value_getters(
        {
            "id": lambda payment: payment.id,
            "invoice_id": lambda payment: payment.invoice_id,
            "date": lambda payment: payment.at,
            "amount": lambda payment: payment.amount,
            "status": lambda payment: payment.status,
            "type": lambda payment: payment.type,
            "credit_note_id": lambda payment: payment.credit_id,
            "client_id": client_id,
            "client_name": client_name,
            "invoice_invoicenumber": number,
        },
        PAYMENT,
    )
    row_filter = RowFilter({}, _exact_range("invoice", query["invoice_id"]), tests)
    return paginate(
        backend.payments, row_filter, query, values, backend.settings, unindexed=_FROM_INVOICE
    )


def _exact_range(order: str, value: int | None) -> dict[str, tuple[int, int]]:
    return {} if value is None else {order: (value, value)}


def changes(backend: HaloBackend, query: Query) -> PageResult[InvoiceChange]:
    """Return change records, newest first."""
    tests: list[RowTest[InvoiceChange]] = text_tests(
        query["search"],
        lambda change: change.field_name,
        lambda change: change.old,
        lambda change: change.new,
        lambda change: change.who,
    )
    line_id, type_id = query["line_id"], query["type_id"]
    if line_id is not None:
        tests.append(lambda change: change.line_id == line_id)
    if type_id is not None:
        tests.append(lambda change: change.type_id == type_id)
    values = _value_getters(
        {
            "id": lambda change: change.id,
            "invoice_id": lambda change: change.invoice_id,
            "invoice_line_id": lambda change: change.line_id,
            "type_id": lambda change: change.type_id,
            "field_name": lambda change: change.field_name,
            "old_value": lambda change: change.old,
            "new_value": lambda change: change.new,
            "who": lambda change: change.who,
            "datetime": lambda change: change.at,
        },
        CHANGE,
    )
    between = _exact_range("invoice", query["invoice_id"])
    row_filter = RowFilter({}, between, tests)
    newest_first = (("id", True),)
    return paginate(backend.changes, row_filter, query, values, backend.settings, newest_first)


def pro_ratas(backend: HaloBackend, query: Query) -> Sequence[ProRata]:
    """Return billed and unbilled pro rata entries. Assumed: the filters."""
    fields: dict[str, Callable[[ProRata], int]] = {
        "invoice_id": lambda entry: entry.invoice_id,
        "recurring_invoice_id": lambda entry: entry.template_id,
        "client_id": lambda entry: entry.client_id,
        "line_id": lambda entry: entry.line_id,
    }
    filters = [
        (get_value, query[name]) for name, get_value in fields.items() if query[name] is not None
    ]
    return [
        entry
        for entry in backend.pro_ratas
        if all(get_value(entry) == value for get_value, value in filters)
    ]


def taxes(backend: HaloBackend, query: Query) -> Sequence[Tax]:
    """Return tax rates. Assumed: ``related_to`` selects the parts of a composite rate."""
    fields = {
        "kashflowtenantid": "kashflow_tenant_id",
        "qbocompanyid": "qbo_company_id",
        "xerotenantid": "xero_tenant_id",
    }
    filters = [
        (name, query[parameter])
        for parameter, name in fields.items()
        if query[parameter] not in (None, "")
    ]
    rows = [
        tax for tax in backend.taxes if all(tax.extra.get(name) == value for name, value in filters)
    ]
    if query["related_to"] is not None:
        composite = backend.taxes.get(query["related_to"])
        parts = composite.linked if composite else ()
        rows = [tax for tax in rows if tax.id in parts]
    return rows


def clients(backend: HaloBackend, query: Query) -> PageResult[Client]:
    """Return clients; the search is in their names."""
    values = _value_getters(
        {
            "id": lambda client: client.id,
            "name": lambda client: client.name,
            "main_site_id": lambda client: client.main_site_id,
        },
        CLIENT,
    )
    tests: list[RowTest[Client]] = text_tests(query["search"], lambda client: client.name)
    return paginate(backend.clients, RowFilter({}, {}, tests), query, values, backend.settings)


def items(backend: HaloBackend, query: Query) -> PageResult[Item]:
    """Return items; the search is in their names."""
    values = _value_getters({"id": lambda item: item.id, "name": lambda item: item.name}, ITEM)
    tests: list[RowTest[Item]] = text_tests(query["search"], lambda item: item.name)
    return paginate(backend.items, RowFilter({}, {}, tests), query, values, backend.settings)


def charge_rates(backend: HaloBackend, query: Query) -> Sequence[Record]:
    """Return charge rates. Assumed: global ones have no client and no contract."""
    rows = list(backend.charge_rates)
    if query["chargerate_id"] is not None:
        rows = [row for row in rows if row.id == query["chargerate_id"]]
    for parameter, name in (("client_id", "area"), ("contract_id", "contract_id")):
        if query[parameter] is not None:
            rows = [row for row in rows if row.values.get(name, 0) == query[parameter]]
    if parse_flag(query["globalonly"]):
        rows = [
            row for row in rows if not (row.values.get("area") or row.values.get("contract_id"))
        ]
    if parse_flag(query["currentonly"]):
        rows = [row for row in rows if is_current(backend, row)]
    return rows


def is_current(backend: HaloBackend, rate: Record) -> bool:
    """Return whether a charge rate is valid today. Assumed: both ends are included."""
    today = backend.clock.today().isoformat()
    start, end = rate.values.get("startdate"), rate.values.get("expirydate")
    return (start is None or start[:10] <= today) and (end is None or today <= end[:10])


def budget_types(backend: HaloBackend, query: Query) -> Sequence[Record]:
    """Return budget types. Assumed: those of the ticket, and those without a ticket."""
    ticket_id = query["ticket_id"]
    if ticket_id is None:
        return list(backend.budget_types)
    return [
        row for row in backend.budget_types if row.values.get("ticket_id") in (None, 0, ticket_id)
    ]


def expenses(backend: HaloBackend, query: Query) -> Sequence[Record]:
    """Return expenses. Assumed: the filters. The ticket is in ``fault_id``."""
    fields = {"client_id": "client_id", "agent_id": "agent_id", "ticket_id": "fault_id"}
    filters = [
        (name, query[parameter])
        for parameter, name in fields.items()
        if query[parameter] is not None
    ]
    return [
        row
        for row in backend.expenses
        if all(row.values.get(name) == value for name, value in filters)
    ]
