"""Variations of a response body, as far as the schema of its contract allows them."""

from collections.abc import Collection, Mapping
from typing import Any

from mockvoice_contracts.harness.contract import Contract, Operation
from tests.variations import open_schemas
from tests.variations.json_spelling import Number
from tests.variations.open_schemas import Schema

ADDED = "x_added_by_another_release"
# Members whose texts people read; so are the lists of texts in an error's object with names of any kind.
SENTENCES = frozenset(
    ("message", "Message", "detail", "error_description", "ExceptionMessage", "hint", "title")
)


class BodyVariation:
    """Varies the bodies of one vendor's responses.

    ``documented`` are texts that the vendor's public sources state, so that no server may word them
    differently.
    """

    def __init__(
        self,
        contract: Contract,
        documented: Collection[str],
        *,
        adds_properties: bool = True,
        changes_words: bool = True,
        changes_spelling: bool = True,
    ) -> None:
        self._contract = contract
        self._documented = documented
        self._adds_properties = adds_properties
        self._changes_words = changes_words
        self._changes_spelling = changes_spelling
        # Parts of a schema by the identities of its own parts, which are those of the contract.
        self._parts: dict[tuple[object, ...], list[Schema]] = {}

    def apply(self, operation: Operation, status: int, media_type: str, body: Any) -> Any:
        """Return a varied body; it keeps the contract if the original does."""
        response = operation.response(status) or {}
        schema = response.get("content", {}).get(media_type, {}).get("schema")
        if schema is None:
            return body
        schemas = list(open_schemas.applicable(self._contract, schema))
        varied = self._vary(body, schemas)
        is_error = status >= 400
        return self._reword(varied, schemas, is_error=is_error) if self._changes_words else varied

    def _vary(self, value: Any, schemas: list[Schema]) -> Any:
        if isinstance(value, Mapping):
            varied = {
                name: self._vary(item, self._properties(schemas, name))
                for name, item in value.items()
            }
            grows = self._adds_properties and _may_grow(schemas)
            return {**varied, ADDED: {"since": "2031"}} if grows else varied
        if isinstance(value, list):
            items = self._items(schemas)
            return [self._vary(item, items) for item in value]
        if not self._changes_spelling:
            return value
        if isinstance(value, Number):
            return open_schemas.other_number(value) if open_schemas.has_fraction(schemas) else value
        if isinstance(value, str) and open_schemas.is_instant(schemas):
            return open_schemas.other_instant(value)
        return value

    def _reword(self, value: Any, schemas: list[Schema], *, is_error: bool) -> Any:
        """Return a body with other sentences for people: the messages of responses."""
        if isinstance(value, Mapping):
            return {
                name: self._reword_member(name, item, schemas, is_error=is_error)
                for name, item in value.items()
            }
        if isinstance(value, list) and is_error:
            items = self._items(schemas)
            return [self._reword(item, items, is_error=True) for item in value]
        is_sentence = is_error and isinstance(value, str) and not isinstance(value, Number)
        return self._other_words(value) if is_sentence and _is_free_text(schemas) else value

    def _reword_member(
        self, name: str, value: Any, schemas: list[Schema], *, is_error: bool
    ) -> Any:
        parts = self._properties(schemas, name)
        if isinstance(value, str):
            is_sentence = name in SENTENCES and _is_free_text(parts)
            return self._other_words(value) if is_sentence else value
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            is_sentence = is_error and not any(name in s.get("properties", ()) for s in schemas)
            return [self._other_words(item) for item in value] if is_sentence else value
        is_nested = is_error and name != ADDED and isinstance(value, Mapping | list)
        return self._reword(value, parts, is_error=True) if is_nested else value

    def _properties(self, schemas: list[Schema], name: str) -> list[Schema]:
        key = name, *map(id, schemas)
        if key not in self._parts:
            self._parts[key] = open_schemas.property_schemas(self._contract, schemas, name)
        return self._parts[key]

    def _items(self, schemas: list[Schema]) -> list[Schema]:
        key = ("[]", *map(id, schemas))
        if key not in self._parts:
            self._parts[key] = open_schemas.item_schemas(self._contract, schemas)
        return self._parts[key]

    def _other_words(self, text: str) -> str:
        is_documented = any(text.startswith(documented) for documented in self._documented)
        return text if not text or is_documented else f"Words of another release ({len(text)})."


def _may_grow(schemas: list[Schema]) -> bool:
    return bool(schemas) and open_schemas.is_open(schemas)


def _is_free_text(schemas: list[Schema]) -> bool:
    return not any(
        schema.get(keyword) for schema in schemas for keyword in ("enum", "pattern", "format")
    )
