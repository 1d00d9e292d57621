"""Statements of OptiFlow's page that no kind of check can try."""

from typing import Any

from tests.documents.conftest import NewTrial
from tests.documents.service import Trial
from tests.documents.statements import states


def data(trial: Trial, path: str) -> Any:
    return trial.service.send("GET", path).json()["data"]


@states("optiflow/create/stock")
def test_a_line_of_a_product_with_stock_moves_it(new_trial: NewTrial) -> None:
    trial = new_trial("optiflow")
    product = f"/products/{trial['new_tracked']}"
    before = data(trial, product)["stock_quantity"]

    assert trial["new_tracked_invoice"]

    assert (before, data(trial, product)["stock_quantity"]) == ("10.00", "6.00")


@states("optiflow/create/number")
def test_the_number_is_the_next_one_of_the_series(new_trial: NewTrial) -> None:
    trial = new_trial("optiflow")
    series = data(trial, "/document-subtypes/1")

    invoice = data(trial, f"/invoices/{trial['new_invoice']}")

    assert invoice["document_number"] == f"{series['prefix']}{series['next_number']:08}"
    assert data(trial, "/document-subtypes/1")["next_number"] == series["next_number"] + 1


@states("optiflow/create/description/default")
def test_a_line_without_a_description_has_the_name_of_its_product(new_trial: NewTrial) -> None:
    trial = new_trial("optiflow")

    invoice = data(trial, f"/invoices/{trial['new_tracked_invoice']}")

    name = data(trial, f"/products/{trial['new_tracked']}")["name"]
    assert invoice["items"][0]["description"] == name
