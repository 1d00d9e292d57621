"""The requests that the documentation pages fill in: valid, and successful in any demo sandbox."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from mockvoice.testing import InProcessServer
from mockvoice.vendor_registry import own_vendor_keys
from mockvoice.web.document import Document, DocumentedOperation
from mockvoice.web.request_validator import request_validator
from tests.contracts.example_client import ExampleClient, Parameter, is_required

# Prefilled requests that are rejected in fresh demo data, and why no request could succeed.
REJECTED = {
    "count tokens.grant": "a code is issued by the consent page and used once",
    "growcrm categories.delete": "all categories are in use or needed by the system",
    "halo currency.delete": "all currencies of the demo data are in use",
    "optiflow currencies.delete": "all currencies of the demo data are in use",
    "optiflow salesmen.delete": "all salesmen of the demo data are in use",
}
SEED = 5  # other than that of the contracts' examples, so that COUNT's ids differ


@pytest.fixture(scope="module")
def server() -> Iterator[InProcessServer]:
    with InProcessServer() as server:
        yield server


def page_document(server: InProcessServer, vendor: str, sandbox: str) -> Document:
    url = f"{server.url}/_mock/vendors/{vendor}/docs/contract.json"
    response = httpx.get(url, params={"sandbox": sandbox}, trust_env=False, timeout=60)
    return Document(response.raise_for_status().json())


def filled_in(operation: DocumentedOperation) -> list[Parameter]:
    """Return the parameters into which Swagger UI writes a value, with that value as example."""
    values = [
        (parameter, parameter.get("example", parameter["schema"].get("default")))
        for parameter in operation.parameters
    ]
    return [{**parameter, "example": value} for parameter, value in values if value is not None]


def body_of(document: Document, operation: DocumentedOperation) -> tuple[str | None, Any, Any]:
    """Return the media type, the schema and the value of a body as the page fills it in."""
    body = document.resolve(operation.spec.get("requestBody"))
    if body is None:
        return None, {}, None
    ((media_type, media),) = body["content"].items()
    schema = document.expand(media["schema"])
    if media_type == "application/json":
        return media_type, schema, next(iter(media["examples"].values()))["value"]
    fields: Mapping[str, Any] = schema["properties"]
    return (
        media_type,
        schema,
        {name: field.get("example", "text") for name, field in fields.items()},
    )


def summary(response: httpx.Response) -> str:
    return f"{response.status_code} {response.text[:200]}"


@pytest.mark.parametrize("vendor", own_vendor_keys())
def test_each_request_is_filled_in_and_valid(server: InProcessServer, vendor: str) -> None:
    document = page_document(server, vendor, "default")
    problems = []
    for operation in document.operations.values():
        parameters = filled_in(operation)
        names = {parameter["name"] for parameter in parameters}
        missing = [each["name"] for each in operation.parameters if is_required(each)]
        problems += [f"{operation.id} {name}: empty" for name in missing if name not in names]
        parts = [
            (each["in"], document.expand(each["schema"]), each["example"]) for each in parameters
        ]
        _, schema, body = body_of(document, operation)
        parts += [("body", schema, body)] if schema else []
        problems += [
            f"{operation.id} {place} {value!r}: {violations}"
            for place, schema, value in parts
            if (violations := request_validator(schema, {}, place).violations(value))
        ]

    assert len(document.operations) > 50
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("vendor", own_vendor_keys())
def test_each_request_succeeds_in_a_fresh_demo_sandbox(
    server: InProcessServer, vendor: str
) -> None:
    rejected = {}
    with server.sandbox("docs", seed=SEED) as sandbox:
        document = page_document(server, vendor, sandbox.name)
        client = ExampleClient(server, vendor, sandbox, document)
        for operation in document.operations.values():
            client.reset()
            media_type, _, body = body_of(document, operation)
            response = client.send(operation, filled_in(operation), media_type, body)
            if not response.is_success:
                rejected[f"{vendor} {operation.id}"] = summary(response)
        client.close()

    assert rejected.keys() == {key for key in REJECTED if key.startswith(f"{vendor} ")}, rejected


def path_example(document: Document, operation: str) -> Any:
    (parameter,) = (each for each in document.find(operation).parameters if each["in"] == "path")
    return parameter["example"]


def test_a_deleted_record_is_replaced_by_the_first_one_that_is_left(
    server: InProcessServer,
) -> None:
    with server.sandbox("docs") as sandbox:
        named = path_example(page_document(server, "growcrm", sandbox.name), "invoices.get")
        client = ExampleClient(server, "growcrm", sandbox)
        deletion = client.document.find("invoices.delete")
        client.send(deletion, deletion.parameters).raise_for_status()
        client.close()
        document = page_document(server, "growcrm", sandbox.name)

        assert path_example(client.document, "invoices.get") == named
        assert path_example(document, "invoices.get") == 1


def test_the_examples_remain_where_a_sandbox_has_no_records(server: InProcessServer) -> None:
    with server.sandbox("docs", data="empty") as sandbox:
        document = page_document(server, "halo", sandbox.name)

        assert path_example(document, "invoice.get") == 1002


def test_the_page_offers_every_sandbox_and_has_the_credentials_of_one(
    server: InProcessServer,
) -> None:
    page = f"{server.url}/_mock/vendors/halo/docs"
    with server.sandbox("docs") as sandbox:
        own = httpx.get(page, params={"sandbox": sandbox.name}, trust_env=False, timeout=60).text

        assert "<option>default</option>" in own
        assert f"<option selected>{sandbox.name}</option>" in own
        assert sandbox.credentials["halo"]["client_secret"] in own
        assert "halo-demo-secret" not in own
    unknown = httpx.get(page, params={"sandbox": sandbox.name}, trust_env=False, timeout=60)
    assert unknown.status_code == 404
