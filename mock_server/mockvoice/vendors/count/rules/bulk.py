"""Bulk requests; each row succeeds or fails independently."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import CountError, LegacyNumericField
from mockvoice.vendors.count.rules.records import Body
from mockvoice.vendors.count.rules.validation_messages import field_errors, joined_message
from mockvoice.web import contract
from mockvoice.web.request_validator import RequestValidator, request_validator

Row = TypeVar("Row")

RowResults = list[Row | str]  # for each row, the record or the error


def process_rows(
    backend: CountBackend,
    rows: list[Any],
    schema: str,
    operation: Callable[[Body], Row],
) -> RowResults[Row]:
    """Return the record or the error of each row. Documented: rows are independent."""
    return [_process_row(backend, row, schema, operation) for row in rows]


def _process_row(
    backend: CountBackend, row: Any, schema: str, operation: Callable[[Body], Row]
) -> Row | str:
    violations = _validator(schema).violations(row)
    if violations:
        for violation in violations:
            if violation.rule == "legacy_numeric_field":
                return str(LegacyNumericField(".".join(map(str, violation.field))))
        return joined_message(field_errors(violations))
    try:
        with backend.transaction():
            return operation(row)
    except CountError as error:
        return str(error)


@functools.cache
def _validator(schema: str) -> RequestValidator:
    published = contract.load("count", "mockvoice.vendors.count")
    expanded = published.document.expand({"$ref": f"#/components/schemas/{schema}"})
    return request_validator(expanded, published.data["components"], "body")
