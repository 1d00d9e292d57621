"""Seeding through the control API: realistic, reproducible data; a failed run changes nothing."""

import os
import threading
from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest
import requests

from mockvoice.app import Server
from mockvoice.seeding.locales import LOCALES
from mockvoice.settings import Settings
from mockvoice.vendor_registry import own_vendor_keys
from tests.accounts import Accounts
from tests.conftest import Process

NOW = "2026-03-02T12:00:00Z"
INVOICES = 150


@pytest.fixture(scope="module")
def mock():
    settings = Settings(port=0, data="empty", now=datetime.fromisoformat(NOW))
    with Server(settings) as server:
        freeze_clock(server.urls["main"])
        yield server


def freeze_clock(main):
    url = f"{main}/_mock/sandboxes/default/clock"
    requests.put(url, json={"now": NOW, "frozen": True}, timeout=10).raise_for_status()


def seed(main, vendor, sandbox="default", **options):
    url = f"{main}/_mock/sandboxes/{sandbox}/seed"
    return requests.post(url, json={"vendor": vendor, **options}, timeout=60)


@pytest.fixture(scope="module")
def seeded(mock):
    """The seeded accounts of all vendors."""
    for vendor in mock.vendors:
        response = seed(mock.urls["main"], vendor, invoices=INVOICES, clients=12)
        assert response.status_code == 201, response.text
    return Accounts(mock.urls)


def test_the_response_counts_the_added_rows(mock):
    main, name = mock.urls["main"], "counted"
    requests.post(
        f"{main}/_mock/sandboxes", json={"name": name, "data": "empty", "now": NOW}, timeout=30
    )
    response = seed(
        main, "growcrm", name, invoices=20, clients=4, payments=17, locale="de_DE", seed=5
    )
    counts = requests.get(f"{main}/_mock/sandboxes/{name}", timeout=10).json()["counts"]["growcrm"]

    result = response.json()
    assert (result["vendor"], result["locale"], result["seed"]) == ("growcrm", "de_DE", 5)
    added = result["counts"]
    assert (added["invoices"], added["clients"], added["payments"]) == (
        20,
        4,
        17,
    )
    assert all(counts[table] >= number for table, number in added.items())


def test_grow_crm_has_bills_in_every_state(seeded):
    bills = seeded.growcrm("/api/invoices")

    states = Counter(bill["status"]["title"] for bill in bills)
    assert len(bills) == INVOICES
    assert states.keys() == {"Draft", "Due", "Overdue", "Part Paid", "Paid", "Cancelled"}
    assert states["Paid"] > INVOICES / 2
    assert {estimate["status"] for estimate in seeded.growcrm("/api/estimates")} >= {
        "new",
        "accepted",
        "draft",
    }


def test_grow_crm_bills_are_paid_to_the_cent(seeded):
    paid = Counter()
    for payment in seeded.growcrm("/api/payments"):
        if payment["status"] == "paid":
            paid[payment["invoice"]["id"]] += Decimal(payment["amount"])

    for bill in seeded.growcrm("/api/invoices"):
        final = Decimal(bill["totals"]["final_amount"])
        assert final > 0
        if bill["status"]["title"] == "Paid":
            assert paid[bill["id"]] == final
        elif bill["status"]["title"] == "Part Paid":
            assert 0 < paid[bill["id"]] < final
        else:
            assert paid[bill["id"]] == 0


def test_optiflow_has_invoices_in_every_state_except_draft(seeded):
    invoices = seeded.optiflow("/api/v1/invoices")

    states = Counter(invoice["status"] for invoice in invoices)
    assert len(invoices) == INVOICES
    assert states.keys() == {"pending_payment", "partially_paid", "paid", "cancelled"}
    assert {invoice["currency_id"] for invoice in invoices} == {1, 2}
    for invoice in invoices:
        total, due = Decimal(invoice["total_amount"]), Decimal(invoice["amount_due"])
        assert total > 0
        if invoice["status"] != "cancelled":
            assert Decimal(invoice["amount_paid"]) + due == total
        if invoice["status"] == "paid":
            assert due == 0


def test_optiflow_customers_have_valid_numbers(seeded):
    from stdnum.do import cedula, rnc

    for contact in seeded.optiflow("/api/v1/contacts"):
        number = contact["identification_number"]
        assert (rnc if contact["identification_type"] == "rnc" else cedula).is_valid(number)
        assert contact["addresses"][0]["country"] == "República Dominicana"


def test_count_has_documents_in_every_state(seeded):
    documents = seeded.count("/partners/invoices")

    states = Counter(
        document["status"] for document in documents if document["invoiceType"] == "invoice"
    )
    assert sum(states.values()) == INVOICES
    assert states.keys() >= {"draft", "sent", "overdue", "partial", "paid"}
    assert {document["invoiceType"] for document in documents} == {
        "invoice",
        "memo",
        "quote",
        "estimate",
    }
    for document in documents:
        settled = document["paidAmount"] + document["creditedAmount"] + document["amountDue"]
        assert round(settled - document["total"], 2) == 0
    assert len(seeded.count("/partners/recurring-invoice-templates")) > 1


def test_halo_has_invoices_in_every_state(seeded):
    invoices = seeded.halo(
        "/api/Invoice?includecredits=true&includeinvoices=true&count=1000", "invoices"
    )

    assert len([invoice for invoice in invoices if invoice["invoicetype"] == 0]) == INVOICES
    assert any(invoice["voided"] for invoice in invoices)
    assert any(invoice["invoicetype"] == 1 for invoice in invoices)
    payment_states = {
        "part"
        if 0 < invoice["amountpaid"] < invoice["total"]
        else "whole"
        if invoice["amountpaid"]
        else "none"
        for invoice in invoices
        if not invoice["voided"] and invoice["invoicetype"] == 0
    }
    assert payment_states == {"part", "whole", "none"}
    listed = seeded.halo("/api/Invoice?count=1000", "invoices")
    assert len({invoice["currency_code"] for invoice in listed}) == 2


def test_a_product_has_one_price_and_clients_differ_in_size(seeded):
    bills = seeded.growcrm("/api/invoices")
    rates, sizes = {}, Counter()
    for bill in bills:
        sizes[bill["client"]["id"]] += 1
        for line in bill["line_items"]:
            rates.setdefault(line["description"], set()).add(line["rate"])

    assert all(len(prices) == 1 for prices in rates.values())
    assert sizes.most_common(1)[0][1] > 3 * INVOICES / len(sizes) / 2


def test_records_are_created_on_their_own_dates(seeded):
    bills = seeded.growcrm("/api/invoices")

    assert all(bill["dates"]["created"][:10] == bill["dates"]["date"][:10] for bill in bills)
    assert min(bill["dates"]["date"] for bill in bills) < "2024-09"
    assert max(bill["dates"]["date"] for bill in bills) < "2026-03-02"


def test_the_same_seed_gives_the_same_data_in_every_process(tmp_path, seeded):
    """The other process has another hash seed."""
    ready = tmp_path / "ready.json"
    arguments = (
        "serve",
        "--port",
        "0",
        "--data",
        "empty",
        "--now",
        NOW,
        "--ready-file",
        str(ready),
    )
    process = Process(*arguments, example_vendors=False, env={"PYTHONHASHSEED": "4711"})
    try:
        urls = process.ready(ready)
        freeze_clock(urls["main"])
        for vendor in urls["vendors"]:
            assert seed(urls["main"], vendor, invoices=INVOICES, clients=12).status_code == 201
        other = Accounts(urls)

        assert os.environ.get("PYTHONHASHSEED") != "4711"
        for vendor, paths in LISTS.items():
            for path in paths:
                assert getattr(other, vendor)(path) == getattr(seeded, vendor)(path), path
    finally:
        process.end()


LISTS = {
    "growcrm": ("/api/clients", "/api/invoices", "/api/payments", "/api/estimates", "/api/items"),
    "optiflow": ("/api/v1/contacts", "/api/v1/invoices", "/api/v1/payments", "/api/v1/quotations"),
    "count": ("/partners/customers", "/partners/invoices", "/partners/transactions"),
}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_seeds_every_vendor(mock, locale):
    main, name = mock.urls["main"], f"in-{locale}"
    requests.post(f"{main}/_mock/sandboxes", json={"name": name}, timeout=30).raise_for_status()
    responses = [
        seed(main, vendor, name, invoices=25, clients=5, locale=locale)
        for vendor in own_vendor_keys()
    ]

    assert [response.status_code for response in responses] == [201] * 4, [
        response.text for response in responses
    ]


def test_the_requested_number_of_payments_is_created(mock):
    main = mock.urls["main"]
    requests.post(f"{main}/_mock/sandboxes", json={"name": "paid", "data": "empty"}, timeout=30)
    without_payments = seed(main, "halo", "paid", invoices=30, payments=0).json()
    with_payments = seed(main, "optiflow", "paid", invoices=30, payments=61).json()

    assert without_payments["counts"].get("payments", 0) <= 1  # a refund can be a payment row
    assert with_payments["counts"]["payments"] == 61


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "vendor is required"),
        ({"vendor": "nobody"}, 404, "nobody"),
        ({"vendor": "halo", "locale": "tlh"}, 400, "en_US, en_GB, de_DE, es_ES, es_DO, fr_FR"),
        ({"vendor": "halo", "clients": 0}, 400, "clients must not be less than 1"),
        ({"vendor": "halo", "invoices": 100_001}, 400, "invoices must not be more than 100000"),
        ({"vendor": "halo", "invoices": 2, "payments": 100}, 400, "payments must not be more than"),
        ({"vendor": "halo", "seed": "x"}, 400, "seed"),
        ({"vendor": "halo", "colour": 1}, 400, "colour"),
    ],
)
def test_an_invalid_request_is_rejected_and_changes_nothing(mock, body, status, message):
    url = f"{mock.urls['main']}/_mock/sandboxes/default"
    before = requests.get(url, timeout=10).json()["counts"]
    response = requests.post(f"{url}/seed", json=body, timeout=30)

    assert response.status_code == status
    assert message in response.json()["error"]["message"]
    assert requests.get(url, timeout=10).json()["counts"] == before


def test_an_unknown_sandbox_is_not_found(mock):
    assert seed(mock.urls["main"], "halo", "nowhere").status_code == 404


def test_seeding_twice_with_the_same_seed_is_rejected(mock):
    main = mock.urls["main"]
    requests.post(f"{main}/_mock/sandboxes", json={"name": "twice", "data": "empty"}, timeout=30)
    assert seed(main, "growcrm", "twice", invoices=10).status_code == 201
    before = requests.get(f"{main}/_mock/sandboxes/twice", timeout=10).json()["counts"]
    again = seed(main, "growcrm", "twice", invoices=10)

    assert (again.status_code, again.json()["error"]["code"]) == (409, "seeding_refused")
    assert "another seed" in again.json()["error"]["message"]
    assert requests.get(f"{main}/_mock/sandboxes/twice", timeout=10).json()["counts"] == before
    assert seed(main, "growcrm", "twice", invoices=10, seed=1).status_code == 201


def test_other_clients_are_served_while_seeding_and_their_changes_win(mock):
    main = mock.urls["main"]
    created = requests.post(
        f"{main}/_mock/sandboxes", json={"name": "busy", "data": "empty"}, timeout=30
    ).json()
    headers = {"Authorization": f"Bearer {created['credentials']['growcrm']['api_key']}"}
    categories = f"{mock.urls['vendors']['growcrm']['root_url']}/api/categories"
    responses = []
    seeding = threading.Thread(
        target=lambda: responses.append(seed(main, "growcrm", "busy", invoices=400))
    )
    seeding.start()
    created_count = 0
    while seeding.is_alive():
        body = {"category_name": f"Meanwhile {created_count}", "category_type": "item"}
        created_count += (
            requests.post(categories, json=body, headers=headers, timeout=10).status_code == 201
        )
    seeding.join()
    listed = requests.get(
        f"{categories}?limit=100&search=Meanwhile", headers=headers, timeout=10
    ).json()

    assert (responses[0].status_code, responses[0].json()["error"]["code"]) == (
        409,
        "changed_meanwhile",
    )
    assert listed["meta"]["total"] == created_count > 1


def test_subscribers_are_not_notified_of_generated_data(mock):
    main = mock.urls["main"]
    requests.post(f"{main}/_mock/sandboxes", json={"name": "hooked"}, timeout=30).raise_for_status()
    assert seed(main, "count", "hooked", invoices=20, seed=3).status_code == 201

    counts = requests.get(f"{main}/_mock/sandboxes/hooked", timeout=10).json()["counts"]["count"]
    assert counts["webhooks"] == 1
    assert counts["deliveries"] == 0
