"""Lists of records in the console: sorting, filters, pages, sums and CSV."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
import requests

LIST = "/sandboxes/default/records/count/invoices"


class Rows(HTMLParser):
    """The texts of a table's rows by their labels."""

    def __init__(self, page):
        super().__init__()
        self.rows, self._label, self._depth = [], None, 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "tr":
            self.rows.append({})
        elif tag in ("td", "th") and "data-label" in attributes:
            self._label = attributes["data-label"]
            self.rows[-1][self._label] = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._label = None

    def handle_data(self, data):
        if self._label:
            self.rows[-1][self._label] += data


def shown(main, query=""):
    page = requests.get(f"{main}{LIST}{query}", timeout=10)
    assert page.status_code == 200, page.text
    rows = [row for row in Rows(page.text).rows if row]
    return [{label: text.strip() for label, text in row.items()} for row in rows]


def amount(text):
    return Decimal(text.removeprefix("USD").strip().replace(",", ""))


def exported(main, query=""):
    response = requests.get(f"{main}{LIST}.csv{query}", timeout=10)
    return list(csv.DictReader(io.StringIO(response.text)))


def test_invoices_are_shown_newest_first(main):
    numbers = [int(row["Number"]) for row in shown(main)]

    assert len(numbers) == 50
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", lambda row: amount(row["Total"])),
        ("open", lambda row: amount(row["Open"])),
        ("name", lambda row: int(row["Number"])),
        ("party", lambda row: row["Customer"].lower()),
        ("date", lambda row: row["Date"]),
        ("due", lambda row: row["Due date"][:10]),
        ("status", lambda row: row["Status"]),
    ],
)
def test_a_list_is_sorted_by_a_column_in_both_directions(main, column, value):
    up = [value(row) for row in shown(main, f"?sort={column}")]
    down = [value(row) for row in shown(main, f"?sort=-{column}")]

    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert up[0] != down[0]


def test_the_pages_of_a_list_have_every_record_once(main):
    every = exported(main)
    pages = [shown(main, f"?sort=date&page={number}") for number in (1, 2)]

    numbers = [row["Number"] for page in pages for row in page]
    assert len(numbers) == len(every) > 50
    assert sorted(numbers) == sorted(row["Number"] for row in every)
    assert shown(main, "?sort=date&page=99") == pages[1]


def test_a_list_is_filtered_by_status_client_date_amount_and_text(main):
    every = exported(main)
    today = requests.get(f"{main}/_mock/sandboxes/default/clock", timeout=10).json()["now"][:10]
    customer = every[0]["Customer"]
    (option,) = re.findall(
        rf'<option value="([^"]+)">{re.escape(customer)}</option>',
        requests.get(main + LIST, timeout=10).text,
    )

    def numbers(query):
        return sorted(row["Number"] for row in exported(main, query))

    def expected(matches):
        return sorted(row["Number"] for row in every if matches(row))

    overdue = expected(lambda row: Decimal(row["Open"]) > 0 and row["Due date"] < today)
    assert numbers("?status=overdue") == overdue != []
    assert numbers("?status=draft") == expected(lambda row: row["Status"] == "draft") != []
    assert numbers(f"?client={option}") == expected(lambda row: row["Customer"] == customer)
    middle = sorted(row["Date"] for row in every)[len(every) // 2]
    assert numbers(f"?from={middle}") == expected(lambda row: row["Date"] >= middle)
    assert numbers(f"?to={middle}") == expected(lambda row: row["Date"] <= middle)
    assert numbers("?min=500&max=1000.5") == expected(
        lambda row: 500 <= Decimal(row["Total"]) <= Decimal("1000.5")
    )
    assert numbers(f"?q={customer[:5].upper()}") == expected(
        lambda row: customer[:5].lower() in row["Customer"].lower()
    )


def test_the_sums_are_those_of_the_rows_that_match(main):
    rows = exported(main, "?status=overdue")
    every = requests.get(main + LIST, timeout=10).text
    page = requests.get(f"{main}{LIST}?status=overdue", timeout=10).text

    figures = dict(re.findall(r"<dt>([^<]+)</dt><dd>(?:<span[^>]*>USD</span> )?([^<]+)</dd>", page))
    total = sum(Decimal(row["Total"]) for row in rows)
    due = sum(Decimal(row["Open"]) for row in rows)
    assert figures["Invoices in USD"] == str(len(rows))
    assert Decimal(figures["Total"].replace(",", "")) == total
    assert Decimal(figures["Open"].replace(",", "")) == due
    assert Decimal(figures["Overdue"].replace(",", "")) == due
    assert Decimal(figures["Settled"].replace(",", "")) == total - due
    (settled,) = re.findall(r"<dt>Settled</dt><dd>.*?([\d,]+\.\d\d)", every)
    owed = [row for row in exported(main) if row["Status"] not in ("draft",)]
    assert Decimal(settled.replace(",", "")) == sum(
        Decimal(row["Total"]) - Decimal(row["Open"]) for row in owed
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?sort=colour", "sort must be one of name, party"),
        ("?from=yesterday", "From must be a date such as 2026-03-01"),
        ("?min=much", "At least must be an amount such as 99.50"),
        ("?max=nan", "At most must be an amount such as 99.50"),
        ("?min=1e999999999999999999999", "At least must be an amount"),
    ],
)
def test_an_invalid_filter_is_rejected(main, query, message):
    response = requests.get(main + LIST + query, headers={"Accept": "text/html"}, timeout=10)

    assert response.status_code == 400
    assert message in response.text


@pytest.mark.parametrize(
    "path",
    [
        "records/count/sprockets",
        "records/stripe/invoices",
        "records/count/invoices/no-such-id",
        "records/count/invoices/no-such-id.pdf",
    ],
)
def test_unknown_records_are_not_found(main, path):
    assert requests.get(f"{main}/sandboxes/default/{path}", timeout=10).status_code == 404


def test_a_filter_without_matches_and_an_empty_list_say_what_to_do_next(main, console_session):
    nothing = console_session.get(f"{main}{LIST}?q=nobody-has-this-name").text
    console_session.send_form("/sandboxes", name="bare", data="empty")
    empty = console_session.get(f"{main}/sandboxes/bare/records/count/invoices").text
    console_session.send_form("/sandboxes/bare/delete")

    assert "No invoices match this filter" in nothing
    assert "Show all" in nothing
    assert "This sandbox has no invoices" in empty
    assert "fill the sandbox with data" in empty


def test_a_text_that_a_spreadsheet_would_run_is_quoted(main, console_session, vendors_server):
    console_session.send_form("/sandboxes", name="sheet", data="empty")
    sandbox = requests.get(f"{main}/_mock/sandboxes/sheet", timeout=10).json()
    body = {
        "client_company_name": '=HYPERLINK("http://x.example")',
        "first_name": "A",
        "last_name": "B",
        "email": "a@b.example",
    }
    key = sandbox["credentials"]["growcrm"]["api_key"]
    root = vendors_server.urls["vendors"]["growcrm"]["root_url"]
    requests.post(
        f"{root}/api/clients", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=10
    ).raise_for_status()
    text = requests.get(f"{main}/sandboxes/sheet/records/growcrm/clients.csv", timeout=10).text
    console_session.send_form("/sandboxes/sheet/delete")

    names = [name for row in csv.DictReader(io.StringIO(text)) for name in row.values()]
    assert '\'=HYPERLINK("http://x.example")' in names


def test_a_late_invoice_says_by_how_many_days(main):
    now = requests.get(f"{main}/_mock/sandboxes/default/clock", timeout=10).json()["now"]
    today = dt.date.fromisoformat(now[:10])
    late = [row for row in shown(main, "?sort=due") if "days late" in row["Due date"]]

    assert late
    for row in late:
        due = dt.date.fromisoformat(row["Due date"][:10])
        assert f"{(today - due).days} days late" in row["Due date"]


def test_invoices_of_several_branches_are_filtered_by_their_branch(main):
    path = f"{main}/sandboxes/default/records/optiflow/invoices"
    every = list(csv.DictReader(io.StringIO(requests.get(f"{path}.csv", timeout=10).text)))
    branches = {row["Workspace"] for row in every}
    page = requests.get(f"{path}?detail=Principal", timeout=10).text
    text = requests.get(f"{path}.csv?detail=Principal", timeout=10).text
    rows = list(csv.DictReader(io.StringIO(text)))

    assert len(branches) == 2
    assert 0 < len(rows) < len(every)
    assert {row["Workspace"] for row in rows} == {"Principal"}
    assert "<option selected>Principal</option>" in page
    owner = {"Authorization": "Bearer 1|optiflow-demo-owner", "Accept": "application/json"}
    listed = requests.get(
        f"{main}/optiflow/api/v1/invoices?per_page=1", headers=owner, timeout=10
    ).json()
    assert listed["meta"]["total"] == len(rows)
