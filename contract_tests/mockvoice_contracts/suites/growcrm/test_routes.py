"""Supported and unknown paths and methods."""

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import Factory

CONTRACT = Contract(targets.document("growcrm"), closed=True)
PATHS: dict[str, set[str]] = {}
for operation in CONTRACT.operations.values():
    PATHS.setdefault(operation.path, set()).add(operation.method)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def fill_parameters(path: str) -> str:
    """Return the path with a number in place of each parameter."""
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


def supported_methods(path: str) -> set[str]:
    return PATHS[path] | ({"HEAD"} if "GET" in PATHS[path] else set())


def unsupported_methods(path: str) -> list[str]:
    return [method for method in METHODS if method not in supported_methods(path)]


@rule(
    "A method that {path} does not have gets 405 with a JSON body.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@pytest.mark.parametrize("path", PATHS)
def test_an_unsupported_method_gets_405(api: Api, path: str) -> None:
    for method in unsupported_methods(path):
        response = api.send(method, fill_parameters(path))
        assert (response.status, response.media_type) == (405, "application/json"), method


@rule(
    "With 405, `Allow` names the methods that {path} has.",
    source="Assumed: the reference gives no source for `Allow`",
)
@pytest.mark.assumed
@pytest.mark.parametrize("path", PATHS)
def test_a_405_response_names_the_supported_methods(api: Api, path: str) -> None:
    response = api.send(unsupported_methods(path)[0], fill_parameters(path))

    allowed = {name.strip() for name in response.headers["allow"].split(",")}
    assert allowed == supported_methods(path)
    assert response.body["message"]


@rule(
    "{method} of the unknown path `{path}` gets 404 with a JSON body.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("path", ["/", "/api", "/api/", "/api/unknown", "/api/invoices/1/2", "/invoices", "/api//invoices",
                                  "/api/invoices/1/publish/x", "/API/INVOICES", "/api/invoices/../clients/x/y"])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_not_found(api: Api, path: str, method: str) -> None:
    response = api.send(method, path)

    assert response.status == 404
    assert response.media_type == "application/json"
    assert response.body["message"]


@rule(
    "HEAD of {path} has status and content type of GET, and no body.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("path", [path for path, methods in PATHS.items() if "GET" in methods])
def test_head_responds_like_get_without_a_body(api: Api, path: str) -> None:
    get, head = api.send("GET", fill_parameters(path)), api.send("HEAD", fill_parameters(path))

    assert head.status == get.status
    assert head.content == b""
    assert head.media_type == get.media_type
    lengths = [response.headers.get("content-length") for response in (get, head)]
    # HTTP lets a server leave out the length.
    assert api.target.is_mock <= all(lengths)
    assert len({length for length in lengths if length}) <= 1


@rule(
    "HEAD of an unknown record or path gets 404 without a body.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_head_of_an_unknown_record_or_path_is_not_found(api: Api) -> None:
    for path in ("/api/invoices/999999999", "/api/unknown"):
        response = api.send("HEAD", path)
        assert (response.status, response.content) == (404, b"")


@rule("A slash at the end of a path is ignored.", source="Assumed: the reference gives no source")
@pytest.mark.assumed
def test_a_trailing_slash_is_ignored(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()

    read = api.send("GET", f"/api/invoices/{invoice['id']}/").body["data"]

    assert (read["id"], read["totals"]["final_amount"]) == (invoice["id"], "0.00")
    assert api.send("GET", "/api/invoices/").status == 200


@rule(
    "An error response is JSON, also to a request with `Accept: text/html`.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
def test_an_error_response_is_json_whatever_the_client_accepts(api: Api) -> None:
    for path in ("/api/invoices/999999999", "/api/unknown"):
        response = api.send("GET", path, headers={"Accept": "text/html"})
        assert (response.status, response.media_type) == (404, "application/json")


@rule("Responses have no CORS headers.", source="Assumed: the reference gives no source")
@pytest.mark.assumed
def test_responses_have_no_cors_headers(api: Api) -> None:
    if not api.target.is_mock:
        pytest.skip("a server may send other headers")
    response = api.send("GET", "/api/invoices", headers={"Origin": "https://elsewhere.example"})

    assert not [name for name in response.headers if name.startswith("access-control-")]
