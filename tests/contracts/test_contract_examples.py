"""Examples of the contracts are valid for the validators of the server."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.web.document import Document
from mockvoice.web.request_validator import request_validator
from mockvoice.web.schemas import ResponseValidator
from tests.contracts.example_client import named_examples


def examples(media: Mapping[str, Any], document: Document) -> list[Any]:
    return [example for _, example in named_examples(document, media)]


def operations(document: Document) -> Iterator[Mapping[str, Any]]:
    return (operation.spec for operation in document.operations.values())


def test_every_request_example_is_valid(document):
    checked = 0
    for operation in operations(document):
        body = document.resolve(operation.get("requestBody", {}))
        for media_type, media in body.get("content", {}).items():
            for example in examples(media, document):
                schema = document.expand(media["schema"])
                violations = request_validator(schema, {}, "body").violations(example)
                assert not violations, f"{operation['operationId']} {media_type}: {violations}"
                checked += 1
    assert checked > 0


def test_every_parameter_and_every_request_media_type_has_an_example(document):
    missing = [
        f"{operation.id}: {parameter['in']} {parameter['name']}"
        for operation in document.operations.values()
        for parameter in operation.parameters
        if "example" not in parameter
    ]
    missing += [
        f"{operation['operationId']}: {media_type}"
        for operation in operations(document)
        for media_type, media in document.resolve(operation.get("requestBody", {}))
        .get("content", {})
        .items()
        if not list(examples(media, document))
    ]
    assert missing == [], f"without an example: {missing}"


def test_every_parameter_example_is_valid(document):
    checked = 0
    for operation in document.operations.values():
        for parameter in operation.parameters:
            schema = document.expand(parameter["schema"])
            validator = request_validator(schema, {}, parameter["in"])
            violations = validator.violations(parameter["example"])
            assert not violations, f"{operation.id} {parameter['name']}: {violations}"
            checked += 1
    assert checked > 0


def test_every_response_example_is_valid(document):
    checked = 0
    for operation in operations(document):
        for status, response in operation["responses"].items():
            expanded_response = document.expand(response)
            validator = ResponseValidator(expanded_response, {})
            media = expanded_response.get("content", {}).get("application/json", {})
            for example in examples(media, document):
                name = f"{operation['operationId']} {status}"
                assert validator.is_valid(example), f"{name}: {validator.explain(example)}"
                checked += 1
    assert checked > 0


def test_every_header_example_is_valid(document):
    # The style checkers of "make check" do not look at them.
    for operation in operations(document):
        for response in map(document.resolve, operation["responses"].values()):
            for name, reference in response.get("headers", {}).items():
                header = document.resolve(reference)
                validator = request_validator(document.expand(header["schema"]), {}, "header")
                violations = validator.violations(header["example"]) if "example" in header else []
                assert not violations, f"{operation['operationId']} {name}: {violations}"
