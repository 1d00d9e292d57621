"""The documents that the converter reads: contracts for clients, with one example for each request."""

import copy
from collections.abc import Mapping
from typing import Any

from mockvoice.projections import project
from tools.collections.operations import METHODS, resolve

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

Document = dict[str, Any]


def document_for_conversion(contract: Document) -> Document:
    """Return a contract for clients in which each body has its first example only."""
    document = copy.deepcopy(project(contract, "clients", "3.0"))
    for path_item in document["paths"].values():
        for spec in (path_item[method] for method in METHODS if method in path_item):
            if "requestBody" in spec:
                body = resolve(document, spec["requestBody"])
                spec["requestBody"] = {**body, "content": _content(document, body["content"])}
    return document


def _content(document: Document, content: Mapping[str, Any]) -> Document:
    """Return the first media type of a body with its first example."""
    media_type, media = next(iter(content.items()))
    example = first_example(document, media)
    schema = media["schema"]
    if media_type in FORMS:
        schema = _with_examples(document, resolve(document, schema), example)
    return {media_type: {"schema": schema, "example": example}}


def first_example(document: Document, media: Mapping[str, Any]) -> Any:
    """Return the value of a media type's first example."""
    if "example" in media:
        return media["example"]
    return resolve(document, next(iter(media["examples"].values())))["value"]


def _with_examples(document: Document, schema: Document, example: Mapping[str, Any]) -> Document:
    """Return the schema of a form with the example's fields as required ones.

    The converter reads the example of a form field by field, and disables optional fields.
    """
    properties = {
        name: {
            **resolve(document, property_),
            **({"example": example[name]} if name in example else {}),
        }
        for name, property_ in schema["properties"].items()
    }
    return {**schema, "properties": properties, "required": list(example)}
