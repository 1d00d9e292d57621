"""``make collections``: the order of the requests, the values that they pass on, and runs of all."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import load_vendor, own_vendor_keys
from tools.collections.__main__ import api_url, lines, reset
from tools.collections.archives import write_archives
from tools.collections.documents import document_for_conversion
from tools.collections.environments import environments
from tools.collections.generate import CollectionFiles, generate_bruno, generate_postman
from tools.collections.nodejs import PACKAGES, install_packages
from tools.collections.operations import operations_of
from tools.collections.order import folders, in_order
from tools.collections.postman import contract_path
from tools.collections.runs import RunResult, run_bruno, run_newman
from tools.collections.scripts import javascript_path
from tools.collections.settings import load_settings
from tools.collections.values import passed_values

# The vendor whose requests Bruno sends in the tests; it has a script of its own.
BRUNO_VENDOR = "count"


def operation(name: str, tag: str, links: dict[str, str] | None = None) -> dict[str, object]:
    """Return an operation whose response has links with a path parameter ``noteId``."""
    targets = {
        each: {"operationId": each, "parameters": {"noteId": f"$response.body#{pointer}"}}
        for each, pointer in (links or {}).items()
    }
    responses = {"200": {"description": "Done", "links": targets}}
    return {"operationId": name, "tags": [tag], "responses": responses}


CONTRACT = {
    "security": [{"bearer": []}],
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        "/notes/{noteId}": {
            "delete": operation("notes.delete", "Notes"),
            "patch": operation("notes.update", "Notes"),
            "get": operation("notes.get", "Notes"),
        },
        "/notes/{noteId}/send": {
            "post": operation("notes.send", "Notes", {"notes.recall": "/data/0/id"}),
            "delete": operation("notes.recall", "Notes"),
        },
        "/pens": {"get": operation("pens.search", "Pens")},
        "/notes": {
            "post": operation(
                "notes.create",
                "Notes",
                {"notes.update": "/id", "notes.delete": "/id", "notes.send": "/id"},
            ),
            "get": operation("notes.search", "Notes"),
            "put": {**operation("notes.replace", "Notes"), "x-alias-of": "notes.create"},
        },
        "/token": {"post": {**operation("token.grant", "Token"), "security": []}},
    },
}
TAGS = ["Token", "Notes", "Pens"]


def test_operations_are_ordered_by_tag_and_from_reads_to_deletions():
    operations = in_order(operations_of(CONTRACT), TAGS)

    assert [(tag, [each.id for each in group]) for tag, group in folders(operations)] == [
        ("Token", ["token.grant"]),
        (
            "Notes",
            ["notes.search", "notes.get", "notes.create", "notes.update", "notes.send",
             "notes.delete", "notes.recall"],
        ),
        ("Pens", ["pens.search"]),
    ]  # fmt: skip


def test_an_operation_can_be_placed_after_another():
    operations = in_order(operations_of(CONTRACT), TAGS, {"notes.update": "notes.send"})

    names = [each.id for each in operations]
    assert names.index("notes.update") == names.index("notes.send") + 1


def test_updates_and_deletions_use_the_record_of_an_earlier_response():
    values = passed_values(
        in_order(operations_of(CONTRACT), TAGS), {"token.grant": {"token": "/t"}}
    )

    assert values.stored == {
        "token.grant": {"token": "/t"},
        "notes.create": {"noteId": "/id"},
        "notes.send": {"noteIdOfSend": "/data/0/id"},
    }
    assert values.used == {
        "notes.update": {"noteId": "noteId"},
        "notes.delete": {"noteId": "noteId"},
        "notes.recall": {"noteId": "noteIdOfSend"},
    }


def test_only_operations_with_a_bearer_scheme_send_the_token():
    assert [each.id for each in operations_of(CONTRACT) if not each.needs_token] == ["token.grant"]


def test_a_body_has_its_first_example_and_a_form_the_fields_of_it():
    form = {
        "schema": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
        "examples": {"First": {"value": {"b": "1"}}, "Second": {"value": {"a": "2"}}},
    }  # fmt: skip
    body = {"content": {"application/x-www-form-urlencoded": form}}
    spec = {**operation("token.grant", "Token"), "requestBody": body}
    contract = {**CONTRACT, "paths": {"/token": {"post": spec}}}

    document = document_for_conversion(contract)

    [media] = document["paths"]["/token"]["post"]["requestBody"]["content"].values()
    assert media["example"] == {"b": "1"}
    assert media["schema"]["required"] == ["b"]
    assert media["schema"]["properties"]["b"]["example"] == "1"


def test_only_the_environment_of_the_mock_has_credentials():
    servers = [
        {"url": "http://127.0.0.1:1"},
        {"url": "https://{host}", "variables": {"host": {"default": "a.example"}}},
    ]
    credentials = {"client_id": "c", "access_token": "t", "viewer": "v"}

    made = environments("A", servers, credentials)

    values = {
        name: {each["key"]: (each["value"], each["type"]) for each in environment["values"]}
        for name, environment in made.items()
    }
    assert values == {
        "mock": {
            "baseUrl": ("http://127.0.0.1:1", "default"),
            "token": ("t", "default"),
            "clientId": ("c", "default"),
        },
        "real": {
            "baseUrl": ("https://a.example", "default"),
            "token": ("", "secret"),
            "clientId": ("", "secret"),
        },
    }


def test_paths_and_pointers_are_converted():
    assert contract_path(["api", "notes", ":noteId"]) == "/api/notes/{noteId}"
    assert javascript_path("/data/0/id") == ".data[0].id"


def test_a_failed_request_is_listed_with_its_reason():
    result = RunResult(2, ("Get a note: 404 {}",))

    assert lines("a", "bru", result) == [
        "a, bru: 2 requests, 1 answered 2xx",
        "  Get a note: 404 {}",
    ]
    assert not RunResult(0, ()).is_success


@pytest.mark.parametrize("key", own_vendor_keys())
def test_the_settings_name_operations_of_the_contract_and_the_page_what_is_left_out(key):
    settings = load_settings(key)
    known = load_vendor(key).contract.document.operations
    page = Path(__file__).parents[2].joinpath("docs/how-to/collections.md").read_text("utf-8")

    named = {*settings.left_out, *settings.after, *settings.after.values(), *settings.stored}
    assert named <= known.keys()
    for name, reason in settings.left_out.items():
        assert f"`{name}`" in page
        assert reason in page


@pytest.fixture(scope="module")
def collections(tmp_path_factory) -> list[CollectionFiles]:
    if not PACKAGES.exists():
        pytest.skip(
            "the packages of the converters are large, so only make collections installs them"
        )
    install_packages()
    return generate_postman(own_vendor_keys(), tmp_path_factory.mktemp("collections"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def bruno_files(collections) -> CollectionFiles:
    files = next(each for each in collections if each.key == BRUNO_VENDOR)
    generate_bruno([files])
    return files


def number_of_requests(key: str) -> int:
    operations = {each.id for each in operations_of(load_vendor(key).contract.document.data)}
    return len(operations - load_settings(key).left_out.keys())


def test_every_request_succeeds_in_postmans_runner(server, collections):
    reset(server)
    results = run_newman(collections, {each.key: api_url(server, each.key) for each in collections})

    assert {key: result.failures for key, result in results.items() if result.failures} == {}
    assert {key: result.requests for key, result in results.items()} == {
        key: number_of_requests(key) for key in own_vendor_keys()
    }


def test_every_request_succeeds_in_brunos_runner(server, bruno_files):
    reset(server)
    before = contents(bruno_files.bruno)
    result = run_bruno(bruno_files, api_url(server, BRUNO_VENDOR), "developer")

    assert result == RunResult(number_of_requests(BRUNO_VENDOR), ())
    # Bruno writes some kinds of variables to its files, where a token must not be.
    assert contents(bruno_files.bruno) == before


def test_every_request_has_a_name_a_description_a_test_and_a_saved_response(collections):
    for files in collections:
        collection = json.loads(files.postman.read_text("utf-8"))
        specs = load_vendor(files.key).contract.document.operations.values()
        summaries = {each.spec["summary"] for each in specs}
        for request in (item for folder in collection["item"] for item in folder["item"]):
            assert request["name"] in summaries
            assert request["response"]
            assert "within(200, 299)" in "".join(request["event"][0]["script"]["exec"])


def test_the_archives_contain_all_collections_and_environments(tmp_path, collections, bruno_files):
    postman, bruno = write_archives(collections, tmp_path)

    with zipfile.ZipFile(postman) as archive:
        names = archive.namelist()
    assert "halo.postman_collection.json" in names
    assert "halo.real.postman_environment.json" in names
    assert "example.txt" in names
    with zipfile.ZipFile(bruno) as archive:
        names = archive.namelist()
    assert {"count-bruno/bruno.json", "count-bruno/environments/mock.bru"} <= {*names}
    assert not [name for name in names if "documents" in name]


@pytest.mark.parametrize("key", own_vendor_keys())
def test_the_parameters_of_links_are_texts(key):
    # Bruno's import of OpenAPI fails at a link with a number: "e.startsWith is not a function".
    document = load_vendor(key).contract.document
    responses = [
        document.resolve(response)
        for each in document.operations.values()
        for response in each.spec["responses"].values()
    ]
    links = [
        document.resolve(link) for each in responses for link in each.get("links", {}).values()
    ]

    values = [value for link in links for value in link.get("parameters", {}).values()]
    assert [value for value in values if not isinstance(value, str)] == []
