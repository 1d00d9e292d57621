"""Invoices of every vendor: none is owed the wrong way round, and each can be paid to the cent.

The lines have discounts up to 100 % and beyond, zero and negative prices, and parts of a cent, as far
as each vendor accepts them.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import pytest
import requests
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendors.count.rules.totals import inclusive_taxes
from mockvoice.vendors.halo.models import AppliedTax as HaloTax
from mockvoice.vendors.halo.models import Line as HaloLine
from mockvoice.vendors.halo.rules.totals import line_figures
from mockvoice.vendors.optiflow.rules.totals import line_totals
from mockvoice_contracts.suites.count.request_signer import SignedAuth
from tests.accounts import DEMO_TOKENS

CENT = Decimal("0.01")
NEGATIVE_ZERO = re.compile(r"""[\[:,\s"]-0(?:\.0*)?(?=["\s,\]}])""")


class Account:
    """The invoices of one vendor, with the same verbs for all."""

    vendor: str
    base: str

    def __init__(self, server):
        self._root = server.urls["vendors"][self.vendor]["root_url"]
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {DEMO_TOKENS[self.vendor]}"

    def send(self, method, path, body=None):
        """Return a response, which never contains a negative zero."""
        response = self._session.request(
            method, self._root + self.base + path, json=body, timeout=30
        )
        assert not NEGATIVE_ZERO.search(response.text), response.text
        assert response.status_code < 500, response.text
        return response

    def accepted(self, method, path, body=None):
        """Return the JSON of a response that has to be successful, its numbers as decimals."""
        response = self.send(method, path, body)
        assert response.ok, (body, response.text)
        return response.json(parse_float=Decimal)

    def create(self, lines):
        """Return the id of a new invoice that can be paid, or None if the vendor rejects it."""
        raise NotImplementedError

    def state(self, invoice_id):
        """Return the total, the amount due, and whether the invoice counts as paid."""
        raise NotImplementedError

    def pay(self, invoice_id, amount):
        """Record a payment."""
        raise NotImplementedError


class GrowCrm(Account):
    """Invoices in inline mode, where each line has a discount and a tax of its own."""

    vendor, base = "growcrm", "/api"

    def create(self, lines):
        body = {"bill_clientid": 1, "bill_categoryid": 4, "bill_date": "2026-11-02"}
        invoice = self.accepted("POST", "/invoices", {**body, **self.header(lines[0])})["data"]
        self.accepted("PUT", f"/invoices/{invoice['id']}/publish")
        body = {"items": self.items(lines), "tax_rate_ids": self.tax_rate_ids(lines[0])}
        response = self.send("PUT", f"/invoices/{invoice['id']}/items", body)
        return invoice["id"] if response.ok else None

    def header(self, _line):
        return {"bill_tax_type": "inline"}

    def tax_rate_ids(self, _line):
        return []

    def items(self, lines):
        return [
            {
                "description": "Work",
                "quantity": str(line["quantity"]),
                "rate": str(line["price"]),
                "discount_type": line["discount_type"],
                "discount_value": str(line["discount"]),
                "tax_rate_id": 1 if line["tax"] else 5,
            }
            for line in lines
        ]

    def state(self, invoice_id):
        invoice = self.accepted("GET", f"/invoices/{invoice_id}")["data"]
        paid = self.accepted("GET", f"/payments?invoice_id={invoice_id}")["data"]
        total = Decimal(invoice["totals"]["final_amount"])
        due = total - sum(Decimal(payment["amount"]) for payment in paid)
        return total, due, invoice["status"]["title"] == "Paid"

    def pay(self, invoice_id, amount):
        body = {"payment_invoiceid": invoice_id, "payment_amount": str(amount), "payment_date": "2026-11-03"}  # fmt: skip
        return self.send("POST", "/payments", body)


class GrowCrmSummary(GrowCrm):
    """Invoices in summary mode, with one discount, several taxes and parts of a cent on top."""

    def header(self, line):
        return {
            "bill_tax_type": "summary",
            "bill_discount_type": "percentage",
            "bill_discount_percentage": str(min(line["discount"], 100)),
            "bill_adjustment_amount": "0.004",
        }

    def tax_rate_ids(self, line):
        return [1, 2] if line["tax"] else []


class Halo(Account):
    vendor, base = "halo", "/api"

    def create(self, lines):
        items = [
            {
                "item_shortdescription": "Work",
                "qty_order": float(line["quantity"]),
                "unit_price": float(line["price"]),
                "discount_perc": float(line["discount"]),
                "tax_rate": float(line["tax"]),
            }
            for line in lines
        ]
        response = self.send("POST", "/Invoice", [{"client_id": 8, "lines": items}])
        return response.json()["id"] if response.ok else None

    def state(self, invoice_id):
        invoice = self.accepted("GET", f"/Invoice/{invoice_id}")
        amounts = (Decimal(str(invoice[name])) for name in ("total", "amountdue"))
        return *amounts, invoice["paymentstatus"] == 1

    def pay(self, invoice_id, amount):
        body = {"invoice_id": invoice_id, "amount": float(amount)}
        return self.send("POST", "/InvoicePayment", [body])


class OptiFlow(Account):
    vendor, base = "optiflow", "/api/v1"

    def create(self, lines):
        items = [
            {
                "product_id": 3,
                "quantity": str(max(line["quantity"], CENT)),
                "unit_price": str(abs(line["price"]).quantize(CENT)),
                ("discount_amount" if line["discount_type"] == "fixed" else "discount_rate"): str(
                    line["discount"]
                ),
                "taxes": [1] if line["tax"] else [],
            }
            for line in lines
        ]
        body = {"contact_id": 1, "document_subtype_id": 1, "issue_date": "2026-11-02", "items": items}  # fmt: skip
        response = self.send("POST", "/invoices", {**body, "payment_term": "30days"})
        return response.json()["data"]["id"] if response.ok else None

    def state(self, invoice_id):
        invoice = self.accepted("GET", f"/invoices/{invoice_id}")["data"]
        amounts = (Decimal(invoice[name]) for name in ("total_amount", "amount_due"))
        return *amounts, invoice["status"] == "paid"

    def pay(self, invoice_id, amount):
        body = {"bank_account_id": 1, "payment_date": "2026-11-03", "payment_method": "cash", "amount": str(amount)}  # fmt: skip
        return self.send("POST", f"/invoices/{invoice_id}/payments", body)


class Count(Account):
    vendor, base = "count", "/partners"

    def __init__(self, server):
        super().__init__(server)
        credentials = {"client_id": "count-demo-client", "client_secret": "count-demo-secret"}
        self._session.auth = SignedAuth(
            credentials, lambda: datetime.now(UTC), bearer=DEMO_TOKENS["count"]
        )
        self._product, self._customer = self._first("/products"), self._first("/customers")
        self._bank = self._first("/chart-of-accounts?type=Assets")
        taxes = self.accepted("GET", "/taxes")["data"]["records"]
        self._taxes = [tax["id"] for tax in taxes if tax["percentage"]]

    def _first(self, path):
        return self.accepted("GET", path)["data"]["records"][0]["id"]

    def create(self, lines):
        products = [
            {
                "productUuid": self._product,
                "quantity": str(max(line["quantity"], CENT)),
                "unitPrice": str(abs(line["price"])),
                "taxes": self._taxes if line["tax"] else [],
            }
            for line in lines
        ]
        body = {
            "customerUuid": self._customer,
            "date": "2026-11-02",
            "dueDate": "2027-11-02",
            "invoiceNumber": str(next(NUMBERS)),
            "isDraft": False,
            "invoiceType": "invoice",
            "products": products,
            "taxSetting": "inclusive" if lines[0]["discount_type"] == "fixed" else "exclusive",
            "discount": str(lines[0]["discount"]),
        }
        response = self.send("POST", "/invoices", {**body})
        return response.json()["data"]["id"] if response.ok else None

    def state(self, invoice_id):
        invoice = self.accepted("GET", f"/invoices/{invoice_id}")["data"]
        amounts = (Decimal(str(invoice[name])) for name in ("total", "amountDue"))
        return *amounts, invoice["paymentStatus"] == "paid"

    def pay(self, invoice_id, amount):
        body = {"accUuid": self._bank, "amount": float(amount), "postedDate": "2026-11-03", "type": "Income"}  # fmt: skip
        response = self.send("POST", "/transactions", body)
        if not response.ok:
            return response
        transaction = response.json()["data"]["id"]
        records = [{"id": invoice_id, "paymentAmount": float(amount)}]
        body = {"matchingType": "invoice", "records": records}
        return self.send("POST", f"/transactions/{transaction}/assign-to-bills-invoices", body)


NUMBERS = count(90_000)
ACCOUNTS = {
    "count": Count,
    "growcrm": GrowCrm,
    "growcrm-summary": GrowCrmSummary,
    "halo": Halo,
    "optiflow": OptiFlow,
}


@pytest.fixture(scope="module")
def accounts():
    """An account of each vendor, by its name."""
    with Server(Settings(port=0)) as server:
        yield {name: account(server) for name, account in ACCOUNTS.items()}


def lines(prices):
    """Return a strategy for lines with any quantity, price, discount and tax."""
    discounts = st.sampled_from(["0", "0.01", "33.33", "50", "99.99", "100", "999"])
    line = st.fixed_dictionaries(
        {
            "quantity": st.integers(0, 2500).map(lambda number: Decimal(number) / 100),
            "price": prices,
            "discount_type": st.sampled_from(["percentage", "fixed"]),
            "discount": discounts.map(Decimal),
            "tax": st.sampled_from([0, 20]),
        }
    )
    return st.lists(line, min_size=1, max_size=3)


PRICES = st.integers(0, 100_000).map(lambda number: Decimal(number) / 1000)
SIGNED_PRICES = st.integers(-100_000, 100_000).map(lambda number: Decimal(number) / 1000)
PART = st.integers(1, 20_000).map(lambda number: Decimal(number) / 1000)
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_payable(account, invoice_id):
    """Pay what is due, and check that it is a whole number of cents and that nothing is left."""
    _, due, paid = account.state(invoice_id)
    assert due % CENT == 0
    if due > 0:
        assert not paid
        response = account.pay(invoice_id, due)
        assert response.ok, response.text
        assert account.state(invoice_id)[1:] == (0, True)


@pytest.mark.parametrize("vendor", ACCOUNTS)
@given(lines=lines(PRICES))
@SETTINGS
def test_discounts_never_turn_an_invoice_around_and_a_full_payment_pays_it(accounts, vendor, lines):
    account = accounts[vendor]
    invoice_id = account.create(lines)
    assume(invoice_id is not None)
    total, due, _ = account.state(invoice_id)

    assert total == due >= 0
    assert_payable(account, invoice_id)


@pytest.mark.parametrize("vendor", ACCOUNTS)
@given(lines=lines(SIGNED_PRICES), part=PART)
@SETTINGS
def test_no_payment_leaves_a_rest_that_cannot_be_paid(accounts, vendor, lines, part):
    account = accounts[vendor]
    invoice_id = account.create(lines)
    assume(invoice_id is not None)
    total, due, _ = account.state(invoice_id)
    assert total == due
    if due > 0:
        account.pay(invoice_id, min(part, due))
        assert_payable(account, invoice_id)


RATE = st.decimals("0", "40", places=3)
TINY = st.decimals("0", "2", places=3)


@example(amount=Decimal("0.03"), rates=[Decimal(40)] * 4)
@given(amount=st.decimals("0", "99", places=2), rates=st.lists(RATE, min_size=1, max_size=4))
def test_no_share_of_a_tax_that_a_price_includes_is_negative(amount, rates):
    shares = inclusive_taxes(amount, rates)

    assert min(shares) >= 0
    assert sum(shares) <= amount


@given(
    quantity=SIGNED_PRICES,
    price=st.one_of(TINY, SIGNED_PRICES),
    discount=st.sampled_from(["0", "33.33", "100"]).map(Decimal),
    rate=RATE,
)
def test_a_discounted_line_of_halo_has_the_sign_of_its_price(quantity, price, discount, rate):
    line = HaloLine(1, quantity=quantity, price=price, discount=discount, tax=HaloTax(rate=rate))
    figures = line_figures(line)

    sign = (figures.price > 0) - (figures.price < 0)
    assert 0 <= figures.net * sign <= figures.price * sign
    assert figures.tax * sign >= 0
    assert figures.net or discount == 100 or abs(figures.price) < 1


@given(
    quantity=st.decimals("0.01", "99", places=2),
    price=PRICES,
    rates=st.lists(RATE, max_size=3),
    discount=st.decimals("0", "100", places=2),
)
def test_a_discounted_line_of_optiflow_is_never_negative(quantity, price, rates, discount):
    by_rate = line_totals(quantity, price, rates, discount_rate=discount)
    whole = line_totals(quantity, price, rates, discount_amount=by_rate.subtotal)

    assert min(by_rate.total, by_rate.tax_amount, by_rate.subtotal - by_rate.discount_amount) >= 0
    assert (whole.total, whole.tax_amount) == (0, 0)


@pytest.mark.parametrize(
    ("vendor", "path", "body"),
    [
        ("halo", "/Invoice", [{"client_id": 8, "lines": [{"item_shortdescription": "a", "qty_order": 0, "unit_price": -5},
                                                        {"item_shortdescription": "b", "qty_order": -1, "unit_price": 0.004}]}]),
        ("halo", "/Item", [{"name": "Nothing", "baseprice": -0.0, "costprice": -0.0}]),
    ],
)  # fmt: skip
def test_a_negative_zero_is_never_in_a_response(accounts, vendor, path, body):
    account = accounts[vendor]

    created = account.accepted("POST", path, body)
    account.accepted("GET", f"{path}/{created['id']}")


def test_growcrm_takes_no_payment_that_rounds_to_nothing(accounts):
    account = accounts["growcrm"]
    price = {"quantity": 1, "price": 10, "discount_type": "fixed", "discount": 0, "tax": 0}
    invoice_id = account.create([price])
    payment = account.pay(invoice_id, "2").json()["data"]["id"]

    assert account.pay(invoice_id, "0.004").status_code == 422
    body = {"payment_amount": "0.004", "payment_date": "2026-11-03"}
    assert account.send("PATCH", f"/payments/{payment}", body).json()["errors"].keys() == {
        "payment_amount"
    }
    assert account.state(invoice_id)[1] == 8
