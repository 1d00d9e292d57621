"""The contract as the documentation pages show it: with requests that succeed as they are.

Swagger UI fills in every parameter and field that has an example. So the document has no examples of
optional parameters, which would filter every list, and one media type for each body.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockvoice.web.contract import ContractData
from mockvoice.web.document import METHODS, Document

Node = Mapping[str, Any]
# Returns the value to fill in for an example of a parameter (its name and place) or of a body (``None``).
Replace = Callable[[Any, Node | None], Any]

_JSON = "application/json"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def keep(value: Any, _: Node | None) -> Any:
    """Return an example as it is in the contract."""
    return value


def page_contract(document: Document, replace: Replace = keep) -> ContractData:
    """Return the contract with complete, valid requests. The given document does not change."""
    data = document.data
    components = dict(data.get("components", {}))
    parameters: Node = components.get("parameters", {})
    components["parameters"] = {
        name: _parameter(document.resolve(each), replace) for name, each in parameters.items()
    }
    paths = {
        path: {key: _part(document, key, value, replace) for key, value in item.items()}
        for path, item in data["paths"].items()
    }
    return {**data, "components": components, "paths": paths}


def request_body(document: Document, spec: Node) -> Node:
    """Return the request body of an operation; empty if it has none."""
    body: Node = document.resolve(spec.get("requestBody", {}))
    return body


def example_values(document: Document, media: Node) -> Iterator[tuple[str, Node]]:
    """Yield the examples of a media type: their names, and objects with ``value``."""
    if "example" in media:
        yield "example", {"value": media["example"]}
    for name, example in media.get("examples", {}).items():
        yield name, document.resolve(example)


def _part(document: Document, key: str, part: Any, replace: Replace) -> Any:
    """Return a part of a path item: its parameters, an operation, or another one."""
    if key == "parameters":
        return _parameters(part, replace)
    if key not in METHODS:
        return part
    operation = {**part, "parameters": _parameters(part.get("parameters", ()), replace)}
    if "requestBody" in part:
        operation["requestBody"] = _body(document, request_body(document, part), replace)
    return operation


def _parameters(parameters: Any, replace: Replace) -> list[Node]:
    return [each if "$ref" in each else _parameter(each, replace) for each in parameters]


def _parameter(parameter: Node, replace: Replace) -> Node:
    """Return a parameter whose example is filled in, or only described if it is optional."""
    if "example" not in parameter:
        return parameter
    example = parameter["example"]
    if parameter["in"] == "path" or parameter.get("required"):
        return {**parameter, "example": replace(example, parameter)}
    rest = {key: value for key, value in parameter.items() if key != "example"}
    text = f"{parameter.get('description', '')} Example: `{_text(example)}`."
    return {**rest, "description": text.strip(), "schema": _without_example(parameter["schema"])}


def _without_example(schema: Node) -> Node:
    return {key: value for key, value in schema.items() if key != "example"}


def _text(example: Any) -> str:
    if isinstance(example, list):
        return ", ".join(map(_text, example))
    return str(example).lower() if isinstance(example, bool) else str(example)


def _body(document: Document, body: Node, replace: Replace) -> Node:
    """Return a body with one media type: JSON if it is accepted, else the first one."""
    content = body["content"]
    chosen = _JSON if _JSON in content else next(iter(content))
    media = _with_examples(document, content[chosen], replace)
    if chosen in _FORMS:
        media = {"schema": _form_schema(document, media)}
    description = body.get("description", "")
    if others := [f"`{name}`" for name in content if name != chosen]:
        description = f"{description}\n\nThe API also accepts {', '.join(others)}.".strip()
    return {**body, "description": description, "content": {chosen: media}}


def _with_examples(document: Document, media: Node, replace: Replace) -> dict[str, Any]:
    rest = {key: value for key, value in media.items() if key not in ("example", "examples")}
    examples = {
        name: {**example, "value": replace(example["value"], None)}
        for name, example in example_values(document, media)
    }
    return {**rest, "examples": examples} if examples else rest


def _form_schema(document: Document, media: Node) -> Node:
    """Return the schema of a form with the fields of its first example, and with their values.

    Swagger UI reads the values of fields only from their schemas, and fills every field.
    """
    schema = document.expand(media["schema"])
    example: Node = next(iter(media["examples"].values()))["value"]
    properties = {
        name: _field(schema["properties"][name], value) for name, value in example.items()
    }
    others = [f"`{name}`" for name in schema["properties"] if name not in properties]
    text = schema.get("description", "")
    if others:
        text = f"{text} Other fields: {', '.join(others)}.".strip()
    return {**schema, "properties": properties, "description": text}


def _field(schema: Node, value: Any) -> Node:
    """Return the schema of a form's field with its value; a page cannot know a file of the user."""
    return schema if schema.get("format") == "binary" else {**schema, "example": value}
