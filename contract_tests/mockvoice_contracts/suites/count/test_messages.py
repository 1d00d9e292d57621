"""The wording of a mock's messages; the vendor publishes no texts for these errors."""

import re

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory

pytestmark = pytest.mark.assumed


@pytest.fixture(autouse=True)
def _mocks_only(target: Target) -> None:
    if not target.is_mock:
        pytest.skip("other servers may word their messages differently")


@rule(
    "The message of a 400 names the missing field {missing}.",
    source="Assumed: the vendor's client shows messages as they are",
)
@pytest.mark.parametrize("missing", ["customerUuid", "date", "products"])
def test_a_message_names_the_missing_field(api: Api, factory: Factory, missing: str) -> None:
    body = factory.invoice_body()
    del body[missing]

    assert missing in api.call("invoices.create", expect=400, body=body)["message"]


@rule(
    "The message of a transaction without a date names postedDate and date.",
    source="Assumed: the vendor's client shows messages as they are",
)
def test_a_message_names_both_dates(api: Api, factory: Factory) -> None:
    body = {"accUuid": factory.bank_account_id, "amount": 1}
    error = api.call("transactions.create", expect=400, body=body)

    assert "postedDate or date" in error["message"]


@rule(
    "The error of a bulk row has the text of the single request.",
    source="Assumed: the vendor's client states that it is text",
)
def test_errors_of_bulk_rows_say_what_is_wrong(api: Api, factory: Factory) -> None:
    email = factory.customer(email=factory.email())["email"]
    rows = [{"customer": factory.unique_name("Bulk"), "email": email}, {"email": "nobody"}]
    customers = api.call("customers.bulk_create", expect=201, body={"customers": rows})["data"]
    accounts = {"accounts": [{"subTypeId": factory.account()["subTypeId"]}]}
    account = api.call("accounts.bulk_create", expect=201, body=accounts)["data"]["results"][0]
    body = {"transactionUuids": [UNKNOWN_ID], "excluded": True}
    excluded = api.call("transactions.exclude_bulk", expect=200, body=body)["data"]

    first, second = customers["results"]
    assert first["error"] == "A customer with this email already exists."
    assert "customer is required." in second["error"]
    assert account["error"] == "name is required."
    assert excluded["failures"][0]["reasons"] == ["Transaction not found."]


@rule(
    "The message of a split that does not add up has the sums and the amount.",
    source="Assumed: the vendor's client has the route, not its errors",
)
@pytest.mark.parametrize(
    ("body", "amounts"),
    [
        ({"parent": {"amount": 30}, "splits": [{"amount": 10}]}, ["40.00", "50.00", "10.00"]),
        ({"splits": [{"amount": 50}]}, ["50.00", "50.00"]),
        ({"splits": [{"amount": 60}]}, ["60.00", "50.00"]),
    ],
)
def test_the_message_of_a_split_has_its_amounts(
    api: Api, factory: Factory, body: dict, amounts: list[str]
) -> None:
    path = {"transactionId": factory.transaction(50)["id"]}
    error = api.call("transactions.split", expect=400, body=body, **path)

    assert re.findall(r"\d+\.\d\d", error["message"]) == amounts
