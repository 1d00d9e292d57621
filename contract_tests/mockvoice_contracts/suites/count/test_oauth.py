"""The authorization-code flow: start, consent, exchange, refresh and expiry."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from mockvoice_contracts.harness.client import Anonymous, Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.request_signer import signed_auth

CALLBACK = "http://127.0.0.1:17845/callback"


@pytest.fixture
def consent(api: Api, target: Target) -> Callable[..., dict[str, list[str]]]:
    """Return a function that runs the flow up to the callback and returns the callback's query."""

    def run(decision: str = "allow", state: str = "st/a te&1") -> dict[str, list[str]]:
        started = api.with_auth(Anonymous()).call(
            "authorization.start",
            expect=200,
            query={
                "clientId": target.credentials["client_id"],
                "redirectUri": CALLBACK,
                "state": state,
            },
        )
        page = started["data"]["redirectUri"]
        page_response = requests.get(page, timeout=10)
        assert page_response.status_code == 200
        assert "text/html" in page_response.headers["content-type"]
        response = requests.post(
            page, data={"decision": decision}, timeout=10, allow_redirects=False
        )
        assert response.status_code == 302
        location = response.headers["location"]
        assert location.startswith(CALLBACK + "?")
        return parse_qs(urlsplit(location).query)

    return run


@pytest.fixture
def signer(api: Api, target: Target) -> Api:
    """Return the API with signed requests but without a bearer token."""
    return api.with_auth(signed_auth(target))


def with_bearer(api: Api, target: Target, token: str) -> Api:
    return api.with_auth(signed_auth(target, token))


def exchange_code(signer: Api, code: str) -> dict[str, Any]:
    body = {"grantType": "authorization_code", "code": code}
    result: dict[str, Any] = signer.call("tokens.grant", expect=200, body=body)["data"]["result"]
    return result


def refresh(signer: Api, token: str, expect: int = 200) -> Any:
    body = {"grantType": "refresh_token", "refreshToken": token}
    return signer.call("tokens.refresh", expect=expect, body=body)


@pytest.mark.parametrize("operation", ["authorization.start", "authorization.start_alias"])
def test_both_start_paths_return_the_consent_page(api: Api, target: Target, operation: str) -> None:
    query = {"clientId": target.credentials["client_id"], "redirectUri": CALLBACK, "state": "s"}
    response = api.with_auth(Anonymous()).exchange(operation, expect=200, query=query)

    # A real service may have its consent page on another host.
    prefix = target.url if target.is_mock else "http"
    assert response.body["data"]["redirectUri"].startswith(prefix)
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("missing", ["clientId", "redirectUri", "state"])
def test_every_parameter_of_the_start_is_required(api: Api, target: Target, missing: str) -> None:
    query = {"clientId": target.credentials["client_id"], "redirectUri": CALLBACK, "state": "s"}
    del query[missing]
    error = api.with_auth(Anonymous()).call("authorization.start", expect=400, query=query)

    assert error["code"] == "validation_error"
    assert [row["field"] for row in error["errors"]] == [missing]


@pytest.mark.parametrize(
    "uri", ["https://elsewhere.example/back", CALLBACK + "?x=1", "ftp://127.0.0.1/x", "nonsense"]
)
def test_an_unregistered_redirect_uri_is_rejected(api: Api, target: Target, uri: str) -> None:
    query = {"clientId": target.credentials["client_id"], "redirectUri": uri, "state": "s"}
    error = api.with_auth(Anonymous()).call("authorization.start", expect=400, query=query)

    assert error["code"] == "invalid_redirect_uri"
    assert "Invalid redirect uri" in error["message"]


def test_an_unknown_client_cannot_start_the_flow(api: Api) -> None:
    query = {"clientId": "nobody", "redirectUri": CALLBACK, "state": "s"}
    error = api.with_auth(Anonymous()).call("authorization.start", expect=401, query=query)

    assert error["code"] == "invalid_client"


def test_consent_redirects_with_a_code_and_the_same_state(consent: Callable[..., Any]) -> None:
    callback = consent(state="st/a te&1")

    assert callback["state"] == ["st/a te&1"]
    assert callback["code"][0]


def test_denial_redirects_with_an_error_and_the_same_state(consent: Callable[..., Any]) -> None:
    callback = consent("deny", "kept")

    assert callback["state"] == ["kept"]
    assert callback["error"] == ["access_denied"]
    assert callback["error_description"][0]
    assert "code" not in callback


@pytest.mark.parametrize(
    "uri",
    [
        "https://elsewhere.example/", "javascript://127.0.0.1/", "//127.0.0.1/", CALLBACK + "%0A",
        CALLBACK + "%23part", "http://elsewhere.example\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_the_consent_page_rejects_an_unregistered_redirect_uri(target: Target, uri: str) -> None:
    page = f"{target.url}/auth2/consent?clientId={target.credentials['client_id']}&state=s"
    url = f"{page}&redirectUri={uri}"

    assert requests.get(url, timeout=10).status_code == 400
    response = requests.post(url, data={"decision": "allow"}, timeout=10, allow_redirects=False)
    assert response.status_code == 400


def test_a_code_is_exchanged_for_working_tokens(
    api: Api, target: Target, signer: Api, consent: Callable[..., Any]
) -> None:
    tokens = exchange_code(signer, consent()["code"][0])

    assert isinstance(tokens["workspaceId"], str)
    assert tokens["workspaceName"]
    assert tokens["accessTokenExpiresAt"] < tokens["refreshTokenExpiresAt"]
    with_bearer(api, target, tokens["accessToken"]).call("tags.search", expect=200)


def test_a_code_can_be_exchanged_only_once(signer: Api, consent: Callable[..., Any]) -> None:
    code = consent()["code"][0]
    exchange_code(signer, code)
    body = {"grant_type": "authorization_code", "code": code}

    assert signer.call("tokens.grant", expect=401, body=body)["code"] == "invalid_grant"


@pytest.mark.assumed
@pytest.mark.parametrize("field", ["redirectUri", "redirect_uri"])
def test_a_code_is_valid_only_for_the_redirect_uri_it_was_sent_to(
    signer: Api, consent: Callable[..., Any], field: str
) -> None:
    body = {"grantType": "authorization_code", "code": consent()["code"][0]}
    other = {**body, field: CALLBACK + "/other"}

    assert signer.call("tokens.grant", expect=401, body=other)["code"] == "invalid_grant"
    signer.call("tokens.grant", expect=200, body={**body, field: CALLBACK})


@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_a_code_expires_after_ten_minutes(
    signer: Api, consent: Callable[..., Any], clock: ServerClock
) -> None:
    code = consent()["code"][0]
    clock.advance(seconds=601)

    body = {"grantType": "authorization_code", "code": code}
    assert signer.call("tokens.grant", expect=401, body=body)["code"] == "invalid_grant"


def test_a_refresh_replaces_both_tokens(
    api: Api, target: Target, signer: Api, consent: Callable[..., Any]
) -> None:
    old_tokens = exchange_code(signer, consent()["code"][0])
    new_tokens = refresh(signer, old_tokens["refreshToken"])["data"]["result"]

    with_bearer(api, target, new_tokens["accessToken"]).call("tags.search", expect=200)
    error = with_bearer(api, target, old_tokens["accessToken"]).call("tags.search", expect=401)
    assert (error["code"], error["message"]) == ("invalid_token", "Invalid access token.")
    assert refresh(signer, old_tokens["refreshToken"], 401)["code"] == "invalid_grant"


@pytest.mark.needs("clock")
def test_a_client_recovers_from_an_expired_token_with_one_refresh(
    api: Api, target: Target, signer: Api, consent: Callable[..., Any], clock: ServerClock
) -> None:
    tokens = exchange_code(signer, consent()["code"][0])
    clock.advance(seconds=3601)

    error = with_bearer(api, target, tokens["accessToken"]).call("tags.search", expect=401)
    assert error["code"] == "token_expired"
    assert error["error"] == "invalid_token"
    assert error["error_description"] == "The access token expired"
    new_tokens = refresh(signer, tokens["refreshToken"])["data"]["result"]
    with_bearer(api, target, new_tokens["accessToken"]).call("tags.search", expect=200)


@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_a_refresh_token_expires_after_thirty_days(
    signer: Api, consent: Callable[..., Any], clock: ServerClock
) -> None:
    tokens = exchange_code(signer, consent()["code"][0])
    clock.advance(days=30, seconds=1)

    assert refresh(signer, tokens["refreshToken"], 401)["code"] == "invalid_grant"


def test_the_documented_spelling_of_a_refresh_is_accepted(
    signer: Api, target: Target, consent: Callable[..., Any]
) -> None:
    tokens = exchange_code(signer, consent()["code"][0])
    body = {
        "grant_type": "refresh_token",
        "refresh_token": tokens["refreshToken"],
        "client_id": target.credentials["client_id"],
        "client_secret": target.credentials["client_secret"],
    }

    signer.call("tokens.refresh", expect=200, body=body)


@pytest.mark.parametrize("field", ["client_id", "client_secret"])
def test_a_body_that_names_another_client_is_rejected(signer: Api, field: str) -> None:
    body = {"grantType": "refresh_token", "refreshToken": "x", field: "another"}

    assert signer.call("tokens.refresh", expect=401, body=body)["code"] == "invalid_client"


@pytest.mark.parametrize(
    "body",
    [
        {"grantType": "refresh_token"},
        {"refreshToken": "x"},
        {"grantType": "password", "refreshToken": "x"},
        {"grantType": "refresh_token", "refreshToken": 7},
    ],
)
def test_a_malformed_refresh_is_rejected(signer: Api, body: dict) -> None:
    assert signer.call("tokens.refresh", expect=400, body=body)["code"] == "validation_error"


def test_token_requests_require_a_signature(api: Api) -> None:
    body = {"grantType": "refresh_token", "refreshToken": "x"}
    error = api.with_auth(Anonymous()).call("tokens.refresh", expect=401, body=body)

    assert error["error"] == "missing_credentials"
