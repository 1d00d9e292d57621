"""Addresses and methods that the API has, and those that it has not."""

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.suites.growcrm.factories import Factory

CONTRACT = Contract(targets.document("growcrm"), closed=True)
PATHS: dict[str, set[str]] = {}
for each in CONTRACT.operations.values():
    PATHS.setdefault(each.path, set()).add(each.method)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def fill_parameters(path: str) -> str:
    """The path with a number in place of each parameter."""
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.assumed
@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_a_path_does_not_know_is_refused_with_all_that_it_knows(
    api: Api, path: str
) -> None:
    known = PATHS[path] | ({"HEAD"} if "GET" in PATHS[path] else set())
    for method in METHODS:
        if method not in known:
            reply = api.send(method, fill_parameters(path))
            assert reply.status == 405, (method, reply.curl)
            assert {word.strip() for word in reply.headers["allow"].split(",")} == known
            assert set(reply.body) == {"message"}


@pytest.mark.assumed
@pytest.mark.parametrize("path", ["/", "/api", "/api/", "/api/unknown", "/api/invoices/1/2", "/invoices", "/api//invoices",
                                  "/api/invoices/1/publish/x", "/API/INVOICES", "/api/invoices/../clients/x/y"])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_the_api_does_not_have_is_not_found(
    api: Api, path: str, method: str
) -> None:
    reply = api.send(method, path)

    assert reply.status == 404
    assert reply.media_type == "application/json"
    assert set(reply.body) == {"message"}


@pytest.mark.assumed
@pytest.mark.parametrize("path", [path for path, methods in PATHS.items() if "GET" in methods])
def test_head_answers_as_get_does_without_a_body(api: Api, path: str) -> None:
    read, headed = api.send("GET", fill_parameters(path)), api.send("HEAD", fill_parameters(path))

    assert headed.status == read.status
    assert headed.content == b""
    assert headed.headers["content-type"] == read.headers["content-type"]
    assert headed.headers["content-length"] == read.headers["content-length"]


@pytest.mark.assumed
def test_head_of_what_is_not_there_is_not_found_and_of_an_unknown_address_too(api: Api) -> None:
    for path in ("/api/invoices/999999999", "/api/unknown"):
        reply = api.send("HEAD", path)
        assert (reply.status, reply.content) == (404, b"")


@pytest.mark.assumed
def test_a_slash_at_the_end_of_an_address_does_not_matter(api: Api, make: Factory) -> None:
    invoice = make.invoice()

    assert api.send("GET", f"/api/invoices/{invoice['id']}/").body["data"] == invoice
    assert api.send("GET", "/api/invoices/").status == 200


def test_a_refusal_is_json_whatever_the_caller_accepts(api: Api) -> None:
    for path in ("/api/invoices/999999999", "/api/unknown"):
        reply = api.send("GET", path, headers={"Accept": "text/html"})
        assert (reply.status, reply.media_type) == (404, "application/json")


@pytest.mark.assumed
def test_answers_carry_no_cors_headers(api: Api) -> None:
    reply = api.send("GET", "/api/invoices", headers={"Origin": "https://elsewhere.example"})

    assert not [name for name in reply.headers if name.startswith("access-control-")]
