"""Which operation of a contract a request is for."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from mockvoice_contracts.harness.contract import Operation


class Routes:
    """The operations of a contract by method and path; what is written out comes before a pattern."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[tuple[str, str], Operation] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], Operation]]] = {}
        for each in sorted(operations, key=lambda each: len(each.path_names)):
            if not each.path_names:
                self._exact[each.method, each.path] = each
            else:
                self._patterns.setdefault(each.method, []).append((_pattern(each.path), each))

    def find(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """The operation, and its path's parameters as text; ``None`` for what no contract knows.

        A HEAD is for the GET of its path.
        """
        method = "GET" if method == "HEAD" else method
        if found := self._exact.get((method, path)):
            return found, {}
        for pattern, operation in self._patterns.get(method, ()):
            if match := pattern.fullmatch(path):
                values = map(unquote, match.groups())
                return operation, dict(zip(operation.path_names, values, strict=True))
        return None


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]+\}", path)
    return re.compile("([^/]+)".join(map(re.escape, parts)))
