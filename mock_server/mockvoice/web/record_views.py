"""Check rows of imported data: each must be rendered as the contract documents it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mockvoice.kernel.backend import Backend
from mockvoice.sandboxes.backend_spec import RowCheck
from mockvoice.web.responses import to_json
from mockvoice.web.schemas import ResponseValidator


@dataclass(frozen=True, slots=True)
class RecordView:
    """How responses show the rows of a table.

    ``render(backend, row)`` returns a record, or a list of records, of the component ``schema``.
    """

    render: Callable[[Any, Any], Any]
    schema: str


def row_check(views: Iterable[RecordView], components: Mapping[str, Any]) -> RowCheck:
    """Return the check of a table's rows by all of its views."""
    checks = [_view_check(view, components) for view in views]

    def check(backend: Backend, row: Any) -> str | None:
        problems = (check_view(backend, row) for check_view in checks)
        return next((problem for problem in problems if problem is not None), None)

    return check


def _view_check(view: RecordView, components: Mapping[str, Any]) -> RowCheck:
    schema = {"$ref": f"#/components/schemas/{view.schema}"}
    response = {"content": {"application/json": {"schema": schema}}}
    validator = ResponseValidator(response, components)

    def check(backend: Backend, row: Any) -> str | None:
        try:
            content = view.render(backend, row)
            to_json(content)
        except ArithmeticError as error:
            return f"cannot be rendered: an amount is invalid or too large ({type(error).__name__})"
        except Exception as error:
            return f"cannot be rendered: {type(error).__name__}: {error}"
        for record in content if isinstance(content, list) else [content]:
            if not validator.is_valid(record):
                return f"breaks the contract ({view.schema}): {validator.explain(record)}"
        return None

    return check
