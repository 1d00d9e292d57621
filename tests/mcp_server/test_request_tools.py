"""Tools that show, explain and verify requests, and read the contracts."""

import pytest

from mockvoice.vendor_registry import load_vendor
from tests.mcp_server.agents import ToolFailed

MAX_CHARACTERS = 8_000


def test_requests_are_listed_filtered_shown_and_cleared(agent, mine, crm):
    crm.send("GET", "/api/invoices?page=2")
    crm.send("GET", "/api/invoices/99999")

    lines = agent.call("list_requests", sandbox=mine).splitlines()
    assert [line.split("  ")[2:4] for line in lines] == [
        ["404", "GET /api/invoices/99999"], ["200", "GET /api/invoices?page=2"],
    ]  # fmt: skip
    (number,) = {line.split()[0] for line in lines if " 404 " in line}
    only = agent.call("list_requests", sandbox=mine, status="404", vendor="growcrm")
    assert only.splitlines() == lines[:1]
    shown = agent.call("show_request", sandbox=mine, request_id=int(number))
    assert shown.startswith(lines[0])
    assert '"authorization":"Bearer ***-key"' in shown
    assert shown.endswith('{"message":"Item could not be found"}')
    assert agent.call("clear_requests", sandbox=mine) == "the journal is empty"
    assert agent.call("list_requests", sandbox=mine) == "no requests"
    with pytest.raises(
        ToolFailed, match=f"the journal of {mine} has no request {number}; list_requests"
    ):
        agent.call("show_request", sandbox=mine, request_id=int(number))


def test_long_lists_and_bodies_are_bounded(agent, mine, crm):
    for page in range(25):
        crm.send("GET", f"/api/invoices?page={page}")
    lines = agent.call("list_requests", sandbox=mine).splitlines()
    assert len(lines) == 20
    assert "GET /api/invoices?page=5 " in lines[-1]

    for page in range(40):
        crm.send("GET", f"/api/invoices?page={page}&{'x' * 200}=1")

    text = agent.call("list_requests", sandbox=mine, limit=200)
    assert len(text) <= MAX_CHARACTERS
    assert "show_request shows one" in text.splitlines()[-1]
    newest = int(text.split()[0])
    crm.send(
        "PATCH", "/api/invoices/1", json={"bill_notes": "n" * 9_000, "bill_terms": "t" * 9_000}
    )
    shown = agent.call("show_request", sandbox=mine, request_id=newest + 1)
    assert len(shown) <= MAX_CHARACTERS
    assert "(8600 more characters)" in shown


def test_requests_are_verified_with_the_nearest_differences(agent, mine, crm):
    crm.send("POST", "/api/payments", json={"payment_amount": 450})
    expected = {"sandbox": mine, "vendor": "growcrm", "operation": "payments.create"}

    verified = agent.call("verify_requests", **expected, body={"payment_amount": 450}, times=1)
    assert verified == "verified: 1 request of growcrm payments.create matches, expected 1"
    text = agent.call("verify_requests", **expected, body={"payment_amount": 7})
    assert text.splitlines()[0] == (
        "not verified: 0 requests of growcrm payments.create match, expected at least 1"
    )
    assert "  body.payment_amount is 450, expected 7" in text.splitlines()


def test_a_rejected_body_is_explained_by_the_fields_of_the_contract(agent, mine, crm):
    crm.send("PUT", "/api/invoices/1/items", json={"items": [{"rate": "much"}]})

    text = agent.call("explain_errors", sandbox=mine)
    lines = [line.strip() for line in text.splitlines()]
    assert "422  PUT /api/invoices/1/items  growcrm invoices.set_items" in lines[0]
    assert 'sent: {"items":[{"rate":"much"}]}' in lines
    assert any(line.startswith("response: ") and "items.0.rate" in line for line in lines)
    assert any(
        line.startswith("why: ") and "body items.0.rate must be a number" in line for line in lines
    )
    assert any(
        line.startswith("contract: invoices.set_items  PUT /api/invoices/{invoiceId}/items")
        for line in lines
    )
    named = [line.partition(":")[0] for line in lines if line.startswith("items[]")]
    assert named == ["items[].description", "items[].quantity", "items[].rate"]
    assert "items[].rate: number from -99999999.999999 to 99999999.999999, required" in text
    assert lines[-1] == "read_operation growcrm invoices.set_items shows all that it accepts"


def test_every_vendors_errors_name_their_fields(agent, mine, http, variables):
    halo = {"Authorization": f"Bearer {variables['HALO_ACCESS_TOKEN']}"}
    optiflow = {"Authorization": f"Bearer {variables['OPTIFLOW_OWNER']}"}
    lines = [{"client_id": "x", "lines": [{"qty_order": "q"}]}]
    http.post(f"{variables['HALO_BASE_URL']}/api/Invoice", json=lines, headers=halo)
    http.post(f"{variables['OPTIFLOW_BASE_URL']}/api/v1/invoices", json={}, headers=optiflow)

    text = agent.call("explain_errors", sandbox=mine)
    assert "\n    [].lines[].qty_order: number (double)" in text
    assert "\n    issue_date: string (date), required" in text
    assert "\n    document_subtype_id: integer" in text


def test_an_unknown_path_or_key_is_explained_although_it_selects_no_sandbox(agent, mine, crm):
    crm.send("GET", "/api/invoces/7")
    crm.send("DELETE", "/api/invoices")
    crm.send("GET", "/api/clients", key="not-a-key-of-this-mock")

    text = agent.call("explain_errors", sandbox=mine)
    assert text.startswith(
        f"no error responses in the journal of {mine}\nin the journal of default"
    )
    assert "GET /api/invoces/7" in text
    assert "    invoices.get  GET /api/invoices/{invoiceId} — Get an invoice" in text
    assert "    invoices.create  POST /api/invoices — Create a draft invoice" in text
    assert "\n  credentials: bearer token; read_api says more\n" in text
    assert "describe_sandbox with show_secrets=true" in text
    assert "not-a-key-of-this-mock" not in text


def test_a_broken_rule_is_explained_by_the_field_that_only_the_response_names(agent, mine, crm):
    invoice = {"bill_clientid": 99_999, "bill_categoryid": 4, "bill_date": "2026-03-01"}
    assert crm.send("POST", "/api/invoices", json=invoice).status_code == 422

    text = agent.call("explain_errors", sandbox=mine)
    assert "body bill_clientid" not in text
    assert "\n    bill_clientid: integer from 1, required — An existing client, else 422.\n" in text


def test_an_injected_fault_is_explained_as_one(agent, mine, crm):
    effect = {"kind": "status", "status": 503}
    agent.call("add_fault", sandbox=mine, vendor="growcrm", effect=effect, times=1)
    crm.send("GET", "/api/invoices")

    text = agent.call("explain_errors", sandbox=mine)
    assert "  why: fault 1: status 503; Service Unavailable\n" in text
    assert "  the fault was injected: list_faults shows it, delete_faults deletes it\n" in text


def test_secrets_in_requests_are_masked(agent, mine, crm, variables):
    # The ids of clients are no secrets; requests without a signature name only these.
    secrets = [variables[name] for name in variables if not name.endswith(("_URL", "_ID"))]
    assert len(secrets) == 8
    crm.send(
        "PATCH",
        f"/api/invoices/99999?token={secrets[0]}",
        json={"password": "open-sesame", "x": secrets},
    )

    for tool in ("explain_errors", "list_requests"):
        text = agent.call(tool, sandbox=mine)
        assert "/api/invoices/99999" in text
        assert [secret for secret in [*secrets, "open-sesame"] if secret in text] == []


def test_explanations_are_bounded(agent, mine, crm):
    for number in range(10):
        items = [{"description": "d" * 5_000, "rate": "much"}] * 30
        crm.send("PUT", f"/api/invoices/{number + 1}/items", json={"items": items})

    text = agent.call("explain_errors", sandbox=mine, limit=10)
    assert len(text) <= MAX_CHARACTERS
    assert "more left out; pass limit=1" in text.splitlines()[-1]


def test_operations_are_found_by_words_the_best_first(agent):
    best = agent.call("search_contract", vendor="growcrm", words="publishes invoices").splitlines()[
        0
    ]
    everything = agent.call("search_contract", vendor="growcrm")

    assert (
        best == "invoices.publish  PUT /api/invoices/{invoiceId}/publish — Publish a draft [public]"
    )
    assert len(everything.splitlines()) == 79
    assert len(everything) <= MAX_CHARACTERS
    assert agent.call("search_contract", vendor="halo", words="zebra").startswith(
        "no operation of halo"
    )


def test_an_operation_is_read_with_fields_responses_evidence_and_an_example(agent):
    text = agent.call("read_operation", vendor="growcrm", operation="invoices.create")
    lines = text.splitlines()

    assert lines[0] == "invoices.create  POST /api/invoices — Create a draft invoice"
    assert lines[1] == "evidence: another public source"
    assert "  bill_clientid: integer from 1, required — An existing client, else 422." in lines
    assert "  bill_tax_type: one of summary, inline or null — `summary` by default." in lines
    assert "  201: The new draft, with all amounts at zero. [seed]" in lines
    assert any(
        line.startswith('example body, application/json: {"bill_clientid":1,') for line in lines
    )
    parameters = agent.call("read_operation", vendor="optiflow", operation="invoices.search")
    assert "  per_page: integer" in parameters


def test_the_request_of_a_webhook_event_is_read(agent):
    found = agent.call("search_contract", vendor="count", words="customer deleted webhook")
    text = agent.call("read_operation", vendor="count", operation="webhook_events.customer_deleted")

    assert "webhook_events.customer_deleted  POST webhook customer.deleted" in found
    assert "X-Webhook-Signature" in text
    assert "data.id: " in text


def test_what_operations_have_in_common_is_read(agent):
    text = agent.call("read_api", vendor="count")

    assert text.startswith("COUNT Partner API, version ")
    assert "credential signature: The signature of the request" in text
    assert "HMAC" in text
    operation = agent.call("read_operation", vendor="count", operation="invoices.search")
    expected = (
        "credentials: header x-client-id, header x-timestamp, header x-signature, bearer token"
    )
    assert expected in operation.splitlines()
    token = agent.call("read_operation", vendor="count", operation="tokens.refresh")
    assert "bearer" not in next(
        line for line in token.splitlines() if line.startswith("credentials: ")
    )


def test_a_part_of_a_long_operation_is_read_by_field_and_by_status(agent):
    arguments = {"vendor": "halo", "operation": "invoice.save"}
    whole = agent.call("read_operation", **arguments)
    assert len(whole) <= MAX_CHARACTERS
    assert "pass field to see a part of the body" in whole.splitlines()[-1]

    part = agent.call("read_operation", **arguments, field="lines.qty_order")
    same = agent.call("read_operation", **arguments, field="[].lines[0].qty_order")
    assert part.splitlines()[1] == same.splitlines()[1]
    assert part.splitlines()[1].startswith("  [].lines[].qty_order: number (double) from -100000")
    response = agent.call("read_operation", **arguments, status="201")
    assert response.splitlines()[1].startswith("201: The stored record")
    assert "example, application/json: {" in response
    line = agent.call("read_operation", **arguments, status=201, field="lines.qty_order")
    assert line.splitlines()[2].startswith("  lines[].qty_order: number")
    with pytest.raises(ToolFailed, match=r"the response 201 of invoice\.save has no field 'nope'"):
        agent.call("read_operation", **arguments, status="201", field="nope")
    with pytest.raises(
        ToolFailed,
        match=r"the request of invoice\.save has no field 'nope'; it has id, client_id, ",
    ):
        agent.call("read_operation", **arguments, field="nope")
    with pytest.raises(ToolFailed, match=r"invoice\.save has no response '299'; it has 201, 400"):
        agent.call("read_operation", **arguments, status="299")
    with pytest.raises(
        ToolFailed, match=r"growcrm has no operation 'invoices\.creat'; did you mean"
    ):
        agent.call("read_operation", vendor="growcrm", operation="invoices.creat")


@pytest.mark.parametrize("vendor", ["count", "growcrm", "halo", "optiflow"])
def test_every_operation_can_be_read_within_the_bound(agent, vendor):
    data = load_vendor(vendor).contract.data
    items = {**data["paths"], **data.get("x-webhooks", {})}.values()
    operations = [each for item in items for each in item.values() if "operationId" in each]
    names = [each["operationId"] for each in operations if "x-alias-of" not in each]

    assert len(names) > 60
    for name in names:
        text = agent.call("read_operation", vendor=vendor, operation=name)
        assert text.startswith(f"{name}  ")
        assert len(text) <= MAX_CHARACTERS
