"""OpenAPI 3.0's schemas as compiled JSON Schema validators."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson

from mockvoice.web.errors import Violation

Schema = Mapping[str, Any]

# A hopeless body is not described to its end.
VIOLATIONS_NAMED = 100

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
_KEYWORDS_OF_ONE = ("items", "not")
_KEYWORDS_OF_MANY = ("allOf", "anyOf", "oneOf")
_BRANCHED = {"anyOf", "oneOfNotValid", "oneOfMultipleValid"}
_IN_PIECES = {"allOf", "anyOf", "oneOf", "$ref"}


def translate(schema: Schema, *, answer: bool) -> dict[str, Any]:
    """An OpenAPI schema in JSON Schema's words, for requests or for answers.

    In a request, ``readOnly`` properties say nothing. In an answer, ``writeOnly`` ones are not
    there, and every object that names properties is closed to others.
    """
    hidden = "writeOnly" if answer else "readOnly"
    out: dict[str, Any] = {
        key: value
        for key, value in schema.items()
        if key not in _ANNOTATIONS and (key == "x-rule" or not key.startswith("x-"))
    }
    for key in _KEYWORDS_OF_ONE:
        if key in out:
            out[key] = translate(out[key], answer=answer)
    for key in _KEYWORDS_OF_MANY:
        if key in out:
            out[key] = [translate(part, answer=answer) for part in out[key]]
    if isinstance(out.get("additionalProperties"), Mapping):
        out["additionalProperties"] = translate(out["additionalProperties"], answer=answer)
    if "properties" in out:
        properties = out["properties"]
        absent = {name for name, each in properties.items() if each.get(hidden)}
        out["properties"] = {
            name: translate(each, answer=answer)
            for name, each in properties.items()
            if name not in absent
        }
        out["required"] = [name for name in out.get("required", ()) if name not in absent]
        if answer and "additionalProperties" not in out:
            closing = "unevaluatedProperties" if _IN_PIECES & out.keys() else "additionalProperties"
            out[closing] = False
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if out.pop(exclusive, False):
            out[exclusive] = out.pop(inclusive)
    if out.pop("nullable", False):
        return _nullable(out)
    return out


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, or null. In pieces it is wrapped, since each of them would refuse null."""
    if "type" not in schema or _IN_PIECES & schema.keys():
        rule = {"x-rule": schema["x-rule"]} if "x-rule" in schema else {}
        return {"anyOf": [{"type": "null"}, schema], **rule}
    schema["type"] = [schema["type"], "null"]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema


def compact(schema: Any) -> Any:
    """The same demands, said so that checking them is cheaper.

    Of a closed object whose properties are all required it is enough to count: as many as there
    are, and none besides.
    """
    if isinstance(schema, list):
        return [compact(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: compact(each) for key, each in schema.items()}
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


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


# RFC 3339 knows a year 0, with which no handler could compute.
_COMPUTABLE = {"date": _is_day}


@functools.cache
def _compile(text: bytes, computable: bool) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        orjson.loads(text),
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        formats=_COMPUTABLE if computable else None,
    )


def json_schema(schema: Schema, components: Mapping[str, Any], *, answer: bool) -> dict[str, Any]:
    """A schema of the contract as a JSON Schema that stands by itself."""
    translated = translate(schema, answer=answer)
    if b'"$ref"' in orjson.dumps(translated):  # one that refers to itself
        translated["components"] = {
            "schemas": {
                name: translate(each, answer=answer)
                for name, each in components.get("schemas", {}).items()
            }
        }
    return translated


def compiled(
    schema: Mapping[str, Any], *, computable: bool = False
) -> jsonschema_rs.Draft202012Validator:
    """A validator, made once for equal schemas; ``computable`` refuses days that Python has not.

    Raises ``ValueError`` for a schema that is none.
    """
    return _compile(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS), computable)


class RequestValidator:
    """Checks what a request brings, and says every breach of it."""

    __slots__ = ("_schema", "_validator", "is_valid", "place")

    def __init__(self, schema: Schema, components: Mapping[str, Any], place: str) -> None:
        self._schema = json_schema(schema, components, answer=False)
        self._validator = compiled(self._schema, computable=True)
        self.is_valid: Callable[[Any], bool] = self._validator.is_valid
        self.place = place

    def violations(self, value: Any, field: tuple[str | int, ...] = ()) -> list[Violation]:
        """Every breach, a hundred at the most; empty for a valid value."""
        errors = self._validator.iter_errors(value)
        return [self._violation(each, field) for each in islice(_pointed(errors), VIOLATIONS_NAMED)]

    def _violation(self, error: Any, field: tuple[str | int, ...]) -> Violation:
        path = (*field, *error.instance_path)
        # What the branches of an "anyOf" object to is no limit, and may quote what was sent.
        keyword = error.kind.name
        limit = None if keyword in _BRANCHED else error.kind.value
        if keyword == "required":
            missing: str = error.kind.property
            owner = self._failing(error.schema_path)
            declared = owner.get("properties", {}).get(missing, {}).get("x-rule", "")
            # A list that may be empty is not required to be filled, but present.
            word = "present" if declared.startswith("present") else keyword
            return Violation(self.place, (*path, missing), word)
        rule = self._rule(error.schema_path) or self._rule_of_branches(error) or keyword
        return Violation(self.place, path, rule, limit, error.instance)

    def _rule_of_branches(self, error: Any) -> str | None:
        """The ``x-rule`` of what an ``anyOf`` offers besides null."""
        branches = error.kind.context if error.kind.name in ("anyOf", "oneOfNotValid") else ()
        inner = (each for branch in branches for each in branch)
        rules = (self._rule(each.schema_path) or self._rule_of_branches(each) for each in inner)
        return next((rule for rule in rules if rule), None)

    def _rule(self, schema_path: list[str | int]) -> str | None:
        """The ``x-rule`` of the failing schema."""
        rule: str | None = self._failing(schema_path).get("x-rule")
        return rule

    def _failing(self, schema_path: list[str | int]) -> dict[str, Any]:
        """The failing schema: the last step of the path to it is the failing keyword."""
        schema: Any = self._schema
        for step in schema_path[:-1]:
            if step == "$ref":
                schema = self._schema["components"]["schemas"][schema["$ref"].split("/")[-1]]
            else:
                schema = schema[step]
        found: dict[str, Any] = schema
        return found


def _pointed(errors: Iterable[Any]) -> Iterator[Any]:
    """Each error, and of an ``anyOf`` whose branch fits but for its insides, those insides'."""
    for error in errors:
        depth = len(error.instance_path)
        branches = error.kind.context if error.kind.name in ("anyOf", "oneOfNotValid") else ()
        inner = next(
            (each for each in branches if each and all(len(e.instance_path) > depth for e in each)),
            None,
        )
        if inner is None:
            yield error
        else:
            yield from _pointed(inner)


class ResponseValidator:
    """Checks an answer of one status: its media type and, when that is JSON, its body."""

    __slots__ = ("_schema", "is_valid", "media_types")

    def __init__(self, response: Schema, components: Mapping[str, Any]) -> None:
        content = response.get("content", {})
        self.media_types = frozenset(content)
        json = content.get("application/json")
        self._schema: dict[str, Any] | None = None
        self.is_valid: Callable[[Any], bool] = _is_absent
        if json is not None:
            self._schema = json_schema(json.get("schema", {}), components, answer=True)
            self.is_valid = compiled(compact(self._schema)).is_valid

    def explain(self, body: Any) -> str:
        """What is wrong with a body that is not valid."""
        if self._schema is None:
            return "the contract documents no body"
        return "; ".join(
            f"{'.'.join(map(str, e.instance_path)) or '(whole)'}: {e.message}"
            for e in islice(compiled(self._schema).iter_errors(body), 5)
        )


def _is_absent(body: Any) -> bool:
    return body is None
