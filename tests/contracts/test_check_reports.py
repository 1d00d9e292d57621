"""Reports of ``mockvoice check``: JSON that matches its schema, a self-contained page, SARIF and JUnit."""

import json
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sarif_pydantic import Sarif

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.contracts.report_schemas import validator
from tests.operation_requests import operations
from tests.stub_servers import forward_to, stub_server

ROOT = Path(__file__).parents[2]


def rename_gateway(request, response):
    """Rename the documented property ``gateway``."""
    status, headers, content = response
    if request.path.startswith("/api/payments"):
        content = content.replace(b'"gateway"', b'"gatewy"')
    return status, headers, content


def omit_lengths(request, response):
    """Omit the content length of responses to HEAD, which is not documented."""
    status, headers, content = response
    if request.method == "HEAD":
        headers = {**headers, "Content-Length": "0"}
    return status, headers, content


def rename_gateway_and_omit_lengths(request, response):
    return omit_lengths(request, rename_gateway(request, response))


def serve_pages_for_slashes(status):
    """Return a change that responds with a page to paths that end with a slash; nothing documents them."""

    def change(request, response):
        if request.path.endswith("/"):
            return status, {"Content-Type": "text/html"}, b"<!doctype html><title>sorry</title>"
        return response

    return change


@pytest.fixture(scope="module")
def root():
    with Server(Settings(port=0, vendors=("growcrm",), control=False)) as server:
        yield server.urls["vendors"]["growcrm"]["root_url"]


@pytest.fixture
def checked(root, mockvoice, tmp_path):
    """Return a function that checks a server with changed responses; it returns exit code, output, report."""

    def run(change, *arguments):
        with stub_server(forward_to(root, change)) as server:
            code, out, err = mockvoice(
                "check", "growcrm", "--url", server.url, "--report-dir", str(tmp_path),
                "--max-examples", "4", *arguments, example_vendors=False,
            ).result()  # fmt: skip
        assert (tmp_path / "report.json").exists(), out + err
        return code, out, json.loads((tmp_path / "report.json").read_text("utf-8"))

    return run


def test_all_reports_of_a_broken_contract_are_valid(checked, tmp_path):
    code, out, report = checked(
        rename_gateway_and_omit_lengths, "--select", "test_routes or payments and test_contract"
    )

    assert code == 1
    validator("report").validate(report)
    findings = {
        kind: [finding for finding in report["findings"] if finding["kind"] == kind]
        for kind in ("breach", "assumption")
    }
    assert findings["breach"]
    assert findings["assumption"]
    _assert_findings_have_contract_locations(findings["breach"])
    _assert_coverage_has_seen_and_unseen_parts(report["vendors"][0]["coverage"])
    assert "✗ payments." in out
    assert "repeat with: curl" in out

    _assert_complete_junit(tmp_path / "junit.xml", report)
    _assert_valid_sarif(tmp_path / "report.sarif", report)
    _assert_self_contained((tmp_path / "report.html").read_text("utf-8"), report)


def _assert_complete_junit(file, report):
    """A failed test has the message, the place and the command of its finding."""
    suite = ET.parse(file).getroot().find("testsuite")
    assert int(suite.get("tests")) == len(report["tests"]) + len(report["skipped"])
    assert int(suite.get("failures")) == report["vendors"][0]["tests"]["failed"]
    text = file.read_text("utf-8")
    assert " object at 0x" not in text
    assert "hypothesis" not in text.lower()
    for finding in report["findings"]:
        if finding["kind"] == "breach":
            assert any(
                failure.get("message") == finding["message"]
                and f"Contract: {finding['contract']['file']}:{finding['contract']['line']}"
                in failure.text
                and finding["curl"] in failure.text
                for failure in suite.iter("failure")
            )


def _assert_findings_have_contract_locations(breaches):
    for breach in breaches:
        lines = (ROOT / breach["contract"]["file"]).read_text("utf-8").splitlines()
        assert breach["contract"]["copy"].startswith("contract/growcrm/")
        assert 0 < breach["contract"]["line"] <= len(lines)
        assert breach["operation"].startswith("payments.")
        assert breach["evidence"] in ("seed", "public")
        assert breach["seed"] == 1
        assert "gatewy" in breach["came_back"]["body"]
        command = shlex.split(breach["curl"].replace('"$GROWCRM_API_KEY"', "KEY"))
        assert command[0] == "curl"
        assert "Authorization: Bearer KEY" in command
    assert any("gateway" in breach["message"] for breach in breaches)


def _assert_coverage_has_seen_and_unseen_parts(coverage):
    searched = coverage["operations"]["payments.search"]
    assert "200" in searched["statuses"]["seen"]
    assert "422" in coverage["operations"]["payments.create"]["statuses"]["never"]
    assert "data.gateway" not in searched["fields"]["seen"]
    summary = coverage["summary"]
    assert (
        0
        < summary["operations"]["seen"]
        < summary["operations"]["all"]
        == len(operations("growcrm"))
    )


def _assert_valid_sarif(file, report):
    log = json.loads(file.read_text("utf-8"))
    Sarif.model_validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(report["findings"])
    for result in run["results"]:
        location = result["locations"][0]["physicalLocation"]
        assert rules[result["ruleIndex"]] == result["ruleId"]
        base = run["originalUriBaseIds"][location["artifactLocation"]["uriBaseId"]]["uri"]
        assert base == f"{file.parent.as_uri()}/"
        copy = file.parent / location["artifactLocation"]["uri"]
        lines = copy.read_text("utf-8").splitlines()
        assert 1 <= location["region"]["startLine"] <= len(lines)
        original = location["artifactLocation"]["uri"].replace("contract", "openapi", 1)
        assert copy.read_bytes() == (ROOT / original).read_bytes()
    assert {row["level"] for row in run["results"]} == {"error", "note"}
    assert run["invocations"][0]["executionSuccessful"] is True


def _assert_self_contained(page, report):
    head, _, data = page.partition('<script type="application/json" id="data">')
    assert not re.search(r"""src=|<link(?! rel="icon" href="data:)|@import|url\(""", head)
    shown = json.loads(data.partition("</script>")[0])
    assert [row["id"] for row in shown["findings"]] == [row["id"] for row in report["findings"]]
    assert "color-scheme: light dark" in page


def test_an_unmet_assumption_does_not_break_the_contract(checked):
    code, _, report = checked(omit_lengths, "--select", "test_routes")

    assert code == 0
    assert report["vendors"][0]["outcome"] == "holds"
    assert report["vendors"][0]["tests"]["assumption"] > 5
    assert {finding["kind"] for finding in report["findings"]} == {"assumption"}


@pytest.mark.parametrize(("status", "kind"), [(404, "assumption"), (500, "breach")])
def test_an_assumed_test_that_cannot_use_a_response_breaks_the_contract_only_for_a_server_error(
    checked, status, kind
):
    arguments = ("--mode", "own-data", "--select", "test_a_trailing_slash_is_ignored")
    code, out, report = checked(serve_pages_for_slashes(status), *arguments)

    assert code == (kind == "breach")
    (finding,) = report["findings"]
    assert finding["kind"] == kind
    assert finding["sent"]["path"].endswith("/")
    assert finding["came_back"]["status"] == status
    if kind == "breach":
        assert "the curl lines read the credentials of the target from GROWCRM_API_KEY" in out
        assert "the records of the run are deleted" in out


def test_an_assumed_test_whose_connection_is_lost_fails(checked):
    def lose(request, response):
        if request.path.endswith("/"):
            raise ConnectionAbortedError  # the connection ends without a response
        return response

    arguments = ("--mode", "own-data", "--select", "test_a_trailing_slash_is_ignored")
    code, _, report = checked(lose, *arguments)

    assert code == 1
    assert [finding["kind"] for finding in report["findings"]] == ["breach"]


def test_strict_assumptions_break_the_contract(checked):
    code, _, report = checked(omit_lengths, "--select", "test_routes", "--strict-assumptions")

    assert code == 1
    assert report["strict_assumptions"] is True
    assert {finding["kind"] for finding in report["findings"]} == {"breach"}
