"""Compile OpenAPI 3.0 schemas to JSON Schema validators."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson

from mockvoice.web.errors import Violation

Schema = Mapping[str, Any]

# The maximum number of violations that are reported for one value.
MAX_VIOLATIONS = 100

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
_BRANCH_ERRORS = {"anyOf", "oneOfNotValid", "oneOfMultipleValid"}
_COMPOSITION_KEYWORDS = {"allOf", "anyOf", "oneOf", "$ref"}


def translate(schema: Schema, *, response: bool) -> dict[str, Any]:
    """Translate an OpenAPI schema to JSON Schema, for requests or for responses.

    In a request, ``readOnly`` properties are not checked. In a response, ``writeOnly`` properties
    are not allowed, and an object with declared properties allows no others.
    """
    hidden = "writeOnly" if response else "readOnly"
    out: dict[str, Any] = {
        key: value
        for key, value in schema.items()
        if key not in _ANNOTATIONS and (key == "x-rule" or not key.startswith("x-"))
    }
    for key in _SUBSCHEMA_KEYWORDS:
        if key in out:
            out[key] = translate(out[key], response=response)
    for key in _SUBSCHEMA_LIST_KEYWORDS:
        if key in out:
            out[key] = [translate(part, response=response) for part in out[key]]
    if isinstance(out.get("additionalProperties"), Mapping):
        out["additionalProperties"] = translate(out["additionalProperties"], response=response)
    if "properties" in out:
        properties = out["properties"]
        absent = {name for name, property_ in properties.items() if property_.get(hidden)}
        out["properties"] = {
            name: translate(property_, response=response)
            for name, property_ in properties.items()
            if name not in absent
        }
        out["required"] = [name for name in out.get("required", ()) if name not in absent]
        if response and "additionalProperties" not in out:
            keyword = (
                "unevaluatedProperties"
                if _COMPOSITION_KEYWORDS & out.keys()
                else "additionalProperties"
            )
            out[keyword] = False
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if out.pop(exclusive, False):
            out[exclusive] = out.pop(inclusive)
    if out.pop("nullable", False):
        return _nullable(out)
    return out


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

    For a closed object whose properties are all required, the number of its properties replaces the
    list of the required ones.
    """
    if isinstance(schema, list):
        return [compact(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: compact(item) for key, item in schema.items()}
    properties = out.get("properties")
    if (
        isinstance(properties, dict)
        and out.get("additionalProperties") is False
        and properties.keys() == set(out.get("required", ()))
        and not {"minProperties", "maxProperties"} & out.keys()
    ):
        del out["required"]
        out["minProperties"] = len(properties)
    return out


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
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


class RequestValidator:
    """Validates values of requests, and reports all violations."""

    __slots__ = ("_schema", "_validator", "is_valid", "location")

    def __init__(self, schema: Schema, components: Mapping[str, Any], location: str) -> None:
        self._schema = to_json_schema(schema, components, response=False)
        self._validator = create_validator(self._schema, python_dates=True)
        self.is_valid: Callable[[Any], bool] = self._validator.is_valid
        self.location = location

    def violations(self, value: Any, field: tuple[str | int, ...] = ()) -> list[Violation]:
        """Return the violations, at most a hundred; empty for a valid value."""
        errors = self._validator.iter_errors(value)
        return [
            self._violation(error, field)
            for error in islice(_most_specific(errors), MAX_VIOLATIONS)
        ]

    def _violation(self, error: Any, field: tuple[str | int, ...]) -> Violation:
        path = (*field, *error.instance_path)
        # The value of an "anyOf" error is not a limit: it lists the branches' errors, which may
        # quote the sent value.
        keyword = error.kind.name
        limit = None if keyword in _BRANCH_ERRORS else error.kind.value
        if keyword == "required":
            missing: str = error.kind.property
            owner = self._failing_schema(error.schema_path)
            declared = owner.get("properties", {}).get(missing, {}).get("x-rule", "")
            # A list that may be empty must be present, which differs from "required".
            rule = "present" if declared.startswith("present") else keyword
            return Violation(self.location, (*path, missing), rule)
        rule = self._rule(error.schema_path) or self._rule_of_branches(error) or keyword
        return Violation(self.location, path, rule, limit, error.instance)

    def _rule_of_branches(self, error: Any) -> str | None:
        """Return the first ``x-rule`` in the branches of an ``anyOf``."""
        branches = error.kind.context if error.kind.name in ("anyOf", "oneOfNotValid") else ()
        errors = (inner for branch in branches for inner in branch)
        rules = (self._rule(inner.schema_path) or self._rule_of_branches(inner) for inner in errors)
        return next((rule for rule in rules if rule), None)

    def _rule(self, schema_path: list[str | int]) -> str | None:
        """Return the ``x-rule`` of the failing schema."""
        rule: str | None = self._failing_schema(schema_path).get("x-rule")
        return rule

    def _failing_schema(self, schema_path: list[str | int]) -> dict[str, Any]:
        """Return the failing schema; the last step of its path is the failing keyword."""
        schema: Any = self._schema
        for step in schema_path[:-1]:
            if step == "$ref":
                schema = self._schema["components"]["schemas"][schema["$ref"].split("/")[-1]]
            else:
                schema = schema[step]
        failing: dict[str, Any] = schema
        return failing


def _most_specific(errors: Iterable[Any]) -> Iterator[Any]:
    """Replace an ``anyOf`` error by the errors of a branch that only fails in nested values."""
    for error in errors:
        depth = len(error.instance_path)
        branches = error.kind.context if error.kind.name in ("anyOf", "oneOfNotValid") else ()
        inner = next(
            (
                branch
                for branch in branches
                if branch and all(len(e.instance_path) > depth for e in branch)
            ),
            None,
        )
        if inner is None:
            yield error
        else:
            yield from _most_specific(inner)


class ResponseValidator:
    """Validates responses of one status: the media type and, for JSON, the body."""

    __slots__ = ("_schema", "is_valid", "media_types")

    def __init__(self, response: Schema, components: Mapping[str, Any]) -> None:
        content = response.get("content", {})
        self.media_types = frozenset(content)
        json = content.get("application/json")
        self._schema: dict[str, Any] | None = None
        self.is_valid: Callable[[Any], bool] = _is_none
        if json is not None:
            self._schema = to_json_schema(json.get("schema", {}), components, response=True)
            self.is_valid = create_validator(compact(self._schema)).is_valid

    def explain(self, body: Any) -> str:
        """Describe the errors of an invalid body."""
        if self._schema is None:
            return "the contract documents no body"
        return "; ".join(
            f"{'.'.join(map(str, e.instance_path)) or '(whole)'}: {e.message}"
            for e in islice(create_validator(self._schema).iter_errors(body), 5)
        )


def _is_none(body: Any) -> bool:
    return body is None
