"""Accessibility of pages that come from one template: each kind of records, and each contract.

``test_console_in_a_browser`` visits pages one by one. Here one visit shows many, since loading a page
and axe takes longer than looking at it.
"""

import json
import re

import pytest
import requests

from tests import axe

VENDORS = ["count", "growcrm", "halo", "optiflow"]
# Shows the contents of other pages in place of this one's, with ids and names of their own. Rows of a
# table are alike except for their badges, so one of each kind is enough.
_SHOW = """
window.shown = false;
const OWN = ["id", "for", "aria-labelledby", "aria-describedby", "aria-label", "list"];
async function show(path, index) {
  const response = await fetch(path);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const table of page.querySelectorAll("tbody")) {
    const seen = new Set();
    for (const row of [...table.rows]) {
      const kind = row.querySelector(".badge")?.className;
      if (seen.has(kind)) row.remove();
      seen.add(kind);
    }
  }
  for (const part of page.querySelectorAll("details")) part.open = true;
  for (const name of OWN) {
    for (const element of page.querySelectorAll(`main [${name}]`)) {
      const words = element.getAttribute(name).split(" ");
      element.setAttribute(name, words.map(word => `${word}-${index}`).join(" "));
    }
  }
  const part = document.createElement("div");
  part.dataset.path = path;
  part.append(...page.querySelector("main").childNodes);
  return part;
}
Promise.all(PATHS.map(show)).then(parts => {
  document.querySelector("main").replaceChildren(...parts);
  window.shown = true;
});
0
"""


@pytest.fixture(scope="module")
def axe_script():
    return axe.source()


def show(browser, paths):
    """Show the contents of other pages, one below the other."""
    browser.value(_SHOW.replace("PATHS", json.dumps(paths)))
    browser.wait("window.shown")
    assert browser.value("document.querySelectorAll('[data-path] h1').length") == len(paths)


def record_pages(main, vendor):
    """Yield the path of the list of each kind of records, and that of its first record."""
    base = f"/sandboxes/default/records/{vendor}"
    overview = requests.get(f"{main}/sandboxes/default", timeout=10).text
    kinds = sorted(set(re.findall(rf'href="{base}/([\w-]+)"', overview)))
    for kind in kinds:
        rows = requests.get(f"{main}{base}/{kind}", timeout=10).text
        record = re.search(rf'<th scope="row"[^>]*><a[^>]* href="({base}/{kind}/[^"]+)"', rows)
        assert record is not None, f"{kind} has no records in the demo data"
        yield f"{base}/{kind}"
        yield record[1]


@pytest.mark.parametrize("vendor", VENDORS)
def test_lists_and_records_of_every_kind_break_no_rule(browser, main, axe_script, vendor):
    browser.show(1280)
    browser.open(f"{main}/sandboxes/default")
    paths = list(record_pages(main, vendor))
    show(browser, paths)
    by_day = axe.violations(browser, axe_script, within="main")
    # Only because these are several pages, there are landmarks with equal names.
    by_day = [each for each in by_day if each["rule"] != "landmark-unique"]
    browser.show(1280, dark=True)
    at_night = axe.violations(browser, axe_script, ["color-contrast"], within="main")

    assert len(paths) > 8
    assert (by_day, at_night) == ([], [])


def open_contract(browser, main, vendor):
    """Open the page of a contract, and in it an operation that reads and one that writes.

    The heads of operations with the same method are alike, so two of each method stay.
    """
    browser.open(f"{main}/_mock/vendors/{vendor}/docs")
    browser.wait("document.querySelector('.opblock') !== null")
    for method in ("get", "post"):
        block = f"document.querySelector('.opblock-{method}')"
        browser.value(f"{block}.querySelector('.opblock-summary-control').click()")
        browser.wait(f"{block}.querySelector('.execute') !== null")
    browser.value(
        "for (const method of ['get', 'post', 'put', 'patch', 'delete']) "
        "[...document.querySelectorAll(`.opblock-${method}`)].slice(2).forEach(each => each.remove())"
    )


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_page_of_a_contract_breaks_no_rule(browser, main, axe_script, vendor):
    browser.show(1280)
    open_contract(browser, main, vendor)
    by_day = axe.violations(browser, axe_script)
    browser.show(1280, dark=True)
    browser.wait("document.documentElement.classList.contains('dark-mode')")
    # Colours change slowly, and axe would see them on their way.
    browser.wait("document.getAnimations().every(each => each.playState === 'finished')")
    at_night = axe.violations(browser, axe_script, ["color-contrast"])

    assert (by_day, at_night) == ([], [])
