"""The seeder of Halo: clients, items, invoices and payments of an IT service provider."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from mockvoice.outbound.auth import ApiRequest
from mockvoice.seeding.catalog import price_of, products
from mockvoice.seeding.outcomes import Outcome, Sale
from mockvoice.seeding.requests import ExistingRecordQuery, Request, ResponseRef
from mockvoice.seeding.sales_history import Client, SalesHistory, clients_and_sales
from mockvoice.seeding.seeder import PrefetchedResponses, RequestSequence, VendorSeeder

Json = dict[str, Any]

ONE, FEW, SEATS, HOURS = (1,), (1, 2, 3), (5, 10, 15, 25), (1, 2, 3, 5, 8)
PRODUCTS = products(
    ("laptop", "Laptop, 14 inch", "Notebook, 14 Zoll", "Portátil de 14 pulgadas", "Ordinateur portable, 14 pouces", "1090", FEW, "piece"),
    ("dock", "Docking station", "Dockingstation", "Estación de acoplamiento", "Station d'accueil", "205", FEW, "piece"),
    ("monitor", "Monitor, 27 inch", "Monitor, 27 Zoll", "Monitor de 27 pulgadas", "Écran, 27 pouces", "260", FEW, "piece"),
    ("switch", "Network switch", "Netzwerk-Switch", "Conmutador de red", "Commutateur réseau", "395", ONE, "piece"),
    ("wifi", "Access point", "Access Point", "Punto de acceso", "Point d'accès", "180", FEW, "piece"),
    ("remote", "Support, remote", "Support, remote", "Soporte remoto", "Assistance à distance", "80", HOURS, "hour"),
    ("onsite", "Support, on site", "Support, vor Ort", "Soporte presencial", "Assistance sur site", "118", HOURS, "hour"),
    ("server", "Managed server", "Betreuter Server", "Servidor gestionado", "Serveur infogéré", "295", FEW, "month"),
    ("desk", "Managed workstation", "Betreuter Arbeitsplatz", "Puesto gestionado", "Poste infogéré", "48", SEATS, "month"),
    ("mailbox", "Mailbox", "Postfach", "Buzón de correo", "Boîte aux lettres", "5.5", SEATS, "month"),
    ("office", "Licence, office suite", "Lizenz, Office-Paket", "Licencia, ofimática", "Licence, suite bureautique", "14.4", SEATS, "month"),
    ("backup", "Backup, 100 GB", "Datensicherung, 100 GB", "Copia de seguridad, 100 GB", "Sauvegarde, 100 Go", "10.6", SEATS, "month"),
    ("firewall", "Firewall rental", "Firewall-Miete", "Alquiler de cortafuegos", "Location de pare-feu", "35.5", ONE, "month"),
    ("audit", "Security audit", "Sicherheitsprüfung", "Auditoría de seguridad", "Audit de sécurité", "790", ONE, "day"),
)  # fmt: skip
CURRENCIES = {
    "USD": ("US dollar", "$"), "EUR": ("Euro", "€"), "GBP": ("Pound sterling", "£"), "DOP": ("Peso dominicano", "RD$"),
}  # fmt: skip
MONTHLY = 2  # a recurring invoice's period
SENT = 1  # an invoice's e-mail status
_TAX, _CURRENCY = "tax", "currency"


class RequestGenerator:
    """Turn a sales history into the requests of an IT service provider."""

    def __init__(self, history: SalesHistory, prefetched: PrefetchedResponses) -> None:
        self._history = history
        self._language = history.locale.language
        self._standard_rate = history.locale.vat[0]
        self._rng = history.rng("provider")
        rates = [row for row in prefetched["tax"] if not row.get("is_composite")]
        self._tax_ids = {Decimal(str(row["value"])): row["id"] for row in reversed(rates)}
        self._home_currency = prefetched["currency"][0] if prefetched["currency"] else None
        self._currency_ids = {row["code"]: row["id"] for row in prefetched["currency"]}
        # A second currency for a few foreign clients.
        foreign = ("EUR", "USD", "GBP")
        self._foreign_code = next(
            code
            for code in foreign
            if self._home_currency is None or code != self._home_currency["code"]
        )

    def generate(self) -> Iterator[RequestSequence]:
        """Yield the sequences of requests, ordered by date."""
        history = self._history
        yield self._setup_requests(history.clients_by_start()[0].since)
        for event in clients_and_sales(history):
            yield (
                self._client_requests(event)
                if isinstance(event, Client)
                else self._sale_requests(event)
            )
        yield self._schedule_requests()

    def _setup_requests(self, day: int) -> Iterator[Request]:
        for rate in (*self._history.locale.vat, Decimal(0)):
            if rate not in self._tax_ids:
                name = f"{rate} %"
                yield Request(
                    name=f"{_TAX} {rate}", operation="tax.save", day=day,
                    body=[{"name": name, "code": f"R{rate}", "value": rate}], extracts={"id": "id"},
                    lookup=ExistingRecordQuery("tax.search", {"name": name}, "", {"id": "id"}),
                )  # fmt: skip
        if self._foreign_code not in self._currency_ids:
            name, symbol = CURRENCIES[self._foreign_code]
            body = {
                "name": name,
                "symbol": symbol,
                "code": self._foreign_code,
                "conversion_rate": Decimal("1.15"),
            }
            yield Request(name=f"{_CURRENCY} {self._foreign_code}", operation="currency.save", day=day, body=[body],
                          extracts={"id": "id"},
                          lookup=ExistingRecordQuery("currency.search", {"code": self._foreign_code}, "", {"id": "id"}))  # fmt: skip
        for product in PRODUCTS:
            reference = self._history.reference(0, product.code.upper())
            price = price_of(product, self._history.locale)
            body = {
                "name": product.names[self._language],
                "baseprice": price,
                "costprice": (price * Decimal("0.65")).quantize(Decimal("0.01")),
                "taxcode": self._tax_ids.get(self._standard_rate)
                or ResponseRef(f"{_TAX} {self._standard_rate}"),
                "accountsid": reference,
                "isrecurringitem": product.unit == "month",
            }
            yield Request(
                name=f"item {product.code}", operation="item.save", day=day, body=[body], extracts={"id": "id"},
                lookup=ExistingRecordQuery("item.search", {"accountsid": reference}, "items", {"id": "id"},
                              query={"search": body["name"], "count": 100}),
            )  # fmt: skip

    def _tax_code(self, rate: Decimal) -> str | ResponseRef:
        """Return the id of a tax rate as text, the form that lines need."""
        tax_id = self._tax_ids.get(rate)
        return ResponseRef(f"{_TAX} {rate}", text=True) if tax_id is None else str(tax_id)

    def _is_foreign(self, client: Client) -> bool:
        return client.number % 9 == 7

    def _client_requests(self, client: Client) -> Iterator[Request]:
        party = self._history.parties.company()
        reference = self._history.reference(client.number, "C")
        body: Json = {
            "name": party.name,
            "accountsid": reference,
            "tax_number": party.tax_id,
            "main_site_name": party.city,
        }
        if self._is_foreign(client):
            body["default_currency_code"] = self._currency_ids.get(self._foreign_code) or ResponseRef(f"{_CURRENCY} {self._foreign_code}")  # fmt: skip
        yield Request(
            name=f"client {client.number}", operation="client.save", day=client.since, body=[body],
            extracts={"id": "id"},
            lookup=ExistingRecordQuery("client.search", {"name": party.name, "accountsid": reference}, "clients", {"id": "id"},
                          query={"search": party.name, "count": 100}),
        )  # fmt: skip

    def _line(self, index: int, quantity: int, discount: int, *, taxed: bool) -> Json:
        product = PRODUCTS[index]
        line: Json = {
            "_itemid": ResponseRef(f"item {product.code}"),
            "item_shortdescription": product.names[self._language],
            "qty_order": quantity,
            "unit_price": price_of(product, self._history.locale),
            "tax_code": self._tax_code(self._standard_rate if taxed else Decimal(0)),
        }
        return line | ({"discount_perc": discount} if discount else {})

    def _sale_requests(self, sale: Sale) -> Iterator[Request]:
        client, rng = self._history.clients[sale.client], self._rng
        taxed = not self._is_foreign(client)
        reference = self._history.reference(sale.number)
        body: Json = {
            "client_id": ResponseRef(f"client {sale.client}"),
            "invoice_date": self._history.iso_date(sale.day),
            "due_date_type": 0,
            "due_date_int": client.terms,
            "reference": reference,
            "lines": [
                self._line(purchase.product, purchase.quantity, purchase.discount, taxed=taxed)
                for purchase in self._history.purchases(sale, rng)
            ],
        }
        if sale.outcome is not Outcome.DRAFT:
            body |= {"datesent": self._history.iso_date(sale.day), "emailstatus": SENT}
        if sale.outcome is not Outcome.DRAFT and sale.day < -40:
            body |= {"posted": True, "thirdpartyinvoicenumber": reference.replace("PO", "SI")}
        elif sale.outcome is Outcome.DRAFT and rng.chance(0.4):
            body |= {"requires_approval": True}
        return self._invoice_requests(sale, f"invoice {sale.number}", body)

    def _invoice_requests(self, sale: Sale, name: str, body: Json) -> Iterator[Request]:
        invoice = {"invoiceId": ResponseRef(name)}
        newest = {"order": "id", "orderdesc": "true", "count": 100}
        of_client = {"client_id": body["client_id"], **newest}
        yield Request(
            name=name, operation="invoice.save", day=sale.day, body=[body],
            extracts={"id": "id", "total": "total"},
            lookup=ExistingRecordQuery("invoice.search", {"reference": body["reference"]}, "invoices",
                          {"id": "id", "total": "total"}, query=of_client),
        )  # fmt: skip
        for index, (day, percent, already_paid) in enumerate(sale.shares()):
            yield self._payment(
                sale,
                name,
                str(index),
                day,
                ResponseRef(name, "total", percent or None, already_paid),
            )
        day = min((sale.paid_on[-1] if sale.paid_on else sale.day) + 5, -1)
        if sale.outcome is Outcome.REFUNDED:
            yield self._payment(sale, name, "refund", day, ResponseRef(name, "total", -100))
        elif sale.outcome is Outcome.CANCELLED:
            # Voiding an invoice a second time changes nothing.
            yield Request(name=f"{name} voided", operation="invoice.void", day=day, path=invoice)
        elif sale.outcome is Outcome.CREDITED:
            credit = {
                "id": ResponseRef(name),
                "_create_credit_note": True,
                "invoice_date": self._history.iso_date(day),
            }
            yield Request(
                name=f"{name} credited", operation="invoice.save", day=day, body=[credit],
                lookup=ExistingRecordQuery("invoice.search", {"creditlinkedtoinvoiceid": ResponseRef(name)}, "invoices",
                              query={**of_client, "includecredits": "true"}),
            )  # fmt: skip

    def _payment(
        self, sale: Sale, name: str, suffix: str, day: int, amount: ResponseRef
    ) -> Request:
        reference = f"{self._history.reference(sale.number, 'BACS')}-{suffix}"
        body = {
            "invoice_id": ResponseRef(name),
            "date": self._history.iso_date(day),
            "amount": amount,
            "reference": reference,
        }
        return Request(
            name=f"{name} payment {suffix}", operation="invoice_payment.save", day=day, body=[body],
            lookup=ExistingRecordQuery("invoice_payment.search", {"reference": reference}, "payments",
                          query={"invoice_id": ResponseRef(name), "count": 100}),
        )  # fmt: skip

    def _schedule_requests(self) -> Iterator[Request]:
        """Yield monthly recurring invoices of the largest clients, which start in 7 to 26 days."""
        for client in self._history.clients[: 2 + self._history.options.clients // 12]:
            reference = self._history.reference(client.number, "RI")
            first = self._history.iso_date(7 + client.number % 20)
            seats = self._rng.choice(SEATS)
            body = {
                "client_id": ResponseRef(f"client {client.number}"),
                "period": MONTHLY,
                "startdate": first,
                "nextcreationdate": first,
                "reference": reference,
                "lines": [self._line(index, seats, 0, taxed=True) for index in (8, 10)],
            }
            yield Request(
                name=f"schedule {client.number}", operation="recurring_invoice.save", day=0, body=[body],
                lookup=ExistingRecordQuery("recurring_invoice.search", {"reference": reference}, "invoices",
                              query={"client_id": body["client_id"], "count": 100}),
            )  # fmt: skip


class TokenAuth:
    """Authentication by a fixed token, or by tokens that are issued to an application."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self._token = credentials.get("access_token")
        self._form = {
            "grant_type": "client_credentials",
            "client_id": credentials.get("client_id", ""),
            "client_secret": credentials.get("client_secret", ""),
            "scope": "all",
        }
        if self._token is None and not (self._form["client_id"] and self._form["client_secret"]):
            raise KeyError("client_id and client_secret, or access_token")

    def headers(self, message: ApiRequest, now: float) -> Mapping[str, str]:
        """Return the authorization header."""
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def refresh_request(self) -> ApiRequest | None:
        """Return the request for a new token; ``None`` without a client secret."""
        if not self._form["client_secret"]:
            return None
        body = urlencode(self._form).encode()
        return ApiRequest("POST", "/auth/token", body, "application/x-www-form-urlencoded")

    def store_refreshed(self, response: Any) -> None:
        """Keep the token of the response."""
        self._token = str(response["access_token"])


SEEDER = VendorSeeder(
    locale="en_GB",
    products=PRODUCTS,
    prefetch={
        _TAX: Request(name=_TAX, operation="tax.search", day=0),
        _CURRENCY: Request(name=_CURRENCY, operation="currency.search", day=0),
    },
    generate=lambda history, prefetched, known: RequestGenerator(history, prefetched).generate(),
    principal=lambda credentials: "0 all",
    auth=TokenAuth,
)
