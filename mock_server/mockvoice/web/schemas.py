"""Compile OpenAPI 3.0 schemas to JSON Schema validators."""

import functools
from collections.abc import Callable, Mapping
from datetime import date
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson

from mockvoice.web.split_schema import SplitSchema, list_at

Schema = Mapping[str, Any]

_ANNOTATIONS = {
    "deprecated",
    "description",
    "discriminator",
    "example",
    "externalDocs",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
}
_SUBSCHEMA_KEYWORDS = ("items", "not")
_SUBSCHEMA_LIST_KEYWORDS = ("allOf", "anyOf", "oneOf")
_COMPOSITION_KEYWORDS = {"allOf", "anyOf", "oneOf", "$ref"}


def translate(schema: Schema, *, response: bool) -> dict[str, Any]:
    """Translate an OpenAPI schema to JSON Schema, for requests or for responses.

    In a request, ``readOnly`` properties are not checked. In a response, ``writeOnly`` properties
    are not allowed, and an object with declared properties allows no others.
    """
    hidden_by = "writeOnly" if response else "readOnly"
    result: dict[str, Any] = {
        key: value
        for key, value in schema.items()
        if key not in _ANNOTATIONS and (key == "x-rule" or not key.startswith("x-"))
    }
    for key in _SUBSCHEMA_KEYWORDS:
        if key in result:
            result[key] = translate(result[key], response=response)
    for key in _SUBSCHEMA_LIST_KEYWORDS:
        if key in result:
            result[key] = [translate(part, response=response) for part in result[key]]
    if isinstance(additional := result.get("additionalProperties"), Mapping):
        result["additionalProperties"] = translate(additional, response=response)
    if "properties" in result:
        properties = result["properties"]
        hidden = {name for name, property_ in properties.items() if property_.get(hidden_by)}
        result["properties"] = {
            name: translate(property_, response=response)
            for name, property_ in properties.items()
            if name not in hidden
        }
        result["required"] = [name for name in result.get("required", ()) if name not in hidden]
        if response and "additionalProperties" not in result:
            keyword = (
                "unevaluatedProperties"
                if _COMPOSITION_KEYWORDS & result.keys()
                else "additionalProperties"
            )
            result[keyword] = False
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if result.pop(exclusive, False):
            result[exclusive] = result.pop(inclusive)
    if result.pop("nullable", False):
        return _nullable(result)
    return result


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow null. A composed schema is wrapped, since each of its parts would reject null."""
    if "type" not in schema or _COMPOSITION_KEYWORDS & schema.keys():
        rule = {"x-rule": schema["x-rule"]} if "x-rule" in schema else {}
        return {"anyOf": [{"type": "null"}, schema], **rule}
    schema["type"] = [schema["type"], "null"]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema


def compact(schema: Any) -> Any:
    """Return an equivalent schema that is cheaper to validate.

    For an object without additional properties whose properties are all required, the number of
    properties replaces the list of required names.
    """
    if isinstance(schema, list):
        return [compact(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    compacted = {key: compact(item) for key, item in schema.items()}
    properties = compacted.get("properties")
    if (
        isinstance(properties, dict)
        and compacted.get("additionalProperties") is False
        and properties.keys() == set(compacted.get("required", ()))
        and not {"minProperties", "maxProperties"} & compacted.keys()
    ):
        del compacted["required"]
        compacted["minProperties"] = len(properties)
    return compacted


def _is_date(text: str) -> bool:
    try:
        # Python also reads dates by week, such as 2026-W47-5.
        return len(text) == 10 and text[4] == text[7] == "-" and bool(date.fromisoformat(text))
    except ValueError:
        return False


# RFC 3339 allows the year 0, which Python's dates do not support.
_PYTHON_FORMATS = {"date": _is_date}


@functools.cache
def _compile(text: bytes, python_dates: bool) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        orjson.loads(text),
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        formats=_PYTHON_FORMATS if python_dates else None,
    )


def to_json_schema(
    schema: Schema, components: Mapping[str, Any], *, response: bool
) -> dict[str, Any]:
    """Convert a schema of the contract to a self-contained JSON Schema."""
    translated = translate(schema, response=response)
    if b'"$ref"' in orjson.dumps(translated):  # a recursive schema
        translated["components"] = {
            "schemas": {
                name: translate(component, response=response)
                for name, component in components.get("schemas", {}).items()
            }
        }
    return translated


def create_validator(
    schema: Mapping[str, Any], *, python_dates: bool = False
) -> jsonschema_rs.Draft202012Validator:
    """Return a validator, cached for equal schemas; ``python_dates`` rejects the year 0.

    Raises ``ValueError`` for an invalid schema.
    """
    return _compile(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS), python_dates)


class PartsValidator:
    """Validates data by a JSON Schema, the items of its lists one by one.

    A call of the validator holds up all other threads until it ends.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._split = SplitSchema.of(schema)
        self._without_items = create_validator(self._split.without_items).is_valid
        self._items = {path: PartsValidator(part) for path, part in self._split.items.items()}

    def is_valid(self, value: Any) -> bool:
        """Whether the value conforms to the schema."""
        return self._without_items(self._split.empty_lists(value)) and all(
            validator.is_valid(item)
            for path, validator in self._items.items()
            for item in list_at(value, path)
        )


class ResponseValidator:
    """Validates responses of one status: the media type and, for JSON, the body.

    The schema is compiled at the first validation: most statuses of most operations never occur in
    a run, and compiling them all takes a third of the start-up.
    """

    __slots__ = ("_components", "_parts", "_schema", "is_valid", "media_types")

    def __init__(self, response: Schema, components: Mapping[str, Any]) -> None:
        content = response.get("content", {})
        self.media_types = frozenset(content)
        json = content.get("application/json")
        self._components = components
        self._parts: PartsValidator | None = None  # compiled at the first large body
        self._schema: Schema | None = None if json is None else json.get("schema", {})
        self.is_valid: Callable[[Any], bool] = _is_none if json is None else self._compile

    def _compile(self, body: Any) -> bool:
        """Compile the schema, replace this method by the validator, and validate the body."""
        schema = to_json_schema(self._schema or {}, self._components, response=True)
        self.is_valid = create_validator(compact(schema)).is_valid
        return self.is_valid(body)

    def is_valid_in_parts(self, body: Any) -> bool:
        """Validate a body that may be large; the items of its lists one by one."""
        if self._schema is None:
            return _is_none(body)
        if self._parts is None:
            schema = to_json_schema(self._schema, self._components, response=True)
            self._parts = PartsValidator(compact(schema))
        return self._parts.is_valid(body)

    def explain(self, body: Any) -> str:
        """Describe the errors of an invalid body."""
        if self._schema is None:
            return "the contract documents no body"
        schema = to_json_schema(self._schema, self._components, response=True)
        return "; ".join(
            f"{'.'.join(map(str, e.instance_path)) or '(whole)'}: {e.message}"
            for e in islice(create_validator(schema).iter_errors(body), 5)
        )


def _is_none(body: Any) -> bool:
    return body is None
