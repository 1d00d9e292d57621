"""The authorization-code flow: start, consent, exchange, refresh and expiry."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from mockvoice_contracts.harness.client import Anonymous, Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.comparison import to_instant
from mockvoice_contracts.suites.count.oauth_flow import (
    CALLBACK,
    exchange_code,
    refresh,
    with_bearer,
)


@rule(
    "The start of the authorization returns the sign-in page's URL in data.redirectUri, in both spellings of the path.",
    source="Assumed: the vendor's pages spell the path in two ways",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", ["authorization.start", "authorization.start_alias"])
def test_both_start_paths_return_the_consent_page(api: Api, target: Target, operation: str) -> None:
    query = {"clientId": target.credentials["client_id"], "redirectUri": CALLBACK, "state": "s"}
    response = api.with_auth(Anonymous()).exchange(operation, expect=200, query=query)

    # A real service may have its consent page on another host.
    prefix = target.url if target.is_mock else "http"
    assert response.body["data"]["redirectUri"].startswith(prefix)
    assert response.headers["access-control-allow-origin"] == "*"


@rule(
    "The start of the authorization without {missing} returns 400.",
    source="Documented: page Initiate Authorization of developers.getcount.com",
)
@pytest.mark.parametrize("missing", ["clientId", "redirectUri", "state"])
def test_every_parameter_of_the_start_is_required(api: Api, target: Target, missing: str) -> None:
    query = {"clientId": target.credentials["client_id"], "redirectUri": CALLBACK, "state": "s"}
    del query[missing]
    error = api.with_auth(Anonymous()).call("authorization.start", expect=400, query=query)

    assert error["code"] == "validation_error"
    assert [row["field"] for row in error["errors"]] == [missing]


@rule(
    'A redirectUri that is not registered or has a query returns 400 with "Invalid redirect uri" in its message.',
    source="Documented: developers.getcount.com/getting-started/important-note",
)
@pytest.mark.parametrize(
    "uri", ["https://elsewhere.example/back", CALLBACK + "?x=1", "ftp://127.0.0.1/x", "nonsense"]
)
def test_an_unregistered_redirect_uri_is_rejected(api: Api, target: Target, uri: str) -> None:
    query = {"clientId": target.credentials["client_id"], "redirectUri": uri, "state": "s"}
    error = api.with_auth(Anonymous()).call("authorization.start", expect=400, query=query)

    assert error["code"] == "invalid_redirect_uri"
    assert "Invalid redirect uri" in error["message"]


@rule(
    "An unknown clientId cannot start the authorization and returns 401.",
    source="Assumed: the vendor requires clientId and states no error",
)
@pytest.mark.assumed
def test_an_unknown_client_cannot_start_the_flow(api: Api) -> None:
    query = {"clientId": "nobody", "redirectUri": CALLBACK, "state": "s"}
    error = api.with_auth(Anonymous()).call("authorization.start", expect=401, query=query)

    assert error["code"] == "invalid_client"


@rule(
    "After consent, redirectUri gets code and the unchanged state.",
    source="Documented: developers.getcount.com/api-reference",
)
def test_consent_redirects_with_a_code_and_the_same_state(consent: Callable[..., Any]) -> None:
    callback = consent(state="st/a te&1")

    assert callback["state"] == ["st/a te&1"]
    assert callback["code"][0]


@rule(
    "After denial, redirectUri gets error, error_description and the unchanged state, without code.",
    source="Documented: developers.getcount.com/api-reference",
)
def test_denial_redirects_with_an_error_and_the_same_state(consent: Callable[..., Any]) -> None:
    callback = consent("deny", "kept")

    assert callback["state"] == ["kept"]
    assert callback["error"] == ["access_denied"]
    assert callback["error_description"][0]
    assert "code" not in callback


@rule(
    "The consent page returns 400 for a redirectUri that is not registered, and never redirects to it.",
    source="Assumed: the vendor states this for the start only",
)
@pytest.mark.assumed
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


@rule(
    "grant-access-token exchanges the code for accessToken, refreshToken, their expiry times, workspaceId (text) and workspaceName.",
    source="Documented: developers.getcount.com/api-reference/authorization/exchange-authorization-code",
)
def test_a_code_is_exchanged_for_working_tokens(
    api: Api, target: Target, signer: Api, consent: Callable[..., Any]
) -> None:
    tokens = exchange_code(signer, consent()["code"][0])

    assert isinstance(tokens["workspaceId"], str)
    assert tokens["workspaceName"]
    access_end, refresh_end = tokens["accessTokenExpiresAt"], tokens["refreshTokenExpiresAt"]
    assert to_instant(access_end) < to_instant(refresh_end)
    with_bearer(api, target, tokens["accessToken"]).call("tags.search", expect=200)


@rule(
    "A code that was used returns 401.",
    source="Assumed: the vendor states only that a code is short-lived",
)
@pytest.mark.assumed
def test_a_code_can_be_exchanged_only_once(signer: Api, consent: Callable[..., Any]) -> None:
    code = consent()["code"][0]
    exchange_code(signer, code)
    body = {"grant_type": "authorization_code", "code": code}

    assert signer.call("tokens.grant", expect=401, body=body)["code"] == "invalid_grant"


@rule(
    "A code with another {field} than that of the start returns 401 and stays usable.",
    source="Assumed: RFC 6749; the vendor states no rule",
)
@pytest.mark.assumed
@pytest.mark.parametrize("field", ["redirectUri", "redirect_uri"])
def test_a_code_is_valid_only_for_the_redirect_uri_it_was_sent_to(
    signer: Api, consent: Callable[..., Any], field: str
) -> None:
    body = {"grantType": "authorization_code", "code": consent()["code"][0]}
    other = {**body, field: CALLBACK + "/other"}

    assert signer.call("tokens.grant", expect=401, body=other)["code"] == "invalid_grant"
    signer.call("tokens.grant", expect=200, body={**body, field: CALLBACK})


@rule(
    "A code returns 401 after 10 minutes.",
    source="Assumed: the vendor states only that a code is short-lived",
)
@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_a_code_expires_after_ten_minutes(
    signer: Api, consent: Callable[..., Any], clock: ServerClock
) -> None:
    code = consent()["code"][0]
    clock.advance(seconds=601)

    body = {"grantType": "authorization_code", "code": code}
    assert signer.call("tokens.grant", expect=401, body=body)["code"] == "invalid_grant"


@rule(
    'A refresh returns new tokens; the old refreshToken and the old accessToken then return 401, the latter with "Invalid access token.".',
    source="Documented: page Refresh Token Endpoint of developers.getcount.com",
)
def test_a_refresh_replaces_both_tokens(
    api: Api, target: Target, signer: Api, consent: Callable[..., Any]
) -> None:
    old_tokens = exchange_code(signer, consent()["code"][0])
    new_tokens = refresh(signer, old_tokens["refreshToken"])["data"]["result"]

    with_bearer(api, target, new_tokens["accessToken"]).call("tags.search", expect=200)
    error = with_bearer(api, target, old_tokens["accessToken"]).call("tags.search", expect=401)
    assert (error["code"], error["message"]) == ("invalid_token", "Invalid access token.")
    assert refresh(signer, old_tokens["refreshToken"], 401)["code"] == "invalid_grant"


@rule(
    'An expired accessToken returns 401 token_expired with error_description "The access token expired"; one refresh gives a working token.',
    source="Documented: page Refresh Token Endpoint of developers.getcount.com",
)
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


@rule(
    "A refreshToken returns 401 after 30 days.",
    source="Assumed: the vendor publishes no lifetimes",
)
@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_a_refresh_token_expires_after_thirty_days(
    signer: Api, consent: Callable[..., Any], clock: ServerClock
) -> None:
    tokens = exchange_code(signer, consent()["code"][0])
    clock.advance(days=30, seconds=1)

    assert refresh(signer, tokens["refreshToken"], 401)["code"] == "invalid_grant"


@rule(
    "A refresh with grant_type, refresh_token, client_id and client_secret returns 200.",
    source="Documented: page Refresh Token Endpoint of developers.getcount.com",
)
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


@rule(
    "A refresh whose {field} differs from the signing client returns 401.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@pytest.mark.parametrize("field", ["client_id", "client_secret"])
def test_a_body_that_names_another_client_is_rejected(signer: Api, field: str) -> None:
    body = {"grantType": "refresh_token", "refreshToken": "x", field: "another"}

    assert signer.call("tokens.refresh", expect=401, body=body)["code"] == "invalid_client"


@rule(
    "A refresh without grantType or refreshToken, or with another grantType, returns 400.",
    source="Documented: page Refresh Token Endpoint of developers.getcount.com",
)
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


@rule(
    'A refresh without signature headers returns 401 with error "missing_credentials".',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_token_requests_require_a_signature(api: Api) -> None:
    body = {"grantType": "refresh_token", "refreshToken": "x"}
    error = api.with_auth(Anonymous()).call("tokens.refresh", expect=401, body=body)

    assert error["error"] == "missing_credentials"
