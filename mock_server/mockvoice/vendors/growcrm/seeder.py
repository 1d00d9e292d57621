"""How an account of Grow CRM is filled: a studio's clients, estimates, invoices and payments.

The API has no operation for tax rates and statuses: a target file says under ``known`` which there
are (``tax_rate_id``, ``reduced_tax_rate_id``); without them invoices have no tax.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.seeding.auth import BearerAuth
from mockvoice.seeding.catalog import price_of, products
from mockvoice.seeding.options import InvalidSeedOptions
from mockvoice.seeding.outcomes import Outcome, Sale
from mockvoice.seeding.requests import ExistingRecordQuery, Request, ResponseRef
from mockvoice.seeding.rng import SeededRandom
from mockvoice.seeding.sales_history import Client, SalesHistory, in_time
from mockvoice.seeding.seeder import Answers, RequestSequence, VendorSeeder

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
PART_PAID, CANCELLED = 4, 20  # statuses that every installation has
ALREADY_PUBLISHED = frozenset({409})
ESTIMATE_EVERY = 12  # sales
ESTIMATE_DAYS = 30
ESTIMATES = ("new", "accepted", "declined", "draft", "accepted", "revised")


class Studio:
    """Tells the business of a studio as requests."""

    def __init__(self, history: SalesHistory, answers: Answers, known: Mapping[str, Any]) -> None:
        self._history = history
        self._known = known
        self._language = history.locale.language
        self._rng = history.rng("studio")
        self._categories = {
            kind: _default_category(answers[kind], kind) for kind in ("invoice", "estimate", "item")
        }

    def generate(self) -> Iterator[RequestSequence]:
        history = self._history
        if self._tax_rate_id(reduced=False) is not None:  # no item can do without a tax rate
            yield self._catalogue_requests(history.clients_in_time()[0].since)
        for each in in_time(history):
            if isinstance(each, Client):
                yield self._client_requests(each)
            else:
                yield self._sale_requests(each)
                if (len(history.sales) - each.number) % ESTIMATE_EVERY == 2:
                    yield self._estimate_sequence(each)

    def _catalogue_requests(self, day: int) -> Iterator[Request]:
        for good in PRODUCTS:
            name = good.names[self._language]
            body: Json = {
                "item_description": name,
                "item_rate": price_of(good, self._history.locale),
                "item_categoryid": self._categories["item"],
                "item_notes": self._history.reference(0, good.code.upper()),
                "item_unit": UNITS.get(good.unit, "pieces"),
                "item_default_tax": self._tax_rate_id(reduced=good.reduced),
            }
            yield Request(
                name=f"item {good.code}", operation="items.create", day=day, body=body,
                lookup=ExistingRecordQuery("items.search", {"notes": body["item_notes"]}, "data",
                              query={"search": name, "limit": 100}),
            )  # fmt: skip

    def _client_requests(self, client: Client) -> Iterator[Request]:
        party = self._history.people.company()
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
        usual: int | None = self._known.get("tax_rate_id")
        return self._known.get("reduced_tax_rate_id", usual) if reduced else usual

    def _header(self, sale: Sale, rng: SeededRandom, kind: str) -> Json:
        return {
            "bill_clientid": ResponseRef(f"client {sale.client}"),
            "bill_categoryid": self._categories[kind],
            "bill_date": self._history.on(sale.day),
            "bill_notes": self._history.reference(
                sale.number, "PO" if kind == "invoice" else "RFQ"
            ),
            "bill_tax_type": "inline" if rng.chance(0.3) else "summary",
        }

    def _items(self, sale: Sale, rng: SeededRandom, mode: str) -> Json:
        items = []
        for line in self._history.purchases(sale, rng):
            good = PRODUCTS[line.product]
            item: Json = {
                "description": good.names[self._language],
                "quantity": line.quantity,
                "rate": price_of(good, self._history.locale),
            }
            if good.unit in UNITS:
                item["unit"] = UNITS[good.unit]
            rate = self._tax_rate_id(reduced=good.reduced)
            if mode == "inline":
                item |= {} if rate is None else {"tax_rate_id": rate}
                if line.discount:
                    item |= {"discount_type": "percentage", "discount_value": line.discount}
            items.append(item)
        rate = self._tax_rate_id(reduced=False)
        return {"items": items, **({"tax_rate_ids": [rate]} if mode == "summary" and rate else {})}

    def _sale_requests(self, sale: Sale) -> Iterator[Request]:
        rng, name = self._rng, f"invoice {sale.number}"
        header = {
            **self._header(sale, rng, "invoice"),
            "bill_due_date": self._history.on(sale.due),
        }
        items = self._items(sale, rng, header["bill_tax_type"])
        draws = rng.pick(GATEWAYS), rng.pick(TAGS), rng.fraction()
        return self._invoice_requests(sale, name, header, items, draws)

    def _invoice_requests(
        self, sale: Sale, name: str, header: Json, items: Json, draws: tuple[str, str, float]
    ) -> Iterator[Request]:
        invoice, (gateway, tag, draw) = {"invoiceId": ResponseRef(name)}, draws
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
        if draw < 0.2:
            yield Request(name=f"{name} tags", operation="invoices.set_tags", day=sale.day, path=invoice,
                          body={"tags": [tag]})  # fmt: skip
        if sale.outcome is not Outcome.DRAFT:
            yield Request(name=f"{name} publish", operation="invoices.publish", day=sale.day, path=invoice,
                          done_statuses=ALREADY_PUBLISHED)  # fmt: skip
            yield from self._payment_requests(sale, name, gateway)

    def _payment_requests(self, sale: Sale, name: str, gateway: str) -> Iterator[Request]:
        invoice = {"invoiceId": ResponseRef(name)}
        for place, (day, percent, before) in enumerate(sale.shares()):
            number = self._history.reference(sale.number * 10 + place, "TX")
            body = {
                "payment_invoiceid": ResponseRef(name),
                "payment_amount": ResponseRef(f"{name} items", "total", percent or None, before),
                "payment_date": self._history.on(day),
                "payment_gateway": gateway,
                "payment_transaction_id": number,
            }
            yield Request(
                name=f"{name} payment {place}", operation="payments.create", day=day, body=body,
                extracts={"id": "data/id"},
                lookup=ExistingRecordQuery("payments.search", {"transaction_id": number}, "data", {"id": "id"},
                              query={"invoice_id": ResponseRef(name), "limit": 100}),
            )  # fmt: skip
        last = sale.paid_on[-1] if sale.paid_on else min(sale.day + 6, -1)
        if sale.outcome is Outcome.REFUNDED:
            payment = ResponseRef(f"{name} payment {len(sale.paid_on) - 1}")
            last = min(last + 9, -1)
            yield Request(
                name=f"{name} refund", operation="refunds.create", day=last,
                body={"refund_paymentid": payment, "refund_date": self._history.on(last)},
                done_statuses=frozenset({409}),
            )  # fmt: skip
        status = {
            Outcome.PART_PAID: PART_PAID, Outcome.CANCELLED: CANCELLED, Outcome.CREDITED: CANCELLED,
            Outcome.REFUNDED: CANCELLED,
        }.get(sale.outcome)  # fmt: skip
        if status is not None:
            yield Request(name=f"{name} status", operation="invoices.set_status", day=last, path=invoice,
                          body={"status": status})  # fmt: skip

    def _estimate_sequence(self, sale: Sale) -> Iterator[Request]:
        rng, name = self._rng, f"estimate {sale.number}"
        header = self._header(sale, rng, "estimate")
        header["bill_expiry_date"] = self._history.on(sale.day + ESTIMATE_DAYS)
        items = self._items(sale, rng, header["bill_tax_type"])
        fate = ESTIMATES[sale.number // ESTIMATE_EVERY % len(ESTIMATES)]
        if sale.day > -ESTIMATE_DAYS:
            fate = "new"  # those that are older have expired
        return self._estimate_requests(sale, name, header, items, fate)

    def _estimate_requests(
        self, sale: Sale, name: str, header: Json, items: Json, fate: str
    ) -> Iterator[Request]:
        estimate = {"estimateId": ResponseRef(name)}
        yield Request(
            name=name, operation="estimates.create", day=sale.day, body=header, extracts={"id": "data/id"},
            lookup=ExistingRecordQuery("estimates.search", {"notes": header["bill_notes"]}, "data", {"id": "id"},
                          query={"client_id": header["bill_clientid"], "limit": 100}),
        )  # fmt: skip
        yield Request(name=f"{name} items", operation="estimates.set_items", day=sale.day, path=estimate,
                      body=items)  # fmt: skip
        if fate == "draft":
            return
        yield Request(name=f"{name} publish", operation="estimates.publish", day=sale.day, path=estimate,
                      done_statuses=ALREADY_PUBLISHED)  # fmt: skip
        if fate != "new":
            yield Request(name=f"{name} status", operation="estimates.set_status", day=min(sale.day + 5, -1),
                          path=estimate, body={"status": fate})  # fmt: skip


def _default_category(answer: Any, kind: str) -> int:
    """The category of a kind that every installation has, or else the oldest one."""
    rows = sorted(answer["data"], key=lambda row: (row["system_default"] != "yes", row["id"]))
    if not rows:
        raise InvalidSeedOptions(f"the account has no category of type {kind}")
    found: int = rows[0]["id"]
    return found


def _list_categories(kind: str) -> Request:
    return Request(
        name=kind, operation="categories.search", day=0, query={"type": kind, "limit": 100}
    )


SEEDER = VendorSeeder(
    locale="en_US",
    products=PRODUCTS,
    prefetch={kind: _list_categories(kind) for kind in ("invoice", "estimate", "item")},
    generate=lambda history, answers, known: Studio(history, answers, known).generate(),
    principal=lambda credentials: "api_key",
    known_ids={"tax_rate_id": 1, "reduced_tax_rate_id": 3},
    auth=lambda credentials: BearerAuth(credentials["api_key"]),
)
