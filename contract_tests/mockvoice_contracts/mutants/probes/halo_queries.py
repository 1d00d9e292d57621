"""Probes for the planted faults in Halo's tokens and in what its lists select."""

from typing import Any

from mockvoice_contracts.harness.client import Anonymous, Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.halo_records import client, invoice, line, pay


def shortened_list(api: ProbeClient) -> Any:
    owner = client(api)
    for _ in range(3):
        invoice(api, client_id=owner)
    body = _list(api, owner, count=2)
    return [body["record_count"], len(body["invoices"])]


def rows_of_ids(api: ProbeClient) -> Any:
    created = invoice(api)
    rows = _list(api, created["client_id"], idonly="true")["invoices"]
    return [sorted(row) for row in rows]


def reviewed_list(api: ProbeClient) -> Any:
    owner = client(api)
    for price, required in ((1, True), (2, False)):
        invoice(api, line(price), client_id=owner, reviewrequired=required)
    return [_totals(api, owner, reviewrequired=value) for value in ("true", "false")]


def card_payments(api: ProbeClient) -> Any:
    created = invoice(api)
    for amount, intent in ((10, "pi_first"), (20, "pi_second")):
        pay(api, created, amount, intent_id=intent)
    query = {"client_id": created["client_id"], "intent_id": "pi_second"}
    rows = api("GET", "/api/InvoicePayment", query=query)[1]["payments"]
    return [row["amount"] for row in rows]


def tickets(api: ProbeClient) -> Any:
    owner = client(api)
    invoice(api, line(1), client_id=owner, ticket_id=2210)
    invoice(api, line(2, ticket_id=2210), client_id=owner)
    invoice(api, line(3), client_id=owner)
    return sorted(_totals(api, owner, ticket_id=2210))


def last_day(api: ProbeClient) -> Any:
    owner = client(api)
    for price, day in ((1, "2026-01-31T15:00:00"), (2, "2026-02-01T00:00:00")):
        invoice(api, line(price), client_id=owner, invoice_date=day)
    return _totals(api, owner, start_date="2026-01-31", end_date="2026-01-31")


def unknown_scope(api: ProbeClient) -> Any:
    form = _client_form(api) | {"scope": "read:invoices read:users"}
    return api("POST", "/auth/token", form=form, auth=Anonymous())[0]


def refresh_token(api: ProbeClient) -> Any:
    granted = api("POST", "/auth/token", form=_client_form(api), auth=Anonymous())[1]
    tokens = (granted["access_token"], granted["refresh_token"])
    return [api("GET", "/api/Tax", auth=Bearer(token))[0] for token in tokens]


def _client_form(api: ProbeClient) -> dict[str, str]:
    credentials = {name: api.target.credentials[name] for name in ("client_id", "client_secret")}
    return {"grant_type": "client_credentials", **credentials}


def _list(api: ProbeClient, owner: int, **query: Any) -> Any:
    return api("GET", "/api/Invoice", query={"client_id": owner, **query})[1]


def _totals(api: ProbeClient, owner: int, **query: Any) -> list[float]:
    return [row["total"] for row in _list(api, owner, **query)["invoices"]]
