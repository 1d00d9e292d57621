"""Accounts of all vendors in which a test creates, reads and pays invoices, with the same verbs.

Grow CRM and Halo take negative prices. The page of Grow CRM says only that a rate is numeric, and its
final amounts may be negative (growcrm.md 7.2 and 8); Halo's credits are invoices with negative totals
(halo.md 7.3). OptiFlow's form wants a price of at least 0 (optiflow.md 6.3); for COUNT, this is the
mock's choice (count.md 7.3).
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import requests

from mockvoice_contracts.suites.count.request_signer import SignedAuth
from tests.accounts import DEMO_TOKENS

CENT = Decimal("0.01")
NEGATIVE_ZERO = re.compile(r"""[\[:,\s"]-0(?:\.0*)?(?=["\s,\]}])""")


class Account:
    """The invoices of one vendor, with the same verbs for all."""

    vendor: str
    base: str
    takes_negative_prices = False

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
    takes_negative_prices = True

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
    takes_negative_prices = True

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
                "unit_price": str(line["price"].quantize(CENT)),
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
                "unitPrice": str(line["price"]),
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
        response = self.send("POST", "/invoices", body)
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
