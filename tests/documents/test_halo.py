"""Statements of Halo's document that no kind of check can try."""

import pytest

from tests.documents.conftest import NewTrial
from tests.documents.statements import load, states

LISTS = ("halo/invoice-list/query/", "halo/recurring-list/query/")


@states("halo/recurring/same-parameters")
def test_the_list_of_templates_takes_every_parameter_of_the_list_of_invoices() -> None:
    ids = [statement.id for statement in load("halo") if statement.check]
    invoices, templates = (
        {name.removeprefix(prefix) for name in ids if name.startswith(prefix)} for prefix in LISTS
    )

    assert len(invoices) > 50
    assert templates == invoices


@states("halo/booleans")
@pytest.mark.parametrize("value", ["undefined", "", "2"])
def test_a_value_that_is_not_a_boolean_counts_as_absent(new_trial: NewTrial, value: str) -> None:
    trial = new_trial("halo")
    scope = {"client_id": trial["new_rows"]}

    with_value = trial.service.send("GET", "/Invoice", params={**scope, "postedonly": value})
    without = trial.service.send("GET", "/Invoice", params=scope)

    assert with_value.status_code == 200
    assert with_value.json() == without.json()


@states("halo/no-other-methods")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_records_are_changed_by_post_alone(new_trial: NewTrial, method: str) -> None:
    trial = new_trial("halo")
    path, body = f"/Invoice/{trial['new_invoice']}", [{"reference": "x"}]

    assert trial.service.send(method, path, json=body).status_code == 405


@states("halo/charge-rate/read-only")
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_charge_rates_cannot_be_changed(new_trial: NewTrial, method: str) -> None:
    trial = new_trial("halo")
    path = "/ChargeRate" if method == "POST" else f"/ChargeRate/{trial['charge_rate']}"

    response = trial.service.send(method, path, json=[{"name": "x"}])

    assert response.status_code == 405
