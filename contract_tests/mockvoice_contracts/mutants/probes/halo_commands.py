"""Probes for the planted faults in what Halo's commands and switches do: void, mark, validate, print."""

from typing import Any

from mockvoice_contracts.harness.client import Anonymous, Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.halo_records import (
    client,
    invoice,
    line,
    pay,
    read,
    save,
    template,
)


def bypassed_deletion(api: ProbeClient) -> Any:
    path = f"/api/Invoice/{invoice(api, posted=True)['id']}"
    return api("DELETE", path, query={"bypass_accounts_sync": "true"})[0]


def printed_number(api: ProbeClient) -> Any:
    created = invoice(api, invoicenumber="N-17")
    return api("POST", f"/api/Invoice/PDF/{created['id']}")[1]["invoicenumber"]


def reading_token(api: ProbeClient) -> Any:
    form = {"grant_type": "client_credentials", "scope": "read:invoices"}
    form |= {name: api.target.credentials[name] for name in ("client_id", "client_secret")}
    bearer = Bearer(api("POST", "/auth/token", form=form, auth=Anonymous())[1]["access_token"])
    body = [{"client_id": client(api), "lines": [line()]}]
    return api("POST", "/api/Invoice", body, auth=bearer)[0]


def validated_update(api: ProbeClient) -> Any:
    created = invoice(api, reference="old")
    save(api, "Invoice", id=created["id"], reference="new", _validateonly=True)
    return read(api, created)["reference"]


def marked_remainder(api: ProbeClient) -> Any:
    created = invoice(api)
    pay(api, created, 40)
    return pick(save(api, "Invoice", id=created["id"], markaspaid=True), "amountpaid", "amountdue")


def voided_twice(api: ProbeClient) -> Any:
    path = f"/api/Invoice/{invoice(api)['id']}/void"
    return [api("POST", path)[1]["change_seq"] for _ in range(2)]


def closed_credit(api: ProbeClient) -> Any:
    source = invoice(api, line(50))
    credit = save(api, "Invoice", id=source["id"], _create_credit_note=True)
    save(api, "Invoice", id=credit["id"], mark_credit_as_used=True)
    target = invoice(api, line(500), client_id=source["client_id"])
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 20}
    return api("POST", "/api/Invoice", [{"id": target["id"], **use}])[0]


def contract_templates(api: ProbeClient) -> Any:
    owner = client(api)
    for contract in (0, 7):
        template(api, client_id=owner, contract_id=contract)
    query = {"client_id": owner, "rinvoice_type": "contracts"}
    rows = api("GET", "/api/RecurringInvoice", query=query)[1]["invoices"]
    return [row["contract_id"] for row in rows]


def refreshed_scope(api: ProbeClient) -> Any:
    credentials = api.target.credentials
    form = {"grant_type": "client_credentials", "scope": "read:customers"}
    form |= {name: credentials[name] for name in ("client_id", "client_secret")}
    first = api("POST", "/auth/token", form=form, auth=Anonymous())[1]
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    form["client_id"] = credentials["client_id"]
    return api("POST", "/auth/token", form=form, auth=Anonymous())[1]["scope"]
