"""Seeding of an OptiFlow tenant: an optician's customers, products, quotations and invoices.

No invoice stays a draft: only electronic invoices are drafts, and the tenant must set up their series
itself.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mockvoice.outbound.auth import BearerAuth
from mockvoice.seeding.catalog import price_of, products
from mockvoice.seeding.options import InvalidSeedOptions
from mockvoice.seeding.outcomes import Outcome, Sale
from mockvoice.seeding.requests import ExistingRecordQuery, Request, ResponseRef
from mockvoice.seeding.sales_history import Client, SalesHistory, clients_and_sales
from mockvoice.seeding.seeder import PrefetchedResponses, RequestSequence, VendorSeeder
from mockvoice.seeding.tax_ids import do_cedula

Json = dict[str, Any]

ONE, PAIR, STOCK = (1,), (1, 1, 2), (2, 5, 10)
PRODUCTS = products(
    ("MON-101", "Classic frame, black", "Fassung Klassik, schwarz", "Montura clásica negra", "Monture classique noire", "42", ONE, "piece"),
    ("MON-102", "Light metal frame", "Leichte Metallfassung", "Montura metálica ligera", "Monture métal légère", "55", ONE, "piece"),
    ("MON-103", "Flexible frame for children", "Flexible Kinderfassung", "Montura infantil flexible", "Monture enfant souple", "34", PAIR, "piece"),
    ("LEN-201", "Progressive lenses", "Gleitsichtgläser", "Lentes progresivos", "Verres progressifs", "96", ONE, "piece"),
    ("LEN-202", "Single vision lenses, coated", "Einstärkengläser, entspiegelt", "Lentes monofocales antirreflejo", "Verres unifocaux antireflet", "44", PAIR, "piece"),
    ("LEN-203", "Bifocal lenses", "Bifokalgläser", "Lentes bifocales", "Verres bifocaux", "62", ONE, "piece"),
    ("SOL-301", "Polarised sunglasses", "Polarisierte Sonnenbrille", "Lentes de sol polarizados", "Lunettes de soleil polarisées", "75", PAIR, "piece"),
    ("CON-401", "Contact lenses, a month (pair)", "Monatslinsen (Paar)", "Lentes de contacto mensuales (par)", "Lentilles mensuelles (paire)", "28.5", PAIR, "piece"),
    ("CON-402", "Lens solution, 355 ml", "Pflegemittel, 355 ml", "Solución multiuso 355 ml", "Solution d'entretien, 355 ml", "14.2", STOCK, "piece*"),
    ("GOT-403", "Eye drops, 15 ml", "Augentropfen, 15 ml", "Gotas lubricantes 15 ml", "Gouttes oculaires, 15 ml", "10.9", STOCK, "piece*"),
    ("ACC-501", "Microfibre cloth", "Mikrofasertuch", "Paño de microfibra", "Chiffon microfibre", "2.2", STOCK, "piece"),
    ("ACC-502", "Hard case", "Hartschalenetui", "Estuche rígido", "Étui rigide", "8", PAIR, "piece"),
    ("SRV-601", "Eye test", "Sehtest", "Examen visual", "Examen de vue", "15", ONE, "hour"),
    ("SRV-602", "Fitting and adjustment", "Anpassung", "Adaptación y ajuste", "Ajustage", "9", ONE, "hour"),
)  # fmt: skip
PAYMENT_METHODS = ("cash", "bank_transfer", "credit_card", "check", "mobile_payment")
ORDER_WORDS = {
    "es": "Pedido", "en": "Order", "de": "Bestellung", "fr": "Commande",
}  # fmt: skip
SALES_PER_QUOTATION = 14
REMAINING_STOCK = 40  # pieces of each product after all sales
QUOTATION_STATUSES = ("sent", "approved", "draft", "rejected", "cancelled")
_CANCELLED = {"data/status": "cancelled"}


class Shop:
    """Generates the requests that record the sales history of an optician's shop."""

    def __init__(
        self, history: SalesHistory, prefetched: PrefetchedResponses, stock: Mapping[str, int]
    ) -> None:
        self._history = history
        self._stock = stock
        self._rng = history.rng("shop")
        self._dominican = history.locale.code == "es_DO"
        self._tax_ids = _find_tax_ids(prefetched["taxes"]["data"])
        series = [
            row
            for row in prefetched["document_subtypes"]["data"]
            if row["is_active"]
            and (row["valid_until_date"] or history.iso_date(0)) >= history.iso_date(0)
        ]
        self._fiscal_series_id = _find_series_id(series, "invoice", "B01")
        self._consumer_series_id = _find_series_id(series, "invoice", "B02")
        self._quotation_series_id = _find_series_id(series, "quotation", "")
        currencies = prefetched["currencies"]["data"]
        self._currency_ids = {row["code"]: row["id"] for row in currencies}
        default = next(row for row in currencies if row["is_default"])
        accounts = [row for row in prefetched["bank_accounts"]["data"] if row["is_active"]]
        self._cash_account_id = _find_account_id(accounts, default, "cash")
        self._bank_account_id = _find_account_id(accounts, default, "bank")
        foreign = [row for row in accounts if row["currency_id"] == self._currency_ids.get("USD")]
        self._dollar_account_id = foreign[0]["id"] if foreign and default["code"] != "USD" else None

    def generate(self) -> Iterator[RequestSequence]:
        """Generate products and salesmen first, then contacts and sales by date."""
        yield self._catalog_requests(self._history.clients_by_start()[0].since)
        for event in clients_and_sales(self._history):
            if isinstance(event, Client):
                yield self._contact_requests(event)
            else:
                yield self._sale_requests(event)
                if event.number % SALES_PER_QUOTATION == 3:
                    yield self._quotation_requests(event)

    def _catalog_requests(self, day: int) -> Iterator[Request]:
        for product in PRODUCTS:
            sku = f"{product.code}-{self._history.reference(0).split('-')[1]}"
            price = price_of(product, self._history.locale)
            body: Json = {
                "name": product.names[self._history.locale.language],
                "sku": sku,
                "product_type": "service" if product.unit == "hour" else "physical",
                "price": price,
                "default_tax_id": self._tax_id(product.reduced),
            }
            if product.unit != "hour":
                body |= {
                    "cost": (price * Decimal("0.6")).quantize(Decimal("0.01")),
                    "initial_quantity": self._stock[f"product {product.code}"],
                    "minimum_quantity": 20,
                }
            yield Request(
                name=f"product {product.code}", operation="products.create", day=day, body=body,
                extracts={"id": "data/id"},
                lookup=ExistingRecordQuery("products.search", {"sku": sku}, "data", {"id": "id"}, query={"search": sku}),
            )  # fmt: skip
        for number in range(2):
            first, last = self._history.parties.name()
            yield Request(
                name=f"salesman {number}", operation="salesmen.create", day=day,
                body={"name": first, "surname": last}, extracts={"id": "data/id"},
                lookup=ExistingRecordQuery("salesmen.search", {"name": first, "surname": last}, "data", {"id": "id"},
                              query={"per_page": 100}),
            )  # fmt: skip

    def _tax_id(self, reduced: bool) -> int:
        return self._tax_ids[1] if reduced else self._tax_ids[0]

    def _contact_requests(self, client: Client) -> Iterator[Request]:
        private = client.number % 3 == 2
        people = self._history.parties
        party = people.private_person(do_cedula(self._rng)) if private else people.company()
        kind = "cedula" if private else "rnc"
        body: Json = {
            "name": party.name,
            "contact_type": "customer",
            "email": party.email,
            "phone_primary": party.phone[:20],
            "identification_type": kind if self._dominican else "other",
            "identification_number": party.tax_id,
            "addresses": [
                {
                    "province": party.region or party.city,
                    "municipality": party.city,
                    "country": self._history.locale.country,
                    "description": party.street,
                    "is_primary": True,
                }
            ],
        }
        if not private:
            body["credit_limit"] = (500_000, 250_000, 100_000)[min(client.number // 5, 2)]
        return iter((
            Request(
                name=f"contact {client.number}", operation="contacts.create", day=client.since, body=body,
                extracts={"id": "data/id"},
                lookup=ExistingRecordQuery("contacts.search", {"identification_number": party.tax_id, "name": party.name},
                              "data", {"id": "id"}, query={"search": party.name, "per_page": 100}),
            ),
        ))  # fmt: skip

    def _items(self, sale: Sale, *, dollars: bool) -> list[Json]:
        items = []
        for line in self._history.purchases(sale, self._rng):
            product = PRODUCTS[line.product]
            item: Json = {
                "product_id": ResponseRef(f"product {product.code}"),
                "quantity": line.quantity,
                "unit_price": product.dollars
                if dollars
                else price_of(product, self._history.locale),
                "taxes": [self._tax_id(product.reduced)],
            }
            if line.discount:
                item["discount_rate"] = line.discount
            items.append(item)
        return items

    def _sale_requests(self, sale: Sale) -> Iterator[Request]:
        client, rng = self._history.clients[sale.client], self._rng
        dollars = self._dollar_account_id is not None and client.number % 8 == 5
        reference = self._history.reference(sale.number)
        body: Json = {
            "contact_id": ResponseRef(f"contact {sale.client}"),
            "document_subtype_id": self._fiscal_series_id if self._dominican and client.number % 3 != 2 else self._consumer_series_id,
            "issue_date": self._history.iso_date(sale.day),
            "due_date": self._history.iso_date(sale.due),
            "payment_term": f"{client.terms}days",
            "notes": f"{ORDER_WORDS[self._history.locale.language]} {reference}",
            "items": self._items(sale, dollars=dollars),
        }  # fmt: skip
        if dollars:
            body["currency_id"] = self._currency_ids["USD"]
        if rng.chance(0.4):
            body["salesmen_ids"] = [ResponseRef(f"salesman {rng.randrange(2)}")]
        method = rng.choice(PAYMENT_METHODS)
        account = (
            self._dollar_account_id
            if dollars
            else self._cash_account_id
            if method == "cash"
            else self._bank_account_id
        )
        return self._invoice_requests(sale, f"invoice {sale.number}", body, method, account)

    def _invoice_requests(
        self, sale: Sale, name: str, body: Json, method: str, account: int | None
    ) -> Iterator[Request]:
        invoice = {"invoiceId": ResponseRef(name)}
        extracts = {"id": "data/id", "total": "data/total_amount"}
        yield Request(
            name=name, operation="invoices.create", day=sale.day, body=body, extracts=extracts,
            lookup=ExistingRecordQuery("invoices.search", {"notes": body["notes"]}, "data",
                          {"id": "id", "total": "total_amount"},
                          query={"filter[contact_id]": body["contact_id"],
                                 "filter[issue_date]": body["issue_date"], "per_page": 100}),
        )  # fmt: skip
        for index, (day, percent, previous) in enumerate(sale.shares()):
            reference = self._history.reference(sale.number * 10 + index, "TX")
            payment = {
                "bank_account_id": account,
                "payment_date": self._history.iso_date(day),
                "payment_method": method,
                "amount": ResponseRef(name, "total", percent or None, previous),
                "note": reference,
            }
            yield Request(
                name=f"{name} payment {index}", operation="payments.create_for_invoice", day=day,
                path=invoice, body=payment, extracts={"id": "data/id"},
                lookup=ExistingRecordQuery("payments.search_for_invoice", {"note": reference}, "data", {"id": "id"},
                              path=invoice, query={"per_page": 100}),
            )  # fmt: skip
        day = min((sale.paid_on[-1] if sale.paid_on else sale.day) + 3, -1)
        if sale.outcome is Outcome.REFUNDED:
            payments = [
                {"paymentId": ResponseRef(f"{name} payment {i}")} for i in range(len(sale.paid_on))
            ]
            for index, payment_path in enumerate(payments):
                yield Request(name=f"{name} refund {index}", operation="payments.delete", day=day, path=payment_path,
                              done_statuses=frozenset({404}))  # fmt: skip
        if sale.outcome in (Outcome.CANCELLED, Outcome.CREDITED, Outcome.REFUNDED):
            yield Request(
                name=f"{name} cancelled", operation="invoices.update", day=day, path=invoice,
                body={"status": "cancelled"}, lookup=ExistingRecordQuery("invoices.get", _CANCELLED, path=invoice),
            )  # fmt: skip

    def _quotation_requests(self, sale: Sale) -> Iterator[Request]:
        if self._quotation_series_id is None:
            return
        name = f"quotation {sale.number}"
        status = QUOTATION_STATUSES[sale.number // SALES_PER_QUOTATION % len(QUOTATION_STATUSES)]
        reference = self._history.reference(sale.number, "COT")
        body = {
            "contact_id": ResponseRef(f"contact {sale.client}"),
            "document_subtype_id": self._quotation_series_id,
            "issue_date": self._history.iso_date(sale.day),
            "due_date": self._history.iso_date(sale.day + 30),
            "notes": reference,
            "items": self._items(sale, dollars=False),
        }
        yield Request(
            name=name, operation="quotations.create", day=sale.day, body=body, extracts={"id": "data/id"},
            lookup=ExistingRecordQuery("quotations.search", {"notes": reference}, "data", {"id": "id"},
                          query={"filter[contact_id]": body["contact_id"], "sort": "-issue_date",
                                 "per_page": 100}),
        )  # fmt: skip
        if status != "draft":
            quotation = {"quotationId": ResponseRef(name)}
            yield Request(
                name=f"{name} status", operation="quotations.update", day=min(sale.day + 4, -1),
                path=quotation, body={"status": status},
                lookup=ExistingRecordQuery("quotations.get", {"data/status": status}, path=quotation),
            )  # fmt: skip


def _generate(history: SalesHistory, prefetched: PrefetchedResponses) -> Iterator[RequestSequence]:
    """Generate the requests, with an initial stock that suffices for all sales.

    The API has no deliveries from suppliers and rejects sales that exceed the stock. A first pass
    therefore counts the pieces that will be sold.
    """
    dry_run = SalesHistory(history.options, history.locale, history.products, history.today)
    sold = Counter({f"product {product.code}": REMAINING_STOCK for product in PRODUCTS})
    for sequence in Shop(dry_run, prefetched, sold).generate():
        for request in sequence:
            if request.operation == "invoices.create":
                for item in request.body["items"]:
                    sold[item["product_id"].request] += item["quantity"]
    return Shop(history, prefetched, sold).generate()


def _find_tax_ids(rows: list[Mapping[str, Any]]) -> tuple[int, int]:
    """Return the ids of the tenant's standard and reduced tax. Raises ``InvalidSeedOptions``."""
    itbis = sorted(
        (row for row in rows if row["type"] == "itbis"), key=lambda row: -Decimal(row["rate"])
    )
    if not itbis:
        raise InvalidSeedOptions("the tenant has no tax of type itbis; create one and retry")
    standard = next((row for row in rows if row["is_default"]), itbis[0])
    reduced = next((row for row in itbis if Decimal(row["rate"]) == 16), standard)
    return standard["id"], reduced["id"]


def _find_series_id(rows: list[Mapping[str, Any]], kind: str, prefix: str) -> int | None:
    """Return the id of the series with a prefix, otherwise of another series of the same type.

    Raises ``InvalidSeedOptions`` if there is no series for invoices.
    """
    candidates = [row for row in rows if row["type"] == kind and not row["is_electronic"]]
    candidates.sort(key=lambda row: (not str(row["prefix"]).startswith(prefix), row["id"]))
    if not candidates and kind == "invoice":
        raise InvalidSeedOptions(
            "the tenant has no active, valid series for invoices that are not electronic; create or "
            "activate one and retry"
        )
    return candidates[0]["id"] if candidates else None


def _find_account_id(rows: list[Mapping[str, Any]], currency: Mapping[str, Any], kind: str) -> int:
    """Return the id of an account in a currency, of this type if there is one.

    Raises ``InvalidSeedOptions`` if there is no account.
    """
    candidates = [row for row in rows if row["currency_id"] == currency["id"]]
    candidates.sort(key=lambda row: (row["type"] != kind, row["id"]))
    if not candidates:
        raise InvalidSeedOptions(
            f"the tenant has no active bank account in its default currency {currency['code']}; create "
            "or activate one and retry"
        )
    account_id: int = candidates[0]["id"]
    return account_id


def _list_request(operation: str) -> Request:
    return Request(name=operation, operation=operation, day=0, query={"per_page": 100})


SEEDER = VendorSeeder(
    locale="es_DO",
    products=PRODUCTS,
    prefetch={
        name: _list_request(f"{name}.search")
        for name in ("taxes", "document_subtypes", "currencies", "bank_accounts")
    },
    generate=lambda history, prefetched, known: _generate(history, prefetched),
    principal=lambda credentials: "owner",
    auth=lambda credentials: BearerAuth(credentials["owner"]),
)
