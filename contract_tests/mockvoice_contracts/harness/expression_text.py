"""Expressions of assert statements as names of what was compared, without details of the test's code."""

import ast
import copy

# Functions that only change the form of their argument.
_CONVERSIONS = frozenset({"dict", "list", "set", "sorted", "tuple"})
# Fixtures of the suites that functions get to send requests.
_FIXTURES = frozenset({"api", "factory"})


def expression_text(node: ast.expr) -> str:
    """Return an expression as text: ``sorted(row_ids)`` as ``row_ids``, ``shown(bill, *names)`` as ``shown(bill)``."""
    return ast.unparse(_Simplifier().visit(copy.deepcopy(node)))


class _Simplifier(ast.NodeTransformer):
    """Removes conversions, arguments that only repeat the names of members, and what a test ignores."""

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        """Return ``row`` for ``{**row, "id": None}``: a copy without the members that are not compared."""
        self.generic_visit(node)
        pairs = list(zip(node.keys, node.values, strict=True))
        rows = [value for key, value in pairs if key is None]
        others = [value for key, value in pairs if key is not None]
        are_ignored = all(isinstance(each, ast.Constant) and each.value is None for each in others)
        return rows[0] if len(rows) == 1 and are_ignored else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        is_conversion = isinstance(node.func, ast.Name) and node.func.id in _CONVERSIONS
        if is_conversion and len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
            return node.args[0]
        node.args = [each for each in node.args if not _is_detail(each)]
        node.keywords = [each for each in node.keywords if each.arg is not None]
        return node


def _is_detail(argument: ast.expr) -> bool:
    """Return whether an argument only says how a test reads a value."""
    is_fixture = isinstance(argument, ast.Name) and argument.id in _FIXTURES
    return is_fixture or isinstance(argument, ast.Starred)
