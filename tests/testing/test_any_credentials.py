"""Routes that accept any credentials, for code whose keys are fixed."""

import base64
import gzip
import hmac
import time
from hashlib import sha256

import pytest
import requests

from mockvoice.testing import CredentialsUnknown

HOST = "https://api.example.com"
WRONG = {
    "growcrm": {"Authorization": "Bearer my-production-key"},
    "optiflow": {"Authorization": "Bearer 77|my-production-key"},
    "halo": {"Authorization": "Bearer my-production-token"},
}
PATHS = {
    "growcrm": "/api/invoices/1",
    "optiflow": "/api/v1/invoices",
    "halo": "/api/Invoice",
    "count": "/partners/invoices",
}


def signed(method, path, secret="my-production-secret", body=b"", **headers):
    """Return the headers of a request that a client of COUNT signs with its own secret."""
    stamp = str(int(time.time()))
    body_hash = sha256(body).hexdigest() if body else ""
    text = f"{method}:{path.partition('?')[0].removeprefix('/partners')}:{stamp}:{body_hash}"
    signature = hmac.digest(secret.encode(), text.encode(), "sha256").hex()
    return {"x-client-id": "my-production-client", "x-timestamp": stamp, "x-signature": signature,
            **headers}  # fmt: skip


def send(method, path, **options):
    return requests.request(method, HOST + path, timeout=20, **options)


@pytest.mark.parametrize("vendor", ["growcrm", "optiflow", "halo"])
def test_any_key_is_accepted(sandbox, vendor):
    api = getattr(sandbox, vendor)
    with api.route(HOST):
        assert send("GET", PATHS[vendor], headers=WRONG[vendor]).status_code == 401
    with api.route(HOST, any_credentials=True):
        assert send("GET", PATHS[vendor], headers=WRONG[vendor]).status_code == 200
    assert sandbox.journal()[0]["status"] == 200


@pytest.mark.parametrize("vendor", PATHS)
def test_a_request_without_credentials_is_rejected_as_before(sandbox, vendor):
    with getattr(sandbox, vendor).route(HOST, any_credentials=True):
        assert send("GET", PATHS[vendor]).status_code == 401


def test_the_sandboxs_own_credentials_keep_their_rights(sandbox):
    body = {"name": "Not allowed"}
    with sandbox.optiflow.route(HOST, any_credentials=True):
        for role, status in (("viewer", 403), ("owner", 422)):
            key = {"Authorization": "Bearer " + sandbox.optiflow.credentials[role]}
            assert send("POST", "/api/v1/invoices", headers=key, json=body).status_code == status


def test_requests_are_signed_again(sandbox):
    body = b'{ "customer": "Zo\\u00eb" }'
    token = {"Authorization": "Bearer my-production-token"}
    with sandbox.count.route(HOST, any_credentials=True):
        path = PATHS["count"] + "?limit=2"
        listed = send("GET", path, headers=signed("GET", path, **token))
        headers = signed("POST", "/partners/customers", body=body, **token)
        headers["Content-Type"] = "application/json"
        created = send("POST", "/partners/customers", headers=headers, data=body)

    assert listed.status_code == 200, listed.text
    assert created.status_code in (200, 201), created.text
    assert "Zoë" in created.text


def test_compressed_bodies_and_forms_are_signed_as_count_does_it(sandbox):
    token = {"Authorization": "Bearer any"}
    body = b'{"customer": "Zed"}'
    with sandbox.count.route(HOST, any_credentials=True):
        headers = signed("POST", "/partners/customers", body=body, **token)
        headers |= {"Content-Type": "Application/JSON", "Content-Encoding": "gzip"}
        created = send("POST", "/partners/customers", headers=headers, data=gzip.compress(body))
        headers = signed("POST", "/partners/invoices", body=b"{}", **token)
        form = send("POST", "/partners/invoices", headers=headers, files={"file": b"x"})

    assert created.status_code == 201, created.text
    assert form.status_code == 400, form.text  # the signature is right, the form is not


def test_the_time_of_a_signature_stays(sandbox):
    sandbox.settings(signature_clock="sandbox")
    sandbox.clock.advance(days=30)
    headers = {**signed("GET", PATHS["count"]), "Authorization": "Bearer any"}
    with sandbox.count.route(HOST, any_credentials=True):
        assert send("GET", PATHS["count"], headers=headers).status_code == 401
        for stamp in (sandbox.clock.now().timestamp(), sandbox.clock.now().timestamp() * 1000):
            headers["x-timestamp"] = str(int(stamp))
            assert send("GET", PATHS["count"], headers=headers).status_code == 200


def test_an_application_gets_a_token_with_any_secret(sandbox):
    form = {"grant_type": "client_credentials", "client_id": "mine", "client_secret": "mine",
            "scope": "read:customers"}  # fmt: skip
    with sandbox.halo.route(HOST, any_credentials=True):
        mixed_case = {"Content-Type": "Application/X-WWW-Form-Urlencoded"}
        assert send("POST", "/auth/token", data=form, headers=mixed_case).status_code == 200
        token = send("POST", "/auth/token", data=form).json()
        bearer = {"Authorization": "Bearer " + token["access_token"]}
        # The token that the mock has issued keeps its scope.
        assert token["scope"] == "read:customers"
        assert send("GET", "/api/Client", headers=bearer).status_code == 200
        assert send("GET", PATHS["halo"], headers=bearer).status_code == 403
        sandbox.faults.add("expire_tokens", "halo")
        assert send("GET", "/api/Client", headers=bearer).status_code == 401


def test_a_user_consents_to_any_application(sandbox):
    redirect = "http://127.0.0.1:5000/callback"
    with sandbox.count.route(HOST, any_credentials=True):
        query = {"clientId": "mine", "redirectUri": redirect, "state": "s 1"}
        consent = send("POST", "/auth2/consent", params=query, data={"decision": "allow"},
                       allow_redirects=False)  # fmt: skip
        assert consent.headers["location"].startswith(redirect + "?"), consent.text
        code = consent.headers["location"].partition("code=")[2].partition("&")[0]
        body = f'{{"grantType": "authorization_code", "code": "{code}", "client_id": "mine", "client_secret": "x"}}'
        path = "/partners/grant-access-token"
        headers = {**signed("POST", path, body=body.encode()), "Content-Type": "application/json"}
        granted = send("POST", path, headers=headers, data=body)
        assert granted.status_code == 200, granted.text
        token = granted.json()["data"]["result"]["accessToken"]
        bearer = {"Authorization": "Bearer " + token}
        assert send("GET", PATHS["count"], headers=signed("GET", PATHS["count"], **bearer)).ok


def test_filters_by_client_are_not_credentials(sandbox):
    with sandbox.halo.route(HOST, any_credentials=True):
        listed = send("GET", "/api/Invoice?client_id=8", headers=WRONG["halo"]).json()

    assert listed["record_count"] > 0
    assert {row["client_id"] for row in listed["invoices"]} == {8}


def test_credentials_of_other_schemes_stay(sandbox):
    basic = "Basic " + base64.b64encode(b"user:password").decode()
    with sandbox.growcrm.route(HOST, any_credentials=True):
        assert send("GET", PATHS["growcrm"], headers={"Authorization": basic}).status_code == 401


@pytest.mark.usefixtures("installed_example_vendors")
def test_a_vendor_without_a_seeder_is_refused(server):
    from mockvoice.testing import RemoteServer

    with RemoteServer(server.urls["main"]) as mock, mock.sandbox() as sandbox:
        with pytest.raises(CredentialsUnknown, match=r"of gong are authenticated.*has none"):
            sandbox.gong.route(HOST, any_credentials=True)
        with sandbox.gong.route(HOST):
            assert send("GET", "/").status_code == 404
