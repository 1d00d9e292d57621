"""``report.html``: its script renders the data of a report, in any width and colours."""

from typing import Any

import pytest

from mockvoice_contracts.check import html_report

HOSTILE = "</script><img src=x onerror=\"document.title='executed'\"><!-- \u2028"
WIDTHS = (1280, 390)
MEGABYTE = 1_000_000


def finding(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{number:012x}", "kind": "breach", "count": 2, "layer": "behaviour", "seed": 1,
        "vendor": "growcrm", "operation": "invoices.get", "operations": ["invoices.get"], "check": "rule",
        "rule": {"sentence": f"Rule {number}.", "source": "Documented: invoices"}, "evidence": "seed",
        "message": f"Rule {number}.\ntotal is 41.99, expected 42.00", "test": "suites/test_x.py::test_a[1]",
        "blocked": 0,
        "contract": {"file": "openapi/growcrm/openapi.yaml", "line": 7, "says": "GET returns 200",
                     "copy": "contract/growcrm/openapi.yaml"},
        "sent": {"method": "GET", "path": "/api/invoices/1", "body": None},
        "before": [{"method": "POST", "path": "/api/invoices", "status": 201}],
        "came_back": {"status": 200, "body": HOSTILE}, "curl": "curl -i http://127.0.0.1/", **changes,
    }  # fmt: skip


def report(findings: list[dict[str, Any]]) -> dict[str, Any]:
    share = {"seen": 1, "all": 2}
    kinds = {kind: {"seen": ["200"], "never": ["404"]} for kind in html_report.KIND_LABELS}
    operation = {"method": "GET", "path": "/api/invoices/{invoiceId}", **kinds}
    vendor = {
        "vendor": "growcrm", "title": "Grow CRM", "url": "http://127.0.0.1:9000", "mode": "full",
        "is_mock": False, "outcome": "broken", "requests": 9, "left_behind": [],
        "not_served": [{"operation": "items.create", "statuses": {"404": 7, "405": 1}}],
        "tests": {"passed": 1, "failed": 2, "assumption": 0, "skipped": 1, "not_run": 1},
        "coverage": {
            "summary": dict.fromkeys(("operations", *html_report.KIND_LABELS), share),
            "operations": {"invoices.get": operation}, "transitions": {"invoices.status": ["1 → 2"]},
        },
    }  # fmt: skip
    tests = [
        {"id": f"suites/test_x.py::test_a[{number}]", "vendor": "growcrm", "layer": "behaviour",
         "outcome": outcome, "seconds": 0.5, "said": said, "findings": ids}
        for number, outcome, said, ids in (
            (1, "failed", "", ["000000000001"]), (2, "failed", "", ["000000000001", "000000000002"]),
            (5, "passed", "", []),
        )
    ]  # fmt: skip
    difference = {"path": "$.data.nickname", "server": "absent", "mock": {"id": "number"},
                  "status": 200, "test": "t", "times": 3}  # fmt: skip
    compared = {
        "vendor": "growcrm", "with": "the mock", "exchanges": {"compared": 9, "without_partner": 0},
        "operations": {"clients.get": {"compared": 9, "differing": 3, "differences": [difference]}},
    }  # fmt: skip
    return {
        "asked": {
            "operations": {"asked": 1, "succeeded": 1, "all": 2, "in_contract": 2}, "tests": {"run": 3, "all": 5},
            "seconds_waited": 0, "left_out": [],
        },
        "parity": [compared], "mockvoice": "1", "began_at": "2026-01-01T00:00:00+00:00", "seconds": 1.5, "outcome": "broken",
        "seed": 1, "strict_assumptions": False, "warnings": ["verify is false"], "trouble": [],
        "vendors": [vendor], "findings": findings, "tests": tests,
        "skipped": [{"vendor": "growcrm", "reason": "no clock", "tests": ["suites/test_x.py::test_a[3]"]}],
        "not_run": [{"vendor": "growcrm", "reason": "items.create is not served", "count": 1}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    file = tmp_path_factory.mktemp("reports") / "report.html"
    other = finding(2, layer="schema", operation="items.get", kind="assumption", blocked=1)
    file.write_text(html_report.build(report([finding(1), other])), "utf-8")
    browser.open(file.as_uri())
    return browser


def test_all_parts_of_a_report_are_shown(page):
    headings = page.value("[...document.querySelectorAll('h2')].map(item => item.textContent)")

    assert headings == [
        "Breaches of the contract (1)", "Assumptions that the service does not meet (1)",
        "Grow CRM: not served (1)",
        "growcrm compared with the mock: 0 of 1 operations have the same responses", "Coverage of the contract", "Not run", "Skipped", "All tests",
    ]  # fmt: skip
    shown = page.value("document.body.innerText")
    assert "Rule 1." in shown
    assert "2 tests" in shown
    assert "7 × 404, 1 × 405" in shown
    assert "1: items.create is not served" in shown
    assert "Warning: verify is false" in shown
    assert "asked 1 of 2 operations" in shown


def test_a_finding_shows_its_details_when_it_is_opened(page):
    page.value("document.querySelector('details.breach').open = true")
    page.wait("document.querySelector('details.breach dl') !== null")

    labels = page.value(
        "[...document.querySelectorAll('details.breach dt')].map(t => t.textContent)"
    )
    assert labels == [
        "Problem", "Request", "Before it", "Response", "Contract", "Repeat with", "Source of the rule",
        "Tests",
    ]  # fmt: skip
    assert page.value("document.querySelector('details.breach a').getAttribute('href')") == (
        "contract/growcrm/openapi.yaml"
    )


def test_texts_of_a_server_are_not_executed(page):
    page.value("document.querySelectorAll('details').forEach(row => row.open = true)")
    page.wait("document.querySelectorAll('details dl').length === 2")

    assert page.value("document.title") == "broken: Grow CRM"
    assert page.value("document.querySelectorAll('img').length") == 0
    assert "onerror" in page.value("document.body.innerText")


@pytest.mark.parametrize(
    ("control", "value", "visible"),
    [("layer", "schema", "1"), ("vendor", "growcrm", "5"), ("text", "rule 1.", "1")],
)
def test_the_rows_can_be_filtered(page, control, value, visible):
    page.value(
        f"(element => {{ element.value = '{value}'; element.dispatchEvent(new Event('input', {{bubbles: true}})); }})"
        f"(document.getElementById('{control}'))"
    )
    shown = page.value("document.getElementById('shown').value")
    displayed = page.value(
        "[...document.querySelectorAll('details')].filter(row => !row.hidden).length"
    )
    page.value(
        f"(element => {{ element.value = ''; element.dispatchEvent(new Event('input', {{bubbles: true}})); }})"
        f"(document.getElementById('{control}'))"
    )

    assert shown == f"{visible} of 5"
    assert str(displayed) == visible


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_its_width_and_can_be_read(page, width, dark):
    page.show(width, dark=dark)
    page.value("document.querySelectorAll('details').forEach(row => row.open = true)")
    page.wait(f"matchMedia('(prefers-color-scheme: {'dark' if dark else 'light'})').matches")

    assert page.value("document.documentElement.scrollWidth") <= width
    assert page.value(_CONTRAST) >= 4.5


# The lowest contrast of a text with the page, by WCAG 2; translucent backgrounds are nearly the page's.
_CONTRAST = """(() => {
  const canvas = document.createElement('canvas').getContext('2d');
  const luminance = colour => {
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(value => value / 255)
      .map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const page = document.createElement('div');
  page.style.color = 'Canvas'; document.body.append(page);
  const background = luminance(getComputedStyle(page).color); page.remove();
  return Math.min(...[...document.querySelectorAll('h1, p, td, summary, pre, dt')].map(element => {
    const text = luminance(getComputedStyle(element).color);
    return (Math.max(text, background) + 0.05) / (Math.min(text, background) + 0.05);
  }));
})()"""


def test_a_page_of_a_thousand_findings_is_small():
    long = {"status": 200, "body": "x" * 4000}
    findings = [
        finding(number, came_back=long, message="m" * 4000, curl="c" * 4000)
        for number in range(1000)
    ]

    assert len(html_report.build(report(findings)).encode()) < MEGABYTE


def test_the_page_says_what_to_read_without_scripts():
    page = html_report.build(report([finding(1)]))

    assert "<noscript>" in page
    assert 'href="report.json"' in page.partition("<noscript>")[2].partition("</noscript>")[0]


def test_the_page_needs_no_other_files():
    page = html_report.build(report([finding(1)]))

    assert "src=" not in page.partition('<script type="application/json"')[0]
    assert page.count("<script") == page.count("</script>") == 2
    assert "default-src 'none'" in page
