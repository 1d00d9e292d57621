"""Faults and the journal of the four vendors: their envelopes, tokens, headers and error reasons."""

import json
from datetime import UTC, datetime

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.suites.count.request_signer import SignedAuth

COUNT = {"client_id": "count-demo-client", "client_secret": "count-demo-secret"}


def signed(token=None, secret=COUNT["client_secret"]):
    return SignedAuth({**COUNT, "client_secret": secret}, lambda: datetime.now(UTC), bearer=token)


READS = {
    "count": ("/partners/invoices", {"auth": signed("count-demo-token")}),
    "growcrm": ("/api/invoices", {"headers": {"Authorization": "Bearer growcrm-demo-key"}}),
    "halo": ("/api/Invoice", {"headers": {"Authorization": "Bearer halo-demo-token"}}),
    "optiflow": (
        "/api/v1/invoices",
        {"headers": {"Authorization": "Bearer 1|optiflow-demo-owner"}},
    ),
}
VENDORS = list(READS)


@pytest.fixture(scope="module")
def urls():
    with Server(Settings(port=0)) as server:
        yield server.urls


@pytest.fixture
def control(urls, http):
    control = f"{urls['main']}/_mock/sandboxes/default"
    http.delete(f"{control}/journal").raise_for_status()
    yield control
    http.delete(f"{control}/faults").raise_for_status()


@pytest.fixture
def set_fault(control, http):
    def create(vendor, **effect):
        http.post(f"{control}/faults", json={"vendor": vendor, "effect": effect}).raise_for_status()

    return create


@pytest.fixture
def read(urls, http):
    def get(vendor, **more):
        path, options = READS[vendor]
        return http.get(urls["vendors"][vendor]["root_url"] + path, **{**options, **more})

    return get


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("status", [400, 403, 409, 418, 500, 502, 503, 504])
def test_any_fault_status_uses_the_vendors_envelope(read, set_fault, vendor, status):
    set_fault(vendor, kind="status", status=status)
    rejected = read(vendor)

    assert rejected.status_code == status
    if vendor == "halo":
        assert rejected.content == b""
    elif vendor == "count":
        assert rejected.json()["status"] == "error"
        assert rejected.json()["statusCode"] == status
    else:
        assert rejected.json().keys() == {"message"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_rate_limit_uses_the_vendors_own_response(read, set_fault, vendor):
    set_fault(vendor, kind="rate_limit", limit=1, window_seconds=60)
    first, second = read(vendor), read(vendor)

    assert (first.status_code, second.status_code) == (200, 429)
    assert 1 <= int(second.headers["Retry-After"]) <= 60
    match vendor:
        case "count":
            assert (second.json()["code"], second.json()["type"]) == (
                "rate_limited",
                "RATE_LIMITED",
            )
        case "halo":
            assert second.content == b""
        case "optiflow":
            limits = [second.headers[f"X-RateLimit-{suffix}"] for suffix in ("Limit", "Remaining")]
            assert limits == ["1", "0"]
            assert (
                abs(int(second.headers["X-RateLimit-Reset"]) - datetime.now(UTC).timestamp()) < 70
            )
        case _:
            assert second.json() == {"message": "Too Many Attempts."}


@pytest.mark.parametrize("vendor", VENDORS)
def test_fixed_credentials_are_rejected_like_expired_ones(read, set_fault, vendor):
    set_fault(vendor, kind="expire_tokens")
    rejected = read(vendor)

    assert rejected.status_code == 401
    if vendor == "count":
        assert rejected.json()["code"] == "token_expired"
        assert rejected.json()["error_description"] == "The access token expired"


def test_expired_count_tokens_can_be_refreshed(urls, http, set_fault, control):
    root = urls["vendors"]["count"]["root_url"]

    def refresh(token):
        body = {"grantType": "refresh_token", "refreshToken": token}
        response = http.post(f"{root}/partners/refresh-user-access-token", json=body, auth=signed())
        assert response.status_code == 200, response.text
        return response.json()["data"]["result"]

    def status(token):
        response = http.get(f"{root}/partners/invoices", auth=signed(token))
        return response.status_code, response.json().get("code")

    old = refresh("count-demo-refresh")
    assert status(old["accessToken"])[0] == 200
    set_fault("count", kind="expire_tokens")
    assert status(old["accessToken"]) == (401, "token_expired")
    new = refresh(old["refreshToken"])
    assert status(new["accessToken"])[0] == 200
    journal = http.get(f"{control}/journal").text
    for secret in (*old.values(), *new.values()):
        if isinstance(secret, str) and secret.startswith("count-"):
            assert secret not in journal


def test_expired_halo_tokens_can_be_replaced(urls, http, set_fault):
    root = urls["vendors"]["halo"]["root_url"]

    def request_token():
        form = {"grant_type": "client_credentials", "client_id": "halo-demo-client",
                "client_secret": "halo-demo-secret", "scope": "all"}  # fmt: skip
        return http.post(f"{root}/auth/token", data=form).json()["access_token"]

    def status(token):
        headers = {"Authorization": f"Bearer {token}"}
        return http.get(f"{root}/api/Invoice", headers=headers).status_code

    old = request_token()
    assert status(old) == 200
    set_fault("halo", kind="expire_tokens")
    assert status(old) == 401
    assert status("halo-demo-token") == 401
    assert status(request_token()) == 200


def test_a_payment_whose_response_is_dropped_is_recorded_once(urls, http, control, read):
    root = urls["vendors"]["growcrm"]["root_url"] + "/api"
    headers = READS["growcrm"][1]["headers"]
    paid = http.get(f"{root}/payments", headers=headers).json()["meta"]["total"]
    invoices = http.get(f"{root}/invoices?limit=100", headers=headers).json()["data"]
    invoice = next(row for row in invoices if row["status"]["title"] == "Due")
    fault = {"vendor": "growcrm", "operation": "payments.create", "times": 1,
             "effect": {"kind": "commit_then_drop"}}  # fmt: skip
    http.post(f"{control}/faults", json=fault).raise_for_status()
    body = {"payment_invoiceid": invoice["id"], "payment_amount": 1, "payment_date": invoice["dates"]["date"]
            if "dates" in invoice else datetime.now(UTC).date().isoformat()}  # fmt: skip
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{root}/payments", json=body, headers=headers, timeout=10)

    assert http.get(f"{root}/payments", headers=headers).json()["meta"]["total"] == paid + 1
    entry = http.get(f"{control}/journal?operation=payments.create").json()[0]
    assert entry["status"] in (200, 201)
    assert entry["note"] == "fault 1: commit_then_drop"


def test_the_note_of_a_wrong_signature_has_the_text_to_sign(urls, http, control):
    url = urls["vendors"]["count"]["root_url"] + "/partners/invoices"
    rejected = http.get(url, auth=signed("count-demo-token", secret="another-secret-than-theirs"))
    entry = http.get(f"{control}/journal").json()[0]

    assert rejected.status_code == 401
    assert "the signature does not match; the text to sign is GET:/invoices:" in entry["note"]
    assert entry["request"]["headers"]["x-client-id"] == "count-demo-client"
    assert entry["request"]["headers"]["x-signature"].startswith("***")
    assert entry["request"]["headers"]["authorization"] == "Bearer ***oken"


@pytest.mark.parametrize(
    ("vendor", "method", "path", "note"),
    [
        ("growcrm", "GET", "/api/invoices/99999", "could not be found"),
        ("growcrm", "POST", "/api/invoices", "body bill_clientid is missing"),
        ("halo", "GET", "/api/Invoice/99999", "no record has this id"),
        ("halo", "GET", "/api/Unheard", "GET /api/Unheard is not an operation of this API"),
        (
            "growcrm",
            "GET",
            "/api/invoces/7/tags",
            "nearest path of the contract is /api/invoices/{invoiceId}/tags",
        ),
        ("halo", "GET", "/api/Invoces", "nearest path of the contract is /api/Invoice"),
        ("optiflow", "GET", "/v1/invoices", "did you mean /api/v1/invoices?"),
        ("optiflow", "GET", "/api/v2/invoices", "nearest path of the contract is /api/v1/invoices"),
        ("optiflow", "DELETE", "/api/v1/invoices", "DELETE is not allowed here"),
    ],
)
def test_the_journal_says_why_a_request_was_rejected(
    urls, http, control, vendor, method, path, note
):
    http.request(method, urls["vendors"][vendor]["root_url"] + path, **READS[vendor][1])
    entry = http.get(f"{control}/journal").json()[0]

    assert entry["status"] >= 400
    assert note in entry["note"]


def test_error_responses_do_not_quote_the_validator(urls, http, control):
    url = urls["vendors"]["count"]["root_url"] + "/partners/refresh-user-access-token"
    rejected = http.post(url, json={"refreshToken": "a-secret-that-was-sent"}, auth=signed())
    entry = http.get(f"{control}/journal").json()[0]

    assert rejected.status_code == 400
    for text in (rejected.text, entry["note"]):
        assert "ValidationError" not in text
        assert "a-secret-that-was-sent" not in text


def test_the_consent_page_is_recorded_without_its_code(urls, http, control):
    root = urls["vendors"]["count"]["root_url"]
    started = http.get(f"{root}/auth2/authorize-intiate", params={
        "clientId": "count-demo-client", "redirectUri": "http://127.0.0.1:9/cb", "state": "x"})  # fmt: skip
    page = started.json()["data"]["redirectUri"]
    allowed = http.post(page, data={"decision": "allow"}, allow_redirects=False)
    code = allowed.headers["Location"].partition("code=")[2].partition("&")[0]
    entries = http.get(f"{control}/journal").json()

    assert len(code) > 32
    assert code not in json.dumps(entries)
    assert code not in http.get(f"{control}/journal.har").text
    assert (entries[0]["method"], entries[0]["status"], entries[0]["operation"]) == (
        "POST",
        302,
        None,
    )
    assert f"code=***{code[-4:]}" in entries[0]["response"]["headers"]["location"]


def test_each_sandbox_has_its_own_faults_and_journal(urls, http, control, read):
    other = http.post(f"{urls['main']}/_mock/sandboxes", json={"name": "apart"}).json()
    key = {"Authorization": f"Bearer {other['credentials']['growcrm']['api_key']}"}
    other_control = f"{urls['main']}/_mock/sandboxes/apart"
    fault = {"vendor": "*", "effect": {"kind": "status", "status": 500}}
    http.post(f"{other_control}/faults", json=fault).raise_for_status()

    assert read("growcrm").status_code == 200
    assert read("growcrm", headers=key).status_code == 500
    assert [row["status"] for row in http.get(f"{other_control}/journal").json()] == [500]
    assert [row["status"] for row in http.get(f"{control}/journal").json()] == [200]
