"""The steps of the authorization-code flow."""

from typing import Any

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.request_signer import signed_auth

CALLBACK = "http://127.0.0.1:17845/callback"


def with_bearer(api: Api, target: Target, token: str) -> Api:
    return api.with_auth(signed_auth(target, token))


def exchange_code(signer: Api, code: str) -> dict[str, Any]:
    body = {"grantType": "authorization_code", "code": code}
    result: dict[str, Any] = signer.call("tokens.grant", expect=200, body=body)["data"]["result"]
    return result


def refresh(signer: Api, token: str, expect: int = 200) -> Any:
    body = {"grantType": "refresh_token", "refreshToken": token}
    return signer.call("tokens.refresh", expect=expect, body=body)
