"""Tokens, their scopes and their expiry."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api, Bearer
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import Factory

PASSWORD = {"username": "Dana Reed", "password": "halo-demo-password"}


@pytest.fixture
def grant(api: Api, target: Target) -> Any:
    """Return a function that requests tokens for the target's application."""

    def request_token(expect: int = 200, query: Any = None, **form: Any) -> Any:
        credentials = {
            name: target.credentials.get(name, "") for name in ("client_id", "client_secret")
        }
        body = {"grant_type": "client_credentials", **credentials, **form}
        body = {name: value for name, value in body.items() if value is not None}
        anonymous = api.with_auth(Anonymous())
        return anonymous.call("token.grant", expect=expect, body=body, form=True, query=query)

    return request_token


@rule(
    "POST /auth/token with grant_type=client_credentials returns token_type Bearer, the requested scope and an access_token that the API accepts.",
    source="Observed: github.com/homotechsual/HaloAPI, Classes/HaloAuth.psm1",
)
def test_an_application_gets_a_token_that_is_accepted(api: Api, grant: Any) -> None:
    response = grant(scope="all:standard", tenant="anything")

    application = api.with_auth(Bearer(response["access_token"]))
    assert (response["token_type"], response["scope"]) == ("Bearer", "all:standard")
    application.call("invoice.search", expect=200, query={"count": 1})
    claims = {
        claim["type"]: claim["value"]
        for claim in application.call("agent.me", expect=200)["claims"]
    }
    assert claims["scope"] == "all:standard"


@rule(
    "POST /auth/token accepts the tenant as the query parameter ?tenant=NAME.",
    source="Observed: github.com/homotechsual/HaloAPI, hosted tenants",
)
def test_the_tenant_may_be_sent_in_the_query(grant: Any) -> None:
    assert grant(query={"tenant": "somewhere"})["scope"] == "all"


@rule(
    "POST /auth/token with a wrong or missing client_id or client_secret is 401 with error invalid_client.",
    source="Observed: github.com/asachs01/node-halopsa",
)
@pytest.mark.parametrize(
    "credentials",
    [{"client_secret": "x"}, {"client_id": "x"}, {"client_id": None, "client_secret": None}],
)
def test_wrong_client_credentials_are_rejected(grant: Any, credentials: Any) -> None:
    assert grant(expect=401, **credentials)["error"] == "invalid_client"


@rule(
    "POST /auth/token answers a request that it cannot grant with 400 and error {error}.",
    source="Assumed: OAuth 2 (RFC 6749, section 5.2)",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("form", "error"),
    [({"grant_type": "magic"}, "unsupported_grant_type"), ({"grant_type": None}, "invalid_request"),
     ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
     ({"grant_type": "password", "username": "nobody", "password": "x"}, "invalid_grant")],
)  # fmt: skip
def test_a_rejected_token_request_names_its_error(grant: Any, form: Any, error: str) -> None:
    assert grant(expect=400, **form)["error"] == error


@rule(
    "POST /auth/token with grant_type=refresh_token returns a new access_token; a refresh_token itself is not accepted as a Bearer token.",
    source="Observed: github.com/homotechsual/HaloAPI, grant refresh_token",
)
def test_a_refresh_token_gives_a_new_access_token(api: Api, grant: Any) -> None:
    first = grant(scope="all")
    second = grant(
        grant_type="refresh_token", refresh_token=first["refresh_token"], client_secret=None
    )

    assert second["access_token"] != first["access_token"]
    api.with_auth(Bearer(second["access_token"])).call("currency.search", expect=200)
    api.with_auth(Bearer(first["refresh_token"])).call("currency.search", expect=401)


@rule(
    "A token of grant_type=refresh_token has the scope of the first token.",
    source="Assumed: OAuth 2 (RFC 6749, section 6)",
)
@pytest.mark.assumed
def test_a_refreshed_token_keeps_its_scope(api: Api, grant: Any) -> None:
    first = grant(scope="read:customers")
    second = grant(
        grant_type="refresh_token",
        refresh_token=first["refresh_token"],
        client_secret=None,
        scope=None,
    )

    application = api.with_auth(Bearer(second["access_token"]))
    assert second["scope"] == "read:customers"
    application.call("client.search", expect=200, query={"count": 1})
    application.call("invoice.search", expect=403)
    application.call("client.save", expect=403, body=[{"name": "x"}])


@rule(
    "A token of grant_type=password acts as its agent: GET /Agent/me returns the agent's name, and my_approvals=true lists the invoices whose approvalagent is this agent.",
    source="Assumed: the grant is observed, my_approvals has no source",
)
@pytest.mark.assumed
@pytest.mark.needs("clock")
def test_a_token_identifies_its_agent(api: Api, grant: Any, factory: Factory) -> None:
    response = grant(grant_type="password", client_secret=None, **PASSWORD)
    agent = api.with_auth(Bearer(response["access_token"]))
    invoice = factory.invoice(approvalagent=12)

    assert agent.call("agent.me", expect=200)["name"] == "Dana Reed"
    rows = agent.call(
        "invoice.search",
        expect=200,
        query={"my_approvals": "true", "client_id": invoice["client_id"]},
    )
    assert [row["id"] for row in rows["invoices"]] == [invoice["id"]]


@rule(
    "A token whose scope does not open a resource gets 403 there; Agent/me and Lookup are open to every scope.",
    source="Assumed: 403 is observed, which scope opens what has no source",
)
@pytest.mark.assumed
def test_a_scope_without_billing_is_rejected(api: Api, grant: Any) -> None:
    application = api.with_auth(Bearer(grant(scope="read:reporting")["access_token"]))

    application.call("invoice.search", expect=403)
    application.call("client.save", expect=403, body=[{"name": "x"}])
    application.call("agent.me", expect=200)
    application.call("lookup.search", expect=200)


@rule(
    "A request without a token, or with a token that was not issued, is 401 with an empty body.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, README",
)
@pytest.mark.parametrize(
    "invalid_auth",
    [Anonymous(), Bearer("wrong"), Bearer("halo-demo-client"), Bearer("halo-demo-client.00")],
    ids=["none", "wrong", "a client id", "a client id with a suffix"],
)
def test_an_unknown_token_is_rejected(api: Api, invalid_auth: Any) -> None:
    api.with_auth(invalid_auth).call("invoice.search", expect=401)


@rule(
    "An access_token is accepted for expires_in seconds and is 401 afterwards.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, README",
)
@pytest.mark.needs("clock")
def test_a_token_expires_after_its_lifetime(api: Api, grant: Any, clock: Any) -> None:
    response = grant()
    application = api.with_auth(Bearer(response["access_token"]))

    clock.advance(seconds=response["expires_in"] - 5)
    application.call("invoice_status.search", expect=200)
    clock.advance(seconds=10)
    application.call("invoice_status.search", expect=401)
    api.call("invoice_status.search", expect=200)


@rule(
    "GET /AuthInfo and GET /InstanceInfo need no token and name the same auth_url.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, sweep_results.json",
)
def test_auth_info_and_instance_info_need_no_token(api: Api) -> None:
    anonymous = api.with_auth(Anonymous())

    auth_url = anonymous.call("auth_info.get", expect=200)["auth_url"]
    # A real service may use another host for authentication; the mock has only one.
    assert (
        auth_url == f"{api.target.url}/auth" if api.target.is_mock else auth_url.endswith("/auth")
    )
    assert anonymous.call("instance_info.get", expect=200)["auth_url"] == auth_url
