"""Requests with the examples of a contract, to a mock with the demo data."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from mockvoice.testing import InProcessServer, Sandbox
from mockvoice.vendor_registry import load_vendor, own_vendor_keys
from mockvoice.web import contract
from mockvoice.web.document import Document, DocumentedOperation
from mockvoice_contracts.suites.count.request_signer import body_hash, path_of, signature

CONTRACTS = (*own_vendor_keys(), "control")
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

Parameter = Mapping[str, Any]


def load_document(name: str) -> Document:
    """Return the document of one of the ``CONTRACTS``."""
    if name == "control":
        return contract.load("control", "mockvoice.control").document
    return load_vendor(name).contract.document


def media_types(document: Document, operation: DocumentedOperation) -> Mapping[str, Any]:
    """Return the media types of an operation's request body."""
    content: Mapping[str, Any] = document.resolve(operation.spec.get("requestBody", {})).get(
        "content", {}
    )
    return content


def named_examples(document: Document, media: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the examples of a media type with their names."""
    if "example" in media:
        yield "example", media["example"]
    for name, example in media.get("examples", {}).items():
        yield name, document.resolve(example)["value"]


def is_required(parameter: Parameter) -> bool:
    """Whether each request needs the parameter."""
    return parameter["in"] == "path" or bool(parameter.get("required"))


def rows(response: httpx.Response) -> list[Any] | None:
    """Return the rows of a list, which are the first list in its body."""
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    return _first_list(response.json()) if is_json else None


def _first_list(value: Any) -> list[Any] | None:
    if isinstance(value, list):
        return value
    members = value.values() if isinstance(value, dict) else ()
    return next((found for each in members if (found := _first_list(each)) is not None), None)


class ExampleClient:
    """A sandbox of a mock with the demo data, by default ``default``, through one contract's API.

    ``document`` may replace the contract by one with other examples.
    """

    def __init__(
        self,
        server: InProcessServer,
        name: str,
        sandbox: Sandbox | None = None,
        document: Document | None = None,
    ) -> None:
        self.name = name
        self.document = document or load_document(name)
        self._control = f"{server.url}/_mock/sandboxes"
        self._url = server.url if name == "control" else server.base_urls[name]
        self.sandbox = sandbox or server.default
        self._credentials = self.sandbox.credentials.get(name, {})
        self._http = httpx.Client(trust_env=False, timeout=60)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def reset(self) -> None:
        """Undo what earlier requests changed."""
        sandbox = f"{self._control}/{self.sandbox.name}"
        self._http.post(f"{sandbox}/reset", json={}).raise_for_status()
        if self.name == "control":
            self._http.delete(f"{sandbox}/faults").raise_for_status()
            for parent in (self._control, f"{sandbox}/snapshots"):
                for entry in self._http.get(parent).json():
                    if entry["name"] != "default":
                        self._http.delete(f"{parent}/{entry['name']}").raise_for_status()

    def send(
        self,
        operation: DocumentedOperation,
        parameters: Iterable[Parameter],
        media_type: str | None = None,
        body: Any = None,
    ) -> httpx.Response:
        """Send a request with the examples of these parameters."""
        path, headers = operation.path, httpx.Headers()
        query: list[tuple[str, str]] = []
        for parameter in parameters:
            name, texts = parameter["name"], _texts(parameter)
            if parameter["in"] == "path":
                path = path.replace(f"{{{name}}}", quote(texts[0], safe=""))
            elif parameter["in"] == "query":
                query += [(name, text) for text in texts]
            else:
                headers[name] = texts[0]
        url = f"{self._url}{path}?{urlencode(query)}".removesuffix("?")
        if media_type is not None and media_type != MULTIPART:
            headers["Content-Type"] = media_type.replace("*", "vnd.example")
        request = self._http.build_request(
            operation.method, url, headers=headers, **_body(media_type, body)
        )
        self._authenticate(request)
        return self._http.send(request)

    def send_first_example(self, operation_id: str) -> None:
        """Send the first example of an operation, which must succeed."""
        operation = self.document.find(operation_id)
        media_type, media = next(iter(media_types(self.document, operation).items()))
        _, body = next(named_examples(self.document, media))
        required = filter(is_required, operation.parameters)
        self.send(operation, required, media_type, body).raise_for_status()

    def _authenticate(self, request: httpx.Request) -> None:
        known = self._credentials
        tokens = [known[name] for name in ("access_token", "api_key", "owner") if name in known]
        if tokens:
            request.headers["Authorization"] = f"Bearer {tokens[0]}"
        if self.name == "count":
            timestamp = str(int(datetime.now(UTC).timestamp()))
            content_type = request.headers.get("Content-Type", "")
            hashed = body_hash(request.method, request.read(), content_type)
            path = path_of(str(request.url))
            request.headers["x-client-id"] = known["client_id"]
            request.headers["x-timestamp"] = timestamp
            request.headers["x-signature"] = signature(
                known["client_secret"], request.method, path, timestamp, hashed
            )


def _texts(parameter: Parameter) -> list[str]:
    """Return the example of a parameter as it is sent."""
    example = parameter["example"]
    values = example if isinstance(example, list) else [example]
    texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
    return texts if parameter.get("explode", True) else [",".join(texts)]


def _body(media_type: str | None, body: Any) -> dict[str, Any]:
    """Return the arguments of httpx for a body."""
    if media_type is None:
        return {}
    if media_type == MULTIPART:
        return {"files": {name: ("example.txt", value) for name, value in body.items()}}
    return {"content": urlencode([*_fields(body)]) if media_type == FORM else json.dumps(body)}


def _fields(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the fields of a form as PHP reads them, such as ``items[0][quantity]``."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _fields(member, f"{name}[{key}]" if name else key)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _fields(member, f"{name}[{index}]")
    elif isinstance(value, bool):
        yield name, str(int(value))
    else:
        yield name, "" if value is None else str(value)
