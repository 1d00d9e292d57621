"""Validate values of requests by the contract, and describe what violates it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self

from mockvoice.web.errors import Violation
from mockvoice.web.large_values import is_small, member_names, shortened
from mockvoice.web.schemas import Schema, create_validator, to_json_schema
from mockvoice.web.split_schema import Path, SplitSchema, list_at

Field = tuple[str | int, ...]

# The maximum number of violations that are reported for one value.
MAX_VIOLATIONS = 100

_BRANCH_ERRORS = {"anyOf", "oneOfNotValid", "oneOfMultipleValid"}


def request_validator(
    schema: Schema, components: Mapping[str, Any], location: str
) -> "RequestValidator":
    """Return the validator of a schema of the contract; ``location`` is that of the violations."""
    return RequestValidator(to_json_schema(schema, components, response=False), location)


class RequestValidator:
    """Validates values by a JSON Schema, and reports all violations."""

    __slots__ = (
        "_location",
        "_names",
        "_parts",
        "_whole",
        "is_valid",
    )

    def __init__(self, schema: dict[str, Any], location: str) -> None:
        self._whole = _SchemaErrors(schema, location)
        self.is_valid: Callable[[Any], bool] = self._whole.is_valid
        self._location = location
        # Compiled at the first large invalid value.
        self._parts: _Parts | None = None
        self._names: frozenset[str] | None = None

    def violations(self, value: Any, field: Field = ()) -> list[Violation]:
        """Return the violations, at most a hundred; empty for a valid value.

        Those of a large value's items come after all others.
        """
        if self.is_valid(value):
            return []
        found: list[Violation] = []
        if not is_small(value):
            value = self._shortened(value)
            found = list(islice(self._violations_by_item(value, field), MAX_VIOLATIONS))
        return found or list(islice(self._whole.violations(value, field), MAX_VIOLATIONS))

    def _shortened(self, value: Any) -> Any:
        """Return an invalid value without long texts and unknown members, if it stays invalid."""
        if self._names is None:
            self._names = member_names(self._whole.schema)
        short = shortened(value, self._names)
        return value if self.is_valid(short) else short

    def _violations_by_item(self, value: Any, field: Field) -> Iterator[Violation]:
        """Find the violations. The items of a list that is invalid itself are not validated."""
        parts = self._parts
        if parts is None:
            # Threads may do this at the same time, each for itself.
            parts = self._parts = _Parts.of(self._whole.schema, self._location)
        invalid = set()
        for violation in parts.without_items.violations(parts.split.empty_lists(value), field):
            invalid.add(violation.field)
            yield violation
        for path, validator in parts.items.items():
            if (*field, *path) in invalid:
                continue
            for index, item in enumerate(list_at(value, path)):
                yield from validator.violations(item, (*field, *path, index))


@dataclass(frozen=True, slots=True)
class _Parts:
    """The validators of a schema's parts: of the value without its lists' items, and of the items."""

    split: SplitSchema
    without_items: "_SchemaErrors"
    items: Mapping[Path, RequestValidator]

    @classmethod
    def of(cls, schema: dict[str, Any], location: str) -> Self:
        """Compile the parts of a schema."""
        split = SplitSchema.of(schema)
        items = {path: RequestValidator(part, location) for path, part in split.items.items()}
        return cls(split, _SchemaErrors(split.without_items, location), items)


class _SchemaErrors:
    """The errors of values by one JSON Schema, as violations."""

    __slots__ = ("_location", "_validator", "is_valid", "schema")

    def __init__(self, schema: dict[str, Any], location: str) -> None:
        self.schema = schema
        self._validator = create_validator(schema, python_dates=True)
        self.is_valid: Callable[[Any], bool] = self._validator.is_valid
        self._location = location

    def violations(self, value: Any, field: Field) -> Iterator[Violation]:
        """Find all violations before the first is returned."""
        errors = _most_specific(self._validator.iter_errors(value))
        return (self._violation(error, field) for error in errors)

    def _violation(self, error: Any, field: Field) -> Violation:
        path = (*field, *error.instance_path)
        # The value of an "anyOf" error is not a limit: it lists the branches' errors, which may
        # quote the sent value. Only the names of alternative members are one.
        keyword = error.kind.name
        limit = _alternatives(error) if keyword in _BRANCH_ERRORS else error.kind.value
        if keyword == "required":
            missing: str = error.kind.property
            schema = self._failing_schema(error.schema_path)
            declared = schema.get("properties", {}).get(missing, {}).get("x-rule", "")
            # A list that may be empty has the rule "present" instead of "required".
            rule = "present" if declared.startswith("present") else keyword
            return Violation(self._location, (*path, missing), rule)
        rule = self._rule(error.schema_path) or self._rule_of_branches(error) or keyword
        known: tuple[str, ...] = ()
        if keyword == "additionalProperties":
            known = tuple(self._failing_schema(error.schema_path).get("properties", ()))
        return Violation(self._location, path, rule, limit, error.instance, known)

    def _rule_of_branches(self, error: Any) -> str | None:
        """Return the first ``x-rule`` in the branches of an ``anyOf``."""
        branches = error.kind.context if error.kind.name in ("anyOf", "oneOfNotValid") else ()
        errors = (inner for branch in branches for inner in branch)
        rules = (self._rule(inner.schema_path) or self._rule_of_branches(inner) for inner in errors)
        return next((rule for rule in rules if rule), None)

    def _rule(self, schema_path: list[str | int]) -> str | None:
        """Return the ``x-rule`` of the failing schema, or of the schema whose ``allOf`` contains it."""
        rule: str | None = self._failing_schema(schema_path).get("x-rule")
        if rule is None and schema_path[-3:-2] == ["allOf"]:
            rule = self._failing_schema(schema_path[:-2]).get("x-rule")
        return rule

    def _failing_schema(self, schema_path: list[str | int]) -> dict[str, Any]:
        """Return the failing schema; the last step of its path is the failing keyword."""
        schema: Any = self.schema
        for step in schema_path[:-1]:
            if step == "$ref":
                schema = self.schema["components"]["schemas"][schema["$ref"].split("/")[-1]]
            else:
                schema = schema[step]
        failing: dict[str, Any] = schema
        return failing


def _alternatives(error: Any) -> list[str] | None:
    """Return the names of which a value must have one, if that is what its branches require."""
    branches = error.kind.context if error.kind.name in ("anyOf", "oneOfNotValid") else ()
    errors = [inner for branch in branches for inner in branch]
    if not errors or any(inner.kind.name != "required" for inner in errors):
        return None
    return list(dict.fromkeys(inner.kind.property for inner in errors))


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
