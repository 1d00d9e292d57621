"""Check rows of imported data: each must be rendered as the contract documents it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mockvoice.kernel.backend import Backend
from mockvoice.sandboxes.backend_spec import RowCheck
from mockvoice.web.responses import to_json
from mockvoice.web.schemas import ResponseValidator


@dataclass(frozen=True, slots=True)
class RecordView:
    """How responses show the rows of a table: ``render(backend, row)``, by a component schema."""

    render: Callable[[Any, Any], Any]
    schema: str


def row_check(view: RecordView, components: Mapping[str, Any]) -> RowCheck:
    """Return the check of the rows of a view."""
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
        if validator.is_valid(content):
            return None
        return f"is rendered against the contract ({view.schema}): {validator.explain(content)}"

    return check
