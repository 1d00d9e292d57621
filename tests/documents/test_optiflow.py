"""Statements of OptiFlow's page that no kind of check can try."""

from typing import Any

from tests.documents.conftest import NewContext
from tests.documents.service import CheckContext
from tests.documents.statements import covers


def data(context: CheckContext, path: str) -> Any:
    return context.service.send("GET", path).json()["data"]


@covers("optiflow/create/stock")
def test_a_line_of_a_product_with_stock_moves_it(new_context: NewContext) -> None:
    context = new_context("optiflow")
    product = f"/products/{context['new_tracked']}"
    before = data(context, product)["stock_quantity"]

    assert context["new_tracked_invoice"]

    assert (before, data(context, product)["stock_quantity"]) == ("10.00", "6.00")


@covers("optiflow/create/number")
def test_the_number_is_the_next_one_of_the_series(new_context: NewContext) -> None:
    context = new_context("optiflow")
    series = data(context, "/document-subtypes/1")

    invoice = data(context, f"/invoices/{context['new_invoice']}")

    assert invoice["document_number"] == f"{series['prefix']}{series['next_number']:08}"
    assert data(context, "/document-subtypes/1")["next_number"] == series["next_number"] + 1


@covers("optiflow/create/description/default")
def test_a_line_without_a_description_has_the_name_of_its_product(new_context: NewContext) -> None:
    context = new_context("optiflow")

    invoice = data(context, f"/invoices/{context['new_tracked_invoice']}")

    name = data(context, f"/products/{context['new_tracked']}")["name"]
    assert invoice["items"][0]["description"] == name
