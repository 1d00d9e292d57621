"""Requests for tokens: repeated, rejected and in the documented spelling."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.oauth_flow import exchange_code, refresh, with_bearer


@rule(
    "Each refresh replaces the tokens again: a second one needs the refreshToken of the first, and only the last tokens work.",
    source="Documented: page Refresh Token Endpoint of developers.getcount.com",
)
def test_a_second_refresh_replaces_the_tokens_of_the_first(
    api: Api, target: Target, signer: Api, consent: Callable[..., Any]
) -> None:
    issued = [exchange_code(signer, consent()["code"][0])]
    for _ in range(2):
        issued.append(refresh(signer, issued[-1]["refreshToken"])["data"]["result"])

    for name in ("accessToken", "refreshToken"):
        assert len({tokens[name] for tokens in issued}) == 3
    assert {tokens["workspaceId"] for tokens in issued} == {issued[0]["workspaceId"]}
    for tokens in issued[:2]:
        client = with_bearer(api, target, tokens["accessToken"])
        assert client.call("tags.search", expect=401)["code"] == "invalid_token"
        assert refresh(signer, tokens["refreshToken"], 401)["code"] == "invalid_grant"
    with_bearer(api, target, issued[2]["accessToken"]).call("tags.search", expect=200)


@rule(
    "A rejected refresh and a rejected code change no tokens: the current ones still work.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_rejected_token_request_keeps_the_tokens(
    api: Api, target: Target, signer: Api, consent: Callable[..., Any]
) -> None:
    tokens = exchange_code(signer, consent()["code"][0])
    body = {"grantType": "authorization_code", "code": "guessed"}
    assert signer.call("tokens.grant", expect=401, body=body)["code"] == "invalid_grant"
    for token in ("guessed", tokens["accessToken"]):
        assert refresh(signer, token, 401)["code"] == "invalid_grant"
    body = {"grantType": "refresh_token", "refreshToken": tokens["refreshToken"]}
    other = {**body, "clientId": "another", "client_id": "another"}
    assert signer.call("tokens.refresh", expect=401, body=other)["code"] == "invalid_client"

    with_bearer(api, target, tokens["accessToken"]).call("tags.search", expect=200)
    new_tokens = refresh(signer, tokens["refreshToken"])["data"]["result"]
    client = with_bearer(api, target, new_tokens["refreshToken"])
    assert client.call("tags.search", expect=401)["code"] == "invalid_token"


@rule(
    "grant-access-token accepts grant_type with client_id and client_secret; without code or with another grant type it returns 400.",
    source="Documented: developers.getcount.com/api-reference/authorization/exchange-authorization-code",
)
def test_the_documented_spelling_of_an_exchange_is_accepted(
    api: Api, target: Target, signer: Api, consent: Callable[..., Any]
) -> None:
    code = consent()["code"][0]
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": target.credentials["client_id"],
        "client_secret": target.credentials["client_secret"],
    }
    for invalid in (
        {"grant_type": "authorization_code"},
        {"code": code},
        {**body, "grant_type": "refresh_token"},
    ):
        error = signer.call("tokens.grant", expect=400, body=invalid)
        assert error["code"] == "validation_error"
    tokens = signer.call("tokens.grant", expect=200, body=body)["data"]["result"]

    with_bearer(api, target, tokens["accessToken"]).call("tags.search", expect=200)


@rule(
    "A code exchange whose {field} differs from the signing client returns 401 and keeps the code usable.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@pytest.mark.parametrize("field", ["client_id", "client_secret"])
def test_an_exchange_that_names_another_client_is_rejected(
    signer: Api, consent: Callable[..., Any], field: str
) -> None:
    body = {"grantType": "authorization_code", "code": consent()["code"][0]}
    error = signer.call("tokens.grant", expect=401, body={**body, field: "another"})
    assert error["code"] == "invalid_client"

    signer.call("tokens.grant", expect=200, body=body)


@rule(
    "grant-access-token without signature headers returns 401 and keeps the code usable.",
    source="Assumed: the vendor's client signs the request, one page says otherwise",
)
@pytest.mark.assumed
def test_an_exchange_requires_a_signature(
    api: Api, signer: Api, consent: Callable[..., Any]
) -> None:
    body = {"grantType": "authorization_code", "code": consent()["code"][0]}
    error = api.with_auth(Anonymous()).call("tokens.grant", expect=401, body=body)
    assert error["error"] == "missing_credentials"

    signer.call("tokens.grant", expect=200, body=body)
