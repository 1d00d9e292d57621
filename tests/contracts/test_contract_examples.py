"""Examples of the contracts are valid for the validators of the server."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mockvoice.vendors import vendor_keys
from mockvoice.web import contract
from mockvoice.web.schemas import RequestValidator, ResponseValidator

METHODS = {"get", "put", "post", "patch", "delete"}


def resolved(node: Mapping[str, Any], document: contract.Document) -> Mapping[str, Any]:
    """Return the node, or the target of its reference."""
    while "$ref" in node:
        target: Any = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def expanded(node: Any, document: contract.Document, seen: tuple[str, ...] = ()) -> Any:
    """Return the node with references expanded, as in the server; recursion ends in an empty schema."""
    if isinstance(node, list):
        return [expanded(item, document, seen) for item in node]
    if not isinstance(node, Mapping):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference in seen:
            return {}
        return expanded(resolved(node, document), document, (*seen, reference))
    return {key: expanded(item, document, seen) for key, item in node.items()}


def examples(media: Mapping[str, Any], document: contract.Document) -> Iterator[Any]:
    if "example" in media:
        yield media["example"]
    for example in media.get("examples", {}).values():
        yield resolved(example, document)["value"]


def operations(document: contract.Document) -> Iterator[Mapping[str, Any]]:
    for item in document["paths"].values():
        for method in METHODS & item.keys():
            yield item[method]


@pytest.fixture(scope="module", params=[*vendor_keys(), "control"])
def document(request) -> contract.Document:
    return contract.load(request.param)


def test_every_request_example_is_valid(document):
    checked = 0
    for operation in operations(document):
        body = resolved(operation.get("requestBody", {}), document)
        for media_type, media in body.get("content", {}).items():
            for example in examples(media, document):
                schema = expanded(media["schema"], document)
                violations = RequestValidator(schema, {}, "body").violations(example)
                assert not violations, f"{operation['operationId']} {media_type}: {violations}"
                checked += 1
    assert checked > 0


def test_every_response_example_is_valid(document):
    checked = 0
    for operation in operations(document):
        for status, response in operation["responses"].items():
            expanded_response = expanded(response, document)
            validator = ResponseValidator(expanded_response, {})
            media = expanded_response.get("content", {}).get("application/json", {})
            for example in examples(media, document):
                name = f"{operation['operationId']} {status}"
                assert validator.is_valid(example), f"{name}: {validator.explain(example)}"
                checked += 1
    assert checked > 0
