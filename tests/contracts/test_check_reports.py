"""Reports of ``mockvoice check``: JSON that matches its schema, a self-contained page, SARIF and JUnit."""

import json
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from sarif_pydantic import Sarif

import mockvoice_contracts.check
from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.operation_requests import operations
from tests.stub_servers import forward_to, stub_server

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(
    Path(mockvoice_contracts.check.__file__).with_name("report.schema.json").read_text()
)


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


def test_the_report_schema_is_a_valid_json_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_all_reports_of_a_broken_contract_are_valid(checked, tmp_path):
    code, out, report = checked(
        rename_gateway_and_omit_lengths, "--select", "test_routes or payments and test_contract"
    )

    assert code == 1
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
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

    suite = ET.parse(tmp_path / "junit.xml").getroot().find("testsuite")
    assert int(suite.get("tests")) == len(report["tests"])
    assert int(suite.get("failures")) == report["vendors"][0]["tests"]["failed"]
    _assert_valid_sarif(json.loads((tmp_path / "report.sarif").read_text("utf-8")), report)
    _assert_self_contained((tmp_path / "report.html").read_text("utf-8"), report)


def _assert_findings_have_contract_locations(breaches):
    for breach in breaches:
        lines = (ROOT / breach["contract"]["file"]).read_text("utf-8").splitlines()
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


def _assert_valid_sarif(log, report):
    Sarif.model_validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(report["findings"])
    for result in run["results"]:
        location = result["locations"][0]["physicalLocation"]
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert (ROOT / location["artifactLocation"]["uri"]).is_file()
        assert location["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert location["region"]["startLine"] >= 1
    assert {row["level"] for row in run["results"]} == {"error", "note"}
    assert run["invocations"][0]["executionSuccessful"] is True


def _assert_self_contained(page, report):
    assert not re.search(r"""(src|href)=(?!["']data:)|@import|url\(""", page)
    for finding in report["findings"]:
        assert f'id="{finding["id"]}"' in page
    assert "Assumptions that the service does not meet" in page
    assert "color-scheme: light dark" in page


def test_an_unmet_assumption_does_not_break_the_contract(checked):
    code, _, report = checked(omit_lengths, "--select", "test_routes")

    assert code == 0
    assert report["vendors"][0]["outcome"] == "holds"
    assert report["vendors"][0]["tests"]["assumption"] > 5
    assert {finding["kind"] for finding in report["findings"]} == {"assumption"}


def test_strict_assumptions_break_the_contract(checked):
    code, _, report = checked(omit_lengths, "--select", "test_routes", "--strict-assumptions")

    assert code == 1
    assert report["strict_assumptions"] is True
    assert {finding["kind"] for finding in report["findings"]} == {"breach"}
