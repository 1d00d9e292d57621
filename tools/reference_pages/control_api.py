"""The page about the control API: its operations with bodies, errors and examples, from its contract."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.web import contract
from tools.reference_pages.markdown import code, contract_text, page, table
from tools.reference_pages.schemas import Schemas

INTRODUCTION = """\
The contract `openapi/control/openapi.yaml`, which a running server also shows as an interactive page and serves at
`/_mock/openapi.yaml`. `mockvoice spec control` prints it. The commands of the [command line](cli.md) call this API."""
SHARED_INTRODUCTION = """\
The tables of the operations leave out these responses. 413 and 415 are those of operations with a body; `GET /_mock/health`
needs no token."""
METHODS = ("get", "post", "put", "delete")
# The names of the responses that operations share, by their statuses.
SHARED = {
    "401": "Unauthorized", "403": "Foreign", "413": "TooLarge", "415": "UnsupportedMediaType",
    "default": "Rejected",
}  # fmt: skip

Node = Mapping[str, Any]


def render() -> str:
    """Return the page."""
    document = contract.load("control", "mockvoice.control").data
    schemas = Schemas(document)
    parts = [INTRODUCTION, contract_text(document["info"]["description"])]
    for tag in document["tags"]:
        parts += [f"## {tag['name'].capitalize()}", contract_text(tag["description"])]
        parts += [
            _operation(document, schemas, request, operation)
            for request, operation in _operations(document)
            if tag["name"] in operation["tags"]
        ]
    shared = _response_table(document, schemas, _shared_responses())
    parts += ["## Responses of all operations", SHARED_INTRODUCTION, shared]
    return page("Control API", *parts, "## Objects", *schemas.sections())


def _operations(document: Node) -> Iterator[tuple[str, Node]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                operation = {**item[method]}
                operation["parameters"] = [*shared, *operation.get("parameters", [])]
                yield f"{method.upper()} {path}", operation


def _operation(document: Node, schemas: Schemas, request: str, operation: Node) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    parts = [
        f"### {operation['summary']}",
        f"`{request}`, operation `{operation['operationId']}`",
        contract_text(operation.get("description", "")),
        _parameters(document, schemas, operation),
        _body(schemas, body) if body else "",
        _responses(document, schemas, operation),
        _example(document, operation),
    ]
    return "\n\n".join(part for part in parts if part)


def _parameters(document: Node, schemas: Schemas, operation: Node) -> str:
    rows = []
    for parameter in operation["parameters"]:
        resolved = _resolve(document, parameter)
        kind = schemas.type_name(resolved["schema"])
        text = " ".join(resolved.get("description", "").split())
        rows.append((code(resolved["name"]), resolved["in"], kind, contract_text(text)))
    return table(("Parameter", "In", "Type", "Meaning"), rows)


def _body(schemas: Schemas, body: Node) -> str:
    example = f"\n\n{_json(body['example'])}" if "example" in body else ""
    return f"Body: {schemas.type_name(body['schema'])}.{example}"


def _responses(document: Node, schemas: Schemas, operation: Node) -> str:
    shared = _shared_responses()
    own = {
        status: response
        for status, response in operation["responses"].items()
        if response != shared.get(status)
    }
    return _response_table(document, schemas, own)


def _shared_responses() -> dict[str, Node]:
    return {status: {"$ref": f"#/components/responses/{name}"} for status, name in SHARED.items()}


def _response_table(document: Node, schemas: Schemas, responses: Mapping[str, Node]) -> str:
    rows = []
    for status, reference in responses.items():
        response = _resolve(document, reference)
        content = response.get("content", {}).get("application/json")
        kind = schemas.type_name(content["schema"]) if content else ""
        rows.append((status, kind, contract_text(" ".join(response["description"].split()))))
    return table(("Status", "Body", "Meaning"), rows)


def _example(document: Node, operation: Node) -> str:
    """Return the example of the first success."""
    for status, reference in operation["responses"].items():
        content = _resolve(document, reference).get("content", {}).get("application/json", {})
        if status.startswith("2") and "example" in content:
            return f"A response {status}:\n\n{_json(content['example'])}"
    return ""


def _resolve(document: Node, node: Node) -> Node:
    if "$ref" not in node:
        return node
    target: Any = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    resolved: Node = target
    return resolved


def _json(value: Any) -> str:
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```"
