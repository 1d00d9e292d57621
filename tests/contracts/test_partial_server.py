"""A check of a server with four of Grow CRM's operations: its faults come first, the rest is one list."""

import json
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from conftest import DEPTH
from tests.contracts.report_schemas import validator
from tests.partial_server import OPERATIONS, partial_server

MAX_BYTES = 300_000
MAX_CAUSES = 40
# Scenarios of the operations that it serves, some of others, and the generated requests of an operation.
SELECTED = (
    "test_pages_have_no_gaps or test_an_unknown_invoice or test_categories and slug "
    "or test_contract and GET and (invoices] or items])"
)  # fmt: skip


IN_DEEP_RUNS = pytest.mark.skipif(
    DEPTH != "deep", reason="the whole check takes long; make test DEPTH=deep runs it"
)


@pytest.fixture(scope="module")
def server(growcrm_url):
    with partial_server(growcrm_url) as url:
        yield url


@pytest.fixture
def check(server, mockvoice, tmp_path):
    """Return a function that checks the server; it returns exit code, output and report."""

    def run(*arguments, mode="full"):
        code, out, err = mockvoice(
            "check", "growcrm", "--url", server, "--mode", mode, "--yes-this-account-may-be-changed",
            "--max-examples", "6", "--report-dir", str(tmp_path), *arguments, example_vendors=False,
        ).result()  # fmt: skip
        file = tmp_path / "report.json"
        return code, out + err, json.loads(file.read_text("utf-8")) if file.exists() else None

    return run


@pytest.fixture
def check_by_target(server, mockvoice, tmp_path):
    """Return a function that checks the server with a line of a target file."""

    def run(line, *arguments):
        target = tmp_path / "target.toml"
        target.write_text(f'[growcrm]\nurl = "{server}"\n{line}\n')
        return mockvoice(
            "check", "growcrm", "--target", str(target), *arguments, example_vendors=False
        ).result()

    return run


def test_the_faults_of_a_partial_server_are_on_the_first_screen(check, tmp_path):
    code, out, report = check("--select", SELECTED)

    assert code == 1
    validator("report").validate(report)
    screen = out.partition("does not serve")[0]
    assert screen.count("✗") <= 8
    for fault in (
        "page_ids is ",
        "returned 200, expected 201",
        "returned 200, expected 404",
        "final_amount is",
    ):
        assert fault in screen + json.dumps(report["findings"][:8])
    assert len(report["findings"]) < MAX_CAUSES
    assert {name for row in report["findings"] for name in row["operations"]} <= set(OPERATIONS)
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) < MAX_BYTES


def test_records_whose_deletion_is_not_served_are_listed(check):
    code, out, report = check("--select", "test_pages_have_no_gaps and invoices", mode="own-data")

    assert code == 1
    names = [name for name, _ in report["vendors"][0]["left_behind"]]
    assert sorted(names) == ["clientId"] + ["invoiceId"] * 5
    assert "not deleted, because Grow CRM rejected it or does not serve the deletion: " in out


@pytest.mark.parametrize(
    ("pattern", "select", "code", "text"),
    [
        ("payments.*", "test_contract and GET and payments]", 1, "does not serve 1 operation:"),
        ("clients.create", "test_categories", 2, "were skipped"),
    ],
)
def test_operations_that_are_named_need_not_be_served(check, pattern, select, code, text):
    found, out, _ = check("--only", pattern, "--select", select)

    assert (found, "HTML page" in out) == (code, False), out
    assert text in out


def test_a_wrong_key_is_named_although_some_lists_are_not_served(check_by_target):
    code, _, err = check_by_target('credentials = {api_key = "wrong"}')

    assert code == 2
    assert "rejects the credentials: GET /api/invoices returned 401" in err


def test_a_server_of_which_nothing_is_asked_is_not_checked(check):
    code, out, report = check(
        "--only", "clients.create", "--select", "unknown_path", mode="read-only"
    )

    assert (code, report["outcome"]) == (2, "unchecked"), out
    assert "Grow CRM: none of its operations was asked" in out


def test_operations_that_are_not_served_are_one_list(check, tmp_path):
    code, out, report = check("--select", "test_categories or test_contract and categories]")

    assert code == 1
    (vendor,) = report["vendors"]
    missing = {row["operation"]: row["statuses"] for row in vendor["not_served"]}
    assert {"categories.create", "categories.search"} <= set(missing)
    assert all(set(statuses) <= {"404", "405"} for statuses in missing.values())
    assert not report["findings"]
    assert vendor["tests"]["not_run"] > 10
    assert {row["reason"] for row in report["not_run"]} >= {"categories.create is not served"}
    assert "Grow CRM does not serve" in out
    assert "name those that are: --only PATTERN" in out
    failures = ET.parse(tmp_path / "junit.xml").getroot().findall(".//failure")
    assert [failure.get("message") for failure in failures] == [
        f"{len(missing)} operations are not served"
    ]


def test_the_methods_of_a_path_that_is_not_served_are_no_findings(check):
    select = "(test_contract or unsupported_method_gets_405) and categories]"

    code, out, report = check("--select", select)

    assert code == 1
    assert not report["findings"], out
    (vendor,) = report["vendors"]
    missing = {row["operation"] for row in vendor["not_served"]}
    assert {"categories.create", "categories.search"} <= missing
    assert {row["reason"] for row in report["not_run"]} <= {f"{n} is not served" for n in missing}
    assert vendor["tests"]["passed"] == 0


@IN_DEEP_RUNS
def test_the_operations_to_check_can_be_named(check):
    patterns = [argument for name in OPERATIONS for argument in ("--only", name)]
    code, _, report = check("--select", "test_categories or test_an_unknown_invoice", *patterns)

    assert code == 1
    assert report["only"] == list(OPERATIONS)
    assert report["vendors"][0]["not_served"] == []
    assert [row["operation"] for row in report["findings"]] == ["invoices.get"]
    reasons = {row["reason"] for row in report["skipped"]}
    assert "categories.create is not among the operations to check (--only)" in reasons


@IN_DEEP_RUNS
def test_the_target_file_can_name_the_operations(check_by_target):
    code, out, err = check_by_target(
        'operations = ["clients.create", "invoices.*"]', "--select", "test_categories",
        "--mode", "full", "--yes-this-account-may-be-changed",
    )  # fmt: skip

    assert code == 2, out + err
    assert "they need operations that" in out


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("invocies.*", "--only: no operation matches 'invocies.*'; did you mean 'invoices.*'?"),
        (
            "team.list",
            "--only: no operation matches 'team.list'; the operations of team are team.get",
        ),
    ],
)
def test_a_pattern_of_no_operation_is_an_error(check, pattern, message):
    code, out, report = check("--only", pattern)

    assert code == 2
    assert message in out
    assert report is None


def test_a_pattern_in_a_target_file_of_no_operation_is_an_error(check_by_target):
    code, out, err = check_by_target('operations = ["invoice.get"]')

    assert code == 2
    assert "[growcrm] operations: no operation matches 'invoice.get'" in err
    assert "did you mean 'invoices.get'?" in err
    assert not out


def test_the_schemas_are_valid():
    for name in ("report", "parity"):
        jsonschema.Draft202012Validator.check_schema(validator(name).schema)
