"""The contracts: their examples are valid, and each can be told from what it is not."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mockvoice.vendors import vendor_keys
from mockvoice.web import contract
from mockvoice.web.schemas import RequestValidator, ResponseValidator

METHODS = {"get", "put", "post", "patch", "delete"}


def resolved(node: Mapping[str, Any], document: contract.Document) -> Mapping[str, Any]:
    """The node, or what it refers to."""
    while "$ref" in node:
        found: Any = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def expanded(node: Any, document: contract.Document, seen: tuple[str, ...] = ()) -> Any:
    """The node with references followed, as the server has it; recursion ends in "anything"."""
    if isinstance(node, list):
        return [expanded(each, document, seen) for each in node]
    if not isinstance(node, Mapping):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference in seen:
            return {}
        return expanded(resolved(node, document), document, (*seen, reference))
    return {key: expanded(each, document, seen) for key, each in node.items()}


def examples(media: Mapping[str, Any], document: contract.Document) -> Iterator[Any]:
    if "example" in media:
        yield media["example"]
    for each in media.get("examples", {}).values():
        yield resolved(each, document)["value"]


def operations(document: contract.Document) -> Iterator[Mapping[str, Any]]:
    for item in document["paths"].values():
        for method in METHODS & item.keys():
            yield item[method]


@pytest.fixture(scope="module", params=[*vendor_keys(), "control"])
def document(request) -> contract.Document:
    return contract.load(request.param)


def test_every_example_of_a_request_is_taken(document):
    checked = 0
    for operation in operations(document):
        body = resolved(operation.get("requestBody", {}), document)
        for media_type, media in body.get("content", {}).items():
            for example in examples(media, document):
                schema = expanded(media["schema"], document)
                breaches = RequestValidator(schema, {}, "body").violations(example)
                assert not breaches, f"{operation['operationId']} {media_type}: {breaches}"
                checked += 1
    assert checked > 0


def test_every_example_of_an_answer_is_one_that_the_server_could_give(document):
    checked = 0
    for operation in operations(document):
        for status, response in operation["responses"].items():
            answer = expanded(response, document)
            validator = ResponseValidator(answer, {})
            media = answer.get("content", {}).get("application/json", {})
            for example in examples(media, document):
                told = f"{operation['operationId']} {status}"
                assert validator.is_valid(example), f"{told}: {validator.explain(example)}"
                checked += 1
    assert checked > 0
