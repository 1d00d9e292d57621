"""The overview of a sandbox: amounts, charts, the next events, and moves of the clock."""

import html
import re
import subprocess
from decimal import Decimal

import requests

from tests.control.test_console import api


def invoices(main, sandbox, status=""):
    """Return the invoices of COUNT as the list exports them."""
    path = f"{main}{sandbox}/records/count/invoices.csv?status={status}"
    header, *rows = requests.get(path, timeout=10).text.splitlines()
    assert header.endswith("Total,Open,Currency")
    return rows


def test_the_overview_sums_what_is_open_and_overdue(main, console_session, sandbox):
    page = console_session.get(main + sandbox).text
    listed = console_session.get(f"{main}{sandbox}/records/count/invoices").text
    section = page[page.index('id="vendor-count"') : page.index('id="vendor-growcrm"')]

    for label in ("Open", "Overdue"):
        (on_list,) = re.findall(rf"<dt>{label}</dt><dd>.*?([\d,]+\.\d\d)", listed)
        assert f">{label}</dt>" in section
        assert on_list in section


def test_the_charts_have_a_table_with_the_same_figures(main, console_session, sandbox):
    page = console_session.get(main + sandbox).text
    section = page[page.index('id="vendor-count"') : page.index('id="vendor-growcrm"')]
    ages = section[
        section.index("Open amounts by age") : section.index("Invoices of the last 12 months")
    ]

    bars = re.findall(r"<title>([^<]+): ([\d,.]+)</title>", ages)
    rows = re.findall(r'<th scope="row"[^>]*>([^<]+)</th><td[^>]*>.*?([\d,.]+)</td>', ages)
    assert [label for label, _ in bars] == [
        "not due", "1–30 days", "31–60 days", "61–90 days", "over 90 days",
    ]  # fmt: skip
    assert bars == rows
    open_sum = sum(Decimal(value.replace(",", "")) for _, value in bars)
    (shown,) = re.findall(r"<dt>Open</dt><dd>.*?([\d,]+\.\d\d)", section)
    assert open_sum == Decimal(shown.replace(",", ""))


def section_of(page, vendor):
    """The part of the page about a vendor."""
    return page[page.index(f'id="vendor-{vendor}"') :].partition("</section>")[0]


def bars(section):
    """The titles of the charts, and the sums of their bars."""
    titles = re.findall(r"<h3>([^<]+)</h3>", section)
    sums = [
        sum(
            Decimal(value.replace(",", ""))
            for value in re.findall(r"<title>[^<]+: ([\d,.]+)", chart)
        )
        for chart in section.split("<figure>")[1:]
    ]
    return dict(zip(titles, sums, strict=True))


def test_charts_show_each_currency_that_a_vendor_has(main, console_session, sandbox):
    page = section_of(console_session.get(main + sandbox).text, "halo")
    links = {
        html.unescape(text): html.unescape(href)
        for href, text in re.findall(r'<a href="(\?currency-halo=[^"]+)"[^>]*>([^<]+)</a>', page)
    }
    figures = re.findall(
        r"<dt>Open</dt><dd><span class=\"currency\">([^<]+)</span> ([\d,.]+)</dd>", page
    )
    open_sums = {
        html.unescape(currency): Decimal(text.replace(",", "")) for currency, text in figures
    }

    assert list(links) == list(open_sums)
    assert len(links) > 1
    for currency, href in links.items():
        chosen = section_of(console_session.get(f"{main}{sandbox}{href}").text, "halo")
        charts = bars(html.unescape(chosen))
        assert charts[f"Open amounts by age, in {currency}"] == open_sums[currency]
        assert f"Invoices of the last 12 months, in {currency}" in charts
        assert re.findall(r'aria-current="true">([^<]+)</a>', html.unescape(chosen)) == [currency]


def test_the_currency_of_one_vendor_leaves_the_charts_of_others(main, console_session, sandbox):
    page = console_session.get(f"{main}{sandbox}?currency-halo=€&currency-optiflow=US$").text
    other = console_session.get(f"{main}{sandbox}?currency-halo=unknown").text
    link = re.findall(r'href="(\?[^"]+)"[^>]*>\$</a>', section_of(page, "halo"))

    assert "Open amounts by age, in €" in section_of(page, "halo")
    assert "Open amounts by age, in US$" in section_of(page, "optiflow")
    assert "Open amounts by age, in £" in section_of(other, "halo")
    assert link == ["?currency-halo=%24&amp;currency-optiflow=US%24#vendor-halo"]


def test_a_vendor_with_one_currency_has_no_choice(main, console_session, sandbox):
    page = console_session.get(main + sandbox).text

    assert "Charts in" in section_of(page, "halo")
    assert "Charts in" not in section_of(page, "growcrm")


def test_the_next_event_happens_when_the_clock_is_moved_to_it(main, console_session, sandbox):
    console_session.send_form(f"{sandbox}/clock", state="freeze")
    before = len(invoices(main, sandbox, "overdue"))
    page = console_session.get(main + sandbox).text
    events = re.findall(
        r'<time datetime="([-\d]{10})">.*?>COUNT Partner API: ([^<]+)</a>', page, re.S
    )
    day, text = next(event for event in events if "overdue" in event[1])
    number = int(text.split()[0])
    while api(main, sandbox, "/clock")["now"][:10] < day:
        moved = console_session.send_form(f"{sandbox}/clock/move", to="event")
        assert moved.status_code == 200, moved.text

    assert api(main, sandbox, "/clock")["now"][:10] == day
    assert len(invoices(main, sandbox, "overdue")) >= before + number


def test_the_clock_moves_to_the_end_of_the_month_and_of_the_next(main, console_session, sandbox):
    console_session.send_form(f"{sandbox}/clock", state="freeze")
    console_session.send_form(f"{sandbox}/clock", now="2031-01-15T10:00")
    ends = []
    for _ in range(2):
        console_session.send_form(f"{sandbox}/clock/move", to="month-end")
        ends.append(api(main, sandbox, "/clock")["now"])

    assert ends == ["2031-01-31T23:59:59Z", "2031-02-28T23:59:59Z"]


def test_an_empty_sandbox_has_no_next_event(serve_vendors):
    main = serve_vendors(vendors=("growcrm",), data="empty").urls["main"]
    page = requests.get(f"{main}/sandboxes/default", timeout=10).text
    moved = requests.post(
        f"{main}/sandboxes/default/clock/move", data={"to": "event"},
        headers={"Origin": main, "Accept": "text/html"}, timeout=10,
    )  # fmt: skip

    assert "Nothing becomes overdue, expires or recurs" in page
    assert moved.status_code == 409
    assert "Nothing happens by the clock" in moved.text


def test_the_shell_command_of_each_vendor_works(main, console_session, sandbox, tmp_path):
    """The command is run as it is shown, with the credentials of the sandbox."""
    page = html.unescape(console_session.get(main + sandbox).text)
    commands = re.findall(
        r'data-copy="((?:time=|curl )[^\n]*?)" aria-label="Copy the curl line of', page
    )
    assert len(commands) == 4

    for command in commands:
        shown = subprocess.run(
            ["bash", "-c", command + " -o response -w '%{http_code}'"],
            capture_output=True, text=True, cwd=tmp_path, timeout=30,
        )  # fmt: skip
        assert shown.stdout == "200", (command, (tmp_path / "response").read_text())
    paths = {entry["path"] for entry in api(main, sandbox, "/journal")}
    assert {"/partners/invoices", "/api/invoices", "/api/Invoice", "/api/v1/invoices"} <= paths
