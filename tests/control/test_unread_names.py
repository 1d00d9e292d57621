"""The note of a request in the journal names what its contract does not have."""

from datetime import UTC, datetime

import pytest

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.suites.count.request_signer import SignedAuth

COUNT = {
    "client_id": "count-demo-client", "client_secret": "count-demo-secret", "access_token": "count-demo-token",
}  # fmt: skip
TOKENS = {
    "growcrm": "growcrm-demo-key", "halo": "halo-demo-token", "optiflow": "1|optiflow-demo-owner",
}  # fmt: skip


@pytest.fixture
def note(vendors_server, http):
    """Send a request, and return its note in the journal."""

    def note(vendor, method, path, **content):
        auth = (
            SignedAuth(COUNT, lambda: datetime.now(UTC), bearer=COUNT["access_token"])
            if vendor == "count"
            else Bearer(TOKENS[vendor])
        )
        url = vendors_server.urls["vendors"][vendor]["root_url"] + path
        assert http.request(method, url, auth=auth, **content).status_code < 500
        journal = f"{vendors_server.urls['main']}/_mock/sandboxes/default/journal"
        return http.get(journal, params={"limit": 1}).json()[0]["note"]

    return note


@pytest.mark.parametrize(
    ("vendor", "path", "body", "names"),
    [
        ("count", "/partners/products", {"name": "Beans", "colour": "red"}, "body.colour"),
        ("count", "/partners/invoices", {"products": [{"color": 1}] * 2}, "body.products[].color"),
        ("growcrm", "/api/clients", {"first_name": "Ada", "fax": "1", "pager": "2"}, "body.fax, body.pager"),
        ("halo", "/api/Invoice", [{"client_id": 1, "lines": [{"colour": 1}]}], "body[].lines[].colour"),
        ("optiflow", "/api/v1/invoices", {"items": [{"rebate": 1}], "memo": "x"}, "body.items[].rebate, body.memo"),
    ],
)  # fmt: skip
def test_unknown_members_of_a_body_are_named(note, vendor, path, body, names):
    text = note(vendor, "POST", path, json=body)

    assert f"not in the contract, so not read: {names}" in text.split("; ")


@pytest.mark.parametrize(
    ("vendor", "path", "name"),
    [
        ("count", "/partners/invoices", "state"),
        ("growcrm", "/api/invoices", "state"),
        ("growcrm", "/api/invoices/1", "include"),
        ("halo", "/api/Invoice", "state"),
        ("optiflow", "/api/v1/invoices", "state"),
    ],
)
def test_unknown_parameters_of_a_query_are_named(note, vendor, path, name):
    text = note(vendor, "GET", path, params={name: "x"})

    assert f"not in the contract, so not read: query {name}" in text.split("; ")


def test_a_form_with_brackets_is_named_like_json(note):
    form = {"bill_clientid": "1", "items[0][colour]": "red", "items[1][colour]": "red"}
    text = note("growcrm", "PUT", "/api/invoices/1/items", data=form)

    assert "not in the contract, so not read: body.bill_clientid, body.items[].colour" in text


def test_many_and_long_names_are_cut(note):
    names = ["x" * 500, *[f"extra_{number}" for number in range(20)]]
    text = note("growcrm", "POST", "/api/clients", json=dict.fromkeys(names, 1))

    assert text.count("body.") == 10
    assert text.partition("; ")[0].endswith("and more")
    assert "x" * 100 not in text


def test_large_bodies_are_not_searched(note):
    body = {"name": "x" * 70_000, "colour": "red"}

    assert "colour" not in note("count", "POST", "/partners/products", json=body)


def test_known_names_are_not_mentioned(note):
    body = {"client_company_name": "Known Ltd", "first_name": "A", "last_name": "B", "email": "a@known.example"}  # fmt: skip

    assert note("growcrm", "POST", "/api/clients", json=body) is None
    assert note("growcrm", "GET", "/api/invoices", params={"status": "2", "limit": "5"}) is None
    assert (
        note("halo", "GET", "/api/Invoice", params={"PAGEINATE": "true", "paymentstatuses[]": "0"})
        is None
    )
