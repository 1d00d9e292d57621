"""A restart serves the same sandboxes, under the same credentials."""

from tests.state.stored_server import StoredServer, stored_server

FROZEN = {"now": "2026-03-01T09:00:00Z", "frozen": True}
INVOICE = {
    "bill_clientid": 1,
    "bill_date": "2026-03-01",
    "bill_due_date": "2026-03-31",
    "bill_categoryid": 4,
    "items": [{"description": "Audit", "quantity": 2, "rate": 10.5}],
}


def restart(store, change):
    """Apply a change to a server, and return everything before and after a restart."""
    with stored_server(store) as server:
        server.control("PUT", "/sandboxes/default/clock", {"frozen": True})
        change(server)
        before = server.everything()
    with stored_server(store) as server:
        return before, server.everything()


def fill(server: StoredServer, name: str) -> None:
    """Fill a sandbox with data, of each vendor."""
    for vendor in ("count", "growcrm", "halo", "optiflow"):
        body = {"vendor": vendor, "clients": 2, "invoices": 4, "seed": 7}
        server.control("POST", f"/sandboxes/{name}/seed", body)


def test_all_data_of_all_vendors_survives(store):
    def change(server):
        for data in ("demo", "empty"):
            server.control("POST", "/sandboxes", {"name": data, "data": data, "seed": 3, **FROZEN})
            fill(server, data)
            server.control("POST", f"/sandboxes/{data}/clock/advance", {"days": 40})

    before, after = restart(store, change)
    assert after == before
    assert sum(after["empty"]["sandbox"]["counts"]["halo"].values()) > 20


def test_a_sandbox_that_was_never_used_survives(file):
    before, after = restart(
        file, lambda s: s.control("POST", "/sandboxes", {"name": "a", **FROZEN})
    )
    assert after["a"] == before["a"]


def test_snapshots_survive_with_all_their_states(store):
    def change(server):
        server.control("POST", "/sandboxes", {"name": "a", **FROZEN})
        for number in range(5):
            key = server.control("GET", "/sandboxes/a")["credentials"]["growcrm"]["api_key"]
            server.vendor("growcrm", "POST", "/api/invoices", key, INVOICE)
            server.control("POST", "/sandboxes/a/snapshots", {"name": f"s{number}"})
        server.control("POST", "/sandboxes/a/snapshots/s1/restore")
        server.vendor("growcrm", "POST", "/api/invoices", key, INVOICE)
        server.vendor("growcrm", "DELETE", "/api/invoices/1", key)
        for name in ("s2", "s0"):
            server.control("DELETE", f"/sandboxes/a/snapshots/{name}")

    before, after = restart(store, change)
    assert after["a"] == before["a"]
    assert [each["name"] for each in after["a"]["snapshots"]] == ["s1", "s3", "s4"]


def test_an_imported_state_survives_and_is_what_a_reset_returns_to(store):
    with stored_server(store) as server:
        server.control("POST", "/sandboxes", {"name": "source", **FROZEN})
        fill(server, "source")
        export = server.control("GET", "/sandboxes/source/snapshots/current")
        server.control("POST", "/sandboxes", {"name": "copy", "data": export})
        server.control("PUT", "/sandboxes/copy/snapshots/imported", export)
    with stored_server(store) as server:
        assert server.control("GET", "/sandboxes/copy/snapshots/imported") == export
        key = server.control("GET", "/sandboxes/copy")["credentials"]["growcrm"]["api_key"]
        assert server.vendor("growcrm", "DELETE", "/api/invoices/1", key).status_code < 300
        server.control("DELETE", "/sandboxes/copy/snapshots/imported")
    with stored_server(store) as server:
        server.control("POST", "/sandboxes/copy/reset", {})
        assert server.control("GET", "/sandboxes/copy/snapshots/current") == export


def test_faults_settings_clock_and_expiry_survive(store):
    def change(server):
        server.control("POST", "/sandboxes", {"name": "a", "ttl_seconds": 3600, **FROZEN})
        server.control(
            "PUT", "/sandboxes/a/settings", {"quirks": "observed", "webhooks": "collect"}
        )
        fault = {
            "vendor": "growcrm",
            "effect": {"kind": "status", "status": 503},
            "times": 3,
            "match": {"path": "/api/clients*", "body": {"a": [1, "x"]}},
        }
        server.control("POST", "/sandboxes/a/faults", fault)
        in_turn = [{"kind": "status", "status": 500}, {"kind": "delay", "seconds": 0.01}]
        server.control("POST", "/sandboxes/a/faults", {"vendor": "halo", "effects": in_turn})
        limit = {"kind": "rate_limit", "limit": 1, "window_seconds": 60}
        server.control("POST", "/sandboxes/a/faults", {"vendor": "growcrm", "effect": limit})
        key = server.control("GET", "/sandboxes/a")["credentials"]["growcrm"]["api_key"]
        assert server.vendor("growcrm", "GET", "/api/clients", key).status_code == 200
        assert server.vendor("growcrm", "GET", "/api/clients", key).status_code == 429

    before, after = restart(store, change)
    assert after["a"] == before["a"]
    assert [fault["struck"] for fault in after["a"]["faults"]] == [0, 0, 1]


def test_faults_that_took_the_place_of_others_survive(store):
    def change(server):
        server.control("POST", "/sandboxes", {"name": "a", **FROZEN})
        for status in (500, 502):
            server.control("DELETE", "/sandboxes/a/faults")
            for _ in range(3):
                effect = {"kind": "status", "status": status}
                server.control("POST", "/sandboxes/a/faults", {"vendor": "halo", "effect": effect})
        server.control("DELETE", "/sandboxes/a/faults/3")

    before, after = restart(store, change)
    assert after["a"] == before["a"]
    assert [fault["effect"]["status"] for fault in after["a"]["faults"]] == [502, 502]
    with stored_server(store) as server:
        effect = {"kind": "drop"}
        fault = server.control("POST", "/sandboxes/a/faults", {"vendor": "halo", "effect": effect})
        assert fault["id"] == 4


def test_a_rate_limit_goes_on_after_a_restart(file):
    limit = {"kind": "rate_limit", "limit": 2, "window_seconds": 60}
    with stored_server(file) as server:
        server.control("POST", "/sandboxes", {"name": "a", **FROZEN})
        server.control("POST", "/sandboxes/a/faults", {"vendor": "growcrm", "effect": limit})
        key = server.control("GET", "/sandboxes/a")["credentials"]["growcrm"]["api_key"]
        assert server.vendor("growcrm", "GET", "/api/clients", key).status_code == 200
    with stored_server(file) as server:
        statuses = [
            server.vendor("growcrm", "GET", "/api/clients", key).status_code for _ in range(2)
        ]
        assert statuses == [200, 429]


def test_a_running_clock_goes_on_while_no_server_runs(file):
    with stored_server(file) as server:
        server.control("POST", "/sandboxes", {"name": "a", "now": "2026-03-01T09:00:00Z"})
        before = server.control("GET", "/sandboxes/a/clock")["now"]
    with stored_server(file) as server:
        after = server.control("GET", "/sandboxes/a/clock")["now"]
    assert "2026-03-01T09:00:00" <= before < after < "2026-03-01T09:05"


def test_granted_tokens_survive(store):
    with stored_server(store) as server:
        root = server.urls["vendors"]["halo"]["root_url"]
        form = {
            "grant_type": "client_credentials",
            "client_id": "halo-demo-client",
            "client_secret": "halo-demo-secret",
            "scope": "all",
        }
        token = server.session.post(f"{root}/auth/token", data=form).json()["access_token"]
    with stored_server(store) as server:
        assert server.vendor("halo", "GET", "/api/Invoice", token).status_code == 200
        assert server.vendor("halo", "GET", "/api/Invoice", token + "0").status_code == 401


def test_a_deleted_sandbox_stays_deleted_and_its_name_can_be_used_again(store):
    with stored_server(store) as server:
        for _ in range(2):
            key = server.control("POST", "/sandboxes", {"name": "a"})["credentials"]["growcrm"]
            server.vendor("growcrm", "POST", "/api/invoices", key["api_key"], INVOICE)
            server.control("DELETE", "/sandboxes/a")
    with stored_server(store) as server:
        assert [each["name"] for each in server.control("GET", "/sandboxes")] == ["default"]
        assert server.vendor("growcrm", "GET", "/api/clients", key["api_key"]).status_code == 401
        assert server.control("POST", "/sandboxes", {"name": "a"})["name"] == "a"
        assert server.control("POST", "/sandboxes", {})["name"] == "sandbox-5"


def test_the_initial_data_of_another_day_is_kept(file):
    """A store has the rows of initial data, so that it does not depend on how they are made later."""
    with stored_server(file, now=None, data="demo") as server:
        before = server.sandbox("default")["current"]["vendors"]
    with stored_server(file, data="empty", seed=9) as server:
        assert server.sandbox("default")["current"]["vendors"] == before


def test_a_reset_removes_what_is_not_needed_from_the_store(file):
    with stored_server(file) as server:
        server.control("POST", "/sandboxes", {"name": "a", "data": "empty"})
        server.control("POST", "/sandboxes", {"name": "b", "data": "empty"})
    small = file.stat().st_size
    with stored_server(file) as server:
        fill(server, "a")
        server.control("POST", "/sandboxes/a/snapshots", {"name": "s"})
        fill_again = {"vendor": "halo", "clients": 2, "invoices": 4, "seed": 8}
        server.control("POST", "/sandboxes/a/seed", fill_again)
        server.control("POST", "/sandboxes/a/reset", {})
        server.control("DELETE", "/sandboxes/a/snapshots/s")
    import sqlite3

    connection = sqlite3.connect(file)
    owned = connection.execute("SELECT count(*) FROM layers WHERE sandbox IS NOT NULL").fetchone()
    rows = connection.execute(
        "SELECT count(*) FROM layer_rows WHERE layer NOT IN (SELECT id FROM layers)"
    ).fetchone()
    connection.close()
    assert (owned, rows) == ((0,), (0,))
    assert small > 0


def test_chains_of_layers_stay_short(file):
    """A sandbox that is saved and changed again and again does not become slower to load."""
    import sqlite3

    with stored_server(file) as server:
        server.control("POST", "/sandboxes", {"name": "a", **FROZEN})
        key = server.control("GET", "/sandboxes/a")["credentials"]["growcrm"]["api_key"]
        for number in range(12):
            server.control("POST", "/sandboxes/a/snapshots", {"name": f"s{number}"})
            server.vendor("growcrm", "POST", "/api/invoices", key, INVOICE)
            if number:
                server.control("DELETE", f"/sandboxes/a/snapshots/s{number - 1}")
        before = server.sandbox("a")
    connection = sqlite3.connect(file)
    [(layers,)] = connection.execute("SELECT count(*) FROM layers WHERE sandbox IS NOT NULL")
    connection.close()
    assert layers <= 3
    with stored_server(file) as server:
        assert server.sandbox("a") == before


def test_very_many_changes_at_once_survive(store, monkeypatch):
    monkeypatch.setattr("mockvoice.state_store.layers.MAX_ROWS_ON_LOOP", 10)

    def change(server):
        server.control("POST", "/sandboxes", {"name": "a", **FROZEN})
        fill(server, "a")
        key = server.control("GET", "/sandboxes/a")["credentials"]["growcrm"]["api_key"]
        server.vendor("growcrm", "DELETE", "/api/invoices/1", key)

    before, after = restart(store, change)
    assert after["a"] == before["a"]
