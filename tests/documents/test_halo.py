"""Statements of Halo's document that no kind of check can try."""

import re

import pytest

from tests.documents.conftest import NewContext
from tests.documents.statements import covers, load

LISTS = ("halo/invoice-list/query/", "halo/recurring-list/query/")


@covers("halo/recurring/same-parameters")
def test_the_list_of_templates_takes_every_parameter_of_the_list_of_invoices() -> None:
    ids = [statement.id for statement in load("halo") if statement.check]
    invoices, templates = (
        {name.removeprefix(prefix) for name in ids if name.startswith(prefix)} for prefix in LISTS
    )

    assert len(invoices) > 50
    assert templates == invoices


@covers("halo/booleans")
@pytest.mark.parametrize("value", ["undefined", "", "2"])
def test_a_value_that_is_not_a_boolean_counts_as_absent(
    new_context: NewContext, value: str
) -> None:
    context = new_context("halo")
    scope = {"client_id": context["rows"]}

    with_value = context.service.send("GET", "/Invoice", params={**scope, "postedonly": value})
    without = context.service.send("GET", "/Invoice", params=scope)

    assert with_value.status_code == 200
    assert with_value.json() == without.json()


@covers("halo/no-other-methods")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_records_are_changed_by_post_alone(new_context: NewContext, method: str) -> None:
    context = new_context("halo")
    path, body = f"/Invoice/{context['new_invoice']}", [{"reference": "x"}]

    assert context.service.send(method, path, json=body).status_code == 405


@covers("halo/charge-rate/read-only")
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_charge_rates_cannot_be_changed(new_context: NewContext, method: str) -> None:
    context = new_context("halo")
    path = "/ChargeRate" if method == "POST" else f"/ChargeRate/{context['charge_rate']}"

    response = context.service.send(method, path, json=[{"name": "x"}])

    assert response.status_code == 405


@covers("halo/authentication")
def test_every_operation_needs_a_token(new_context: NewContext) -> None:
    context = new_context("halo")
    requests = {
        (statement.arguments.get("method", "GET"), re.sub(r"{\w+}", "1", str(statement.arguments["path"])))
        for statement in load("halo")
        if statement.check == "request"
    }  # fmt: skip

    answers = {
        request: context.service.send(*request, anonymous=True, json=[]) for request in requests
    }

    assert len(requests) > 50
    for request, answer in answers.items():
        assert (answer.status_code, answer.content) == (401, b""), request


@covers("halo/invoice/delete/bypass_accounts_sync")
@pytest.mark.parametrize(("query", "status"), [({}, 400), ({"bypass_accounts_sync": "true"}, 200)])
def test_a_posted_invoice_is_deleted_only_without_synchronisation(
    new_context: NewContext, query: dict[str, str], status: int
) -> None:
    context = new_context("halo")
    path = f"/Invoice/{context['new_posted_invoice']}"

    assert context.service.send("DELETE", path, params=query).status_code == status


@covers("halo/recurring/delete/bypass_accounts_sync")
@pytest.mark.parametrize("query", [{}, {"bypass_accounts_sync": "true"}])
def test_a_template_is_deleted_with_and_without_synchronisation(
    new_context: NewContext, query: dict[str, str]
) -> None:
    context = new_context("halo")
    path = f"/RecurringInvoice/{context['new_posted_template']}"

    assert context.service.send("DELETE", path, params=query).status_code == 200
