"""Tokens, their scopes and their end."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api, Bearer
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import Factory

PASSWORD = {"username": "Dana Reed", "password": "halo-demo-password"}


@pytest.fixture
def grant(api: Api, target: Target) -> Any:
    """Asks for a token with this target's application."""

    def ask(expect: int = 200, query: Any = None, **form: Any) -> Any:
        known = {name: target.credentials.get(name, "") for name in ("client_id", "client_secret")}
        body = {"grant_type": "client_credentials", **known, **form}
        body = {name: value for name, value in body.items() if value is not None}
        anonymous = api.acting_as(Anonymous())
        return anonymous.call("token.grant", expect=expect, body=body, form=True, query=query)

    return ask


def test_an_application_gets_a_token_that_opens_the_api(api: Api, grant: Any) -> None:
    granted = grant(scope="all:standard", tenant="anything")

    caller = api.acting_as(Bearer(granted["access_token"]))
    assert (granted["token_type"], granted["scope"]) == ("Bearer", "all:standard")
    caller.call("invoice.search", expect=200, query={"count": 1})
    claims = {each["type"]: each["value"] for each in caller.call("agent.me", expect=200)["claims"]}
    assert claims["scope"] == "all:standard"


def test_the_tenant_may_stand_in_the_query(grant: Any) -> None:
    assert grant(query={"tenant": "somewhere"})["scope"] == "all"


@pytest.mark.parametrize(
    "wrong",
    [{"client_secret": "x"}, {"client_id": "x"}, {"client_id": None, "client_secret": None}],
)
def test_a_wrong_application_gets_none(grant: Any, wrong: Any) -> None:
    assert grant(expect=401, **wrong)["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("form", "error"),
    [({"grant_type": "magic"}, "unsupported_grant_type"), ({"grant_type": None}, "invalid_request"),
     ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
     ({"grant_type": "password", "username": "nobody", "password": "x"}, "invalid_grant")],
)  # fmt: skip
def test_what_buys_no_token_says_so(grant: Any, form: Any, error: str) -> None:
    assert grant(expect=400, **form)["error"] == error


def test_a_refresh_token_buys_the_next(api: Api, grant: Any) -> None:
    first = grant(scope="all")
    second = grant(
        grant_type="refresh_token", refresh_token=first["refresh_token"], client_secret=None
    )

    assert second["access_token"] != first["access_token"]
    api.acting_as(Bearer(second["access_token"])).call("currency.search", expect=200)
    api.acting_as(Bearer(first["refresh_token"])).call("currency.search", expect=401)


@pytest.mark.needs("clock")
def test_an_agent_is_known_by_its_token(api: Api, grant: Any, make: Factory) -> None:
    granted = grant(grant_type="password", client_secret=None, **PASSWORD)
    agent = api.acting_as(Bearer(granted["access_token"]))
    made = make.invoice(approvalagent=12)

    assert agent.call("agent.me", expect=200)["name"] == "Dana Reed"
    rows = agent.call(
        "invoice.search", expect=200, query={"my_approvals": "true", "client_id": made["client_id"]}
    )
    assert [row["id"] for row in rows["invoices"]] == [made["id"]]


def test_a_scope_without_billing_is_forbidden_it(api: Api, grant: Any) -> None:
    caller = api.acting_as(Bearer(grant(scope="read:reporting")["access_token"]))

    caller.call("invoice.search", expect=403)
    caller.call("client.save", expect=403, body=[{"name": "x"}])
    caller.call("agent.me", expect=200)
    caller.call("lookup.search", expect=200)


@pytest.mark.parametrize(
    "who",
    [Anonymous(), Bearer("wrong"), Bearer("halo-demo-client"), Bearer("halo-demo-client.00")],
    ids=["none", "wrong", "a client id", "a client id with a stamp"],
)
def test_a_token_that_nobody_granted_opens_nothing(api: Api, who: Any) -> None:
    api.acting_as(who).call("invoice.search", expect=401)


@pytest.mark.needs("clock")
def test_a_token_ends_with_its_hour(api: Api, grant: Any, clock: Any) -> None:
    granted = grant()
    caller = api.acting_as(Bearer(granted["access_token"]))

    clock.advance(seconds=granted["expires_in"] - 5)
    caller.call("invoice_status.search", expect=200)
    clock.advance(seconds=10)
    caller.call("invoice_status.search", expect=401)
    api.call("invoice_status.search", expect=200)


def test_probes_need_no_token(api: Api) -> None:
    anonymous = api.acting_as(Anonymous())

    where = anonymous.call("auth_info.get", expect=200)["auth_url"]
    # A real service may have another host for this; a mock is all in one place.
    assert where == f"{api.target.url}/auth" if api.target.is_mock else where.endswith("/auth")
    assert anonymous.call("instance_info.get", expect=200)["auth_url"] == where
