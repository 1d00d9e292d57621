"""The properties that a resource stores, by its contract, and those that Halo's page excepts."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/vendors/halo.md"
PUBLISHED = json.loads(
    Path(__file__).with_name("published").joinpath("properties.json").read_text()
)
HEADING = "## Properties that are not stored"

Schema = Mapping[str, Any]


def exceptions(resource: str) -> dict[str, str]:
    """Return the excepted properties of a resource, with their reasons, from the page's table."""
    section = PAGE.read_text().split(f"\n{HEADING}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return {
        name: reason
        for resources, names, reason in rows[2:]
        if resources == "All" or resource in resources.split(", ")
        for name in re.findall(r"`([^`]+)`", names)
    }


class Contract:
    """The schemas of the joined contract."""

    def __init__(self, document: Schema) -> None:
        self._document = document

    def properties(self, name: str) -> dict[str, Schema]:
        """Return the properties of a schema for requests, by their names."""
        return dict(self._document["components"]["schemas"][name]["properties"])

    def fitting_values(self, name: str, schema: Schema) -> Iterator[Any]:
        """Return values that a property accepts, two of which differ at least."""
        schema = self._resolved(schema)
        if "anyOf" in schema:
            yield from self.fitting_values(name, schema["anyOf"][0])
        elif schema["type"] == "object":
            members = schema.get("properties") or {"id": {"type": "integer"}}
            yield {key: next(self.fitting_values(key, value)) for key, value in members.items()}
        elif schema["type"] == "array":
            yield [next(self.fitting_values(name, schema["items"]))]
        else:
            yield from _scalars(name, schema)

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            target: Any = self._document
            for key in schema["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            return self._resolved(target)
        if "allOf" in schema:
            return {**schema, **self._resolved(schema["allOf"][0])}
        return schema


def _scalars(name: str, schema: Schema) -> Iterator[Any]:
    if schema["type"] == "boolean":
        yield from (True, False)
    elif schema["type"] == "string":
        is_date = schema.get("x-rule") == "date" or "pattern" in schema
        texts = ("2026-03-04T05:06:07", "2026-03-05T00:00:00") if is_date else (name, "other text")
        yield from (text[: schema.get("maxLength")] for text in texts)
    else:
        numbers = (7, 8) if schema["type"] == "integer" else (7.25, 8.5)
        limit = schema.get("maximum", 8)
        yield from (min(number, limit - offset) for offset, number in enumerate(numbers))
