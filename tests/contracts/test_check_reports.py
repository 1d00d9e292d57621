"""What ``mockvoice check`` writes: data by a schema, a page that needs nothing else, SARIF and JUnit."""

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
from tests.stub_servers import answering, passing_on

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(
    Path(mockvoice_contracts.check.__file__).with_name("report.schema.json").read_text()
)


def renamed(asked, answer):
    """A server that has another name for what the documentation calls ``gateway``."""
    status, headers, content = answer
    if asked.path.startswith("/api/payments"):
        content = content.replace(b'"gateway"', b'"gatewy"')
    return status, headers, content


def without_lengths(asked, answer):
    """A server that does not say how long an answer to HEAD would be, which nothing promises."""
    status, headers, content = answer
    if asked.method == "HEAD":
        headers = {**headers, "Content-Length": "0"}
    return status, headers, content


def both(asked, answer):
    return without_lengths(asked, renamed(asked, answer))


@pytest.fixture(scope="module")
def root():
    with Server(Settings(port=0, vendors=("growcrm",), control=False)) as server:
        yield server.urls["vendors"]["growcrm"]["root_url"]


@pytest.fixture
def checked(root, mockvoice, tmp_path):
    """Gives exit code, output and report of a check of a server with a change."""

    def run(changed, *arguments):
        with answering(passing_on(root, changed)) as stranger:
            code, out, err = mockvoice(
                "check", "growcrm", "--url", stranger.url, "--report-dir", str(tmp_path),
                "--max-examples", "4", *arguments, toys=False,
            ).result()  # fmt: skip
        assert (tmp_path / "report.json").exists(), out + err
        return code, out, json.loads((tmp_path / "report.json").read_text("utf-8"))

    return run


def test_the_schema_of_the_report_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_reports_of_a_broken_contract(checked, tmp_path):
    code, out, report = checked(both, "--select", "test_routes or payments and test_contract")

    assert code == 1
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    of_kind = {
        kind: [each for each in report["findings"] if each["kind"] == kind]
        for kind in ("breach", "assumption")
    }
    assert of_kind["breach"]
    assert of_kind["assumption"]
    _findings_lead_to_the_contract(of_kind["breach"])
    _coverage_tells_seen_from_never(report["vendors"][0]["coverage"])
    assert "✗ payments." in out
    assert "again: curl" in out

    suite = ET.parse(tmp_path / "junit.xml").getroot().find("testsuite")
    assert int(suite.get("tests")) == len(report["tests"])
    assert int(suite.get("failures")) == report["vendors"][0]["tests"]["failed"]
    _is_sarif(json.loads((tmp_path / "report.sarif").read_text("utf-8")), report)
    _stands_alone((tmp_path / "report.html").read_text("utf-8"), report)


def _findings_lead_to_the_contract(breaches):
    for each in breaches:
        lines = (ROOT / each["contract"]["file"]).read_text("utf-8").splitlines()
        assert 0 < each["contract"]["line"] <= len(lines)
        assert each["operation"].startswith("payments.")
        assert each["evidence"] in ("seed", "public")
        assert each["seed"] == 1
        assert "gatewy" in each["came_back"]["body"]
        words = shlex.split(each["curl"].replace('"$GROWCRM_API_KEY"', "KEY"))
        assert words[0] == "curl"
        assert "Authorization: Bearer KEY" in words
    assert any("gateway" in each["message"] for each in breaches)


def _coverage_tells_seen_from_never(coverage):
    listed = coverage["operations"]["payments.search"]
    assert "200" in listed["statuses"]["seen"]
    assert "422" in coverage["operations"]["payments.create"]["statuses"]["never"]
    assert "data.gateway" not in listed["fields"]["seen"]
    shares = coverage["summary"]
    assert 0 < shares["operations"]["seen"] < shares["operations"]["all"] == 77


def _is_sarif(log, report):
    Sarif.model_validate(log)
    (run,) = log["runs"]
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(report["findings"])
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert (ROOT / place["artifactLocation"]["uri"]).is_file()
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert place["region"]["startLine"] >= 1
    assert {each["level"] for each in run["results"]} == {"error", "note"}
    assert run["invocations"][0]["executionSuccessful"] is True


def _stands_alone(page, report):
    assert not re.search(r"""(src|href)=(?!["']data:)|@import|url\(""", page)
    for each in report["findings"]:
        assert f'id="{each["id"]}"' in page
    assert "Assumptions that the service does not share" in page
    assert "color-scheme: light dark" in page


def test_an_assumption_that_is_not_shared_breaks_nothing(checked):
    code, _, report = checked(without_lengths, "--select", "test_routes")

    assert code == 0
    assert report["vendors"][0]["outcome"] == "holds"
    assert report["vendors"][0]["tests"]["assumption"] > 5
    assert {each["kind"] for each in report["findings"]} == {"assumption"}


def test_strict_assumptions_break_the_contract(checked):
    code, _, report = checked(without_lengths, "--select", "test_routes", "--strict-assumptions")

    assert code == 1
    assert report["strict_assumptions"] is True
    assert {each["kind"] for each in report["findings"]} == {"breach"}
