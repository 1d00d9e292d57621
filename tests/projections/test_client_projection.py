"""The contract for clients has one form for each value, and no more than the whole contract."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mockvoice.projections import project
from mockvoice.projections.clients import anchored
from mockvoice.web.document import Document
from mockvoice.web.schemas import ResponseValidator

JSON = "application/json"


def objects(node: Any) -> Iterator[Mapping[str, Any]]:
    """Yield all objects of a document, except those within examples."""
    if isinstance(node, list):
        for item in node:
            yield from objects(item)
    elif isinstance(node, Mapping):
        yield node
        for key, value in node.items():
            if key not in ("example", "examples"):
                yield from objects(value)


def media_types(document: Document) -> Iterator[tuple[str, set[str]]]:
    """Yield the media types of each body, each with a name of the body."""
    for operation in document.operations.values():
        if body := document.resolve(operation.spec.get("requestBody")):
            yield operation.id, set(body["content"])
        for status, response in operation.spec["responses"].items():
            yield f"{operation.id} {status}", set(document.resolve(response).get("content", ()))


def test_the_whole_contract_does_not_change(contract):
    assert project(contract.data, None, "3.0") is contract.data
    before = repr(contract.data)

    project(contract.data, "clients", "3.1")

    assert repr(contract.data) == before


def test_it_has_all_operations_that_are_not_aliases(contract, for_clients):
    aliases = {id_ for id_, each in contract.operations.items() if "x-alias-of" in each.spec}

    assert for_clients.operations.keys() == contract.operations.keys() - aliases


def test_it_has_no_aliases(for_clients):
    for node in objects(for_clients.data):
        assert node.keys().isdisjoint({"x-alias-of", "x-aliases"})


def test_its_responses_have_no_links(for_clients):
    for operation in for_clients.operations.values():
        for response in operation.spec["responses"].values():
            assert "links" not in for_clients.resolve(response)


def test_its_servers_have_no_variables(for_clients):
    servers = for_clients.data["servers"]

    assert servers
    assert [server for server in servers if "variables" in server] == []


def test_a_body_is_json_if_json_is_among_its_media_types(contract, for_clients):
    before = dict(media_types(contract))

    for name, types in media_types(for_clients):
        assert types == ({JSON} if JSON in before[name] else before[name]), name


def test_all_patterns_describe_the_whole_text(for_clients):
    patterns = {
        node["pattern"]
        for node in objects(for_clients.data)
        if isinstance(node.get("pattern"), str)
    }

    assert patterns
    assert {each for each in patterns if not (each.startswith("^") and each.endswith("$"))} == set()


@pytest.mark.parametrize(
    ("pattern", "whole"),
    [
        ("^[0-9]+$", "^[0-9]+$"),
        ("a|b", r"^[\s\S]*(?:a|b)[\s\S]*$"),
        ("^a", r"^a[\s\S]*$"),
        ("a$", r"^[\s\S]*a$"),
        (r"\S", r"^[\s\S]*\S[\s\S]*$"),
        ("^a|b$", r"^[\s\S]*(?:^a|b$)[\s\S]*$"),
        (r"^(a|b)[|]\|$", r"^(a|b)[|]\|$"),
        (r"^5\$", r"^5\$[\s\S]*$"),
        (r"^5\\$", r"^5\\$"),
    ],
)
def test_a_pattern_for_a_part_becomes_one_for_the_whole_text(pattern, whole):
    assert anchored(pattern) == whole


def test_all_components_are_used(for_clients):
    used = {node["$ref"] for node in objects(for_clients.data) if "$ref" in node}
    # References in examples are not among those above.
    components = {
        f"#/components/{kind}/{name}"
        for kind, entries in for_clients.data["components"].items()
        for name in entries
        if kind not in ("examples", "securitySchemes")
    }

    assert components - used == set()


def test_names_of_schemas_differ_by_more_than_case(for_clients):
    names = list(for_clients.data["components"]["schemas"])

    assert len({name.casefold() for name in names}) == len(names)
    # Generated code has these names for other things.
    assert {"Client", "Error", "Response", "Configuration"}.isdisjoint(names)


def test_every_example_of_a_response_is_valid(contract, for_clients):
    checked = 0
    for operation in for_clients.operations.values():
        for status, response in operation.spec["responses"].items():
            whole = contract.operations[operation.id].spec["responses"][status]
            media = contract.expand(whole).get("content", {}).get(JSON, {})
            validator = ResponseValidator(for_clients.expand(response), {})
            examples = [each["value"] for each in media.get("examples", {}).values()]
            for example in [*examples, *([media["example"]] if "example" in media else [])]:
                assert validator.is_valid(example), f"{operation.id}: {validator.explain(example)}"
                checked += 1
    assert checked
