"""Seeding of a COUNT workspace: customers, invoices, credit and deposits of a coffee wholesaler."""

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
from mockvoice.seeding.sales_history import Client, SalesHistory, clients_and_sales
from mockvoice.seeding.seeder import PrefetchedResponses, RequestSequence, VendorSeeder
from mockvoice.vendors.count.backend import CLIENT

Json = dict[str, Any]

BAGS, BOXES, ONE, HOURS = (4, 6, 10, 12, 20), (1, 2, 3, 5), (1,), (2, 3, 4)
PRODUCTS = products(
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
SALES_PER_OFFER = 15
PATTERNS = ("monthly", "quarterly", "biweekly", "yearly")
_WITH_BODY = ("POST", "PUT", "PATCH")


class Wholesaler:
    """Generates the sales history of a wholesaler as requests."""

    def __init__(self, history: SalesHistory, responses: PrefetchedResponses) -> None:
        self._history = history
        self._language = history.locale.language
        self._rng = history.rng("wholesaler")
        accounts = [
            row for row in responses["accounts"]["data"]["records"] if row["status"] == "active"
        ]
        self._bank = _account(accounts, "Assets", "Bank")
        self._sales = _account(accounts, "Income", "Sales")
        self._tax = _tax(responses["taxes"]["data"]["records"], history.locale.vat)
        self._tags = {row["name"]: row["id"] for row in responses["tags"]["data"]["records"]}

    def generate(self) -> Iterator[RequestSequence]:
        """Yield the request sequences, sorted by start day."""
        history = self._history
        yield self._initial_requests(history.clients_by_start()[0].since)
        for event in clients_and_sales(history):
            if isinstance(event, Client):
                yield self._customer(event)
            else:
                yield self._sale(event)
                if event.number % SALES_PER_OFFER == 2:
                    yield self._offer(event)
        yield self._schedules()

    def _initial_requests(self, day: int) -> Iterator[Request]:
        for product in PRODUCTS:
            reference = self._history.reference(0, product.code.upper())
            # Product names are unique, and the workspace may already have such products.
            name = f"{product.names[self._language]} ({reference.split('-')[1]})"
            body: Json = {
                "name": name,
                "description": reference,
                "categoryAccountUuid": self._sales,
                "price": price_of(product, self._history.locale),
            }
            if product.unit == "piece" and self._tax:
                body["taxUuids"] = [self._tax]
            if product.unit == "hour":
                body |= {"pricingMethod": "hour", "taxExempt": True}
            yield Request(
                name=f"product {product.code}", operation="products.create", day=day, body=body,
                extracts={"id": "data/id"}, lookup=_row_query("products.search", {"description": reference}, name),
            )  # fmt: skip
        for tag in TAGS:
            if tag not in self._tags:
                yield Request(name=f"tag {tag}", operation="tags.create", day=day, body={"name": tag},
                              extracts={"id": "data/id"}, lookup=_row_query("tags.search", {"name": tag}, tag))  # fmt: skip

    def _customer(self, client: Client) -> Iterator[Request]:
        party = self._history.parties.company()
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
                "country": self._history.locale.country_code,
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
            extracts={"id": "data/id"}, lookup=_row_query("customers.search", {"taxNumber": party.tax_id}, party.name),
        )  # fmt: skip

    def _lines(self, sale: Sale) -> list[Json]:
        return [
            {
                "productUuid": ResponseRef(f"product {PRODUCTS[line.product].code}"),
                "quantity": line.quantity,
                "unitPrice": price_of(PRODUCTS[line.product], self._history.locale),
            }
            for line in self._history.purchases(sale, self._rng)
        ]

    def _document_body(self, sale: Sale, prefix: str) -> Json:
        return {
            "customerUuid": ResponseRef(f"customer {sale.client}"),
            "date": self._history.iso_date(sale.day),
            "dueDate": self._history.iso_date(sale.due),
            "products": self._lines(sale),
            "notes": self._history.reference(sale.number, prefix),
        }

    def _sale(self, sale: Sale) -> Iterator[Request]:
        body = self._document_body(sale, "PO") | {"isDraft": sale.outcome is Outcome.DRAFT}
        discount = self._history.clients[sale.client].discount
        if discount:
            body |= {"discount": discount, "discountDescription": f"{discount} off"}
        if self._rng.chance(0.3):
            tag = self._rng.choice(TAGS)
            body["tagUuids"] = [self._tags.get(tag) or ResponseRef(f"tag {tag}")]
        if self._rng.chance(0.1):
            body["taxSetting"] = "inclusive"
        return self._sale_requests(sale, f"invoice {sale.number}", body, sent=self._rng.chance(0.9))

    def _sale_requests(self, sale: Sale, name: str, body: Json, *, sent: bool) -> Iterator[Request]:
        invoice = {"invoiceId": ResponseRef(name)}
        yield _document(name, sale.day, body)
        if sale.outcome is Outcome.DRAFT:
            return
        if sent:
            # Repeating this request is safe: sending an invoice again changes nothing else.
            yield Request(name=f"{name} sent", operation="invoices.send", day=sale.day, path=invoice,
                          lookup=ExistingRecordQuery("invoices.get", {"data/isSent": True}, path=invoice))  # fmt: skip
        for number, (day, percent, before) in enumerate(sale.shares()):
            amount = ResponseRef(name, "total", percent or None, before)
            yield from self._deposit(sale, name, number, day, amount)
        day = min((sale.paid_on[-1] if sale.paid_on else sale.day) + 6, -1)
        match sale.outcome:
            case Outcome.CANCELLED:
                yield from self._credit(sale, name, day, ResponseRef(name, "total"))
            case Outcome.CREDITED:
                yield from self._credit(sale, name, day, ResponseRef(name, "total", 25))
            case Outcome.REFUNDED:
                yield from self._refund(sale, name, day)

    def _deposit(
        self, sale: Sale, name: str, number: int, day: int, amount: ResponseRef
    ) -> Iterator[Request]:
        transaction_name = f"{name} payment {number}"
        reference = self._history.reference(sale.number * 10 + number, "TX")
        yield _transaction(transaction_name, day, self._bank, sale, amount, "Income", f"Deposit {reference}", self._history.iso_date(day))  # fmt: skip
        yield _assignment(transaction_name, name, day, amount)

    def _memo(self, sale: Sale, name: str, day: int, amount: ResponseRef) -> Request:
        line = {
            "productUuid": ResponseRef(f"product {PRODUCTS[0].code}"),
            "description": "Credit",
            "quantity": 1,
            "unitPrice": amount,
            "taxes": [],
        }
        body = {
            "customerUuid": ResponseRef(f"customer {sale.client}"),
            "date": self._history.iso_date(day),
            "dueDate": self._history.iso_date(day),
            "invoiceType": "memo",
            "isDraft": False,
            "products": [line],
            "appliedToInvoiceUuid": ResponseRef(name),
            "notes": self._history.reference(sale.number, "CN"),
        }
        return _document(f"{name} memo", day, body)

    def _credit(self, sale: Sale, name: str, day: int, amount: ResponseRef) -> Iterator[Request]:
        invoice, memo = {"invoiceId": ResponseRef(name)}, ResponseRef(f"{name} memo")
        yield self._memo(sale, name, day, amount)
        yield Request(
            name=f"{name} credited", operation="invoices.apply_multiple_credit_to_invoice", day=day,
            path=invoice, body={"creditMemos": [{"id": memo, "amount": ResponseRef(memo.request, "total")}]},
            lookup=ExistingRecordQuery("invoices.get", {"data/creditedAmount": ResponseRef(memo.request, "total")}, path=invoice),
        )  # fmt: skip

    def _refund(self, sale: Sale, name: str, day: int) -> Iterator[Request]:
        """Refund a paid invoice: create a memo, and settle it with an expense."""
        memo, refund = f"{name} memo", f"{name} refund"
        yield self._memo(sale, name, day, ResponseRef(name, "total"))
        total = ResponseRef(memo, "total")
        reference = self._history.reference(sale.number, "RF")
        yield _transaction(refund, day, self._bank, sale, total, "Expense", f"Refund {reference}", self._history.iso_date(day))  # fmt: skip
        yield _assignment(refund, memo, day, total)

    def _offer(self, sale: Sale) -> Iterator[Request]:
        number = sale.number // SALES_PER_OFFER
        body = self._document_body(sale, "OF") | {
            "invoiceType": "estimate" if number % 2 else "quote",
            "isDraft": number % 4 == 3,
        }
        name = f"offer {sale.number}"
        return self._offer_requests(name, sale.day, body)

    def _offer_requests(self, name: str, day: int, body: Json) -> Iterator[Request]:
        yield _document(name, day, body)
        if not body["isDraft"]:
            offer = {"invoiceId": ResponseRef(name)}
            yield Request(name=f"{name} sent", operation="invoices.send", day=day, path=offer,
                          lookup=ExistingRecordQuery("invoices.get", {"data/isSent": True}, path=offer))  # fmt: skip

    def _schedules(self) -> Iterator[Request]:
        """Create recurring templates for the largest customers; they start in a week or later."""
        hire = PRODUCTS[-1]
        for client in self._history.clients[: 2 + self._history.options.clients // 12]:
            reference = self._history.reference(client.number, "RI")
            body = {
                "customerUuid": ResponseRef(f"customer {client.number}"),
                "date": self._history.iso_date(7 + client.number % 20),
                "dueDate": self._history.iso_date(7 + client.number % 20 + client.terms),
                "products": [
                    {
                        "productUuid": ResponseRef(f"product {hire.code}"),
                        "quantity": 1,
                        "unitPrice": price_of(hire, self._history.locale),
                    }
                ],
                "isDraft": False,
                "recurrencePattern": PATTERNS[client.number % len(PATTERNS)],
                "notes": reference,
            }
            search = {"limit": 100, "search": reference}
            yield Request(
                name=f"schedule {client.number}", operation="recurring_invoice_templates.create", day=0,
                body=body,
                lookup=ExistingRecordQuery("recurring_invoice_templates.search", {"notes": reference}, "data/records", query=search),
            )  # fmt: skip


def _row_query(operation: str, where: Json, search: str) -> ExistingRecordQuery:
    query = {"search": search, "limit": 100}
    return ExistingRecordQuery(operation, where, "data/records", {"id": "id"}, query=query)


def _document(name: str, day: int, body: Json) -> Request:
    """Return the request for a document, which is looked up by the reference in its notes.

    The reference is also its number, which some accounts require, like the type.
    """
    body = {"invoiceNumber": body["notes"], "invoiceType": "invoice", **body}
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
                   lookup=_row_query("transactions.search", {"description": text}, text))  # fmt: skip


def _assignment(transaction: str, document: str, day: int, amount: ResponseRef) -> Request:
    records = [{"id": ResponseRef(document), "paymentAmount": amount}]
    where = {"transactionId": ResponseRef(transaction)}
    return Request(
        name=f"{transaction} assigned", operation="transactions.assign_to_bills_invoices", day=day, path=where,
        body={"matchingType": "invoice", "records": records},
        lookup=ExistingRecordQuery("transactions.get", {"id": ResponseRef(document)}, "data/assignments", path=where),
    )  # fmt: skip


def _account(rows: list[Mapping[str, Any]], kind: str, sub_type: str) -> str:
    """Return the id of the first account with this sub-type, else with this type.

    Raises ``InvalidSeedOptions`` if there is none.
    """
    candidates = [row for row in rows if row["type"] == kind]
    candidates.sort(key=lambda row: (row.get("subType") or {}).get("name") != sub_type)
    if not candidates:
        raise InvalidSeedOptions(
            f"the workspace has no active account of type {kind}; create one first"
        )
    account_id: str = candidates[0]["id"]
    return account_id


def _tax(rows: list[Mapping[str, Any]], vat: tuple[Decimal, ...]) -> str | None:
    """Return the UUID of the workspace's tax that is closest to the country's standard rate."""
    rate = vat[0] if vat else Decimal(0)
    rates = [(abs(Decimal(str(row["percentage"])) - rate), row["id"], row["uuid"]) for row in rows]
    uuid: str | None = min(rates)[2] if rates else None
    return uuid


class SignedAuth:
    """Signs every request and adds the user's access token.

    It does not refresh the token: a refresh replaces both tokens, and the user would not have the
    new ones.
    """

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self._client, self._secret = credentials["client_id"], credentials["client_secret"]
        self._access = credentials["access_token"]

    def headers(self, message: ApiRequest, now: float) -> Mapping[str, str]:
        """Return the headers of the signature and the token; ``now`` is in seconds since 1970."""
        path = message.path.partition("?")[0].removeprefix("/partners") or "/"
        is_form = message.media_type.startswith("multipart/")
        signed_body = message.method in _WITH_BODY and message.body and not is_form
        body_hash = sha256(message.body or b"").hexdigest() if signed_body else ""
        timestamp = str(int(now))
        text_to_sign = f"{message.method}:{path}:{timestamp}:{body_hash}"
        return {
            "x-client-id": self._client,
            "x-timestamp": timestamp,
            "x-signature": hmac.digest(
                self._secret.encode(), text_to_sign.encode(), "sha256"
            ).hex(),
            "Authorization": f"Bearer {self._access}",
        }

    def refresh_request(self) -> ApiRequest | None:
        """Return ``None``, since tokens are not refreshed."""
        return None

    def store_refreshed(self, response: Any) -> None:
        """Do nothing, since tokens are not refreshed."""


def _list(operation: str, limit: int = 100) -> Request:
    return Request(name=operation, operation=operation, day=0, query={"limit": limit})


SEEDER = VendorSeeder(
    locale="en_US",
    products=PRODUCTS,
    prefetch={
        "taxes": _list("taxes.search"),
        "accounts": _list("accounts.search", 5000),
        "tags": _list("tags.search"),
    },
    generate=lambda history, responses, known: Wholesaler(history, responses).generate(),
    principal=lambda _: CLIENT,
    auth=SignedAuth,
)
