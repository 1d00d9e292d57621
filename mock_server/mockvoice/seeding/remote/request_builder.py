"""Build HTTP requests from operations of a contract."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from mockvoice.outbound.auth import ApiRequest
from mockvoice.seeding.options import InvalidSeedOptions
from mockvoice.seeding.requests import Request
from mockvoice.web.document import Document, UnknownOperation


class InvalidRequestSpec(LookupError):
    """The contract has no such operation, or a path parameter is missing."""


class RequestBuilder:
    """Builds requests of a contract's operations."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def build(
        self, operation: str, path: Mapping[str, Any], query: Mapping[str, Any], body: Any = None
    ) -> ApiRequest:
        """Return the HTTP request of an operation. Raises ``InvalidRequestSpec``."""
        try:
            documented = self._document.find(operation)
            url_path = "/".join(_segment(segment, path) for segment in documented.path.split("/"))
        except UnknownOperation as error:
            raise InvalidRequestSpec(str(error)) from error
        except KeyError as error:
            raise InvalidRequestSpec(
                f"{operation} needs the path parameter {error.args[0]!r}"
            ) from error
        if query:
            url_path += f"?{urlencode({name: _text(value) for name, value in query.items()})}"
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return ApiRequest(documented.method, url_path, content)

    def check(self, requests: Iterable[Request]) -> None:
        """Raise ``InvalidSeedOptions`` if an operation or a path parameter is missing."""
        for request in requests:
            for spec in (request, request.lookup) if request.lookup else (request,):
                try:
                    self.build(spec.operation, spec.path, {})
                except InvalidRequestSpec as error:
                    raise InvalidSeedOptions(f"{request.name!r}: {error}") from error


def _segment(template: str, path: Mapping[str, Any]) -> str:
    return quote(str(path[template[1:-1]]), safe="") if template.startswith("{") else template


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
