"""Forms that are rejected: shown again with what was entered, and the problem beside its field."""

import html
import re
from html.parser import HTMLParser

import pytest
import requests


class Fields(HTMLParser):
    """The fields of a page: the attributes of each by its id, and the texts of elements by theirs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.texts: dict[str, str] = {}
        self._open: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self._open = str(values["id"])
            self.attributes[self._open] = values
            self.texts[self._open] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "textarea"):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.texts[self._open] += data


def as_text(page):
    return html.unescape(page.text)


# The address of the form, what is sent, the status, the field with the problem, and the problem.
REJECTED = [
    ("/seed", {"vendor": "count", "invoices": "-1"}, 400, "filling-invoices",
     "Invoices must not be less than 0."),
    ("/seed", {"vendor": "count", "clients": "0"}, 400, "filling-clients",
     "Clients must not be less than 1."),
    ("/seed", {"vendor": "stripe", "invoices": "3"}, 404, "filling-vendor", "Unknown vendor 'stripe'"),
    ("/seed", {"vendor": "count", "clients": "many"}, 400, "filling-clients",
     "Clients must be a whole number, not 'many'."),
    ("/seed", {"vendor": "count", "seed": "1.5"}, 400, "filling-seed",
     "Seed must be a whole number, not '1.5'."),
    ("/clock", {"now": "tomorrow"}, 400, "set-now",
     "Set to (UTC) must be a time such as 2026-03-01 09:00, in the years 1000 to 9899."),
    ("/clock", {}, 400, "set-now", "Set to (UTC) must not be empty."),
    ("/clock/advance", {"unit": "days", "amount": "-1"}, 400, "advance-amount",
     "Advance by must not be less than 0."),
    ("/clock/advance", {"unit": "days", "amount": ""}, 400, "advance-amount",
     "Advance by must not be empty."),
    ("/clock/advance", {"unit": "days", "amount": "soon"}, 400, "advance-amount",
     "Advance by must be a number, not 'soon'."),
    ("/clock/advance", {"unit": "days", "amount": "9e9"}, 400, "advance-amount", ""),
    ("/clock/advance", {"unit": "centuries", "amount": "1"}, 400, "advance-unit",
     "Unit must be days, hours, minutes or seconds."),
    ("/snapshots", {"name": "../x"}, 400, "save-name",
     "Name must have 1 to 64 letters, digits, '-', '_' or '.', and must not start with a dot."),
    ("/snapshots", {"name": "current"}, 409, "save-name", "'current' is reserved"),
    ("/reset", {"seed": "x"}, 400, "resetting-seed", "Seed must be a whole number, not 'x'."),
]  # fmt: skip


@pytest.mark.parametrize(("path", "form", "status", "field", "problem"), REJECTED)
def test_the_problem_of_a_form_stands_beside_its_field(
    console_session, sandbox, path, form, status, field, problem
):
    page = console_session.send_form(sandbox + path, **form)
    fields = Fields(page.text)
    rejected = fields.attributes[field]
    name = field.partition("-")[2]

    assert page.status_code == status
    assert rejected["aria-invalid"] == "true"
    assert rejected["aria-describedby"] == f"{field}-problem"
    assert fields.texts[f"{field}-problem"]
    assert fields.texts[f"{field}-problem"].startswith(problem)
    assert "autofocus" in rejected
    assert page.text.count("aria-invalid") == 1
    assert 'role="alert"' in page.text
    assert f'<a href="#{field}">' in page.text
    if "value" in rejected:
        assert rejected["value"] == form.get(name, "")


def test_everything_that_was_entered_is_kept(console_session, sandbox):
    page = console_session.send_form(
        f"{sandbox}/seed", vendor="halo", clients="3", invoices="lots", payments="4", seed="-5",
        locale="de_DE",
    )  # fmt: skip
    fields = Fields(page.text).attributes
    entered = {
        name: fields[f"filling-{name}"]["value"]
        for name in ("clients", "invoices", "payments", "seed")
    }

    assert entered == {"clients": "3", "invoices": "lots", "payments": "4", "seed": "-5"}
    assert '<option value="halo" selected>' in page.text
    assert '<option value="de_DE" selected>' in page.text


def test_all_problems_of_a_form_are_shown_at_once(console_session, sandbox):
    page = console_session.send_form(f"{sandbox}/seed", vendor="halo", clients="0", invoices="-1")
    fields = Fields(page.text)

    assert fields.texts["filling-clients-problem"] == "Clients must not be less than 1."
    assert fields.texts["filling-invoices-problem"] == "Invoices must not be less than 0."
    assert page.text.count("autofocus") == 1
    assert "The sandbox was not filled. Correct Clients, Invoices." in re.sub(
        "<[^>]+>", "", page.text
    )


def test_a_name_that_is_taken_stands_beside_the_name(main, console_session, sandbox):
    console_session.send_form(f"{sandbox}/snapshots", name="one")
    again = console_session.send_form(f"{sandbox}/snapshots", name="one")
    name = sandbox.rpartition("/")[2]
    created = console_session.send_form("/sandboxes", name=name, data="empty")

    assert (again.status_code, created.status_code) == (409, 409)
    assert "A snapshot named 'one' already exists" in Fields(again.text).texts["save-name-problem"]
    problem = Fields(created.text).texts["create-name-problem"]
    assert f"A sandbox named '{name}' already exists" in problem
    assert Fields(created.text).attributes["create-name"]["value"] == name


def test_the_part_of_the_page_with_the_problem_is_open(console_session, sandbox):
    page = console_session.send_form(f"{sandbox}/reset", seed="x").text
    clock = console_session.send_form(f"{sandbox}/clock", now="x").text

    assert re.search(r"<details open>\s*<summary>Reset …", page)
    assert re.search(r"<details open>\s*<summary>Advance by another time", clock)
    assert not re.search(r"<details open>\s*<summary>Reset …", clock)


def test_what_was_entered_is_escaped(console_session, sandbox):
    page = console_session.send_form(f"{sandbox}/seed", vendor="halo", clients='"><script>x')

    assert "<script>x" not in page.text
    assert Fields(page.text).attributes["filling-clients"]["value"] == '"><script>x'


def test_a_form_of_a_sandbox_that_does_not_exist_is_not_found(console_session):
    page = console_session.send_form("/sandboxes/nobody/seed", vendor="halo", clients="x")

    assert page.status_code == 404
    assert "<h1>Page not found</h1>" in page.text


def test_a_client_that_is_no_browser_gets_the_problem_in_json(main, sandbox):
    response = requests.post(
        f"{main}{sandbox}/seed", data={"vendor": "halo", "clients": "x"}, timeout=10
    )

    assert response.status_code == 400
    assert response.json()["error"]["message"] == "clients must be a whole number, not 'x'"


# The list, its filters, the field with the problem, and the problem.
FILTERS = [
    ("/records/halo/invoices", "min=much&max=5", "min",
     "At least must be an amount such as 99.50, not 'much'."),
    ("/records/halo/invoices", "from=soon", "from", "From must be a date such as 2026-03-01, not 'soon'."),
    ("/journal", "status=odd&path=/x", "status",
     "Status must be a status such as 404, a class such as 4xx, or none, not 'odd'."),
    ("/journal", "operation=invoices.serch&vendor=growcrm", "operation",
     "growcrm has no operation 'invoices.serch'; did you mean 'invoices.search'?"),
    ("/journal", "body={", "body", "Body must be JSON, not '{'"),
    ("/journal", "since=soon", "since", "Since must be"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "query", "field", "problem"), FILTERS)
def test_the_problem_of_a_filter_stands_beside_its_field(
    main, console_session, sandbox, path, query, field, problem
):
    page = console_session.get(f"{main}{sandbox}{path}?{query}")
    fields = Fields(page.text)
    entered = dict(part.split("=") for part in query.split("&") if not part.startswith("vendor"))

    assert page.status_code == 400
    assert fields.texts[f"filter-{field}-problem"].startswith(problem)
    assert fields.attributes[f"filter-{field}"]["aria-describedby"] == f"filter-{field}-problem"
    assert {name: fields.attributes[f"filter-{name}"]["value"] for name in entered} == entered
    assert "data-live=" not in page.text


def test_the_other_filters_of_a_list_apply(main, console_session, sandbox):
    base = f"{main}{sandbox}/records/halo/invoices"
    both = console_session.get(f"{base}?min=much&max=100").text
    valid = console_session.get(f"{base}?max=100").text
    count = re.search(r"<span class=\"quiet\">\d+ of \d+ invoices", valid)

    assert count is not None
    assert count[0] in both


def test_a_filter_of_all_requests_is_rejected_beside_its_field(main, console_session):
    page = console_session.get(f"{main}/requests?status=odd")
    plain = requests.get(f"{main}/requests?status=odd", timeout=10)

    assert (page.status_code, plain.status_code) == (400, 400)
    assert "Status must be a status such as" in Fields(page.text).texts["filter-status-problem"]
    assert "status must be a status" in plain.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "form", "status", "message"),
    [
        ("/clock/move", {"to": "tomorrow"}, 400, "to must be event or month-end"),
        ("/faults/77/delete", {}, 404, "no fault 77"),
        ("/snapshots/none/restore", {}, 404, "none"),
    ],
)
def test_a_button_with_an_invalid_value_leads_to_an_error_page(
    console_session, sandbox, path, form, status, message
):
    page = console_session.send_form(sandbox + path, **form)

    assert page.status_code == status
    assert page.headers["Content-Type"].startswith("text/html")
    assert message in as_text(page)
