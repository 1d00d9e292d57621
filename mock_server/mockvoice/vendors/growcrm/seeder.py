"""Seeding of a Grow CRM account with a design studio's clients, estimates, invoices and payments.

The API cannot list tax rates. The table ``known`` of a target file names their ids
(``tax_rates``, or ``tax_rate_id`` and ``reduced_tax_rate_id``); without them invoices have no tax.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mockvoice.outbound.auth import BearerAuth
from mockvoice.seeding.catalog import price_of, products
from mockvoice.seeding.options import InvalidSeedOptions
from mockvoice.seeding.outcomes import Outcome, Sale
from mockvoice.seeding.requests import ExistingRecordQuery, Request, ResponseRef
from mockvoice.seeding.rng import SeededRandom
from mockvoice.seeding.sales_history import Client, SalesHistory, clients_and_sales
from mockvoice.seeding.seeder import PrefetchedResponses, RequestSequence, VendorSeeder

Json = dict[str, Any]

ONE, FEW, HOURS, DAYS = (1,), (1, 2, 3), (2, 4, 6, 8, 12), (1, 1, 2, 3)
PRODUCTS = products(
    ("brand", "Brand workshop", "Markenworkshop", "Taller de marca", "Atelier de marque", "980", DAYS, "day"),
    ("logo", "Logo and wordmark", "Logo und Wortmarke", "Logotipo y marca", "Logo et logotype", "2400", ONE, "piece"),
    ("design", "Website design", "Webdesign", "Diseño web", "Conception de site", "95", HOURS, "hour"),
    ("front", "Front-end development", "Frontend-Entwicklung", "Desarrollo front-end", "Développement front-end", "110", HOURS, "hour"),
    ("back", "Back-end development", "Backend-Entwicklung", "Desarrollo back-end", "Développement back-end", "118.5", HOURS, "hour"),
    ("copy", "Copywriting", "Texten", "Redacción", "Rédaction", "72.25", HOURS, "hour"),
    ("photo", "Product photography", "Produktfotografie", "Fotografía de producto", "Photographie de produits", "850", DAYS, "day"),
    ("host", "Hosting, a month", "Hosting, monatlich", "Alojamiento, un mes", "Hébergement, un mois", "39.9", ONE, "month"),
    ("care", "Support retainer, a month", "Wartungspauschale, monatlich", "Cuota de soporte, un mes", "Forfait d'assistance, un mois", "450", ONE, "month"),
    ("seo", "Search optimisation", "Suchmaschinenoptimierung", "Posicionamiento en buscadores", "Référencement", "88", HOURS, "hour"),
    ("news", "Newsletter", "Newsletter", "Boletín", "Lettre d'information", "320", FEW, "piece"),
    ("print", "Brochures, 500 printed", "Broschüren, 500 Stück", "Folletos, 500 impresos", "Brochures, 500 exemplaires", "640", FEW, "piece*"),
    ("train", "Training", "Schulung", "Formación", "Formation", "1150", DAYS, "day"),
    ("audit", "Accessibility audit", "Prüfung der Barrierefreiheit", "Auditoría de accesibilidad", "Audit d'accessibilité", "105", HOURS, "hour"),
)  # fmt: skip
UNITS = {"hour": "hours", "day": "days"}
GATEWAYS = ("bank", "bank", "bank", "stripe", "paypal", "cash")
TAGS = ("retainer", "web", "print", "one-off", "Priority")
PART_PAID, CANCELLED = 4, 20  # status ids of every installation
ALREADY_DONE = frozenset({409})  # the response to publishing or refunding a second time
SALES_PER_ESTIMATE = 12
ESTIMATE_DAYS = 30  # from the date of an estimate to its expiry
ESTIMATE_STATUSES = ("new", "accepted", "declined", "draft", "accepted", "revised")


class Studio:
    """Generates the requests that create a studio's sales history."""

    def __init__(
        self, history: SalesHistory, prefetched: PrefetchedResponses, known: Mapping[str, Any]
    ) -> None:
        self._history = history
        self._known = known
        self._language = history.locale.language
        self._rng = history.rng("studio")
        self._categories = {
            kind: _default_category(prefetched[kind], kind)
            for kind in ("invoice", "estimate", "item")
        }

    def generate(self) -> Iterator[RequestSequence]:
        """Generate the catalogue's sequence, then one per client, sale and estimate in time order."""
        history = self._history
        if self._tax_rate_id(reduced=False) is not None:  # Every item needs a tax rate.
            yield self._catalogue_requests(history.clients_by_start()[0].since)
        for event in clients_and_sales(history):
            if isinstance(event, Client):
                yield self._client_requests(event)
            else:
                yield self._invoice_sequence(event)
                if (len(history.sales) - event.number) % SALES_PER_ESTIMATE == 2:
                    yield self._estimate_sequence(event)

    def _catalogue_requests(self, day: int) -> Iterator[Request]:
        for product in PRODUCTS:
            name = product.names[self._language]
            body: Json = {
                "item_description": name,
                "item_rate": price_of(product, self._history.locale),
                "item_categoryid": self._categories["item"],
                "item_notes": self._history.reference(0, product.code.upper()),
                "item_unit": UNITS.get(product.unit, "pieces"),
                "item_default_tax": self._tax_rate_id(reduced=product.reduced),
            }
            yield Request(
                name=f"item {product.code}", operation="items.create", day=day, body=body,
                lookup=ExistingRecordQuery("items.search", {"notes": body["item_notes"]}, "data",
                              query={"search": name, "limit": 100}),
            )  # fmt: skip

    def _client_requests(self, client: Client) -> Iterator[Request]:
        party = self._history.parties.company()
        body: Json = {
            "first_name": party.first_name,
            "last_name": party.last_name,
            "email": party.email,
            "client_company_name": party.name,
            "client_phone": party.phone,
            "client_website": f"https://www.{party.domain}",
            "client_vat": party.tax_id,
            "client_billing_street": party.street,
            "client_billing_city": party.city,
            "client_billing_state": party.region,
            "client_billing_zip": party.postcode,
            "client_billing_country": self._history.locale.country,
            "client_billing_invoice_due_days": client.terms,
        }
        yield Request(
            name=f"client {client.number}", operation="clients.create", day=client.since, body=body,
            extracts={"id": "data/id"},
            lookup=ExistingRecordQuery("clients.search", {"company_name": party.name, "vat": party.tax_id}, "data",
                          {"id": "id"}, query={"search": party.name, "limit": 100}),
        )  # fmt: skip

    def _tax_rate_id(self, *, reduced: bool) -> int | None:
        """Return the id of a tax rate; without a name of its own, the highest or second rate of ``tax_rates``."""
        rates: Mapping[str, int] = self._known.get("tax_rates", {})
        ids = [rates[rate] for rate in sorted(rates, key=Decimal, reverse=True)]
        standard: int | None = self._known.get("tax_rate_id", ids[0] if ids else None)
        second = ids[1] if len(ids) > 1 else standard
        return self._known.get("reduced_tax_rate_id", second) if reduced else standard

    def _header(self, sale: Sale, rng: SeededRandom, kind: str) -> Json:
        return {
            "bill_clientid": ResponseRef(f"client {sale.client}"),
            "bill_categoryid": self._categories[kind],
            "bill_date": self._history.iso_date(sale.day),
            "bill_notes": self._history.reference(
                sale.number, "PO" if kind == "invoice" else "RFQ"
            ),
            "bill_tax_type": "inline" if rng.chance(0.3) else "summary",
        }

    def _items(self, sale: Sale, rng: SeededRandom, tax_type: str) -> Json:
        items = []
        for line in self._history.purchases(sale, rng):
            product = PRODUCTS[line.product]
            item: Json = {
                "description": product.names[self._language],
                "quantity": line.quantity,
                "rate": price_of(product, self._history.locale),
            }
            if product.unit in UNITS:
                item["unit"] = UNITS[product.unit]
            rate_id = self._tax_rate_id(reduced=product.reduced)
            if tax_type == "inline":
                item |= {} if rate_id is None else {"tax_rate_id": rate_id}
                if line.discount:
                    item |= {"discount_type": "percentage", "discount_value": line.discount}
            items.append(item)
        rate_id = self._tax_rate_id(reduced=False)
        taxes = {"tax_rate_ids": [rate_id]} if tax_type == "summary" and rate_id else {}
        return {"items": items, **taxes}

    def _invoice_sequence(self, sale: Sale) -> Iterator[Request]:
        rng, name = self._rng, f"invoice {sale.number}"
        header = {
            **self._header(sale, rng, "invoice"),
            "bill_due_date": self._history.iso_date(sale.due),
        }
        items = self._items(sale, rng, header["bill_tax_type"])
        draws = rng.choice(GATEWAYS), rng.choice(TAGS), rng.random()
        return self._invoice_requests(sale, name, header, items, draws)

    def _invoice_requests(
        self, sale: Sale, name: str, header: Json, items: Json, draws: tuple[str, str, float]
    ) -> Iterator[Request]:
        invoice = {"invoiceId": ResponseRef(name)}
        gateway, tag, tag_draw = draws
        yield Request(
            name=name, operation="invoices.create", day=sale.day, body=header, extracts={"id": "data/id"},
            lookup=ExistingRecordQuery("invoices.search", {"notes": header["bill_notes"]}, "data", {"id": "id"},
                          query={"client_id": header["bill_clientid"], "limit": 100}),
        )  # fmt: skip
        discount = self._history.clients[sale.client].discount
        if discount and header["bill_tax_type"] == "summary":
            body = {
                **{field: header[field] for field in ("bill_categoryid", "bill_date")},
                "bill_discount_type": "percentage",
                "bill_discount_percentage": discount,
            }
            yield Request(name=f"{name} discount", operation="invoices.update", day=sale.day, path=invoice, body=body)  # fmt: skip
        yield Request(
            name=f"{name} items", operation="invoices.set_items", day=sale.day, path=invoice, body=items,
            extracts={"total": "data/totals/final_amount"},
        )  # fmt: skip
        if tag_draw < 0.2:
            yield Request(name=f"{name} tags", operation="invoices.set_tags", day=sale.day, path=invoice,
                          body={"tags": [tag]})  # fmt: skip
        if sale.outcome is not Outcome.DRAFT:
            yield Request(name=f"{name} publish", operation="invoices.publish", day=sale.day, path=invoice,
                          done_statuses=ALREADY_DONE)  # fmt: skip
            yield from self._payment_requests(sale, name, gateway)

    def _payment_requests(self, sale: Sale, name: str, gateway: str) -> Iterator[Request]:
        invoice = {"invoiceId": ResponseRef(name)}
        for index, (day, percent, earlier) in enumerate(sale.shares()):
            transaction_id = self._history.reference(sale.number * 10 + index, "TX")
            body = {
                "payment_invoiceid": ResponseRef(name),
                "payment_amount": ResponseRef(f"{name} items", "total", percent or None, earlier),
                "payment_date": self._history.iso_date(day),
                "payment_gateway": gateway,
                "payment_transaction_id": transaction_id,
            }
            yield Request(
                name=f"{name} payment {index}", operation="payments.create", day=day, body=body,
                extracts={"id": "data/id"},
                lookup=ExistingRecordQuery("payments.search", {"transaction_id": transaction_id}, "data", {"id": "id"},
                              query={"invoice_id": ResponseRef(name), "limit": 100}),
            )  # fmt: skip
        last_day = sale.paid_on[-1] if sale.paid_on else min(sale.day + 6, -1)
        if sale.outcome is Outcome.REFUNDED:
            payment = ResponseRef(f"{name} payment {len(sale.paid_on) - 1}")
            last_day = min(last_day + 9, -1)
            yield Request(
                name=f"{name} refund", operation="refunds.create", day=last_day,
                body={"refund_paymentid": payment, "refund_date": self._history.iso_date(last_day)},
                done_statuses=ALREADY_DONE,
            )  # fmt: skip
        status = {
            Outcome.PARTLY_PAID: PART_PAID, Outcome.CANCELLED: CANCELLED, Outcome.CREDITED: CANCELLED,
            Outcome.REFUNDED: CANCELLED,
        }.get(sale.outcome)  # fmt: skip
        if status is not None:
            yield Request(name=f"{name} status", operation="invoices.set_status", day=last_day, path=invoice,
                          body={"status": status})  # fmt: skip

    def _estimate_sequence(self, sale: Sale) -> Iterator[Request]:
        rng, name = self._rng, f"estimate {sale.number}"
        header = self._header(sale, rng, "estimate")
        header["bill_expiry_date"] = self._history.iso_date(sale.day + ESTIMATE_DAYS)
        items = self._items(sale, rng, header["bill_tax_type"])
        status = ESTIMATE_STATUSES[sale.number // SALES_PER_ESTIMATE % len(ESTIMATE_STATUSES)]
        if sale.day > -ESTIMATE_DAYS:
            status = "new"  # Recent estimates are still open.
        return self._estimate_requests(sale, name, header, items, status)

    def _estimate_requests(
        self, sale: Sale, name: str, header: Json, items: Json, status: str
    ) -> Iterator[Request]:
        estimate = {"estimateId": ResponseRef(name)}
        yield Request(
            name=name, operation="estimates.create", day=sale.day, body=header, extracts={"id": "data/id"},
            lookup=ExistingRecordQuery("estimates.search", {"notes": header["bill_notes"]}, "data", {"id": "id"},
                          query={"client_id": header["bill_clientid"], "limit": 100}),
        )  # fmt: skip
        yield Request(name=f"{name} items", operation="estimates.set_items", day=sale.day, path=estimate,
                      body=items)  # fmt: skip
        if status == "draft":
            return
        yield Request(name=f"{name} publish", operation="estimates.publish", day=sale.day, path=estimate,
                      done_statuses=ALREADY_DONE)  # fmt: skip
        if status != "new":
            yield Request(name=f"{name} status", operation="estimates.set_status", day=min(sale.day + 5, -1),
                          path=estimate, body={"status": status})  # fmt: skip


def _default_category(response: Any, kind: str) -> int:
    """Return the id of the type's default category, or of its oldest one."""
    rows = sorted(response["data"], key=lambda row: (row["system_default"] != "yes", row["id"]))
    if not rows:
        raise InvalidSeedOptions(
            f"the account has no category of type {kind}; create one and retry"
        )
    category_id: int = rows[0]["id"]
    return category_id


def _list_categories(kind: str) -> Request:
    return Request(
        name=kind, operation="categories.search", day=0, query={"type": kind, "limit": 100}
    )


SEEDER = VendorSeeder(
    locale="en_US",
    products=PRODUCTS,
    prefetch={kind: _list_categories(kind) for kind in ("invoice", "estimate", "item")},
    generate=lambda history, prefetched, known: Studio(history, prefetched, known).generate(),
    principal=lambda credentials: "api_key",
    known_ids={"tax_rate_id": 1, "reduced_tax_rate_id": 3},
    auth=lambda credentials: BearerAuth(credentials["api_key"]),
)
