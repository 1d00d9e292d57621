"""Invoices of every vendor: none is owed the wrong way round, and each can be paid to the cent.

The lines have discounts up to 100 % and beyond, zero prices, and parts of a cent, as far as each vendor
accepts them; and negative prices, for the vendors that take them.
"""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from mockvoice.app import Server
from mockvoice.kernel.money import quantize
from mockvoice.settings import Settings
from mockvoice.vendors.count.rules.totals import inclusive_taxes
from mockvoice.vendors.halo.models import AppliedTax as HaloTax
from mockvoice.vendors.halo.models import Line as HaloLine
from mockvoice.vendors.halo.rules.totals import line_figures
from mockvoice.vendors.optiflow.rules.totals import line_totals
from tests.vendors.invoice_accounts import ACCOUNTS, CENT


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
WHOLE_CENTS = st.integers(1, 2000).map(lambda number: Decimal(number) / 100)
PART = st.one_of(WHOLE_CENTS, st.integers(1, 20_000).map(lambda number: Decimal(number) / 1000))
REJECTED = [HealthCheck.too_slow, HealthCheck.filter_too_much]
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=REJECTED)


def assert_payable(account, invoice_id):
    """Pay what is due, and check that it is a whole number of cents and that nothing is left."""
    _, due, paid = account.state(invoice_id)
    assert due % CENT == 0
    if due > 0:
        assert not paid
        response = account.pay(invoice_id, due)
        assert response.ok, response.text
        assert account.state(invoice_id)[1:] == (0, True)


def assert_part_payment(account, invoice_id, due, amount):
    """Pay a part, and check that it is accepted in whole cents and that as much less is due."""
    response = account.pay(invoice_id, amount)
    assert response.ok or amount % CENT, response.text
    paid = quantize(amount) if response.ok else 0
    assert account.state(invoice_id)[1] == due - paid


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
@given(data=st.data(), part=PART)
@SETTINGS
def test_no_payment_leaves_a_rest_that_cannot_be_paid(accounts, vendor, data, part):
    account = accounts[vendor]
    prices = SIGNED_PRICES if account.takes_negative_prices else PRICES
    invoice_id = account.create(data.draw(lines(prices)))
    assume(invoice_id is not None)
    total, due, _ = account.state(invoice_id)
    assert total == due
    if due > 0:
        assert_part_payment(account, invoice_id, due, min(part, due))
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


@pytest.mark.parametrize(("vendor", "account_class"), ACCOUNTS.items())
def test_negative_prices_are_rejected_unless_the_vendor_takes_them(accounts, vendor, account_class):
    line = {"quantity": Decimal(1), "price": Decimal(-5), "discount_type": "fixed", "discount": Decimal(0), "tax": 0}  # fmt: skip
    created = accounts[vendor].create([line]) is not None

    assert created is account_class.takes_negative_prices


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
