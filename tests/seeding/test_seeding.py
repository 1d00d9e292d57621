"""Sandboxes filled through the control API: believable, the same for the same seed, all or nothing."""

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
from mockvoice.vendors import all_vendors
from tests.accounts import Accounts
from tests.conftest import Process

NOW = "2026-03-02T12:00:00Z"
INVOICES = 150


@pytest.fixture(scope="module")
def mock():
    settings = Settings(port=0, data="empty", now=datetime.fromisoformat(NOW))
    with Server(settings) as server:
        stop_clock(server.urls["main"])
        yield server


def stop_clock(main):
    url = f"{main}/_mock/sandboxes/default/clock"
    requests.put(url, json={"now": NOW, "frozen": True}, timeout=10).raise_for_status()


def seed(main, vendor, sandbox="default", **wish):
    url = f"{main}/_mock/sandboxes/{sandbox}/seed"
    return requests.post(url, json={"vendor": vendor, **wish}, timeout=60)


@pytest.fixture(scope="module")
def seeded(mock):
    """Every vendor's account, filled."""
    for vendor in mock.vendors:
        answer = seed(mock.urls["main"], vendor, invoices=INVOICES, clients=12)
        assert answer.status_code == 201, answer.text
    return Accounts(mock.urls)


def test_the_answer_counts_what_was_added(mock):
    main, name = mock.urls["main"], "counted"
    requests.post(
        f"{main}/_mock/sandboxes", json={"name": name, "data": "empty", "now": NOW}, timeout=30
    )
    answer = seed(
        main, "growcrm", name, invoices=20, clients=4, payments=17, locale="de_DE", seed=5
    )
    counts = requests.get(f"{main}/_mock/sandboxes/{name}", timeout=10).json()["counts"]["growcrm"]

    told = answer.json()
    assert (told["vendor"], told["locale"], told["seed"]) == ("growcrm", "de_DE", 5)
    assert (told["counts"]["invoices"], told["counts"]["clients"], told["counts"]["payments"]) == (
        20,
        4,
        17,
    )
    assert all(counts[table] >= number for table, number in told["counts"].items())


def test_grow_crm_has_bills_in_every_state(seeded):
    bills = seeded.growcrm("/api/invoices")

    states = Counter(each["status"]["title"] for each in bills)
    assert len(bills) == INVOICES
    assert states.keys() == {"Draft", "Due", "Overdue", "Part Paid", "Paid", "Cancelled"}
    assert states["Paid"] > INVOICES / 2
    assert {each["status"] for each in seeded.growcrm("/api/estimates")} >= {
        "new",
        "accepted",
        "draft",
    }


def test_grow_crm_bills_are_paid_to_the_cent(seeded):
    paid = Counter()
    for each in seeded.growcrm("/api/payments"):
        if each["status"] == "paid":
            paid[each["invoice"]["id"]] += Decimal(each["amount"])

    for bill in seeded.growcrm("/api/invoices"):
        final = Decimal(bill["totals"]["final_amount"])
        assert final > 0
        if bill["status"]["title"] == "Paid":
            assert paid[bill["id"]] == final
        elif bill["status"]["title"] == "Part Paid":
            assert 0 < paid[bill["id"]] < final
        else:
            assert paid[bill["id"]] == 0


def test_optiflow_has_invoices_in_every_state_that_is_no_draft(seeded):
    invoices = seeded.optiflow("/api/v1/invoices")

    states = Counter(each["status"] for each in invoices)
    assert len(invoices) == INVOICES
    assert states.keys() == {"pending_payment", "partially_paid", "paid", "cancelled"}
    assert {each["currency_id"] for each in invoices} == {1, 2}
    for each in invoices:
        total, due = Decimal(each["total_amount"]), Decimal(each["amount_due"])
        assert total > 0
        if each["status"] != "cancelled":
            assert Decimal(each["amount_paid"]) + due == total
        if each["status"] == "paid":
            assert due == 0


def test_optiflow_customers_have_valid_numbers(seeded):
    from stdnum.do import cedula, rnc

    for each in seeded.optiflow("/api/v1/contacts"):
        number = each["identification_number"]
        assert (rnc if each["identification_type"] == "rnc" else cedula).is_valid(number)
        assert each["addresses"][0]["country"] == "República Dominicana"


def test_count_has_documents_in_every_state(seeded):
    documents = seeded.count("/partners/invoices")

    states = Counter(each["status"] for each in documents if each["invoiceType"] == "invoice")
    assert sum(states.values()) == INVOICES
    assert states.keys() >= {"draft", "sent", "overdue", "partial", "paid"}
    assert {each["invoiceType"] for each in documents} == {"invoice", "memo", "quote", "estimate"}
    for each in documents:
        settled = each["paidAmount"] + each["creditedAmount"] + each["amountDue"]
        assert round(settled - each["total"], 2) == 0
    assert len(seeded.count("/partners/recurring-invoice-templates")) > 1


def test_halo_has_invoices_in_every_state(seeded):
    invoices = seeded.halo(
        "/api/Invoice?includecredits=true&includeinvoices=true&count=1000", "invoices"
    )

    assert len([each for each in invoices if each["invoicetype"] == 0]) == INVOICES
    assert any(each["voided"] for each in invoices)
    assert any(each["invoicetype"] == 1 for each in invoices)
    shares = {
        "part"
        if 0 < each["amountpaid"] < each["total"]
        else "whole"
        if each["amountpaid"]
        else "none"
        for each in invoices
        if not each["voided"] and each["invoicetype"] == 0
    }
    assert shares == {"part", "whole", "none"}
    assert (
        len({each["currency_code"] for each in seeded.halo("/api/Invoice?count=1000", "invoices")})
        == 2
    )


def test_a_thing_has_one_price_and_a_client_its_habits(seeded):
    bills = seeded.growcrm("/api/invoices")
    rates, sizes = {}, Counter()
    for bill in bills:
        sizes[bill["client"]["id"]] += 1
        for line in bill["line_items"]:
            rates.setdefault(line["description"], set()).add(line["rate"])

    assert all(len(each) == 1 for each in rates.values())
    assert sizes.most_common(1)[0][1] > 3 * INVOICES / len(sizes) / 2


def test_the_past_was_made_in_the_past(seeded):
    bills = seeded.growcrm("/api/invoices")

    assert all(each["dates"]["created"][:10] == each["dates"]["date"][:10] for each in bills)
    assert min(each["dates"]["date"] for each in bills) < "2024-09"
    assert max(each["dates"]["date"] for each in bills) < "2026-03-02"


def test_the_same_seed_gives_the_same_world_in_every_process(tmp_path, seeded):
    """Another process, with other hashes, is filled as this one was."""
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
    process = Process(*arguments, toys=False, env={"PYTHONHASHSEED": "4711"})
    try:
        urls = process.ready(ready)
        stop_clock(urls["main"])
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
def test_every_locale_fills_every_vendor(mock, locale):
    main, name = mock.urls["main"], f"in-{locale}"
    requests.post(f"{main}/_mock/sandboxes", json={"name": name}, timeout=30).raise_for_status()
    answers = [
        seed(main, each, name, invoices=25, clients=5, locale=locale) for each in all_vendors()
    ]

    assert [each.status_code for each in answers] == [201] * 4, [each.text for each in answers]


def test_payments_are_as_many_as_wanted(mock):
    main = mock.urls["main"]
    requests.post(f"{main}/_mock/sandboxes", json={"name": "paid", "data": "empty"}, timeout=30)
    none = seed(main, "halo", "paid", invoices=30, payments=0).json()
    many = seed(main, "optiflow", "paid", invoices=30, payments=61).json()

    assert none["counts"].get("payments", 0) <= 1  # a payment that was refunded is none at all
    assert many["counts"]["payments"] == 61


@pytest.mark.parametrize(
    ("body", "status", "said"),
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
def test_what_cannot_be_made_is_refused_and_changes_nothing(mock, body, status, said):
    url = f"{mock.urls['main']}/_mock/sandboxes/default"
    before = requests.get(url, timeout=10).json()["counts"]
    answer = requests.post(f"{url}/seed", json=body, timeout=30)

    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]
    assert requests.get(url, timeout=10).json()["counts"] == before


def test_an_unknown_sandbox_is_not_found(mock):
    assert seed(mock.urls["main"], "halo", "nowhere").status_code == 404


def test_the_same_seed_twice_adds_nothing(mock):
    main = mock.urls["main"]
    requests.post(f"{main}/_mock/sandboxes", json={"name": "twice", "data": "empty"}, timeout=30)
    assert seed(main, "growcrm", "twice", invoices=10).status_code == 201
    before = requests.get(f"{main}/_mock/sandboxes/twice", timeout=10).json()["counts"]
    again = seed(main, "growcrm", "twice", invoices=10)

    assert (again.status_code, again.json()["error"]["code"]) == (409, "seeding_refused")
    assert "another seed" in again.json()["error"]["message"]
    assert requests.get(f"{main}/_mock/sandboxes/twice", timeout=10).json()["counts"] == before
    assert seed(main, "growcrm", "twice", invoices=10, seed=1).status_code == 201


def test_others_are_served_meanwhile_and_their_changes_are_kept(mock):
    main = mock.urls["main"]
    made = requests.post(
        f"{main}/_mock/sandboxes", json={"name": "busy", "data": "empty"}, timeout=30
    ).json()
    headers = {"Authorization": f"Bearer {made['credentials']['growcrm']['api_key']}"}
    categories = f"{mock.urls['vendors']['growcrm']['root_url']}/api/categories"
    answers = []
    filling = threading.Thread(
        target=lambda: answers.append(seed(main, "growcrm", "busy", invoices=400))
    )
    filling.start()
    written = 0
    while filling.is_alive():
        body = {"category_name": f"Meanwhile {written}", "category_type": "item"}
        written += (
            requests.post(categories, json=body, headers=headers, timeout=10).status_code == 201
        )
    filling.join()
    listed = requests.get(
        f"{categories}?limit=100&search=Meanwhile", headers=headers, timeout=10
    ).json()

    assert (answers[0].status_code, answers[0].json()["error"]["code"]) == (
        409,
        "changed_meanwhile",
    )
    assert listed["meta"]["total"] == written > 1


def test_subscribers_are_told_nothing_of_the_past(mock):
    main = mock.urls["main"]
    requests.post(f"{main}/_mock/sandboxes", json={"name": "hooked"}, timeout=30).raise_for_status()
    assert seed(main, "count", "hooked", invoices=20, seed=3).status_code == 201

    told = requests.get(f"{main}/_mock/sandboxes/hooked", timeout=10).json()["counts"]["count"]
    assert told["webhooks"] == 1
    assert told["deliveries"] == 0
