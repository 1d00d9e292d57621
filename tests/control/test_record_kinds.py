"""The descriptions of all vendors' records: lists, pages and PDF files agree with the APIs."""

from decimal import Decimal

import pytest
import requests

from mockvoice import vendor_registry
from mockvoice.web.record_kinds import value_at
from tests.control.record_pages import Console

VENDORS = {key: vendor_registry.load_vendor(key) for key in vendor_registry.own_vendor_keys()}
KINDS = {
    f"{vendor.key}/{kind.key}": (vendor, kind)
    for vendor in VENDORS.values()
    for kind in vendor.record_kinds
}


def owed(path, *statuses, status="status"):
    """Return the amount at a path, and 0 for records with these statuses, which nobody owes."""
    return lambda json: 0 if value_at(json, status) in statuses else value_at(json, path)


def flag(path, yes, no=""):
    """Return a text for a flag."""
    return lambda json: yes if value_at(json, path) else no


def code(path, *texts):
    """Return a text for a number that counts from 0."""
    return lambda json: texts[value_at(json, path)]


COUNT_DOCUMENT = {
    "party": "customer/customer", "date": "date", "due": "dueDate", "status": "status",
    "amount": "total",
}  # fmt: skip
HALO_INVOICE = {
    "name": "invoicenumber", "party": "client_name", "detail": "reference",
    "date": "invoice_date", "due": "duedate", "status": "status_name", "amount": "total",
    "open": owed("amountdue", "Draft", status="status_name"),
}  # fmt: skip
OPTIFLOW_DOCUMENT = {
    "name": "document_number", "party": "contact/name", "date": "issue_date", "due": "due_date",
    "status": "status", "amount": "total_amount",
}  # fmt: skip
ACTIVE = flag("is_active", "active", "inactive")

# By kind and member of a summary: where the API's JSON has the same. A member that it lacks is None.
FIGURES = {
    "count/invoices": {**COUNT_DOCUMENT, "open": owed("amountDue", "draft")},
    "count/quotes": COUNT_DOCUMENT,
    "count/estimates": COUNT_DOCUMENT,
    "count/credit-memos": COUNT_DOCUMENT,
    "count/templates": {
        "party": "customer/customer", "date": "date", "due": "nextRunDate", "status": "status",
        "amount": "total",
    },
    "count/customers": {"name": "customer", "status": "status"},
    "count/products": {"name": "name", "amount": "price"},
    "count/transactions": {
        "party": None, "date": "postedDate", "status": "type", "amount": "amount",
    },
    "count/accounts": {"name": "name", "status": "type", "amount": None},
    "growcrm/invoices": {
        "party": "client/name", "date": "dates/date", "due": "dates/due_date",
        "status": "status/title", "amount": "totals/final_amount", "open": None,
    },
    "growcrm/estimates": {
        "party": "client/name", "date": "dates/date", "due": "dates/expiry_date",
        "status": "status", "amount": "totals/final_amount",
    },
    "growcrm/payments": {
        "name": "id", "detail": "invoice/formatted_id", "party": "client/name", "date": "date",
        "status": "status", "amount": "amount",
    },
    "growcrm/refunds": {
        "name": "formatted_id", "party": "client/name", "date": "date", "amount": "amount",
    },
    "growcrm/clients": {
        "name": "company_name", "detail": "owner/name", "date": "dates/created", "status": "status",
    },
    "growcrm/contacts": {
        "name": "name", "party": "client/company_name", "detail": "email", "status": "status",
    },
    "growcrm/projects": {
        "name": "title", "party": "client/name", "date": "dates/start", "due": "dates/due",
        "status": "status",
    },
    "growcrm/items": {"name": "description", "detail": "unit/name", "amount": "rate"},
    "growcrm/categories": {"name": "name", "status": "type", "detail": "visibility"},
    "growcrm/team": {"name": "name", "detail": "email", "status": "status"},
    "halo/invoices": HALO_INVOICE,
    "halo/credits": HALO_INVOICE,
    "halo/po-invoices": HALO_INVOICE,
    "halo/recurring-invoices": {
        "name": "invoicenumber", "party": "client_name", "detail": "periodname",
        "date": "startdate", "due": "nextcreationdate",
        "status": flag("disabled", "disabled", "active"), "amount": "total",
    },
    "halo/payments": {
        "name": "id", "detail": "invoice_invoicenumber", "party": "client_name", "date": "date",
        "status": code("status", "pending", "settled", "failed"), "amount": "amount",
    },
    "halo/clients": {
        "name": "name", "detail": "accountsid", "status": flag("inactive", "inactive", "active"),
    },
    "halo/items": {
        "name": "name", "detail": flag("isrecurringitem", "recurring"), "amount": "baseprice",
    },
    "halo/expenses": {
        "name": "description", "party": "client_name", "date": "date_added",
        "status": flag("ihid", "billed", "not billed"), "amount": "amount",
    },
    "halo/taxes": {"name": "name", "status": flag("is_composite", "composite")},
    "halo/currencies": {"name": "name", "status": "code"},
    "optiflow/invoices": {
        **OPTIFLOW_DOCUMENT, "open": owed("amount_due", "draft", "cancelled"),
    },
    "optiflow/quotations": OPTIFLOW_DOCUMENT,
    "optiflow/payments": {
        "name": "payment_number", "party": None, "date": "payment_date",
        "detail": "payment_method", "status": "status", "amount": "amount",
    },
    "optiflow/contacts": {
        "name": "name", "detail": "identification_number", "date": "created_at", "status": "status",
    },
    "optiflow/products": {"name": "name", "detail": "sku", "status": ACTIVE, "amount": "price"},
    "optiflow/stock-movements": {
        "name": "product/name", "date": "created_at", "status": "type", "amount": "quantity",
    },
    "optiflow/bank-accounts": {
        "name": "name", "detail": "account_number", "status": "type", "amount": "balance",
    },
    "optiflow/document-subtypes": {
        "name": "name", "detail": "prefix", "due": "valid_until_date", "status": ACTIVE,
    },
    "optiflow/workspaces": {
        "name": "name", "detail": "slug", "date": "created_at",
        "status": flag("is_default", "default"),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def console(main):
    console = Console(main)
    yield console
    console.close()


def test_the_figures_of_every_kind_are_compared():
    assert FIGURES.keys() == KINDS.keys()
    for name, (_, kind) in KINDS.items():
        assert kind.columns.keys() - {"name", "detail"} <= FIGURES[name].keys(), name


@pytest.mark.parametrize("name", KINDS)
def test_lists_show_what_the_api_returns_for_every_record(console, name):
    vendor, kind = KINDS[name]
    rows = console.rows(vendor.key, kind.key)

    assert rows
    for row in rows:
        page = console.record(vendor.key, kind.key, row["Id"].removeprefix("'"))
        for member, path in FIGURES[name].items():
            if member in kind.columns and path is not None:
                value = path(page.json) if callable(path) else value_at(page.json, path)
                shown = row[kind.columns[member]].removeprefix("'")
                assert equal(member, shown, value), (row, member, value)


def equal(member, shown, value):
    """Return whether a cell of a list shows a value of the API."""
    if member in ("amount", "open") and value is not None:
        return Decimal(shown) == Decimal(str(value))
    text = "" if value is None else str(value)
    return shown == (text[:10] if member in ("date", "due") else text)


@pytest.mark.parametrize("name", KINDS)
def test_every_status_of_the_demo_data_has_a_tone(console, name):
    vendor, kind = KINDS[name]
    if not kind.tones:
        assert kind.columns.get("status", "Type") in ("Type", "Code")
        return
    statuses = {row[kind.columns["status"]] for row in console.rows(vendor.key, kind.key)}
    assert statuses - {""} <= kind.tones.keys()


@pytest.mark.parametrize("name", KINDS)
def test_operations_are_those_of_the_contract_and_kinds_refer_to_each_other(main, name):
    vendor, kind = KINDS[name]
    url = f"{main}/_mock/vendors/{vendor.key}/openapi.json"
    paths = requests.get(url, timeout=30).json()["paths"].values()
    ids = [
        operation["operationId"]
        for path in paths
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    ]
    keys = {other.key for other in vendor.record_kinds}

    for prefix in kind.operations:
        assert any(operation.startswith(prefix) for operation in ids), prefix
    assert {related.kind for related in kind.layout.related} <= keys
    assert kind.clients is None or kind.clients in keys


def test_the_balance_of_a_grow_crm_invoice_is_what_its_payments_leave(console):
    paid = {}
    for payment in console.rows("growcrm", "payments"):
        if payment["Status"] == "paid":
            number = payment["Invoice"]
            paid[number] = paid.get(number, 0) + Decimal(payment["Amount"])

    rows = console.rows("growcrm", "invoices")
    for row in rows:
        settled = row["Status"] in ("Draft", "Paid", "Cancelled")
        left = max(Decimal(row["Final amount"]) - paid.get(row["Invoice"], 0), Decimal(0))
        assert Decimal(row["Open"]) == (0 if settled else left), row
    assert any(0 < Decimal(row["Open"]) < Decimal(row["Final amount"]) for row in rows)


GROW_TOTALS = ["Subtotal", "Discount", "Amount before tax", "Tax", "Adjustment", "Final amount"]
HALO_TOTALS = ["Net", "Discount", "Tax", "Total", "Paid", "Amount due"]
OPTIFLOW_TOTALS = ["Subtotal", "Discount", "Tax", "Total", "Amount paid", "Amount due"]


@pytest.mark.parametrize(
    ("path", "heading", "tables", "totals"),
    [
        ("growcrm/invoices", "Invoice INV-", ["Client", "Line items"], [*GROW_TOTALS, "Open"]),
        ("growcrm/estimates", "Estimate EST-", ["Client", "Line items"], GROW_TOTALS),
        ("growcrm/payments", "Payment ", ["Client", "Invoice"], ["Amount"]),
        ("halo/invoices", "Invoice ", ["Client", "Lines", "History"], HALO_TOTALS),
        (
            "halo/credits", "Credit ", ["Client", "Lines", "History"],
            ["Net", "Discount", "Tax", "Total", "Credit", "Used", "Outstanding credit"],
        ),
        ("halo/recurring-invoices", "Recurring invoice -", ["Client", "History"],
         ["Net", "Discount", "Tax", "Total"]),
        ("optiflow/invoices", "Invoice ", ["Contact", "Items"], OPTIFLOW_TOTALS),
        ("optiflow/quotations", "Quotation COT", ["Contact", "Items"], OPTIFLOW_TOTALS[:4]),
        ("optiflow/payments", "Payment PAG-", ["Bank account"],
         ["Subtotal", "Tax", "Withheld", "Amount"]),
    ],
)  # fmt: skip
def test_a_page_has_the_parts_of_the_document(console, path, heading, tables, totals):
    key = console.rows(*path.split("/"))[0]["Id"].removeprefix("'")
    page = console.record(*path.split("/"), key)

    assert page.title.strip().startswith(heading)
    assert set(tables) <= {text.strip() for text in page.headings}
    assert list(page.totals) == totals
    for amount in page.totals.values():
        assert Decimal(amount.split()[-1].replace(",", "")).is_finite()


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("growcrm/clients", {"invoices", "estimates", "payments", "projects", "contacts"}),
        ("halo/clients", {"invoices", "credits", "recurring-invoices"}),
        ("optiflow/contacts", {"invoices", "quotations", "payments"}),
    ],
)
def test_clients_lead_to_their_records(console, path, kinds):
    vendor, kind = path.split("/")
    linked = set()
    for row in console.rows(vendor, kind):
        for link in console.record(vendor, kind, row["Id"]).links:
            linked.update(other for other in kinds if link and f"{vendor}/{other}/" in link)

    assert linked == kinds


@pytest.fixture(params=["strict", "observed"])
def any_server(request, serve_vendors):
    return serve_vendors(quirks=request.param).urls["main"]


def test_all_lists_first_records_and_pdf_files_work_with_any_quirks(any_server):
    console = Console(any_server)
    for vendor, kind in KINDS.values():
        path = f"{vendor.key}/{kind.key}"
        assert "<table>" in console.get(path).text
        key = console.rows(vendor.key, kind.key)[0]["Id"].removeprefix("'")
        assert console.record(vendor.key, kind.key, key).title
        if kind.layout.pdf:
            assert console.get(f"{path}/{key}.pdf").content.startswith(b"%PDF-")
    console.close()


@pytest.mark.parametrize(
    ("path", "key", "method", "api", "token"),
    [
        ("halo/invoices", 1002, "POST", "/api/Invoice/PDF/1002", "halo-demo-token"),
        ("optiflow/invoices", 5, "GET", "/api/v1/invoices/5/pdf", "1|optiflow-demo-owner"),
        ("optiflow/quotations", 1, "GET", "/api/v1/quotations/1/pdf", "1|optiflow-demo-owner"),
        ("optiflow/payments", 1, "GET", "/api/v1/payments/1/pdf", "1|optiflow-demo-owner"),
    ],
)
def test_a_pdf_file_is_that_of_the_api_and_reading_it_changes_nothing(
    vendors_server, console, main, path, key, method, api, token
):
    export = f"{main}/_mock/sandboxes/default/snapshots/current"
    before = requests.get(export, timeout=30).json()["vendors"]
    shown = console.get(f"{path}/{key}.pdf")
    console.record(*path.split("/"), key)
    after = requests.get(export, timeout=30).json()["vendors"]
    root = vendors_server.urls["vendors"][path.split("/")[0]]["root_url"].rstrip("/")
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/pdf"}
    expected = requests.request(method, root + api, headers=headers, timeout=30)

    assert expected.status_code == 200, expected.text
    assert shown.headers["Content-Type"] == "application/pdf"
    assert shown.content == expected.content
    assert after == before


def test_deleted_invoices_of_optiflow_are_hidden(serve_vendors):
    server = serve_vendors()
    root = server.urls["vendors"]["optiflow"]["root_url"].rstrip("/")
    headers = {"Authorization": "Bearer 1|optiflow-demo-owner"}
    console = Console(server.urls["main"])
    row = next(
        row
        for row in console.rows("optiflow", "invoices")
        if row["Status"] == "pending_payment"
        and row["NCF"].startswith("B")
        and console.record("optiflow", "invoices", row["Id"]).json["workspace_id"] == 1
    )
    url = f"{root}/api/v1/invoices/{row['Id']}"
    contact = requests.get(url, headers=headers, timeout=30).json()["data"]["contact_id"]
    link = f"/sandboxes/default/records/optiflow/invoices/{row['Id']}"
    assert link in console.record("optiflow", "contacts", contact).links
    assert requests.delete(url, headers=headers, timeout=30).ok

    assert row["Id"] not in [other["Id"] for other in console.rows("optiflow", "invoices")]
    assert link not in console.record("optiflow", "contacts", contact).links
    page = requests.get(server.urls["main"] + link, timeout=30)
    assert page.status_code == 404
    console.close()
