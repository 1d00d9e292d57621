"""How much of a contract a check has asked, at the head of its reports."""

import json
from itertools import count
from xml.etree import ElementTree as ET

import pytest

from conftest import DEPTH
from mockvoice_contracts.check import asked
from mockvoice_contracts.harness import ownership
from tests.stub_servers import forward_to, stub_server

LEFT_OUT = "left out: mode read-only sends only GET and HEAD; --mode own-data runs up to"


IN_DEEP_RUNS = pytest.mark.skipif(
    DEPTH != "deep", reason="the whole check takes long; make test DEPTH=deep runs it"
)


@pytest.fixture
def check(growcrm_url, mockvoice, tmp_path):
    """Return a function that runs a check of two modules; it returns code, output and report."""

    def run(*arguments, url=growcrm_url):
        process = mockvoice(
            "check", "growcrm", "--url", url, "--report-dir", str(tmp_path), "--select", "test_clone or test_routes",
            "--ledgers", str(tmp_path / "ledgers"), *arguments, example_vendors=False,
        )  # fmt: skip
        code, out, err = process.result()
        assert (tmp_path / "report.json").exists(), out + err
        return code, out, json.loads((tmp_path / "report.json").read_text("utf-8"))

    return run


def test_the_head_of_each_report_says_how_much_was_asked(check, tmp_path):
    code, out, report = check("--min-coverage", "5")

    part = report["asked"]
    operations, tests = part["operations"], part["tests"]
    assert code == 0
    assert 0 < operations["succeeded"] <= operations["asked"] < operations["all"]
    assert tests["run"] == report["vendors"][0]["tests"]["passed"]
    extent = f"{operations['asked']} of {operations['all']} operations"
    assert f"holds as far as asked: {extent}" in out
    assert f"asked {extent}" in out
    assert f"ran {tests['run']:,} of {tests['all']:,} tests" in out
    assert LEFT_OUT in out
    page = (tmp_path / "report.html").read_text("utf-8")
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert data["extent"] == extent
    assert any(LEFT_OUT in line for line in data["asked"])
    properties = [row.get("value") for row in ET.parse(tmp_path / "junit.xml").iter("property")]
    assert any(LEFT_OUT in value for value in properties)
    (row,) = (row for row in part["left_out"] if "--select" in row["cause"])
    assert row["tests"] > 1000
    skipped = sum(len(row["tests"]) for row in report["skipped"])
    assert tests["all"] == row["tests"] + len(report["tests"]) + skipped
    assert "--select 'test_clone or test_routes' runs only the tests that match it" in out


@pytest.mark.parametrize("workers", [1, 2] if DEPTH == "deep" else [1])
def test_a_check_that_asks_too_little_fails_with_exit_code_2(check, tmp_path, workers):
    code, out, report = check("--min-coverage", "50", "--workers", str(workers))

    assert code == 2
    assert report["outcome"] == "unchecked"
    assert "Grow CRM: only " in out
    problem = "of its operations were asked, and --min-coverage requires 50 %"
    assert problem in out
    (error,) = ET.parse(tmp_path / "junit.xml").iter("error")
    assert problem in error.get("message")


@IN_DEEP_RUNS
def test_a_server_that_limits_requests_is_waited_for_and_holds(check, growcrm_url):
    forward, numbers = forward_to(growcrm_url), count(1)

    def limit(request):
        match next(numbers):
            case 8:
                return 429, {"Retry-After": "1"}, b"{}"
            case number if number % 5 == 0:
                return 429, {"Retry-After": "0", "Content-Type": "application/json"}, b"{}"
        return forward(request)

    with stub_server(limit) as server:
        code, out, report = check("--mode", "own-data", url=server.url)

    assert code == 0, out
    assert report["vendors"][0]["tests"]["failed"] == 0
    assert len(server.writes) > 30
    assert report["asked"]["seconds_waited"] == 1
    assert "waited 1 s in all, since a server asked to wait or was away" in out


@pytest.mark.parametrize(
    ("reason", "cause", "more"),
    [
        ("POST /x is not allowed in mode read-only", "mode read-only sends", "--mode own-data runs"),
        (("invoices.create is not allowed in mode own-data: invoices.delete, which deletes the record that it creates, "
         "is not among the operations to check (--only)"), "whose deletion, invoices.delete, is not among", "add it to them"),
        ("generated requests would write; not allowed in mode own-data", "mode own-data", "--mode full"),
        ("the server under test does not have the ability clock", "ability clock", "only a mock"),
        ("the limit of 9 requests is reached", "max_requests = 9", "increase it"),
        ("interrupted: the server went away", "limited requests or was unreachable", "run the check again"),
        ("the target's known.tax_rates has no rate of 5 %", "records that the tests need (it has no rate of 5 %)", "add them"),
        ("the target's known.tax_rates is wrong: no rate 5", "known.tax_rates in the target file is wrong: no rate 5", "correct it"),
        ("the account has no {braces}", "the account has no {braces}", ""),
    ],
)  # fmt: skip
def test_each_cause_says_how_to_have_more_asked(reason, cause, more):
    tests = [{"outcome": "skipped", "said": reason, "layer": "behaviour", "vendor": "x"}] * 3
    part = asked.build([], tests, [], select=None, deselected=0, min_coverage=None)
    (row,) = part["left_out"]

    assert row["tests"] == 3
    assert cause in row["cause"]
    assert row["more"].startswith(more)


@pytest.mark.parametrize("mode", ["read-only", "own-data"])
def test_skipped_generated_tests_have_the_cause_of_the_mode(mode):
    with pytest.raises(pytest.skip.Exception) as skipped:
        ownership.skip_generated_writes(mode)
    tests = [{"outcome": "skipped", "said": str(skipped.value), "layer": "schema", "vendor": "x"}]
    (row,) = asked.build([], tests, [], select=None, deselected=0, min_coverage=None)["left_out"]

    assert row["cause"].startswith(f"mode {mode}")


def test_a_contract_without_a_gap_holds_without_reservations():
    assert not asked.is_partial(share(7, 7))
    assert asked.is_partial(share(6, 7))
    assert asked.extent(share(6, 7)) == "6 of 7 operations"


def test_the_operations_to_check_are_counted_by_themselves():
    selected = share(3, 3, in_contract=79)

    assert asked.extent(selected) == "3 of 3 operations to check (79 in the contract)"
    assert asked.is_partial(selected)


def share(number, all_to_check, in_contract=None):
    """Return the part of a report about the operations that were asked."""
    in_contract = in_contract or all_to_check
    return {"operations": {"asked": number, "all": all_to_check, "in_contract": in_contract}}


def test_wrong_tax_rates_in_the_target_file_are_no_findings(growcrm_url, mockvoice, tmp_path):
    file = tmp_path / "mine.toml"
    with stub_server(forward_to(growcrm_url)) as server:
        file.write_text(
            f'[growcrm]\nurl = "{server.url}"\nmode = "own-data"\n'
            'known = { tax_rates = { "10" = 999, "20" = 2 } }\n'
        )
        selection = "test_clone or test_recalculation"
        code, out, err = mockvoice(
            "check", "growcrm", "--target", file, "--select", selection, "--ledgers", tmp_path / "l",
            example_vendors=False,
        ).result()  # fmt: skip

    assert code == 2, out + err
    wrong = "known.tax_rates in the target file is wrong: "
    assert f"{wrong}the server has no tax rate with the id 999; correct it" in out
    assert f"{wrong}the tax rate with the id 2 has 8.25 %, not 20 %; correct it" in out
    assert "✗" not in out


def test_the_records_of_an_account_that_is_only_read_are_checked(growcrm_url, mockvoice):
    def spoil_lists(request, response):
        status, headers, content = response
        if request.path.startswith("/api/clients?"):
            content = content.replace(b'"name":"', b'"name":"New ')
        return status, headers, content

    with stub_server(forward_to(growcrm_url, spoil_lists)) as server:
        code, out, err = mockvoice(
            "check", "growcrm", "--url", server.url, "--select", "test_every_row_of_the_first_page",
            example_vendors=False,
        ).result()  # fmt: skip

    assert code == 1, out + err
    assert "(read-only)" in out
    assert "differs from its row in the list" in out, out
    assert server.writes == []
