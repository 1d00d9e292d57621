"""Conventions of the contracts on which projections and generators of clients rely."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.projections import project
from mockvoice.web.document import Document

# Types of JavaScript and TypeScript: a schema of such a name hides them in a client.
GLOBAL_NAMES = set(
    """Array Blob Boolean Buffer Date Error Event EventTarget File FormData Function Headers Map Number
    Object Omit Partial Pick Promise Proxy Readonly Record RegExp Request Required Response Set String
    Symbol URL URLSearchParams""".split()
)


def nodes(
    node: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Yield each mapping of a document outside of examples, with its path."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from nodes(item, (*path, str(index)))
    elif isinstance(node, Mapping):
        yield path, node
        for key, value in node.items():
            if key not in ("example", "examples"):
                yield from nodes(value, (*path, key))


def test_patterns_describe_the_whole_text(document):
    patterns = {
        node["pattern"]: path
        for path, node in nodes(document.data)
        if isinstance(node.get("pattern"), str)
    }
    anchored = re.compile(r"\^.*\$", re.DOTALL)

    assert {
        p: path for p, path in patterns.items() if p != r"\S" and not anchored.fullmatch(p)
    } == {}


def test_another_name_stands_beside_the_name_itself(document):
    for path, node in nodes(document.data):
        names = set(node.get("properties", {}))
        for name, property_ in node.get("properties", {}).items():
            assert property_.get("x-alias-of", name) in names, path
        if isinstance(parameters := node.get("parameters"), list):
            names = {document.resolve(each)["name"] for each in parameters}
            aliases = {document.resolve(each).get("x-alias-of") for each in parameters}
            assert aliases - names <= {None}, path
        if "operationId" in node and "x-alias-of" in node:
            assert node["x-alias-of"] in document.operations, path


def without_punctuation(value: Any) -> str:
    """Return a value as generators name it, but keep the minus sign of a descending order."""
    return re.sub(r"[^a-z0-9]", "", re.sub("^-", "minus", str(value).lower()))


def test_other_spellings_are_values_and_the_rest_differs_by_more_than_spelling(document):
    for path, node in nodes(document.data):
        if not isinstance(node.get("enum"), list):
            continue
        aliases = node.get("x-aliases", [])
        assert set(aliases) < set(node["enum"]) or not aliases, path
        spelled = [without_punctuation(value) for value in node["enum"] if value not in aliases]
        assert len(spelled) == len(set(spelled)), path


def test_schemas_hide_no_global_name(document):
    assert GLOBAL_NAMES & set(document.data["components"]["schemas"]) == set()


def test_every_body_has_an_example_of_what_clients_send(document):
    projected = Document(project(document.data, "clients", "3.0"))
    without = [
        operation.id
        for operation in projected.operations.values()
        for media in projected.resolve(operation.spec.get("requestBody", {}))
        .get("content", {})
        .values()
        if not (media.get("examples") or "example" in media)
    ]

    assert without == []
