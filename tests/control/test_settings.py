"""Settings of sandboxes."""

import pytest

STRICT = {
    "quirks": "strict",
    "signature_clock": "either",
    "token_clock": "sandbox",
    "webhooks": "send",
}
OBSERVED = {**STRICT, "quirks": "observed"}


@pytest.fixture
def call(vendors_server, http):
    """Send a request about one sandbox, and return status and body."""

    def call(method, path="", body=None):
        url = f"{vendors_server.urls['main']}/_mock/sandboxes{path}"
        response = http.request(method, url, json=body)
        return response.status_code, response.json() if response.content else None

    return call


def test_a_sandbox_follows_the_documents_until_its_settings_change(call):
    call("POST", body={"name": "changing"})
    assert call("GET", "/changing/settings") == (200, STRICT)

    assert call("PUT", "/changing/settings", {"quirks": "observed"}) == (200, OBSERVED)
    assert call("GET", "/changing/settings") == (200, OBSERVED)
    assert call("GET", "/default/settings") == (200, STRICT)


def test_a_sandbox_is_created_with_settings(call):
    call("POST", body={"name": "created", "settings": {"quirks": "observed"}})

    assert call("GET", "/created/settings") == (200, OBSERVED)


def test_settings_stay_when_the_data_is_reset_or_restored(call):
    call("POST", body={"name": "staying"})
    call("POST", "/staying/snapshots", {"name": "before"})
    call("PUT", "/staying/settings", {"quirks": "observed"})
    call("POST", "/staying/snapshots/before/restore")
    call("POST", "/staying/reset")

    assert call("GET", "/staying/settings") == (200, OBSERVED)


@pytest.mark.parametrize(
    "body",
    [
        {"quirks": "loose"},
        {"quirks": None},
        {"quirk": "strict"},
        {"token_clock": "either"},
        ["strict"],
    ],
)
def test_invalid_settings_are_rejected_and_change_nothing(call, body):
    status, answer = call("PUT", "/default/settings", body)

    assert status == 400
    assert "satisfy" not in answer["error"]["message"]
    assert call("GET", "/default/settings") == (200, STRICT)


def test_a_sandbox_with_invalid_settings_is_not_created(call):
    assert call("POST", body={"name": "refused", "settings": {"quirks": "loose"}})[0] == 400
    assert call("GET", "/refused")[0] == 404


def test_a_sandbox_is_created_with_a_frozen_clock_and_reset_to_it(call):
    start = {"now": "2026-03-01T09:00:00Z", "frozen": True}
    call("POST", body={"name": "standing", **start})
    assert call("GET", "/standing/clock") == (200, start)

    call("PUT", "/standing/clock", {"frozen": False})
    call("POST", "/standing/reset")
    assert call("GET", "/standing/clock") == (200, start)
    call("POST", "/standing/reset", {"frozen": False})
    assert call("GET", "/standing/clock")[1]["frozen"] is False


def test_an_invalid_setting_is_named_with_its_choices(call):
    answer = call("PUT", "/default/settings", {"quirks": "loose"})[1]

    assert answer["error"]["message"] == "quirks must be strict or observed"
