"""An operation is not served if a server answers it only as it answers unknown paths."""

import json
from typing import Any

import pytest
import requests

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.operation_patterns import UnknownOperation, check, matching
from mockvoice_contracts.harness.served_operations import (
    MIN_ANSWERS,
    ServedOperations,
    not_served,
)

CONTRACT = Contract(targets.document("growcrm"), closed=False)
REJECTION = {"message": "Invoice not found"}
ROUTER = {"message": "The route api/tags could not be found."}


def answer(status: int, body: Any = None, path: str = "/api/invoices/1") -> requests.Response:
    """Return a response with a JSON body, or with an HTML page."""
    response = requests.Response()
    response.status_code = status
    response.request = requests.Request("GET", f"http://127.0.0.1{path}").prepare()
    is_json = body is not None
    response.headers["Content-Type"] = "application/json" if is_json else "text/html"
    response._content = json.dumps(body).encode() if is_json else b"<h1>Not Found</h1>"
    return response


def served_after(answers: list[tuple[str, int, Any]]) -> ServedOperations:
    served = ServedOperations(CONTRACT)
    for operation, status, body in answers:
        served.record(CONTRACT.find(operation), answer(status, body), body)
    return served


@pytest.mark.parametrize("status", [404, 405, 501])
def test_an_operation_with_answers_of_the_router_alone_is_not_served(status: int) -> None:
    served = served_after([("invoices.get", status, None)] * 2)

    assert not_served([served.to_jsonable()]) == {"invoices.get": {str(status): 2}}


def test_rejected_credentials_say_nothing() -> None:
    served = served_after([("invoices.get", 401, {"message": "x"}), ("invoices.get", 404, None)])

    assert not_served([served.to_jsonable()]) == {"invoices.get": {"404": 1}}


@pytest.mark.parametrize("status", [200, 422, 500])
def test_any_other_answer_shows_that_an_operation_is_served(status: int) -> None:
    served = served_after([("invoices.get", 404, None), ("invoices.get", status, {})])

    assert not_served([served.to_jsonable()]) == {}


def test_a_documented_rejection_of_an_unknown_id_shows_that_an_operation_is_served() -> None:
    served = served_after([("invoices.get", 404, REJECTION)] * MIN_ANSWERS)

    assert not_served([served.to_jsonable()]) == {}
    assert not served.is_missing("invoices.get")


def test_a_rejection_that_equals_the_routers_is_none() -> None:
    served = served_after([("invoices.search", 404, ROUTER), ("invoices.get", 404, ROUTER)])

    assert set(not_served([served.to_jsonable()])) == {"invoices.search", "invoices.get"}


def test_the_answers_of_all_processes_count() -> None:
    parts = [served_after([("invoices.get", status, {})]).to_jsonable() for status in (200, 405)]

    assert not_served(parts) == {}
    assert not_served(parts[1:]) == {"invoices.get": {"405": 1}}


def test_an_operation_is_left_out_after_enough_answers() -> None:
    served = served_after([("invoices.get", 404, None)] * (MIN_ANSWERS - 1))
    assert not served.is_missing("invoices.get")

    served.record(CONTRACT.find("invoices.get"), answer(404), None)
    assert served.is_missing("invoices.get")


def test_a_pattern_selects_operations() -> None:
    ids = ["invoices.get", "invoices.create", "tags.list"]

    assert matching(["invoices.*"], ids) == {"invoices.get", "invoices.create"}
    assert matching(["tags.list", "invoices.get"], ids) == {"tags.list", "invoices.get"}


@pytest.mark.parametrize(
    ("pattern", "suggestion"),
    [("invocies.*", "did you mean 'invoices.*'?"), ("invoices.gte", "did you mean 'invoices.get'?")],
)  # fmt: skip
def test_a_pattern_without_a_match_is_an_error(pattern: str, suggestion: str) -> None:
    with pytest.raises(UnknownOperation, match=r"no operation matches") as caught:
        check([pattern], CONTRACT.operations)

    assert suggestion in str(caught.value)


@pytest.mark.parametrize("answers", [1, 3])
def test_documented_rejections_without_a_body_are_not_those_of_a_router(answers: int) -> None:
    """Halo rejects an unknown id without a body, as it rejects an unknown path."""
    contract = Contract(targets.document("halo"), closed=False)
    served = ServedOperations(contract)
    rejection = answer(404, path="/api/TaxRule")
    rejection._content = b""
    for _ in range(answers):
        served.record(contract.find("tax_rule.save"), rejection, None)

    assert not_served([served.to_jsonable()]) == {}
