"""Probes for the planted faults in Halo's corrections: refunds, changes, deletions and credits."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.halo_records import (
    client,
    invoice,
    line,
    pay,
    read,
    save,
)


def payment_corrections(api: ProbeClient) -> Any:
    refunded, pending = invoice(api), invoice(api)
    for amount in (100, -30):
        pay(api, refunded, amount)
    waiting = pay(api, pending, 40, status=0)
    changed = save(api, "InvoicePayment", id=waiting["id"], reference="late")
    return [
        pick(read(api, refunded), "amountpaid", "amountdue", "paymentstatus"),
        changed["status"],
        pick(read(api, pending), "amountpaid", "payments_pending"),
    ]


def printed_due(api: ProbeClient) -> Any:
    created = invoice(api)
    pay(api, created, 40)
    return pick(api("POST", f"/api/Invoice/PDF/{created['id']}")[1], "total", "amountdue")


def deletion_trail(api: ProbeClient) -> Any:
    created = invoice(api)
    api("DELETE", f"/api/InvoicePayment/{pay(api, created, 100)['id']}")

    def changes() -> Any:
        rows = api("GET", "/api/InvoiceChange", query={"invoice_id": created["id"]})[1]
        return [pick(row, "field_name", "old_value", "new_value") for row in rows["changehistory"]]

    before = changes()
    status = api("DELETE", f"/api/Invoice/{created['id']}")[0]
    return [before, status, changes()]


def deleted_expense(api: ProbeClient) -> Any:
    owner = client(api)
    expense = save(api, "Expense", client_id=owner, description="Taxi", amount=12)
    created = invoice(api, line(12, expense_id=expense["id"]), client_id=owner)
    api("DELETE", f"/api/Invoice/{created['id']}")
    rows = api("GET", "/api/Expense", query={"client_id": owner})[1]["data"]
    return [row.get("ihid") for row in rows]


def credit_payments(api: ProbeClient) -> Any:
    source = invoice(api, line(50))
    credit = save(api, "Invoice", id=source["id"], _create_credit_note=True)
    target = invoice(api, line(500), client_id=source["client_id"])
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 50}
    save(api, "Invoice", id=target["id"], **use)
    query = {"invoice_id": target["id"]}
    payment = api("GET", "/api/InvoicePayment", query=query)[1]["payments"][0]
    raised = api("POST", "/api/InvoicePayment", [{"id": payment["id"], "amount": 60}])[0]
    api("DELETE", f"/api/InvoicePayment/{payment['id']}")
    return [raised, *pick(read(api, credit), "credit_used", "credit_outstanding")]


def credit_half_cents(api: ProbeClient) -> Any:
    source = invoice(api, line(0.25, tax_rate=18))
    credit = save(api, "Invoice", id=source["id"], _create_credit_note=True)
    return [source["tax_total"], credit["tax_total"]]


def updated_lines(api: ProbeClient) -> Any:
    created = invoice(api, line(10), line(20))
    elements = [{"id": row["id"], "qty_order": 3} for row in created["lines"]]
    api("POST", "/api/Invoice/updatelines", elements)
    after = read(api, created)
    stale = {"id": created["id"], "last_change_seq": created["change_seq"], "reference": "late"}
    return [
        [row["qty_order"] for row in after["lines"]],
        after["total"],
        api("POST", "/api/Invoice", [stale])[0],
    ]
