"""Records other than invoices and lines as JSON."""

from typing import Any

from mockvoice.kernel.store import Table
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import (
    Client,
    Condition,
    Currency,
    Extra,
    Invoice,
    InvoiceChange,
    InvoiceViewers,
    Item,
    Payment,
    ProRata,
    Record,
    Tax,
    TaxRule,
    Timer,
)
from mockvoice.vendors.halo.render.values import number, optional_datetime, without_nulls
from mockvoice.vendors.halo.rules import calendar, currencies, taxes
from mockvoice.vendors.halo.rules.fields import (
    BUDGET_TYPE,
    CHANGE,
    CHARGE_RATE,
    CLIENT,
    COST_CENTRE,
    EXPENSE,
    ITEM,
    PAYMENT,
    TAX,
    UNSET_DATE,
    Defaults,
)
from mockvoice.vendors.halo.rules.pro_rata import is_future
from mockvoice.vendors.halo.rules.searches import is_current
from mockvoice.vendors.halo.rules.sorting import invoice_number

Json = dict[str, Any]

TOP_LEVEL_NAME = "All clients"
# What a template of tickets has.
_TICKET_TEMPLATE: Json = {
    **dict.fromkeys(
        ["approval_id", "automationtype", "execution_type", "group_id", "one_ticket_id"], 0
    ),
    **dict.fromkeys(["reportarea", "service", "tickettype_id", "type"], 0),
    **dict.fromkeys(["domain", "restriction_type", "summary"], ""),
    "create_locked": False,
}
_EXPENSE_TYPE_LOOKUP = 35  # Observed: the pick list of expense types.


def _with_defaults(fields: Defaults, extra: Extra) -> Json:
    return without_nulls({**fields, **extra})


def payment_row(backend: HaloBackend, row: Payment) -> Json:
    """Return a row of a list. Observed: without two properties of a single record."""
    fields = payment(backend, row)
    if "posted" not in row.extra:
        del fields["posted"]
    fields.pop("invoice_invoicenumber", None)
    return fields


def payment(backend: HaloBackend, row: Payment) -> Json:
    """Return a payment, with the number and the client of its invoice."""
    invoice = backend.invoices.get(row.invoice_id)
    return {
        **_with_defaults(PAYMENT, row.extra),
        "id": row.id,
        "invoice_id": row.invoice_id,
        "date": calendar.format_datetime(row.at),
        "amount": number(row.amount),
        "status": row.status,
        "type": row.type,
        **({"credit_note_id": row.credit_id} if row.credit_id else {}),
        **(
            {
                "client_id": invoice.client_id,
                "client_name": invoice.client_name,
                "invoice_invoicenumber": invoice_number(invoice),
            }
            if invoice
            else {}
        ),
    }


def change(row: InvoiceChange) -> Json:
    """Return a change record."""
    return {
        **_with_defaults(CHANGE, row.extra),
        "id": row.id,
        "invoice_id": row.invoice_id,
        "invoice_line_id": row.line_id,
        "type_id": row.type_id,
        "who": row.who,
        "datetime": calendar.format_datetime(row.at),
        **without_nulls({"field_name": row.field_name, "old_value": row.old, "new_value": row.new}),
    }


def pro_rata(backend: HaloBackend, row: ProRata) -> Json:
    """Return a pro rata entry."""
    client = backend.clients.get(row.client_id)
    return {
        **row.extra,
        "id": row.id,
        "invoicedetailid": row.line_id,
        "recurring_invoice_id": row.template_id,
        "invoiceheaderid": row.invoice_id,
        "invoice_id": row.invoice_id,
        "client_id": row.client_id,
        **({"client_name": client.name} if client else {}),
        "date": calendar.format_datetime(row.at),
        "quantity": number(row.quantity),
        "unitprice": number(row.price),
        "isinvoiced": bool(row.invoice_id),
        "isfuturepr": is_future(backend, row),
    }


def tax(backend: HaloBackend, row: Tax, *, qbo: bool = False) -> Json:
    """Return a tax rate; a composite one includes its linked rates."""
    fields: Json = {
        **_with_defaults(TAX, row.extra),
        "id": row.id,
        "name": row.name,
        "value": number(taxes.value(backend, row)),
        "is_composite": row.composite,
        "code": row.code or "",
    }
    if not qbo:
        fields.pop("qbotaxrate", None)
    if row.composite:
        parts = [backend.taxes.get(tax_id) for tax_id in row.linked]
        fields["linked_rates"] = [_linked_rate(part) for part in parts if part]
    return fields


def _linked_rate(part: Tax) -> Json:
    return without_nulls(
        {"id": part.id, "name": part.name, "code": part.code, "value": number(part.value)}
    )


def tax_rule(backend: HaloBackend, row: TaxRule) -> Json:
    """Return a tax rule with its conditions."""
    tax = backend.taxes.get(row.tax_id)
    return without_nulls(
        {
            "id": row.id,
            "name": row.name,
            "taxid": row.tax_id,
            "tax_name": tax and tax.name,
            "sequence": row.sequence,
            "tax_conditions": [_condition(backend, row, condition) for condition in row.conditions],
        }
    )


def _condition(backend: HaloBackend, rule: TaxRule, row: Condition) -> Json:
    fields: Json = {"id": row.id, "tax_rule_id": rule.id, "value_type": row.value_type}
    if row.values:
        pairs = [_lookup_value(backend, row.value_type, value) for value in row.values]
        fields["value"] = ",".join(row.values)
        fields["value_lookup"] = pairs
        fields["value_display"] = ", ".join(str(pair.get("name", pair["id"])) for pair in pairs)
    if row.flag is not None:
        fields["value_bool"] = row.flag
    return fields


def _lookup_value(backend: HaloBackend, value_type: int, value: str) -> Json:
    tables: dict[int, Table[Any]] = {taxes.CUSTOMER: backend.clients, taxes.PRODUCT: backend.items}
    table = tables.get(value_type)
    record = table.get(int(value)) if table and value.isascii() and value.isdecimal() else None
    return {"id": value, "name": record.name} if record else {"id": value}


def currency(row: Currency) -> Json:
    """Return a currency."""
    return without_nulls(
        {
            "id": row.id,
            "name": row.name,
            "symbol": row.symbol,
            "code": row.code,
            "conversion_rate": number(row.rate),
            "last_updated": calendar.format_datetime(row.updated_at),
        }
    )


def client(backend: HaloBackend, row: Client, *, single: bool = False) -> Json:
    """Return a client; ``single`` adds its charge rates."""
    currency = backend.currencies.get(row.number("default_currency_code"))
    invoiced_client = backend.clients.get(row.number("client_to_invoice"))
    fields: Json = {
        **_with_defaults(CLIENT, row.extra),
        "id": row.id,
        "name": row.name,
        "toplevel_name": TOP_LEVEL_NAME,
        "main_site_id": row.main_site_id,
        "clientcurrency": currencies.symbol(backend, currency),
    }
    for code in ("item_tax_code", "service_tax_code", "prepay_tax_code", "contract_tax_code"):
        tax = backend.taxes.get(row.number(code))
        if tax is not None:
            fields[f"{code}_name"] = tax.name
    if invoiced_client is not None:
        fields["client_to_invoice_name"] = invoiced_client.name
    if single:
        rates = [rate for rate in backend.charge_rates if rate.values.get("area") == row.id]
        fields["overriding_rates"] = [charge_rate(backend, rate) for rate in rates]
    return fields


def item(backend: HaloBackend, row: Item) -> Json:
    """Return an item."""
    tax = backend.taxes.get(row.extra.get("taxcode", 0))
    return {
        **_with_defaults(ITEM, row.extra),
        "id": row.id,
        "name": row.name,
        **({"taxcode_name": tax.name} if tax else {}),
    }


def charge_rate(backend: HaloBackend, row: Record) -> Json:
    """Return a charge rate as a single record."""
    override = row.values.get("override_surcharge", False)
    return {
        **charge_rate_row(row),
        "current": is_current(backend, row),
        "override_surcharge": override,
    }


def charge_rate_row(row: Record) -> Json:
    """Return a row of a list. Observed: without two properties of the published schema."""
    values = _with_defaults(CHARGE_RATE, row.values)
    del values["override_surcharge"]
    return {**values, "id": row.id, "current_rate": values["rateoverride"] or values["rate"]}


def cost_centre(row: Record) -> Json:
    """Return a cost centre."""
    return {**_with_defaults(COST_CENTRE, row.values), "id": row.id}


def budget_type(row: Record) -> Json:
    """Return a budget type."""
    return {**_with_defaults(BUDGET_TYPE, row.values), "id": row.id}


def expense_row(backend: HaloBackend, row: Record) -> Json:
    """Return a row of a list. Observed: without ``ihid``. Assumed: if no invoice bills it."""
    fields = expense(backend, row)
    if not fields["ihid"]:
        del fields["ihid"]
    return fields


def expense(backend: HaloBackend, row: Record) -> Json:
    """Return an expense. Assumed: every agent may review it."""
    fields: Json = {
        **_with_defaults(EXPENSE, row.values),
        "id": row.id,
        "type_name": "",
        "can_review": True,
    }
    client = backend.clients.get(row.values.get("client_id", 0))
    if client is not None:
        fields["client_name"] = client.name
    expense_type = next((entry for entry in backend.lookups if _is_expense_type(entry, row)), None)
    if expense_type is not None:
        fields["type_name"] = expense_type.values["name"]
    return fields


def _is_expense_type(entry: Record, row: Record) -> bool:
    values = entry.values
    expense_type: int | None = row.values.get("lookup_id")
    return (values["lookupid"], values["id"]) == (_EXPENSE_TYPE_LOOKUP, expense_type)


def lookup(row: Record) -> Json:
    """Return an entry of a pick list."""
    return dict(row.values)


def status(row: Record) -> Json:
    """Return an invoice status."""
    return {**row.values, "id": row.id}


def timer(template: Invoice, row: Timer) -> Json:
    """Return the timer of a template.

    Observed: the names of all properties. Assumed: the values of those that only tickets use.
    """
    return without_nulls(
        {
            **_TICKET_TEMPLATE,
            "id": row.id,
            "name": template.client_name,
            "disabled": template.disabled,
            "guid": f"00000000-0000-4000-8000-{row.id:012x}",
            "end_date": template.extra.get("enddate", UNSET_DATE),
            "period": row.period,
            "startdate": optional_datetime(row.anchor_at),
            "lastcreated": optional_datetime(row.last_at),
            "nextcreationdate": optional_datetime(row.next_at),
        }
    )


def viewers(invoice: Invoice, row: InvoiceViewers, *, stale: bool) -> Json:
    """Return the viewers of an invoice."""
    return without_nulls(
        {
            "id": row.id,
            "changeseq": invoice.change_seq,
            "current_action_type": row.action,
            "viewers": [dict(viewer) for viewer in row.viewers],
            "_warning": "The invoice has changed since it was opened" if stale else None,
        }
    )
