"""Clients and items."""

from dataclasses import replace

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import RuleViolation
from mockvoice.vendors.halo.models import NO_EXTRA, Client, Item
from mockvoice.vendors.halo.rules import invoices, totals
from mockvoice.vendors.halo.rules.fields import CLIENT, ITEM, merge_extra, to_decimal
from mockvoice.vendors.halo.rules.records import Body, existing_record, find, required_name

# Each client has one site; site ids are independent of client ids.
FIRST_SITE_ID = 11


def save_client(backend: HaloBackend, body: Body) -> Client:
    """Create or update a client; its invoices get its new name at once."""
    before = existing_record(backend.clients, body)
    client_id = before.id if before else backend.ids.next("client")
    client = Client(
        id=client_id,
        name=required_name(body, before.name if before else None),
        main_site_id=before.main_site_id if before else backend.ids.next("site", FIRST_SITE_ID),
        extra=merge_extra(before.extra if before else NO_EXTRA, body, CLIENT),
    )
    backend.clients.put(client)
    if before and before.name != client.name:
        invoices.update_client_name(backend, client)
    return client


def delete_client(backend: HaloBackend, client_id: int) -> Client:
    """Delete a client. Raises ``RuleViolation`` if it has invoices or templates. Assumed."""
    client = find(backend.clients, client_id)
    if backend.invoices.count("client_id", client_id) or backend.templates.count(
        "client_id", client_id
    ):
        raise RuleViolation("The client has invoices")
    backend.clients.delete(client_id)
    return client


def save_item(backend: HaloBackend, body: Body) -> Item:
    """Create or update an item. Assumed: templates keep their prices by default."""
    before = existing_record(backend.items, body)
    item = backend.items.put(
        Item(
            id=before.id if before else backend.ids.next("item"),
            name=required_name(body, before.name if before else None),
            extra=merge_extra(before.extra if before else NO_EXTRA, body, ITEM),
        )
    )
    price = bool(body.get("update_recurring_invoice_price"))
    cost = bool(body.get("update_recurring_invoice_cost"))
    if before and (price or cost):
        _reprice_templates(backend, item, price=price, cost=cost)
    return item


def _reprice_templates(backend: HaloBackend, item: Item, *, price: bool, cost: bool) -> None:
    recurring = item.extra.get("isrecurringitem", False)
    new_price = to_decimal(item.extra.get("recurringprice" if recurring else "baseprice", 0))
    new_cost = to_decimal(item.extra.get("recurringcost" if recurring else "costprice", 0))
    for template in backend.templates.find_by("item_id", item.id):
        lines = tuple(
            replace(
                line,
                price=new_price if price else line.price,
                cost=new_cost if cost else line.cost,
            )
            if line.item_id == item.id
            else line
            for line in template.lines
        )
        after = replace(template, lines=lines, figures=totals.invoice_figures(lines))
        invoices.store(backend, template, after)
