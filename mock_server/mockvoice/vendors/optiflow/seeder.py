"""How a tenant of OptiFlow is filled: an optician's customers, products, quotations and invoices.

No invoice is left as a draft, since only electronic ones are drafts, and their series are of the
tenant's own making.
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
from mockvoice.seeding.sales_history import Client, SalesHistory, in_time
from mockvoice.seeding.seeder import Answers, RequestSequence, VendorSeeder
from mockvoice.seeding.tax_ids import do_cedula

Json = dict[str, Any]

ONE, PAIR, STOCK = (1,), (1, 1, 2), (2, 5, 10)
GOODS = products(
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
METHODS = ("cash", "bank_transfer", "credit_card", "check", "mobile_payment")
WORDS = {
    "es": "Pedido", "en": "Order", "de": "Bestellung", "fr": "Commande",
}  # fmt: skip
QUOTATION_EVERY = 14  # sales
LEFT = 40  # pieces of each product once everything is sold
QUOTATIONS = ("sent", "approved", "draft", "rejected", "cancelled")
_VOIDED = {"data/status": "cancelled"}


class Shop:
    """Tells the business of an optician as requests."""

    def __init__(self, history: SalesHistory, answers: Answers, stock: Mapping[str, int]) -> None:
        self._business = history
        self._stock = stock
        self._chance = history.rng("shop")
        self._dominican = history.locale.code == "es_DO"
        self._taxes = _taxes(answers["taxes"]["data"])
        series = [
            each
            for each in answers["document_subtypes"]["data"]
            if each["is_active"] and (each["valid_until_date"] or history.on(0)) >= history.on(0)
        ]
        self._fiscal = _series(series, "invoice", "B01")
        self._consumer = _series(series, "invoice", "B02")
        self._quotation = _series(series, "quotation", "")
        self._currencies = {each["code"]: each["id"] for each in answers["currencies"]["data"]}
        home = next(each for each in answers["currencies"]["data"] if each["is_default"])
        accounts = [each for each in answers["bank_accounts"]["data"] if each["is_active"]]
        self._cash = _account(accounts, home["id"], "cash")
        self._bank = _account(accounts, home["id"], "bank")
        foreign = [each for each in accounts if each["currency_id"] == self._currencies.get("USD")]
        self._dollars = foreign[0]["id"] if foreign and home["code"] != "USD" else None

    def tell(self) -> Iterator[RequestSequence]:
        yield self._opening(self._business.clients_in_time()[0].since)
        for each in in_time(self._business):
            if isinstance(each, Client):
                yield self._contact(each)
            else:
                yield self._sale(each)
                if each.number % QUOTATION_EVERY == 3:
                    yield self._quote(each)

    def _opening(self, day: int) -> Iterator[Request]:
        for good in GOODS:
            sku = f"{good.code}-{self._business.reference(0).split('-')[1]}"
            price = price_of(good, self._business.locale)
            body: Json = {
                "name": good.names[self._business.locale.language],
                "sku": sku,
                "product_type": "service" if good.unit == "hour" else "physical",
                "price": price,
                "default_tax_id": self._tax(good.reduced),
            }
            if good.unit != "hour":
                body |= {
                    "cost": (price * Decimal("0.6")).quantize(Decimal("0.01")),
                    "initial_quantity": self._stock[f"product {good.code}"],
                    "minimum_quantity": 20,
                }
            yield Request(
                name=f"product {good.code}", operation="products.create", day=day, body=body,
                extracts={"id": "data/id"},
                lookup=ExistingRecordQuery("products.search", {"sku": sku}, "data", {"id": "id"}, query={"search": sku}),
            )  # fmt: skip
        for number in range(2):
            first, last = self._business.people.name()
            yield Request(
                name=f"salesman {number}", operation="salesmen.create", day=day,
                body={"name": first, "surname": last}, extracts={"id": "data/id"},
                lookup=ExistingRecordQuery("salesmen.search", {"name": first, "surname": last}, "data", {"id": "id"},
                              query={"per_page": 100}),
            )  # fmt: skip

    def _tax(self, reduced: bool) -> int:
        return self._taxes[1] if reduced else self._taxes[0]

    def _contact(self, client: Client) -> Iterator[Request]:
        private = client.number % 3 == 2
        people = self._business.people
        party = people.private_person(do_cedula(self._chance)) if private else people.company()
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
                    "country": self._business.locale.country,
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
        for line in self._business.purchases(sale, self._chance):
            good = GOODS[line.product]
            item: Json = {
                "product_id": ResponseRef(f"product {good.code}"),
                "quantity": line.quantity,
                "unit_price": good.dollars if dollars else price_of(good, self._business.locale),
                "taxes": [self._tax(good.reduced)],
            }
            if line.discount:
                item["discount_rate"] = line.discount
            items.append(item)
        return items

    def _sale(self, sale: Sale) -> Iterator[Request]:
        client, rng = self._business.clients[sale.client], self._chance
        dollars = self._dollars is not None and client.number % 8 == 5
        mark = self._business.reference(sale.number)
        body: Json = {
            "contact_id": ResponseRef(f"contact {sale.client}"),
            "document_subtype_id": self._fiscal if self._dominican and client.number % 3 != 2 else self._consumer,
            "issue_date": self._business.on(sale.day),
            "due_date": self._business.on(sale.due),
            "payment_term": f"{client.terms}days",
            "notes": f"{WORDS[self._business.locale.language]} {mark}",
            "items": self._items(sale, dollars=dollars),
        }  # fmt: skip
        if dollars:
            body["currency_id"] = self._currencies["USD"]
        if rng.chance(0.4):
            body["salesmen_ids"] = [ResponseRef(f"salesman {rng.below(2)}")]
        method = rng.pick(METHODS)
        account = self._dollars if dollars else self._cash if method == "cash" else self._bank
        return self._requests(sale, f"invoice {sale.number}", body, method, account)

    def _requests(
        self, sale: Sale, name: str, body: Json, method: str, account: int | None
    ) -> Iterator[Request]:
        invoice = {"invoiceId": ResponseRef(name)}
        keeps = {"id": "data/id", "total": "data/total_amount"}
        yield Request(
            name=name, operation="invoices.create", day=sale.day, body=body, extracts=keeps,
            lookup=ExistingRecordQuery("invoices.search", {"notes": body["notes"]}, "data",
                          {"id": "id", "total": "total_amount"},
                          query={"filter[contact_id]": body["contact_id"],
                                 "filter[issue_date]": body["issue_date"], "per_page": 100}),
        )  # fmt: skip
        for place, (day, percent, before) in enumerate(sale.shares()):
            mark = self._business.reference(sale.number * 10 + place, "TX")
            payment = {
                "bank_account_id": account,
                "payment_date": self._business.on(day),
                "payment_method": method,
                "amount": ResponseRef(name, "total", percent or None, before),
                "note": mark,
            }
            yield Request(
                name=f"{name} payment {place}", operation="payments.create_for_invoice", day=day,
                path=invoice, body=payment, extracts={"id": "data/id"},
                lookup=ExistingRecordQuery("payments.search_for_invoice", {"note": mark}, "data", {"id": "id"},
                              path=invoice, query={"per_page": 100}),
            )  # fmt: skip
        day = min((sale.paid_on[-1] if sale.paid_on else sale.day) + 3, -1)
        if sale.outcome is Outcome.REFUNDED:
            payments = [
                {"paymentId": ResponseRef(f"{name} payment {i}")} for i in range(len(sale.paid_on))
            ]
            for place, each in enumerate(payments):
                yield Request(name=f"{name} refund {place}", operation="payments.delete", day=day, path=each,
                              done_statuses=frozenset({404}))  # fmt: skip
        if sale.outcome in (Outcome.CANCELLED, Outcome.CREDITED, Outcome.REFUNDED):
            yield Request(
                name=f"{name} cancelled", operation="invoices.update", day=day, path=invoice,
                body={"status": "cancelled"}, lookup=ExistingRecordQuery("invoices.get", _VOIDED, path=invoice),
            )  # fmt: skip

    def _quote(self, sale: Sale) -> Iterator[Request]:
        if self._quotation is None:
            return
        name, fate = (
            f"quotation {sale.number}",
            QUOTATIONS[sale.number // QUOTATION_EVERY % len(QUOTATIONS)],
        )
        mark = self._business.reference(sale.number, "COT")
        body = {
            "contact_id": ResponseRef(f"contact {sale.client}"),
            "document_subtype_id": self._quotation,
            "issue_date": self._business.on(sale.day),
            "due_date": self._business.on(sale.day + 30),
            "notes": mark,
            "items": self._items(sale, dollars=False),
        }
        yield Request(
            name=name, operation="quotations.create", day=sale.day, body=body, extracts={"id": "data/id"},
            lookup=ExistingRecordQuery("quotations.search", {"notes": mark}, "data", {"id": "id"},
                          query={"filter[contact_id]": body["contact_id"], "sort": "-issue_date",
                                 "per_page": 100}),
        )  # fmt: skip
        if fate != "draft":
            quotation = {"quotationId": ResponseRef(name)}
            yield Request(
                name=f"{name} status", operation="quotations.update", day=min(sale.day + 4, -1),
                path=quotation, body={"status": fate},
                lookup=ExistingRecordQuery("quotations.get", {"data/status": fate}, path=quotation),
            )  # fmt: skip


def _tell(history: SalesHistory, answers: Answers) -> Iterator[RequestSequence]:
    """Tell it with enough in stock: the API knows no deliveries, and refuses a sale of what is not there."""
    twin = SalesHistory(history.options, history.locale, history.products, history.today)
    sold = Counter({f"product {good.code}": LEFT for good in GOODS})
    for episode in Shop(twin, answers, sold).tell():
        for request in episode:
            if request.operation == "invoices.create":
                for item in request.body["items"]:
                    sold[item["product_id"].request] += item["quantity"]
    return Shop(history, answers, sold).tell()


def _taxes(rows: list[Mapping[str, Any]]) -> tuple[int, int]:
    """The tenant's usual tax and its reduced one."""
    itbis = sorted(
        (each for each in rows if each["type"] == "itbis"), key=lambda each: -Decimal(each["rate"])
    )
    if not itbis:
        raise InvalidSeedOptions("the tenant has no tax of type itbis")
    usual = next((each for each in rows if each["is_default"]), itbis[0])
    reduced = next((each for each in itbis if Decimal(each["rate"]) == 16), usual)
    return usual["id"], reduced["id"]


def _series(rows: list[Mapping[str, Any]], kind: str, prefix: str) -> int | None:
    """The series with a prefix, or else any of its kind. Raises ``BadWish`` if no invoice can be numbered."""
    fitting = [each for each in rows if each["type"] == kind and not each["is_electronic"]]
    fitting.sort(key=lambda each: (not str(each["prefix"]).startswith(prefix), each["id"]))
    if not fitting and kind == "invoice":
        raise InvalidSeedOptions(
            "the tenant has no active, valid series of invoices that are not electronic"
        )
    return fitting[0]["id"] if fitting else None


def _account(rows: list[Mapping[str, Any]], currency: int, kind: str) -> int:
    fitting = [each for each in rows if each["currency_id"] == currency]
    fitting.sort(key=lambda each: (each["type"] != kind, each["id"]))
    if not fitting:
        raise InvalidSeedOptions("the tenant has no bank account in its own currency")
    found: int = fitting[0]["id"]
    return found


def _list(operation: str) -> Request:
    return Request(name=operation, operation=operation, day=0, query={"per_page": 100})


SEEDER = VendorSeeder(
    locale="es_DO",
    products=GOODS,
    prefetch={
        name: _list(f"{name}.search")
        for name in ("taxes", "document_subtypes", "currencies", "bank_accounts")
    },
    generate=lambda history, answers, known: _tell(history, answers),
    principal=lambda credentials: "owner",
    auth=lambda credentials: BearerAuth(credentials["owner"]),
)
