"""Failed assert statements in words: what was compared, which values it had, what was expected."""

import ast
from collections.abc import Iterator, KeysView, Mapping, ValuesView
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mockvoice_contracts.harness.compared_values import describe_inequality, format_value
from mockvoice_contracts.harness.expression_text import expression_text

MAX_SOURCE_CHARS = 100
_OPERATORS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_EXPECTED = {
    "!=": "another value than", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least",
}  # fmt: skip
_EXPECTED_OF_SETS = {
    "<": "some but not all of", "<=": "only members of", ">": "more than the members of", ">=": "all of",
}  # fmt: skip
# pytest writes the assert statement after the message of the test.
_EXPLANATION = "assert "


@dataclass(frozen=True)
class Comparison:
    """The last comparison of an assert statement that was false."""

    operator: str
    left: Any
    right: Any


COMPARISON = pytest.StashKey[Comparison | None]()


def describe(excinfo: pytest.ExceptionInfo[BaseException], compared: Comparison | None) -> str:
    """Return the message of a failed assertion: the compared values, then the test's own message.

    The text of pytest stays if the exception was not raised by an assert statement.
    """
    own, explanation = _split(str(excinfo.value))
    statement = _statement(excinfo)
    if statement is None:
        return str(excinfo.value)
    sentence = _sentence(statement.test, compared, explanation)
    return "\n".join(filter(None, (sentence, own)))


def _split(text: str) -> tuple[str, str]:
    """Return the test's own message and pytest's explanation of the statement."""
    if text.startswith(_EXPLANATION):
        return "", text.removeprefix(_EXPLANATION)
    own, _, explanation = text.partition(f"\n{_EXPLANATION}")
    return own, explanation


def _statement(excinfo: pytest.ExceptionInfo[BaseException]) -> ast.Assert | None:
    """Return the assert statement at which an exception was raised."""
    entry = excinfo.traceback[-1]
    line = entry.lineno + 1
    for node in _asserts(Path(entry.path)):
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            return node
    return None


@cache
def _asserts(file: Path) -> tuple[ast.Assert, ...]:
    if not file.is_file():
        return ()
    tree = ast.parse(file.read_bytes())
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.Assert))


def _sentence(test: ast.expr, compared: Comparison | None, explanation: str) -> str:
    operands = list(_operands(test, compared)) if compared is not None else []
    if compared is not None and len(operands) == 1:
        return _comparison_sentence(*operands[0], compared)
    value = explanation.partition("\n")[0]
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        value = value.removeprefix("not ")
        return f"{_text(test.operand)} is {value[:MAX_SOURCE_CHARS]}, expected nothing or false"
    if compared is not None and operands:
        values = f"{format_value(compared.left)} {compared.operator} {format_value(compared.right)}"
        return f"{_text(test)} is false: {values}"
    return f"{_text(test)} is {value[:MAX_SOURCE_CHARS] or 'false'}, expected true"


def _operands(test: ast.expr, compared: Comparison) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the operands of the comparisons that the failed one may be."""
    for node in test.values if isinstance(test, ast.BoolOp) else [test]:
        if isinstance(node, ast.Compare):
            lefts = [node.left, *node.comparators]
            for left, operator, right in zip(lefts, node.ops, node.comparators, strict=False):
                is_same = _OPERATORS[type(operator)] == compared.operator
                if is_same and _may_be(left, compared.left) and _may_be(right, compared.right):
                    yield left, right


def _may_be(node: ast.expr, value: Any) -> bool:
    return not isinstance(node, ast.Constant) or bool(node.value == value)


def _comparison_sentence(left: ast.expr, right: ast.expr, compared: Comparison) -> str:
    operator, actual, expected = compared.operator, compared.left, compared.right
    if operator in ("in", "not in"):
        return _membership_sentence(left, right, compared)
    if operator in ("==", "is"):
        if _is_constant(left) and not _is_constant(right):
            left, actual, expected = right, expected, actual
        return describe_inequality(_text(left), actual, expected, left)
    if operator == "is not":
        return f"{_text(left)} is {format_value(actual)}, expected another value"
    words = _EXPECTED_OF_SETS if isinstance(actual, AbstractSet) else _EXPECTED
    wanted = f"{words.get(operator, _EXPECTED[operator])} {format_value(expected)}"
    return f"{_text(left)} is {format_value(actual)}, expected {wanted}"


def _membership_sentence(left: ast.expr, right: ast.expr, compared: Comparison) -> str:
    negated = compared.operator == "not in"
    if isinstance(left, ast.Constant) or isinstance(compared.right, str):
        verb = "expected not to contain" if negated else "expected to contain"
        member = format_value(compared.left)
        return f"{_text(right)} is {format_value(compared.right)}, {verb} {member}"
    verb = "expected none of" if negated else "expected one of"
    container = compared.right
    if isinstance(container, Mapping | KeysView | ValuesView):
        container = list(container)
    return f"{_text(left)} is {format_value(compared.left)}, {verb} {format_value(container)}"


def _is_constant(node: ast.expr) -> bool:
    """Return whether an expression is a constant, or made of constants: ``Decimal("42.00")``."""
    if isinstance(node, ast.Call):
        return bool(node.args) and all(map(_is_constant, node.args)) and not node.keywords
    return isinstance(node, ast.Constant)


def _text(node: ast.expr) -> str:
    text = expression_text(node)
    return text if len(text) <= MAX_SOURCE_CHARS else f"{text[:MAX_SOURCE_CHARS]}…"
