"""Each kind of check fails if the server ignores what it tries."""

from typing import Any

import pytest

from tests.documents.checks import anonymous, run_check
from tests.documents.conftest import NewContext
from tests.documents.json_values import has_type
from tests.documents.statements import load

HALO = {statement.id: statement for statement in load("halo")}
GROWCRM = {statement.id: statement for statement in load("growcrm")}
LIST = "halo/invoice-list/query"


def misspelt(arguments: Any, name: str) -> dict[str, Any]:
    """Return the query with the parameter's name misspelt, so that the server ignores it."""
    return {f"{key}x" if key == name else key: value for key, value in arguments.items()}


@pytest.mark.parametrize(
    "name",
    [f"{LIST}/contract_id", f"{LIST}/postedonly", f"{LIST}/count", f"{LIST}/page_size", f"{LIST}/order",
     f"{LIST}/orderdesc2", f"{LIST}/includelines", f"{LIST}/idonly"],
)  # fmt: skip
def test_a_parameter_that_is_ignored_fails(new_context: NewContext, name: str) -> None:
    statement = HALO[name]
    query = misspelt(statement.arguments["query"], statement.name)

    run_check(new_context("halo"), statement)
    with pytest.raises(AssertionError):
        run_check(new_context("halo"), statement, query=query)
    with pytest.raises(AssertionError):
        run_check(new_context("halo"), statement, f"{statement.name}x", query=query)


@pytest.mark.parametrize(
    "changed",
    [{"status": 201}, {"path": "/Invoices"}, {"has": {"id": 0}}, {"has": {"nothing": 1}}, {"types": {"id": "string"}},
     {"types": {"lines.0.nothing": "string"}}, {"media_type": "text/html"}, {"empty": True}, {"gone": True}, {"names": "client_id"}],
    ids=str,
)  # fmt: skip
def test_a_response_that_differs_fails(new_context: NewContext, changed: dict[str, Any]) -> None:
    statement = HALO["halo/invoice/get"]

    run_check(new_context("halo"), statement)
    with pytest.raises(AssertionError):
        run_check(new_context("halo"), statement, **changed)


@pytest.mark.parametrize(
    ("field", "changed"),
    [("bill_notes", {"name": "bill_note"}), ("bill_notes", {"required": True}), ("bill_notes", {"shows": "Other"}),
     ("bill_notes", {"shown": "terms"}), ("bill_notes", {"enum": True}), ("bill_notes", {"wrong": "any text"}),
     ("bill_date", {"required": False}), ("bill_date", {"read": "/invoices/{new_invoice}"})],
    ids=str,
)  # fmt: skip
def test_a_field_that_is_ignored_or_not_checked_fails(
    new_context: NewContext, field: str, changed: dict[str, Any]
) -> None:
    statement = GROWCRM[f"growcrm/create/body/{field}"]

    run_check(new_context("growcrm"), statement)
    with pytest.raises(AssertionError):
        run_check(new_context("growcrm"), statement, **changed)


def test_a_path_without_authentication_fails(new_context: NewContext) -> None:
    with pytest.raises(AssertionError):
        anonymous(new_context("halo"), path="/InstanceInfo")


@pytest.mark.parametrize(
    ("value", "names", "expected"),
    [(1, "integer", True), (True, "integer", False), (True, "boolean", True), (1.5, "integer", False),
     (None, "string|null", True), ("1", "number", False), ([], "array|null", True), ({}, "array", False)],
)  # fmt: skip
def test_types_are_those_of_json(value: Any, names: str, expected: bool) -> None:
    assert has_type(value, names) is expected
