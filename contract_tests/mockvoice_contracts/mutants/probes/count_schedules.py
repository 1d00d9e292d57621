"""Probes of what COUNT does by the clock: templates, due dates and expiring codes."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.count_records import approved_invoice, body, create, read
from mockvoice_contracts.suites.count.request_signer import SignedAuth

TEMPLATES = "/partners/recurring-invoice-templates"


def template_runs(api: ProbeClient) -> Any:
    days = {"date": api.day(10), "dueDate": api.day(12), "recurrencePattern": "daily"}
    early, missed = (
        create(api, "recurring-invoice-templates", **{**body(api), **days, **fields})
        for fields in ({"inAdvanceCreationDays": 4}, {"recurrencePattern": "weekly"})
    )
    api("POST", f"{TEMPLATES}/{early['id']}/resume", {})
    listed = api("GET", TEMPLATES, query={"limit": 100})[1]["data"]["records"]
    created_early = api.after(lambda: _run_dates(api, early), days=7)

    def resume_after_two_runs() -> Any:
        api("POST", f"{TEMPLATES}/{missed['id']}/resume", {})
        return _run_dates(api, missed)

    return [
        [template["id"] == missed["id"] for template in listed],
        created_early,
        api.after(resume_after_two_runs, days=20),
    ]


def month_ends(api: ProbeClient) -> Any:
    first = date(api.clock.today().year + 1, 1, 31)
    days = {"date": first.isoformat(), "dueDate": first.isoformat(), "isDraft": False}
    monthly = {**body(api), **days, "recurrencePattern": "monthly"}
    template = create(api, "recurring-invoice-templates", **monthly)
    return api.after(lambda: _run_dates(api, template), days=(first - api.clock.today()).days + 61)


def _run_dates(api: ProbeClient, template: Any) -> list[str]:
    data = api("GET", f"{TEMPLATES}/{template['id']}")[1]["data"]
    return [read(api, {"id": run})["date"] for run in data["generatedInvoiceIds"]]


def overdue_after_midnight(api: ProbeClient) -> Any:
    record = approved_invoice(api, dueDate=api.day())
    return _at_one_in_the_morning(api, lambda: read(api, record)["status"])


def _at_one_in_the_morning(api: ProbeClient, read_result: Callable[[], Any]) -> Any:
    """Return a result of the next day at one o'clock in UTC."""
    now = api.clock.now()
    next_day = datetime.combine(now.date() + timedelta(days=1), time(1), now.tzinfo)
    return api.after(read_result, seconds=int((next_day - now).total_seconds()))


def expired_code(api: ProbeClient) -> Any:
    credentials = api.target.credentials
    # The redirect leads back to the server, which answers 404; its address has the code.
    query = {"clientId": credentials["client_id"], "redirectUri": f"{api.target.url}/callback"}
    response = api.exchange(
        "POST", "/auth2/consent", query=query | {"state": "s"}, form={"decision": "allow"}
    )
    code = parse_qs(urlsplit(response.url).query)["code"][0]
    payload = {"grantType": "authorization_code", "code": code}
    auth = SignedAuth(credentials, api.target.now)
    return api.after(
        lambda: api("POST", "/partners/grant-access-token", payload, auth=auth)[0], seconds=900
    )
