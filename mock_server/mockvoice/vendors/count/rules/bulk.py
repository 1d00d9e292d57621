"""Many rows in one call, each of which stands or falls alone."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import CountError, LegacyNumericField
from mockvoice.vendors.count.rules.phrases import fields_of, sentence
from mockvoice.vendors.count.rules.records import Body
from mockvoice.web import contract
from mockvoice.web.schemas import RequestValidator

Row = TypeVar("Row")

Outcome = list[Row | str]  # a record, or why there is none


def each_row(
    backend: CountBackend,
    rows: list[Any],
    schema: str,
    carry_out: Callable[[Body], Row],
) -> Outcome[Row]:
    """What becomes of each row. Documented: rows do not depend on each other."""
    return [_one(backend, row, schema, carry_out) for row in rows]


def _one(
    backend: CountBackend, row: Any, schema: str, carry_out: Callable[[Body], Row]
) -> Row | str:
    violations = _validator(schema).violations(row)
    if violations:
        for violation in violations:
            if violation.rule == "legacy_numeric_field":
                return str(LegacyNumericField(".".join(map(str, violation.field))))
        return sentence(fields_of(violations))
    try:
        with backend.transaction():
            return carry_out(row)
    except CountError as error:
        return str(error)


@functools.cache
def _validator(schema: str) -> RequestValidator:
    components = contract.load("count")["components"]
    return RequestValidator({"$ref": f"#/components/schemas/{schema}"}, components, "body")
