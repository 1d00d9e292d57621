"""How a workspace of COUNT is filled: a coffee wholesaler's customers, invoices, credit and deposits."""

import hmac
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from mockvoice.outbound.auth import ApiRequest
from mockvoice.seeding.catalog import price_of, products
from mockvoice.seeding.options import InvalidSeedOptions
from mockvoice.seeding.outcomes import Outcome, Sale
from mockvoice.seeding.requests import ExistingRecordQuery, Request, ResponseRef
from mockvoice.seeding.sales_history import Client, SalesHistory, in_time
from mockvoice.seeding.seeder import Answers, RequestSequence, VendorSeeder

Json = dict[str, Any]

BAGS, BOXES, ONE, HOURS = (4, 6, 10, 12, 20), (1, 2, 3, 5), (1,), (2, 3, 4)
GOODS = products(
    ("beans", "Espresso beans, 1 kg", "Espressobohnen, 1 kg", "Café espresso en grano, 1 kg", "Café espresso en grains, 1 kg", "19.99", BAGS, "piece*"),
    ("filter", "Filter roast, 1 kg", "Filterröstung, 1 kg", "Tueste para filtro, 1 kg", "Torréfaction filtre, 1 kg", "18.5", BAGS, "piece*"),
    ("decaf", "Decaf, 500 g", "Entkoffeiniert, 500 g", "Descafeinado, 500 g", "Décaféiné, 500 g", "11.25", BAGS, "piece*"),
    ("single", "Single origin, 250 g", "Single Origin, 250 g", "Origen único, 250 g", "Pure origine, 250 g", "9.9", BAGS, "piece*"),
    ("brew", "Cold brew, 12 bottles", "Cold Brew, 12 Flaschen", "Café frío, 12 botellas", "Café glacé, 12 bouteilles", "31.2", BOXES, "piece*"),
    ("cups", "Paper cups, 1000", "Pappbecher, 1000 Stück", "Vasos de papel, 1000", "Gobelets en carton, 1000", "64", BOXES, "piece"),
    ("oat", "Oat drink, 6 l", "Haferdrink, 6 l", "Bebida de avena, 6 l", "Boisson à l'avoine, 6 l", "14.4", BAGS, "piece*"),
    ("grinder", "Grinder", "Mühle", "Molinillo", "Moulin", "389", ONE, "piece"),
    ("machine", "Espresso machine, two groups", "Siebträger, zwei Gruppen", "Máquina de espresso, dos grupos", "Machine à espresso, deux groupes", "4250", ONE, "piece"),
    ("powder", "Cleaning powder, 900 g", "Reinigungspulver, 900 g", "Polvo limpiador, 900 g", "Poudre nettoyante, 900 g", "13.8", BOXES, "piece"),
    ("water", "Water filter", "Wasserfilter", "Filtro de agua", "Filtre à eau", "48.75", BOXES, "piece"),
    ("training", "Barista training", "Barista-Schulung", "Formación de barista", "Formation barista", "240", HOURS, "hour"),
    ("service", "Machine service", "Maschinenwartung", "Mantenimiento de máquina", "Entretien de machine", "115.5", HOURS, "hour"),
    ("hire", "Machine hire, a month", "Maschinenmiete, monatlich", "Alquiler de máquina, un mes", "Location de machine, un mes", "149.9", ONE, "month"),
)  # fmt: skip
TAGS = ("Retail", "Wholesale", "Office", "Rush")
OFFER_EVERY = 15  # sales
PATTERNS = ("monthly", "quarterly", "biweekly", "yearly")
_WITH_BODY = ("POST", "PUT", "PATCH")


class Wholesaler:
    """Tells the business of a wholesaler as requests."""

    def __init__(self, history: SalesHistory, answers: Answers) -> None:
        self._business = history
        self._language = history.locale.language
        self._chance = history.rng("wholesaler")
        accounts = [
            each for each in answers["accounts"]["data"]["records"] if each["status"] == "active"
        ]
        self._bank = _account(accounts, "Assets", "Bank")
        self._sales = _account(accounts, "Income", "Sales")
        self._tax = _tax(answers["taxes"]["data"]["records"], history.locale.vat)
        self._tags = {each["name"]: each["id"] for each in answers["tags"]["data"]["records"]}

    def tell(self) -> Iterator[RequestSequence]:
        history = self._business
        yield self._opening(history.clients_in_time()[0].since)
        for each in in_time(history):
            if isinstance(each, Client):
                yield self._customer(each)
            else:
                yield self._sale(each)
                if each.number % OFFER_EVERY == 2:
                    yield self._offer(each)
        yield self._schedules()

    def _opening(self, day: int) -> Iterator[Request]:
        for good in GOODS:
            mark = self._business.reference(0, good.code.upper())
            # Two products cannot have one name, and the workspace may have such products already.
            name = f"{good.names[self._language]} ({mark.split('-')[1]})"
            body: Json = {
                "name": name,
                "description": mark,
                "categoryAccountUuid": self._sales,
                "price": price_of(good, self._business.locale),
            }
            if good.unit == "piece" and self._tax:
                body["taxUuids"] = [self._tax]
            if good.unit == "hour":
                body |= {"pricingMethod": "hour", "taxExempt": True}
            yield Request(
                name=f"product {good.code}", operation="products.create", day=day, body=body,
                extracts={"id": "data/id"}, lookup=_row("products.search", {"description": mark}, name),
            )  # fmt: skip
        for tag in TAGS:
            if tag not in self._tags:
                yield Request(name=f"tag {tag}", operation="tags.create", day=day, body={"name": tag},
                              extracts={"id": "data/id"}, lookup=_row("tags.search", {"name": tag}, tag))  # fmt: skip

    def _customer(self, client: Client) -> Iterator[Request]:
        party = self._business.people.company()
        body: Json = {
            "customer": party.name,
            "email": f"accounts@{party.domain}",
            "mainPhone": party.phone,
            "website": f"https://www.{party.domain}",
            "billingAddress": {
                "street": party.street,
                "city": party.city,
                "state": party.region,
                "zipCode": party.postcode,
                "country": self._business.locale.country_code,
            },
            "paymentTerm": f"Net {client.terms}",
            "taxNumber": party.tax_id,
            "contacts": [
                {
                    "firstName": party.first_name,
                    "lastName": party.last_name,
                    "email": party.email,
                    "isPrimary": True,
                }
            ],
        }
        yield Request(
            name=f"customer {client.number}", operation="customers.create", day=client.since, body=body,
            extracts={"id": "data/id"}, lookup=_row("customers.search", {"taxNumber": party.tax_id}, party.name),
        )  # fmt: skip

    def _lines(self, sale: Sale) -> list[Json]:
        return [
            {
                "productUuid": ResponseRef(f"product {GOODS[line.product].code}"),
                "quantity": line.quantity,
                "unitPrice": price_of(GOODS[line.product], self._business.locale),
            }
            for line in self._business.purchases(sale, self._chance)
        ]

    def _document(self, sale: Sale, word: str) -> Json:
        return {
            "customerUuid": ResponseRef(f"customer {sale.client}"),
            "date": self._business.on(sale.day),
            "dueDate": self._business.on(sale.due),
            "products": self._lines(sale),
            "notes": self._business.reference(sale.number, word),
        }

    def _sale(self, sale: Sale) -> Iterator[Request]:
        body = self._document(sale, "PO") | {"isDraft": sale.outcome is Outcome.DRAFT}
        discount = self._business.clients[sale.client].discount
        if discount:
            body |= {"discount": discount, "discountDescription": f"{discount} off"}
        if self._chance.chance(0.3):
            tag = self._chance.pick(TAGS)
            body["tagUuids"] = [self._tags.get(tag) or ResponseRef(f"tag {tag}")]
        if self._chance.chance(0.1):
            body["taxSetting"] = "inclusive"
        return self._requests(sale, f"invoice {sale.number}", body, sent=self._chance.chance(0.9))

    def _requests(self, sale: Sale, name: str, body: Json, *, sent: bool) -> Iterator[Request]:
        invoice = {"invoiceId": ResponseRef(name)}
        yield _create(name, sale.day, body)
        if sale.outcome is Outcome.DRAFT:
            return
        if sent:
            # Sending it once more is what a seller does too, and changes nothing else.
            yield Request(name=f"{name} sent", operation="invoices.send", day=sale.day, path=invoice,
                          lookup=ExistingRecordQuery("invoices.get", {"data/isSent": True}, path=invoice))  # fmt: skip
        for place, (day, percent, before) in enumerate(sale.shares()):
            amount = ResponseRef(name, "total", percent or None, before)
            yield from self._deposit(sale, name, place, day, amount)
        day = min((sale.paid_on[-1] if sale.paid_on else sale.day) + 6, -1)
        match sale.outcome:
            case Outcome.CANCELLED:
                yield from self._credit(sale, name, day, ResponseRef(name, "total"))
            case Outcome.CREDITED:
                yield from self._credit(sale, name, day, ResponseRef(name, "total", 25))
            case Outcome.REFUNDED:
                yield from self._refund(sale, name, day)

    def _deposit(
        self, sale: Sale, name: str, place: int, day: int, amount: ResponseRef
    ) -> Iterator[Request]:
        money = f"{name} payment {place}"
        mark = self._business.reference(sale.number * 10 + place, "TX")
        yield _transaction(money, day, self._bank, sale, amount, "Income", f"Deposit {mark}", self._business.on(day))  # fmt: skip
        yield _assigned(money, name, day, amount)

    def _memo(self, sale: Sale, name: str, day: int, amount: ResponseRef) -> Request:
        line = {
            "productUuid": ResponseRef(f"product {GOODS[0].code}"),
            "description": "Credit",
            "quantity": 1,
            "unitPrice": amount,
            "taxes": [],
        }
        body = {
            "customerUuid": ResponseRef(f"customer {sale.client}"),
            "date": self._business.on(day),
            "invoiceType": "memo",
            "isDraft": False,
            "products": [line],
            "appliedToInvoiceUuid": ResponseRef(name),
            "notes": self._business.reference(sale.number, "CN"),
        }
        return _create(f"{name} memo", day, body)

    def _credit(self, sale: Sale, name: str, day: int, amount: ResponseRef) -> Iterator[Request]:
        invoice, memo = {"invoiceId": ResponseRef(name)}, ResponseRef(f"{name} memo")
        yield self._memo(sale, name, day, amount)
        yield Request(
            name=f"{name} credited", operation="invoices.apply_multiple_credit_to_invoice", day=day,
            path=invoice, body={"creditMemos": [{"id": memo, "amount": ResponseRef(memo.request, "total")}]},
            lookup=ExistingRecordQuery("invoices.get", {"data/creditedAmount": ResponseRef(memo.request, "total")}, path=invoice),
        )  # fmt: skip

    def _refund(self, sale: Sale, name: str, day: int) -> Iterator[Request]:
        """What was paid goes back: a memo that an expense settles."""
        memo, money = f"{name} memo", f"{name} refund"
        yield self._memo(sale, name, day, ResponseRef(name, "total"))
        whole = ResponseRef(memo, "total")
        mark = self._business.reference(sale.number, "RF")
        yield _transaction(money, day, self._bank, sale, whole, "Expense", f"Refund {mark}", self._business.on(day))  # fmt: skip
        yield _assigned(money, memo, day, whole)

    def _offer(self, sale: Sale) -> Iterator[Request]:
        number = sale.number // OFFER_EVERY
        body = self._document(sale, "OF") | {
            "invoiceType": "estimate" if number % 2 else "quote",
            "isDraft": number % 4 == 3,
        }
        name = f"offer {sale.number}"
        return self._offered(name, sale.day, body)

    def _offered(self, name: str, day: int, body: Json) -> Iterator[Request]:
        yield _create(name, day, body)
        if not body["isDraft"]:
            offer = {"invoiceId": ResponseRef(name)}
            yield Request(name=f"{name} sent", operation="invoices.send", day=day, path=offer,
                          lookup=ExistingRecordQuery("invoices.get", {"data/isSent": True}, path=offer))  # fmt: skip

    def _schedules(self) -> Iterator[Request]:
        """What will be written from next week on, for the largest customers."""
        hire = GOODS[-1]
        for client in self._business.clients[: 2 + self._business.options.clients // 12]:
            mark = self._business.reference(client.number, "RI")
            body = {
                "customerUuid": ResponseRef(f"customer {client.number}"),
                "date": self._business.on(7 + client.number % 20),
                "dueDate": self._business.on(7 + client.number % 20 + client.terms),
                "products": [
                    {
                        "productUuid": ResponseRef(f"product {hire.code}"),
                        "quantity": 1,
                        "unitPrice": price_of(hire, self._business.locale),
                    }
                ],
                "isDraft": False,
                "recurrencePattern": PATTERNS[client.number % len(PATTERNS)],
                "notes": mark,
            }
            search = {"limit": 100, "search": mark}
            yield Request(
                name=f"schedule {client.number}", operation="recurring_invoice_templates.create", day=0,
                body=body,
                lookup=ExistingRecordQuery("recurring_invoice_templates.search", {"notes": mark}, "data/records", query=search),
            )  # fmt: skip


def _row(operation: str, where: Json, search: str) -> ExistingRecordQuery:
    query = {"search": search, "limit": 100}
    return ExistingRecordQuery(operation, where, "data/records", {"id": "id"}, query=query)


def _create(name: str, day: int, body: Json) -> Request:
    """A document, which is known by the reference in its notes."""
    return Request(
        name=name, operation="invoices.create", day=day, body=body,
        extracts={"id": "data/id", "total": "data/total"},
        lookup=ExistingRecordQuery("invoices.search", {"notes": body["notes"]}, "data/records",
                      {"id": "id", "total": "total"}, query={"search": body["notes"], "limit": 100}),
    )  # fmt: skip


def _transaction(
    name: str,
    day: int,
    account: str,
    sale: Sale,
    amount: ResponseRef,
    kind: str,
    text: str,
    date: str,
) -> Request:
    body = {
        "accUuid": account,
        "amount": amount,
        "postedDate": date,
        "type": kind,
        "description": text,
        "customerUuid": ResponseRef(f"customer {sale.client}"),
    }
    return Request(name=name, operation="transactions.create", day=day, body=body, extracts={"id": "data/id"},
                   lookup=_row("transactions.search", {"description": text}, text))  # fmt: skip


def _assigned(money: str, document: str, day: int, amount: ResponseRef) -> Request:
    records = [{"id": ResponseRef(document), "paymentAmount": amount}]
    where = {"transactionId": ResponseRef(money)}
    return Request(
        name=f"{money} assigned", operation="transactions.assign_to_bills_invoices", day=day, path=where,
        body={"matchingType": "invoice", "records": records},
        lookup=ExistingRecordQuery("transactions.get", {"id": ResponseRef(document)}, "data/assignments", path=where),
    )  # fmt: skip


def _account(rows: list[Mapping[str, Any]], kind: str, sub_type: str) -> str:
    """The first account of a sub-type, or else of its type. Raises ``BadWish`` if there is none."""
    fitting = [each for each in rows if each["type"] == kind]
    fitting.sort(key=lambda each: (each.get("subType") or {}).get("name") != sub_type)
    if not fitting:
        raise InvalidSeedOptions(f"the workspace has no account of type {kind}")
    found: str = fitting[0]["id"]
    return found


def _tax(rows: list[Mapping[str, Any]], vat: tuple[Decimal, ...]) -> str | None:
    """The workspace's tax that is nearest to the country's usual rate."""
    wanted = vat[0] if vat else Decimal(0)
    rates = [
        (abs(Decimal(str(each["percentage"])) - wanted), each["id"], each["uuid"]) for each in rows
    ]
    found: str | None = min(rates)[2] if rates else None
    return found


class SignedDoor:
    """Signs every request, and shows the user's token.

    It asks for no new one: that would make both of the user's tokens useless, and who keeps them
    would not know.
    """

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self._client, self._secret = credentials["client_id"], credentials["client_secret"]
        self._access = credentials["access_token"]

    def headers(self, message: ApiRequest, now: float) -> Mapping[str, str]:
        path = message.path.partition("?")[0].removeprefix("/partners") or "/"
        signed_body = message.method in _WITH_BODY and message.body
        hashed = sha256(message.body or b"").hexdigest() if signed_body else ""
        stamp = str(int(now))
        text = f"{message.method}:{path}:{stamp}:{hashed}"
        return {
            "x-client-id": self._client,
            "x-timestamp": stamp,
            "x-signature": hmac.digest(self._secret.encode(), text.encode(), "sha256").hex(),
            "Authorization": f"Bearer {self._access}",
        }

    def refresh_request(self) -> ApiRequest | None:
        return None

    def store_refreshed(self, answer: Any) -> None:
        """Nothing asks for it."""


def _list(operation: str, limit: int = 100) -> Request:
    return Request(name=operation, operation=operation, day=0, query={"limit": limit})


SEEDER = VendorSeeder(
    locale="en_US",
    products=GOODS,
    prefetch={
        "taxes": _list("taxes.search"),
        "accounts": _list("accounts.search", 5000),
        "tags": _list("tags.search"),
    },
    generate=lambda history, answers, known: Wholesaler(history, answers).tell(),
    principal=lambda credentials: credentials["client_id"],
    auth=SignedDoor,
)
