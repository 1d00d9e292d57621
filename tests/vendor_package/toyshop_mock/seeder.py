"""Generated demo data of Toyshop: customers, their orders, and payments."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.vendor_api.seeding import (
    BearerAuth,
    Client,
    ExistingRecordQuery,
    PrefetchedResponses,
    Request,
    RequestSequence,
    ResponseRef,
    Sale,
    SalesHistory,
    VendorSeeder,
    clients_and_sales,
    price_of,
    products,
)

PRODUCTS = products(
    ("kite", "Kite", "Drachen", "Cometa", "Cerf-volant", "19.5", (1, 2), "piece"),
    ("train", "Train", "Zug", "Tren", "Train", "80", (1,), "piece"),
    ("marble", "Marble", "Murmel", "Canica", "Bille", "0.75", (10, 25, 50), "piece"),
)
ALREADY_PAID = frozenset({409})  # the response to a payment that exceeds the open amount


def generate(
    history: SalesHistory, prefetched: PrefetchedResponses, known: Mapping[str, Any]
) -> Iterator[RequestSequence]:
    """Yield the requests of each customer and of each order."""
    for event in clients_and_sales(history):
        if isinstance(event, Client):
            yield _customer(history, event)
        else:
            yield _order(history, event)


def _customer(history: SalesHistory, client: Client) -> Iterator[Request]:
    party = history.parties.company()
    body = {"name": party.name, "email": party.email}
    existing = ExistingRecordQuery("customers.search", {"email": party.email}, "", {"id": "id"})
    yield Request(
        name=f"customer {client.number}", operation="customers.create", day=client.since, body=body,
        extracts={"id": "id"}, lookup=existing,
    )  # fmt: skip


def _order(history: SalesHistory, sale: Sale) -> Iterator[Request]:
    rng, name = history.rng(f"order {sale.number}"), f"order {sale.number}"
    customer = ResponseRef(f"customer {sale.client}")
    language = history.locale.language
    lines = [
        {
            "toy": PRODUCTS[purchase.product].names[language],
            "quantity": purchase.quantity,
            "price": price_of(PRODUCTS[purchase.product], history.locale),
        }
        for purchase in history.purchases(sale, rng)
    ]
    reference = history.reference(sale.number)
    body = {"customer_id": customer, "due_date": history.iso_date(sale.due),
            "reference": reference, "tax_rate": 18, "lines": lines}  # fmt: skip
    extracts = {"id": "id", "total": "total"}
    existing = ExistingRecordQuery(
        "orders.search", {"reference": reference}, "", extracts, query={"customer": customer}
    )
    yield Request(name=name, operation="orders.create", day=sale.day, body=body, extracts=extracts,
                  lookup=existing)  # fmt: skip
    for number, (day, percent, earlier) in enumerate(sale.shares()):
        # The share 0 is the remainder; a reference with a share is a number, not the text "11.51".
        amount = ResponseRef(name, "total", percent or (None if earlier else 100), earlier)
        yield Request(
            name=f"{name} payment {number}", operation="payments.create", day=day,
            path={"orderId": ResponseRef(name)}, body={"amount": amount}, done_statuses=ALREADY_PAID,
        )  # fmt: skip


SEEDER = VendorSeeder(
    locale="en_US",
    products=PRODUCTS,
    prefetch={},
    generate=generate,
    principal=lambda credentials: "api_key",
    auth=lambda credentials: BearerAuth(credentials["api_key"]),
)
