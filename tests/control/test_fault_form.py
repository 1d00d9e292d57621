"""The form of a new fault: first the effect, then the fields of this effect."""

import re

import pytest

from tests.control.test_console import api
from tests.control.test_rejected_forms import Fields

COMMON = {"vendor", "times", "probability"}
# The fields of each effect beside the common ones.
FIELDS = {
    "status": {"operation", "match", "status"},
    "delay": {"operation", "match", "seconds"},
    "drop": {"operation", "match"},
    "commit_then_drop": {"operation", "match"},
    "malformed": {"operation", "match"},
    "rate_limit": {"operation", "match", "limit", "window_seconds"},
    "expire_tokens": {"match"},
    "answer": {"operation", "match", "status", "answer", "answer_headers", "stub_name"},
    "webhook": {"how", "event", "seconds"},
}


def shown(page):
    """The names of the fields of the form."""
    return set(re.findall(r' id="fault-(\w+)"', page))


@pytest.mark.parametrize("kind", FIELDS)
def test_a_chosen_effect_has_only_its_own_fields(main, console_session, sandbox, kind):
    page = console_session.get(f"{main}{sandbox}/faults?effect={kind}").text
    current = re.findall(r'href="([^"]+)" aria-current="true"', page)

    assert shown(page) == COMMON | FIELDS[kind]
    assert f'<input type="hidden" name="kind" value="{kind}">' in page
    assert Fields(page).attributes["fault-times"]["placeholder"] == "unlimited"
    assert current == [f"{sandbox}/faults?effect={kind}#new"]


@pytest.mark.parametrize("kind", FIELDS)
def test_a_fault_is_created_with_the_values_that_the_form_has_at_first(
    main, console_session, sandbox, kind
):
    """A form is sent as it is shown, as browsers do: with the first choice of each select."""
    page = console_session.get(f"{main}{sandbox}/faults?effect={kind}").text
    form = {name: values.get("value") or "" for name, values in Fields(page).attributes.items()}
    form = {name.removeprefix("fault-"): value for name, value in form.items() if "fault-" in name}
    form |= {"kind": kind, "vendor": "*"} | ({"how": "duplicate"} if kind == "webhook" else {})
    created = console_session.send_form(f"{sandbox}/faults", **form)
    (fault,) = api(main, sandbox, "/faults")

    assert created.status_code == 200, created.text
    assert "The fault was created" in created.text
    assert fault["effect"]["kind"] == kind


def test_every_effect_can_be_chosen_from_the_page(main, console_session, sandbox):
    page = console_session.get(f"{main}{sandbox}/faults").text
    chosen = re.findall(rf'href="{sandbox}/faults\?effect=(\w+)#new"', page)

    assert chosen == list(FIELDS)
    assert shown(page) == COMMON | FIELDS["status"]


def test_webhook_faults_are_of_vendors_that_send_webhooks(main, console_session, sandbox):
    webhook = console_session.get(f"{main}{sandbox}/faults?effect=webhook").text
    status = console_session.get(f"{main}{sandbox}/faults?effect=status").text

    assert '<option value="count">' in webhook
    assert '<option value="growcrm">' not in webhook
    assert '<option value="growcrm">' in status
    assert '<option value="invoice.' in webhook


REJECTED = [
    ({"kind": "status", "status": "200"}, 400, "status", "Status must not be less than 400."),
    ({"kind": "status", "status": "many"}, 400, "status", "Status must be a whole number, not 'many'."),
    ({"kind": "drop", "vendor": "stripe"}, 404, "vendor", "Unknown vendor 'stripe'"),
    ({"kind": "drop", "vendor": ""}, 400, "vendor", "Vendor is required."),
    ({"kind": "drop", "times": "inf"}, 400, "times", "Times must be a whole number, not 'inf'."),
    ({"kind": "drop", "times": "0"}, 400, "times", "Times must not be less than 1."),
    ({"kind": "drop", "probability": "nan"}, 400, "probability", "Probability must be a finite number"),
    ({"kind": "drop", "probability": "2"}, 400, "probability", "Probability must not be more than 1."),
    ({"kind": "drop", "operation": "invoices.serch"}, 400, "operation",
     "Operation must be an operation of Grow CRM; did you mean 'invoices.search'?"),
    ({"kind": "drop", "vendor": "*", "operation": "invoices.search"}, 400, "vendor",
     "Vendor must be one vendor, since an operation belongs to one."),
    ({"kind": "drop", "match": "{"}, 400, "match", "Only requests with (JSON) must be JSON: "),
    ({"kind": "drop", "match": "5"}, 400, "match", "Only requests with (JSON) must be a JSON object."),
    ({"kind": "drop", "match": "{}"}, 400, "match", "Only requests with (JSON) must have at least one of method"),
    ({"kind": "drop", "match": '{"path": 5}'}, 400, "match",
     "Only requests with (JSON): path must be of type string."),
    ({"kind": "delay", "seconds": "-1"}, 400, "seconds", "Seconds must not be less than 0."),
    ({"kind": "delay", "seconds": ""}, 400, "seconds", "Seconds must not be empty."),
    ({"kind": "rate_limit", "limit": "x", "window_seconds": "1"}, 400, "limit",
     "Requests per window must be a whole number, not 'x'."),
    ({"kind": "rate_limit", "limit": "1", "window_seconds": "0"}, 400, "window_seconds",
     "Window in seconds must not be less than 0.001."),
    ({"kind": "answer", "status": "99"}, 400, "status", "Status must not be less than 200."),
    ({"kind": "answer", "answer_headers": '{"a b": "x"}'}, 400, "answer_headers",
     "Headers (JSON) cannot be sent: 'a b' is not a header name."),
    ({"kind": "answer", "status": "204", "answer": "1"}, 400, "answer",
     "Body (JSON) cannot be sent: a response with the status 204 has no body."),
    ({"kind": "answer", "stub_name": "../x"}, 400, "stub_name", "Name must have 1 to 64 letters"),
    ({"kind": "webhook", "vendor": "count", "how": "delay", "seconds": ""}, 400, "seconds",
     "Seconds must not be empty."),
    ({"kind": "webhook", "vendor": "count", "how": "eat"}, 400, "how",
     "What happens must be duplicate or reorder or delay or drop."),
]  # fmt: skip


@pytest.mark.parametrize(("form", "status", "field", "problem"), REJECTED)
def test_the_problem_stands_beside_its_field_and_the_effect_stays_chosen(
    main, console_session, sandbox, form, status, field, problem
):
    page = console_session.send_form(f"{sandbox}/faults", **{"vendor": "growcrm", **form})
    fields = Fields(page.text)

    assert page.status_code == status
    assert fields.texts[f"fault-{field}-problem"].startswith(problem)
    assert fields.attributes[f"fault-{field}"]["aria-describedby"] == f"fault-{field}-problem"
    assert f'<input type="hidden" name="kind" value="{form["kind"]}">' in page.text
    assert api(main, sandbox, "/faults") == []


def test_what_was_entered_is_kept(console_session, sandbox):
    form = {
        "vendor": "halo", "operation": "invoice.search", "status": "204", "answer": '{"a": [1]}',
        "answer_headers": '{"X-A": "b"}', "stub_name": "mine", "times": "3", "probability": "0.5",
        "match": '{"path": "/x/*"}',
    }  # fmt: skip
    page = console_session.send_form(f"{sandbox}/faults", kind="answer", **form).text
    fields = Fields(page)
    kept = {
        name: fields.attributes[f"fault-{name}"].get("value", fields.texts[f"fault-{name}"])
        for name in form if name != "vendor"
    }  # fmt: skip

    assert kept == {name: value for name, value in form.items() if name != "vendor"}
    assert '<option value="halo" selected>' in page


@pytest.mark.parametrize(
    ("path", "form"),
    [("/faults?effect=teapot", None), ("/faults", {"kind": "teapot"}), ("/faults", {})],
)
def test_an_unknown_effect_is_an_error_page(main, console_session, sandbox, path, form):
    if form is None:
        page = console_session.get(f"{main}{sandbox}{path}")
    else:
        page = console_session.send_form(sandbox + path, **form)

    assert page.status_code == 400
    assert "the effect must be one of status, delay, drop" in page.text
