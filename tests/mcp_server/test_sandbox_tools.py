"""Tools that change and describe sandboxes: their data, clocks, faults, snapshots and settings."""

import re

import pytest

from tests.mcp_server.agents import GrowCrm, ToolFailed, environment

MAX_CHARACTERS = 8_000


def test_vendors_are_listed_with_their_addresses(agent, mock_url):
    text = agent.call("list_vendors")

    assert text.startswith(f"mock server {mock_url}")
    assert re.search(r"^growcrm  Grow CRM  http://127\.0\.0\.1:\d+$", text, re.MULTILINE)
    assert "*.halopsa.com" in text
    assert text.endswith("forward proxy: none; it needs mockvoice serve --proxy-port")


def test_a_sandbox_is_created_described_reset_listed_and_deleted(agent):
    created = agent.call("create_sandbox", name="work", data="empty", seed=3, ttl_seconds=600)
    assert re.match(r"sandbox work: \S+, seed 3, expires \S+\n", created)
    assert "invoices" not in created

    assert "invoices 62" in agent.call("reset_sandbox", sandbox="work", data="demo")
    assert agent.call("list_sandboxes").splitlines()[0].startswith("sandbox work: ")
    assert agent.call("delete_sandbox", sandbox="work") == "sandbox work deleted"
    assert "work" not in agent.call("list_sandboxes")
    with pytest.raises(ToolFailed, match="cannot be deleted"):
        agent.call("delete_sandbox", sandbox="default")


def test_credentials_are_masked_unless_the_agent_asks_for_them(agent, mine):
    masked = environment(agent.call("describe_sandbox", sandbox=mine))
    text = agent.call("describe_sandbox", sandbox=mine, show_secrets=True)
    shown = environment(text)

    assert masked.keys() == shown.keys()
    secrets = [name for name in shown if not name.endswith("_BASE_URL")]
    assert len(secrets) == 10
    for name in secrets:
        assert masked[name] == f"***{shown[name][-4:]}"
        assert len(shown[name]) > 20
    assert masked["HALO_BASE_URL"] == shown["HALO_BASE_URL"]
    assert "10 credentials are masked as ***" in agent.call("reset_sandbox", sandbox=mine)
    assert "masked" not in text


def test_the_shown_credentials_select_the_sandbox(agent, mine, crm):
    assert crm.send("GET", "/api/invoices/1").status_code == 200
    assert "GET /api/invoices/1  growcrm invoices.get" in agent.call("list_requests", sandbox=mine)


def test_a_clock_is_read_set_frozen_and_advanced(agent, mine):
    assert agent.call("get_clock", sandbox=mine) == "2026-03-01T09:00:00Z, frozen"
    advanced = agent.call("advance_clock", sandbox=mine, days=1, hours=12)
    assert advanced == "2026-03-02T21:00:00Z, frozen"
    assert agent.call("set_clock", sandbox=mine, now="2027-01-01T00:00:00Z").startswith(
        "2027-01-01"
    )
    assert agent.call("set_clock", sandbox=mine, frozen=False).endswith(", running")
    assert agent.call("set_clock", sandbox=mine, frozen=True).endswith(", frozen")


def test_faults_and_stubs_are_added_triggered_listed_and_deleted(agent, mine, crm):
    agent.call(
        "add_fault",
        sandbox=mine,
        vendor="growcrm",
        effect={"kind": "status", "status": 503},
        times=1,
    )
    stub = {"kind": "answer", "status": 409, "body": {"message": "Busy."}}
    agent.call(
        "add_fault", sandbox=mine, vendor="growcrm", operation="payments.create", effect=stub
    )

    assert crm.send("GET", "/api/invoices").status_code == 503
    assert crm.send("POST", "/api/payments", json={}).json() == {"message": "Busy."}
    assert agent.call("list_faults", sandbox=mine).splitlines() == [
        'fault 1: growcrm *, {"kind":"status","status":503}, triggered 1 times, 0 left',
        'fault 2: growcrm payments.create, {"kind":"answer","status":409,"body":{"message":"Busy."}}, triggered 1 times, no limit',
    ]
    assert agent.call("delete_faults", sandbox=mine, fault_id=2) == "fault 2 deleted"
    assert agent.call("list_faults", sandbox=mine).startswith("fault 1")
    assert agent.call("delete_faults", sandbox=mine) == "all faults deleted"
    assert agent.call("list_faults", sandbox=mine) == "no faults"


def test_effects_may_follow_one_after_the_other_for_requests_that_match(agent, mine, crm):
    effects = [{"kind": "status", "status": 500}, {"kind": "status", "status": 502}]
    text = agent.call(
        "add_fault", sandbox=mine, vendor="growcrm", effects=effects, match={"query": {"page": 2}}
    )

    assert text.endswith('match {"query":{"page":2}}')
    statuses = [crm.send("GET", f"/api/invoices?page={page}").status_code for page in (1, 2, 2, 2)]
    assert statuses == [200, 500, 502, 200]


def test_snapshots_are_saved_compared_restored_and_deleted(agent, mine, crm):
    assert re.match(
        r"snapshot one: \d+ rows at 2026-03", agent.call("save_snapshot", sandbox=mine, name="one")
    )
    assert crm.send("PATCH", "/api/clients/1", json={"client_company_name": "Later"}).ok
    crm.send("DELETE", "/api/items/1")

    differences = agent.call("compare_snapshots", sandbox=mine, snapshot="one")
    assert differences.startswith("0 added, 1 removed, ")
    assert "removed growcrm items 1: {" in differences
    assert (
        'changed growcrm clients 1: company_name "Brown LLC" → "Later"; updated_at' in differences
    )
    only = agent.call("compare_snapshots", sandbox=mine, snapshot="one", table="items")
    assert only.splitlines()[0] == "0 added, 1 removed, 0 changed"
    assert len(only.splitlines()) == 2
    assert agent.call("restore_snapshot", sandbox=mine, snapshot="one").startswith(
        f"{mine} restored to one"
    )
    assert (
        agent.call("compare_snapshots", sandbox=mine, snapshot="one")
        == "0 added, 0 removed, 0 changed"
    )
    assert agent.call("list_snapshots", sandbox=mine).startswith("snapshot one: ")
    assert agent.call("delete_snapshot", sandbox=mine, snapshot="one") == "snapshot one deleted"
    assert agent.call("list_snapshots", sandbox=mine) == "no snapshots"


def test_a_long_comparison_is_bounded_and_says_how_to_see_the_rest(agent, mine):
    agent.call("save_snapshot", sandbox=mine, name="before")
    seeded = agent.call("seed_data", sandbox=mine, vendor="growcrm", clients=5, invoices=20)
    assert re.match(r"growcrm, locale en_US, seed 0: .*20 invoices.* added$", seeded)

    text = agent.call("compare_snapshots", sandbox=mine, snapshot="before")
    assert len(text) <= MAX_CHARACTERS
    assert re.search(r"… \d+ more left out; narrow the rows with vendor and table$", text)


def test_settings_are_shown_and_changed(agent, mine):
    assert agent.call("sandbox_settings", sandbox=mine).startswith("quirks: strict\n")
    assert agent.call("sandbox_settings", sandbox=mine, quirks="observed").startswith(
        "quirks: observed\n"
    )
    with pytest.raises(ToolFailed, match="quirks must be strict or observed"):
        agent.call("sandbox_settings", sandbox=mine, quirks="odd")


def test_the_outbox_is_listed(agent, mine):
    text = agent.call("list_outbox", sandbox=mine, vendor="growcrm", about="invoices/1", limit=1)

    assert re.match(
        r"growcrm \d+, 2026-\S+, to \S+@\S+, about invoices/1\n  Invoice INV-000001\n  ", text
    )
    assert agent.call("list_outbox", sandbox=mine, vendor="halo") == "no messages"
    whole = agent.call("list_outbox", sandbox=mine, limit=100)
    assert len(whole) <= MAX_CHARACTERS
    assert whole.endswith("narrow them with vendor, to, about or since")


def test_another_sandbox_has_its_own_data_and_journal(agent, mine, http):
    agent.call("create_sandbox", name="other", data="empty")
    other = GrowCrm(
        http, environment(agent.call("describe_sandbox", sandbox="other", show_secrets=True))
    )

    assert other.send("GET", "/api/invoices").json()["meta"]["total"] == 0
    assert agent.call("list_requests", sandbox=mine) == "no requests"
    agent.call("delete_sandbox", sandbox="other")
