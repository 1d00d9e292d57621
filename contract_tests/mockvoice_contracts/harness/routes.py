"""Lookup of a contract's operation by method and path."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from mockvoice_contracts.harness.contract import Operation


class Routes:
    """The operations of a contract by method and path; literal paths take precedence over patterns."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[tuple[str, str], Operation] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], Operation]]] = {}
        for operation in sorted(operations, key=lambda operation: len(operation.path_parameters)):
            if not operation.path_parameters:
                self._exact[operation.method, operation.path] = operation
            else:
                pattern = _pattern(operation.path)
                self._patterns.setdefault(operation.method, []).append((pattern, operation))

    def find(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """Return the operation and its path parameters as text, or ``None`` if none matches.

        A HEAD request belongs to the GET operation of its path.
        """
        method = "GET" if method == "HEAD" else method
        if operation := self._exact.get((method, path)):
            return operation, {}
        for pattern, operation in self._patterns.get(method, ()):
            if match := pattern.fullmatch(path):
                values = map(unquote, match.groups())
                return operation, dict(zip(operation.path_parameters, values, strict=True))
        return None

    def of_path(self, path: str) -> list[Operation]:
        """Return the operations of a path, whatever their methods."""
        methods = {method for method, _ in self._exact} | self._patterns.keys()
        routes = (self.find(method, path) for method in sorted(methods))
        return [route[0] for route in routes if route is not None]


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]+\}", path)
    return re.compile("([^/]+)".join(map(re.escape, parts)))
