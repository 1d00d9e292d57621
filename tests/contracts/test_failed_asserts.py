"""The message of a failed assert statement of a suite names the compared values."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness import failed_asserts
from mockvoice_contracts.harness.failed_asserts import COMPARISON
from mockvoice_contracts.harness.failed_tests import rule_of
from mockvoice_contracts.suite_api import rule
from mockvoice_contracts.suites.growcrm.messages import check_errors

TOTAL = Decimal("41.99")
FIRST_IDS = ", ".join(map(str, range(100, 140)))
INVOICE = {"total": TOTAL, "lines": [{"rate": 5, "text": "x" * 90}], "tags": {"a", "b"}}


def amount() -> None:
    assert INVOICE["total"] == Decimal("42.00")


def constant_on_the_left() -> None:
    assert Decimal("42.00") == INVOICE["total"]


def pair() -> None:
    page = {"per_page": 42, "current_page": 2}
    assert (page["per_page"], page["current_page"]) == (42, 0)


def nested_member() -> None:
    expected = {"total": TOTAL, "lines": [{"rate": 6, "text": "x" * 90}], "tags": {"a", "b"}}
    assert expected != INVOICE or not expected
    actual = INVOICE
    assert actual == expected


def display_with_names() -> None:
    rate, count = 5, 2
    assert {"rate": rate, "count": count} == {"rate": 5, "count": 3}


def missing_member() -> None:
    assert INVOICE == {**INVOICE, "due": "2026-01-01"}


def set_members() -> None:
    assert INVOICE["tags"] == {"b", "c", "d" * 90}


def shorter_list() -> None:
    ids = [1, 2]
    assert ids == [1, 2, 3]


def ordering() -> None:
    balance = Decimal("-0.01")
    assert balance >= 0, "the balance is below zero"


def text_in_a_message() -> None:
    refused = {"message": "no"}
    assert "already" in refused["message"]


def member_of_a_list() -> None:
    new = 3
    assert new in [1, 2]


def member_of_a_long_list() -> None:
    new = 3
    assert new in list(range(100, 500))


def subset() -> None:
    names = {"a", "b"}
    assert names <= {"a"}


def copy_without_an_id() -> None:
    row = {"id": 1, "date": "2026-01-01"}
    assert {**row, "id": None} == {"id": None, "date": "2026-01-02"}


def not_a_member() -> None:
    names = {"id": 1}
    assert "id" not in names


def empty_value() -> None:
    rows: list[int] = []
    assert rows


def value_that_must_be_empty() -> None:
    errors = ["wrong"]
    assert not errors


def one_of_two_comparisons() -> None:
    low, high = 1, 9
    assert low == 1 and high < 5  # noqa: PT018 - a statement of a suite may have two parts


def none() -> None:
    due = None
    assert due is not None


def flag() -> None:
    row = {"paid": True, "due": None}
    assert row == {"paid": False, "due": None}


def converted() -> None:
    ids = {2, 1}
    assert sorted(ids, reverse=False) == [1, 3]


def shown(row: dict[str, Any], *names: str) -> list[Any]:
    return [row[name] for name in names]


def starred_arguments() -> None:
    names = ["total"]
    assert shown(INVOICE, *names) == [42]


def status_of(factory: object, row: dict[str, Any]) -> Any:
    return row["status"]


def fixture_as_an_argument() -> None:
    factory, invoice = object(), {"status": 2}
    assert status_of(factory, invoice) == 1


def comparison_in_a_helper() -> None:
    api: Any = None
    check_errors(api, {"errors": {"rate": ["is wrong"]}}, {"unit": ["is wrong"]})


def raised() -> None:
    raise AssertionError("total is 5, but its parts add up to 6")


@pytest.mark.parametrize(
    ("fail", "expected"),
    [
        (amount, "INVOICE['total'] is 41.99, expected 42.00"),
        (constant_on_the_left, "INVOICE['total'] is 41.99, expected 42.00"),
        (pair, "page['current_page'] is 2, expected 0"),
        (nested_member, "actual['lines'][0]['rate'] is 5, expected 6"),
        (display_with_names, "count is 2, expected 3"),
        (missing_member, "INVOICE['due'] is missing, expected '2026-01-01'"),
        (set_members, f"INVOICE['tags'] lacks ['c', '{'d' * 90}']; INVOICE['tags'] also has ['a']"),
        (shorter_list, "ids is [1, 2], expected [1, 2, 3]"),
        (ordering, "balance is -0.01, expected at least 0\nthe balance is below zero"),
        (text_in_a_message, "refused['message'] is 'no', expected to contain 'already'"),
        (member_of_a_list, "new is 3, expected one of [1, 2]"),
        (member_of_a_long_list, f"new is 3, expected one of [{FIRST_IDS}, … 400 entries]"),
        (subset, "names is ['a', 'b'], expected only members of ['a']"),
        (copy_without_an_id, "row['date'] is '2026-01-01', expected '2026-01-02'"),
        (not_a_member, "names is {'id': 1}, expected not to contain 'id'"),
        (empty_value, "rows is [], expected true"),
        (value_that_must_be_empty, "errors is ['wrong'], expected nothing or false"),
        (one_of_two_comparisons, "high is 9, expected less than 5"),
        (none, "due is null, expected another value"),
        (flag, "row is {'paid': true, 'due': null}, expected {'paid': false, 'due': null}"),
        (converted, "ids is [1, 2], expected [1, 3]"),
        (starred_arguments, "shown(INVOICE) is [41.99], expected [42]"),
        (fixture_as_an_argument, "status_of(invoice) is 2, expected 1"),
        (comparison_in_a_helper, "errors is ['rate'], expected ['unit']"),
        (raised, "total is 5, but its parts add up to 6"),
    ],
)  # fmt: skip
def test_the_compared_values_are_named(
    fail: Callable[[], None], expected: str, pytestconfig: pytest.Config
) -> None:
    with pytest.raises(AssertionError) as caught:
        fail()

    message = failed_asserts.describe(caught, pytestconfig.stash[COMPARISON])
    assert message == expected


@rule("per_page={size} returns {size} rows of {kind}, as in {data}.", source="Documented: paging")
@pytest.mark.parametrize(("size", "kind"), [(5, "invoices")])
def test_a_rule_has_the_values_of_the_parameters(
    request: pytest.FixtureRequest, size: int, kind: Any
) -> None:
    assert rule_of(request.node) == {
        "sentence": "per_page=5 returns 5 rows of invoices, as in {data}.",
        "source": "Documented: paging",
    }


def test_a_test_without_the_marker_has_no_rule(request: pytest.FixtureRequest) -> None:
    assert rule_of(request.node) is None
