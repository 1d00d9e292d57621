"""Findings with the same cause are one, and the most telling one comes first."""

from typing import Any

import pytest

from mockvoice_contracts.check import causes, not_run
from mockvoice_contracts.check.recorder import Result

PLACE = {"file": "openapi/growcrm/paths/invoices.yaml", "line": 10, "says": ""}


def finding(test: str = "t.py::test_a", **changes: Any) -> dict[str, Any]:
    return {
        "vendor": "growcrm", "operation": "invoices.get", "kind": "breach", "check": "rule",
        "evidence": "public", "problem": "total is 1, expected 2", "test": test, "contract": PLACE,
        "came_back": {"status": 200, "body": ""}, "blocks": False, "is_invariant": False, **changes,
    }  # fmt: skip


def server_error(test: str, *, blocks: bool = False, **changes: Any) -> dict[str, Any]:
    return finding(
        test, operation="invoices.create", check="server error", blocks=blocks,
        problem="invoices.create returned 500, expected 201", came_back={"status": 500, "body": ""},
        **changes,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("total is 41.99, expected 42.00", "total is -3, expected 0.5"),
        ("name is 'a', expected 'b'", 'name is "it\'s", expected \'c\''),
        ("due is '2026-01-01', expected '2026-02-01T10:00:00Z'", "due is '', expected ''"),
        ("id is 1b4e28ba-2fa1-11d2-883f-0016d3cca427", "id is 0b4e28ba-2fa1-11d2-883f-0016d3cca428"),
    ],
)  # fmt: skip
def test_findings_that_differ_in_values_have_one_cause(first: str, second: str) -> None:
    (cause,) = causes.group([finding("t.py::test_a[1]", problem=first),
                             finding("t.py::test_a[2]", problem=second)])  # fmt: skip

    assert cause.tests == ["t.py::test_a[1]", "t.py::test_a[2]"]


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": "invoices.create"},
        {"test": "t.py::test_b"},
        {"problem": "balance is 1, expected 2"},
        {"vendor": "halo"},
        {"kind": "assumption"},
    ],
)
def test_findings_that_differ_otherwise_have_two_causes(changes: dict[str, Any]) -> None:
    assert len(causes.group([finding(), finding(**changes)])) == 2


def test_a_schema_that_operations_share_is_one_cause() -> None:
    text = "(GET /x): 200 breaks the contract at $.data{}.gateway: 'gateway' is a required property"
    problems = [f"payments.get {text.format('')}", f"payments.search {text.format('[0]')}"]
    (cause,) = causes.group(
        finding(check="schema", operation=problem.partition(" ")[0], problem=problem)
        for problem in problems
    )

    assert cause.operations == {"payments.get", "payments.search"}


def test_two_required_properties_are_two_causes() -> None:
    problem = "invoices.get: 200 breaks the contract at $.data: '{}' is a required property"
    rows = [finding(check="schema", problem=problem.format(name)) for name in ("id", "total")]

    assert len(causes.group(rows)) == 2


def test_a_test_that_another_finding_stopped_has_no_finding_of_its_own() -> None:
    (cause,) = causes.group([server_error("a::test_b", blocks=True), server_error("a::test_a")])

    assert (cause.tests, cause.blocked) == (["a::test_a"], ["a::test_b"])


def test_tests_that_go_on_with_a_wrong_response_until_it_stops_them_are_blocked() -> None:
    status = [finding(f"a::test_{name}", check="status", tolerated=True) for name in "abc"]
    missing = [finding(f"a::test_{name}", check="unusable response", blocks=True) for name in "ab"]
    (cause,) = causes.group([*status, *missing])

    assert (cause.tests, cause.blocked) == (["a::test_a", "a::test_c"], ["a::test_b"])


def test_the_first_stopped_test_stands_for_a_cause_that_no_other_test_has() -> None:
    (cause,) = causes.group(server_error(f"a::test_{name}", blocks=True) for name in "abc")

    assert (cause.tests, cause.blocked) == (["a::test_a"], ["a::test_b", "a::test_c"])


def test_stopped_tests_are_not_run_and_name_the_finding() -> None:
    results = [Result(f"a::test_{name}", "growcrm", "behaviour", "failed") for name in "ab"]
    grouped = causes.group(server_error(result.id, blocks=True) for result in results)

    first, second = not_run.without_blocked(results, grouped)

    assert first.outcome == "failed"
    assert second.outcome == "not run"
    assert second.message == (
        f"invoices.create returned 500, expected 201 (finding {grouped[0].id})"
    )


def test_the_most_telling_findings_come_first() -> None:
    ranked = [
        finding("1::test_figures"),
        finding("2::test_rule", problem="a rejected request changed the record"),
        server_error("3::test_error"),
        finding("4::test_status", check="status", problem="x returned 200, expected 201"),
        finding("5::test_schema", check="schema", problem="x: 200 breaks the contract at $: y"),
        finding("6::test_generated", check="Schema-violating request accepted"),
        finding("7::test_assumed", evidence="choice"),
    ]

    grouped = causes.group(reversed(ranked))

    assert [cause.example for cause in grouped] == ranked


def test_a_server_error_to_a_request_with_an_assumed_response_comes_after_wrong_amounts() -> None:
    amounts = finding("1::test_amounts", check="amounts", is_invariant=True)
    error = server_error("2::test_head", evidence="choice")

    grouped = causes.group([error, amounts])

    assert [cause.example for cause in grouped] == [amounts, error]


def test_the_finding_of_more_tests_comes_first_among_equals() -> None:
    rows = [finding("a::test_one"), *(finding(f"a::test_more[{n}]") for n in range(3))]

    assert [len(cause.tests) for cause in causes.group(rows)] == [3, 1]


def test_findings_about_operations_that_are_not_served_are_dropped() -> None:
    missing = {"growcrm": {"tags.list": {"404": 7}}}
    other, served = finding(operation="tags.list"), finding()
    results = [
        Result("a::1", "growcrm", "behaviour", "failed", findings=[other]),
        Result("a::2", "growcrm", "behaviour", "failed", findings=[other, served]),
        Result("a::3", "growcrm", "schema", "skipped", message="tags.list is not served"),
        Result("a::4", "growcrm", "schema", "skipped", message="the mode does not allow it"),
    ]

    remaining = list(not_run.without_missing_operations(results, missing))

    assert [result.outcome for result in remaining] == ["not run", "failed", "not run", "skipped"]
    assert remaining[0].message == "tags.list is not served"
    assert remaining[1].findings == [served]


def test_tests_that_pass_because_nothing_is_served_are_not_run() -> None:
    missing = {"growcrm": {"tags.list": {"404": 7}, "tags.get": {"404": 5}}}
    results = [
        Result(f"a::{number}", "growcrm", "behaviour", unserved=asked)
        for number, asked in enumerate(
            [["tags.get", "tags.list"], ["tags.get", "invoices.get"], ["", "tags.get"], []]
        )
    ]

    remaining = list(not_run.without_missing_operations(results, missing))

    assert [result.outcome for result in remaining] == ["not run", "passed", "passed", "passed"]
    assert remaining[0].message == "tags.get is not served"


def test_a_test_that_its_own_operation_stopped_is_not_run_although_another_finding_was_tolerated():
    missing = {"growcrm": {"refunds.create": {"404": 3}}}
    tolerated = finding(check="status", operation="invoices.create", tolerated=True)
    own = finding(operation="refunds.create", tolerated=False)
    found = [[tolerated], [tolerated], [tolerated, own]]
    results = [
        Result(f"a::{number}", "growcrm", "behaviour", "failed", findings=findings)
        for number, findings in enumerate(found)
    ]

    remaining = list(not_run.without_missing_operations(results, missing))
    grouped = causes.group(
        {**row, "test": result.id} for result in remaining for row in result.findings
    )
    outcomes = [row.outcome for row in not_run.without_repeated(remaining, grouped)]

    assert outcomes == ["failed", "passed", "not run"]
