"""How an instance of Halo is filled: an IT service provider's clients, items, invoices and payments."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from mockvoice.seeding.auth import ApiRequest
from mockvoice.seeding.catalog import price_of, products
from mockvoice.seeding.outcomes import Outcome, Sale
from mockvoice.seeding.requests import ExistingRecordQuery, Request, ResponseRef
from mockvoice.seeding.sales_history import Client, SalesHistory, in_time
from mockvoice.seeding.seeder import Answers, RequestSequence, VendorSeeder

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
MONTHLY = 2  # the period of a recurring invoice
SENT = 1  # an invoice's e-mail status
_TAX, _CURRENCY = "tax", "currency"


class RequestGenerator:
    """Tells the business of a service provider as requests."""

    def __init__(self, history: SalesHistory, answers: Answers) -> None:
        self._history = history
        self._language = history.locale.language
        self._standard_rate = history.locale.vat[0]
        self._rng = history.rng("provider")
        rates = [each for each in answers["tax"] if not each.get("is_composite")]
        self._tax_ids = {Decimal(str(each["value"])): each["id"] for each in reversed(rates)}
        self._home_currency = answers["currency"][0] if answers["currency"] else None
        self._currency_ids = {each["code"]: each["id"] for each in answers["currency"]}
        # A second currency, for a few clients abroad.
        foreign = ("EUR", "USD", "GBP")
        self._foreign_code = next(
            code
            for code in foreign
            if self._home_currency is None or code != self._home_currency["code"]
        )

    def generate(self) -> Iterator[RequestSequence]:
        history = self._history
        yield self._setup_requests(history.clients_in_time()[0].since)
        for each in in_time(history):
            yield (
                self._client_requests(each)
                if isinstance(each, Client)
                else self._sale_requests(each)
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
        for good in PRODUCTS:
            mark = self._history.reference(0, good.code.upper())
            price = price_of(good, self._history.locale)
            body = {
                "name": good.names[self._language],
                "baseprice": price,
                "costprice": (price * Decimal("0.65")).quantize(Decimal("0.01")),
                "taxcode": self._tax_ids.get(self._standard_rate)
                or ResponseRef(f"{_TAX} {self._standard_rate}"),
                "accountsid": mark,
                "isrecurringitem": good.unit == "month",
            }
            yield Request(
                name=f"item {good.code}", operation="item.save", day=day, body=[body], extracts={"id": "id"},
                lookup=ExistingRecordQuery("item.search", {"accountsid": mark}, "items", {"id": "id"},
                              query={"search": body["name"], "count": 100}),
            )  # fmt: skip

    def _tax_code(self, rate: Decimal) -> str | ResponseRef:
        """A line names its rate by the id as text."""
        known = self._tax_ids.get(rate)
        return ResponseRef(f"{_TAX} {rate}", text=True) if known is None else str(known)

    def _is_abroad(self, client: Client) -> bool:
        return client.number % 9 == 7

    def _client_requests(self, client: Client) -> Iterator[Request]:
        party = self._history.people.company()
        mark = self._history.reference(client.number, "C")
        body: Json = {
            "name": party.name,
            "accountsid": mark,
            "tax_number": party.tax_id,
            "main_site_name": party.city,
        }
        if self._is_abroad(client):
            body["default_currency_code"] = self._currency_ids.get(self._foreign_code) or ResponseRef(f"{_CURRENCY} {self._foreign_code}")  # fmt: skip
        yield Request(
            name=f"client {client.number}", operation="client.save", day=client.since, body=[body],
            extracts={"id": "id"},
            lookup=ExistingRecordQuery("client.search", {"name": party.name, "accountsid": mark}, "clients", {"id": "id"},
                          query={"search": party.name, "count": 100}),
        )  # fmt: skip

    def _line(self, good: int, quantity: int, discount: int, *, taxed: bool) -> Json:
        sold = PRODUCTS[good]
        line: Json = {
            "_itemid": ResponseRef(f"item {sold.code}"),
            "item_shortdescription": sold.names[self._language],
            "qty_order": quantity,
            "unit_price": price_of(sold, self._history.locale),
            "tax_code": self._tax_code(self._standard_rate if taxed else Decimal(0)),
        }
        return line | ({"discount_perc": discount} if discount else {})

    def _sale_requests(self, sale: Sale) -> Iterator[Request]:
        client, rng = self._history.clients[sale.client], self._rng
        taxed = not self._is_abroad(client)
        mark = self._history.reference(sale.number)
        body: Json = {
            "client_id": ResponseRef(f"client {sale.client}"),
            "invoice_date": self._history.on(sale.day),
            "due_date_type": 0,
            "due_date_int": client.terms,
            "reference": mark,
            "lines": [
                self._line(each.product, each.quantity, each.discount, taxed=taxed)
                for each in self._history.purchases(sale, rng)
            ],
        }
        if sale.outcome is not Outcome.DRAFT:
            body |= {"datesent": self._history.on(sale.day), "emailstatus": SENT}
        if sale.outcome is not Outcome.DRAFT and sale.day < -40:
            body |= {"posted": True, "thirdpartyinvoicenumber": mark.replace("PO", "SI")}
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
        for place, (day, percent, before) in enumerate(sale.shares()):
            yield self._payment(
                sale, name, str(place), day, ResponseRef(name, "total", percent or None, before)
            )
        day = min((sale.paid_on[-1] if sale.paid_on else sale.day) + 5, -1)
        if sale.outcome is Outcome.REFUNDED:
            yield self._payment(sale, name, "refund", day, ResponseRef(name, "total", -100))
        elif sale.outcome is Outcome.CANCELLED:
            # Voided once more, an invoice stays as it is.
            yield Request(name=f"{name} voided", operation="invoice.void", day=day, path=invoice)
        elif sale.outcome is Outcome.CREDITED:
            credit = {
                "id": ResponseRef(name),
                "_create_credit_note": True,
                "invoice_date": self._history.on(day),
            }
            yield Request(
                name=f"{name} credited", operation="invoice.save", day=day, body=[credit],
                lookup=ExistingRecordQuery("invoice.search", {"creditlinkedtoinvoiceid": ResponseRef(name)}, "invoices",
                              query={**of_client, "includecredits": "true"}),
            )  # fmt: skip

    def _payment(self, sale: Sale, name: str, word: str, day: int, amount: ResponseRef) -> Request:
        mark = f"{self._history.reference(sale.number, 'BACS')}-{word}"
        body = {
            "invoice_id": ResponseRef(name),
            "date": self._history.on(day),
            "amount": amount,
            "reference": mark,
        }
        return Request(
            name=f"{name} payment {word}", operation="invoice_payment.save", day=day, body=[body],
            lookup=ExistingRecordQuery("invoice_payment.search", {"reference": mark}, "payments",
                          query={"invoice_id": ResponseRef(name), "count": 100}),
        )  # fmt: skip

    def _schedule_requests(self) -> Iterator[Request]:
        """What will be written every month from next week on, for the largest clients."""
        for client in self._history.clients[: 2 + self._history.options.clients // 12]:
            mark = self._history.reference(client.number, "RI")
            first = self._history.on(7 + client.number % 20)
            seats = self._rng.pick(SEATS)
            body = {
                "client_id": ResponseRef(f"client {client.number}"),
                "period": MONTHLY,
                "startdate": first,
                "nextcreationdate": first,
                "reference": mark,
                "lines": [self._line(place, seats, 0, taxed=True) for place in (8, 10)],
            }
            yield Request(
                name=f"schedule {client.number}", operation="recurring_invoice.save", day=0, body=[body],
                lookup=ExistingRecordQuery("recurring_invoice.search", {"reference": mark}, "invoices",
                              query={"client_id": body["client_id"], "count": 100}),
            )  # fmt: skip


class TokenAuth:
    """A token, given or granted to the client id and secret of an application."""

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
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def refresh_request(self) -> ApiRequest | None:
        if not self._form["client_secret"]:
            return None
        body = urlencode(self._form).encode()
        return ApiRequest("POST", "/auth/token", body, "application/x-www-form-urlencoded")

    def store_refreshed(self, answer: Any) -> None:
        self._token = str(answer["access_token"])


SEEDER = VendorSeeder(
    locale="en_GB",
    products=PRODUCTS,
    prefetch={
        _TAX: Request(name=_TAX, operation="tax.search", day=0),
        _CURRENCY: Request(name=_CURRENCY, operation="currency.search", day=0),
    },
    generate=lambda history, answers, known: RequestGenerator(history, answers).generate(),
    principal=lambda credentials: "0 all",
    auth=TokenAuth,
)
