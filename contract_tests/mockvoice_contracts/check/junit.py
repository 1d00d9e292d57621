"""``junit.xml``: one test case for each test that ran, and one for each reason why others were skipped."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from mockvoice_contracts.check import asked, finding_text

NOT_CHECKED = "the contract could not be checked"
MAX_NAME_CHARS = 200
ALL_SERVED_CASE = "all operations are served"


def build(report: Mapping[str, Any]) -> ET.Element:
    """Build the document of a run, with a test suite for each vendor."""
    root = ET.Element("testsuites", name="mockvoice check")
    findings = {finding["id"]: finding for finding in report["findings"]}
    for vendor in report["vendors"]:
        tests = [test for test in report["tests"] if test["vendor"] == vendor["vendor"]]
        skipped = [row for row in report["skipped"] if row["vendor"] == vendor["vendor"]]
        root.append(_suite(vendor, tests, findings, skipped, report))
    if report["trouble"]:
        root.append(_suite_of_errors(report))
    return root


def _suite_of_errors(report: Mapping[str, Any]) -> ET.Element:
    """Return a suite with an error for each reason why the contract could not be checked."""
    number = str(len(report["trouble"]))
    suite = ET.Element(
        "testsuite", name=NOT_CHECKED, timestamp=report["began_at"], tests=number, failures="0",
        skipped="0", errors=number, time="0.000",
    )  # fmt: skip
    for reason in report["trouble"]:
        first_line, _, details = reason.partition("\n")
        case = ET.SubElement(
            suite, "testcase", classname="check", name=first_line[:MAX_NAME_CHARS], time="0.000"
        )
        ET.SubElement(case, "error", message=first_line).text = details
    return suite


def _suite(
    vendor: Mapping[str, Any],
    tests: list[Mapping[str, Any]],
    findings: Mapping[str, Mapping[str, Any]],
    skipped: list[Mapping[str, Any]],
    report: Mapping[str, Any],
) -> ET.Element:
    suite = ET.Element("testsuite", name=vendor["vendor"], timestamp=report["began_at"])
    properties = ET.SubElement(suite, "properties")
    for name, values in (("warning", report["warnings"]), ("asked", asked.lines(report["asked"]))):
        for value in values:
            ET.SubElement(properties, "property", name=name, value=value)
    cases = [_case(test, findings) for test in tests]
    cases += [_case_of_skipped_tests(row) for row in skipped]
    if vendor["not_served"]:
        cases.append(_case_of_missing_operations(vendor))
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("errors", "0")
    suite.set("time", f"{sum(float(test['seconds']) for test in tests):.3f}")
    return suite


def _case(test: Mapping[str, Any], findings: Mapping[str, Mapping[str, Any]]) -> ET.Element:
    path, _, name = test["id"].partition("::")
    case = ET.Element(
        "testcase",
        classname=path.removesuffix(".py").replace("/", "."),
        name=name,
        time=f"{test['seconds']:.3f}",
    )
    if test["outcome"] == "failed":
        shown = [findings[key] for key in test["findings"]]
        failure = ET.SubElement(case, "failure", message=shown[0]["message"])
        failure.text = "\n\n".join(_failure_text(finding, test["id"]) for finding in shown)
    elif test["outcome"] != "passed":
        messages = [_summary(findings[key]) for key in test.get("findings", ())]
        message = messages[0] if messages else test["said"]
        ET.SubElement(case, "skipped", type=test["outcome"], message=message)
    return case


def _failure_text(finding: Mapping[str, Any], test: str) -> str:
    """Return a finding; the details are those of its first test."""
    if finding["test"] != test:
        return f"{_summary(finding)}: the same as in {finding['test']}"
    return "\n\n".join([finding["message"], "\n".join(_other_lines(finding))])


def _summary(finding: Mapping[str, Any]) -> str:
    return f"finding {finding['id']}, {finding_text.location(finding)}"


def _other_lines(finding: Mapping[str, Any]) -> Iterator[str]:
    for label, text in finding_text.sections(finding):
        yield f"{label}: {text}"


def _case_of_skipped_tests(row: Mapping[str, Any]) -> ET.Element:
    """Return a skipped case for all tests with one reason; there may be thousands of them."""
    case = ET.Element("testcase", classname=row["vendor"], name=row["reason"], time="0.000")
    number = len(row["tests"])
    message = f"{number} test{'s' * (number != 1)}"
    ET.SubElement(case, "skipped", type="skipped", message=message)
    return case


def _case_of_missing_operations(vendor: Mapping[str, Any]) -> ET.Element:
    """Return a failed case, since no test fails for an operation that is not served."""
    case = ET.Element("testcase", classname=vendor["vendor"], name=ALL_SERVED_CASE, time="0.000")
    names = [row["operation"] for row in vendor["not_served"]]
    message = f"{len(names)} operations are not served"
    ET.SubElement(case, "failure", message=message).text = ", ".join(names)
    return case
