"""API client that checks every response against the contract."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import requests
from requests.auth import AuthBase

from mockvoice_contracts.harness import curl, forms, suites
from mockvoice_contracts.harness.connections import open_session
from mockvoice_contracts.harness.contract import SAFE, Breach, Contract, Operation
from mockvoice_contracts.harness.ownership import NotAllowed
from mockvoice_contracts.harness.resending import expecting
from mockvoice_contracts.harness.targets import Target

__all__ = [
    "Anonymous",
    "Api",
    "AssumptionBreach",
    "Bearer",
    "ContractBreach",
    "NotAllowed",
    "Response",
]

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"
TIMEOUT_SECONDS = 30
MAX_BODY_CHARS = 1500  # characters of a body in a message


class ContractBreach(AssertionError):
    """A response that breaks the contract, and the statuses that the test expected."""

    def __init__(
        self,
        operation: Operation,
        breaches: Sequence[Breach],
        response: "Response",
        expected: Collection[int] = (),
    ) -> None:
        super().__init__(
            "\n".join([*(breach.message for breach in breaches), *describe_response(response)])
        )
        self.operation = operation
        self.breaches = breaches
        self.response = response
        self.expected = expected


class AssumptionBreach(ContractBreach):
    """A response that differs only from assumptions of the contract."""


class Anonymous(AuthBase):
    """Authentication without credentials."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Remove the ``Authorization`` header."""
        request.headers.pop("Authorization", None)
        return request


class Bearer(AuthBase):
    """Authentication with a token in the ``Authorization`` header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the ``Authorization`` header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass(frozen=True)
class Response:
    """A response, and how to repeat its request."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    body: Any  # JSON with numbers as Decimal or int; text for other media types
    # Few commands are read, and to quote one takes as long as to parse the body.
    curl_command: Callable[[], str] = field(repr=False, compare=False)

    @property
    def curl(self) -> str:
        """The curl command that repeats the request."""
        return self.curl_command()

    @property
    def media_type(self) -> str:
        """The media type of the content, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Api:
    """One vendor's API at one target, with one kind of authentication."""

    def __init__(
        self,
        contract: Contract,
        target: Target,
        auth: AuthBase | None = None,
        *,
        tolerated: list[ContractBreach] | None = None,
    ) -> None:
        self.contract = contract
        self.target = target
        self.auth = auth or Anonymous()
        self._session = open_session(target.connection)
        self._tolerated = tolerated
        self._tolerating: list[ContractBreach] | None = None

    def with_auth(self, auth: AuthBase) -> "Api":
        """Return this API with a different authentication."""
        return Api(self.contract, self.target, auth, tolerated=self._tolerated)

    @property
    def can_write(self) -> bool:
        """Whether tests may create records; in mode read-only, those of the account must do."""
        return self.target.mode != "read-only"

    def for_arranging(self) -> "Api":
        """Return this API for factories, which go on with a created record that breaks the contract.

        The breach is noted, and fails the test at its end. If it ended the test at once, it would
        hide what else is wrong.
        """
        api = self.with_auth(self.auth)
        api._tolerating = self._tolerated
        return api

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def call(
        self,
        operation_id: str,
        *,
        expect: int | Collection[int],
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        form: bool = False,
        headers: Mapping[str, str] | None = None,
        files: Any = None,
        **path: Any,
    ) -> Any:
        """Send a request and return the response body, checked for status and contract.

        ``path`` holds the path parameters. A ``body`` is sent as JSON, or as a form with bracketed
        keys. Raises ``AssertionError`` with the expected and the actual response.
        """
        return self.exchange(
            operation_id, expect=expect, body=body, query=query, form=form, headers=headers,
            files=files, **path,
        ).body  # fmt: skip

    def exchange(
        self,
        operation_id: str,
        *,
        expect: int | Collection[int],
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        form: bool = False,
        headers: Mapping[str, str] | None = None,
        files: Any = None,
        **path: Any,
    ) -> Response:
        """Send and check a request like ``call``, and return the whole response."""
        operation = self.contract.find(operation_id)
        data, media_type = _encode(body, form=form)
        all_headers = dict(headers or {})
        if data is not None and not files:
            all_headers.setdefault("Content-Type", media_type)
        url = operation.build_path(path) + _query(operation, query)
        expected_statuses = (expect,) if isinstance(expect, int) else expect
        with expecting(*expected_statuses):
            response = self.send(operation.method, url, data=data, headers=all_headers, files=files)
        self._check(operation, response, expect)
        return response if self.target.is_mock else self._in_declared_form(operation, response)

    def send(
        self,
        method: str,
        path: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        files: Any = None,
    ) -> Response:
        """Send any request and return the response, without checking it against the contract."""
        # The request gate applies this rule to every request; this check also works without a gate.
        if self.target.mode == "read-only" and method not in SAFE:
            raise NotAllowed(f"{method} {path} is not allowed in mode read-only")
        request = requests.Request(
            method, self.target.url + path, data=data, headers=dict(headers or {}), files=files,
            auth=self.auth,
        )  # fmt: skip
        prepared = self._session.prepare_request(request)
        secrets = self.target.secrets
        response = self._session.send(prepared, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        return Response(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.content,
            _decode(response),
            lambda: curl.command(
                prepared,
                secrets,
                self.target.connection.curl_options(),
                suites.shell_headers(self.target, response, secrets),
            ),
        )

    def _in_declared_form(self, operation: Operation, response: Response) -> Response:
        body = self.contract.declared_body(
            operation, response.status, response.media_type, response.body
        )
        return replace(response, body=body)

    def _check(
        self, operation: Operation, response: Response, expect: int | Collection[int]
    ) -> None:
        expected_statuses = {expect} if isinstance(expect, int) else set(expect)
        name = f"{operation.id} ({operation.method} {operation.path})"
        definition = operation.response(response.status)
        breaches = []
        if response.status not in expected_statuses:
            expected = " or ".join(map(str, sorted(expected_statuses)))
            descriptions = [
                f"{status} in the contract: {(operation.response(status) or {}).get('description')}"
                for status in sorted(expected_statuses)
            ]
            evidence = {
                self.contract.evidence_of(operation, status) for status in expected_statuses
            }
            level = "choice" if evidence == {"choice"} else "public"
            problem = (
                f"{name} returned {response.status}, expected {expected}; {'; '.join(descriptions)}"
            )
            breaches.append(Breach(problem, level, ("responses", str(min(expected_statuses)))))
        if definition is None:
            documented = ", ".join(operation.responses)
            problem = f"{name} returned {response.status}; the contract has only {documented}"
            breaches.append(Breach(problem, "public", ("responses",)))
        elif operation.method != "HEAD":
            described = operation.response_of_body(response.status) or definition
            breaches += self._body_breaches(operation, response, described)
        if breaches:
            assumed = all(breach.evidence == "choice" for breach in breaches)
            error = AssumptionBreach if assumed else ContractBreach
            breach = error(operation, breaches, response, expected_statuses)
            if self._tolerating is None or not _is_usable(response, expected_statuses):
                raise breach
            self._tolerating.append(breach)

    def _body_breaches(
        self, operation: Operation, response: Response, definition: Mapping[str, Any]
    ) -> list[Breach]:
        name = f"{operation.id} ({operation.method} {operation.path}): {response.status}"
        content = definition.get("content", {})
        evidence = self.contract.evidence_of(operation, response.status)
        location = ("responses", str(response.status))
        if not content:
            return (
                [Breach(f"{name} must have no body", evidence, location)]
                if response.content
                else []
            )
        if response.media_type not in content:
            expected = ", ".join(content)
            problem = f"{name} has media type {response.media_type!r}, expected {expected}"
            return [Breach(problem, evidence, location)]
        breaches = self.contract.breaches(
            operation, response.status, response.media_type, response.body
        )
        return [
            replace(breach, message=f"{name} breaks the contract at {breach.message}")
            for breach in breaches
        ]


def _is_usable(response: Response, expected: Collection[int]) -> bool:
    """Return whether a response has a record, although its status or its body breaks the contract."""
    succeeded = response.status < 300 and max(expected) < 300
    return succeeded and isinstance(response.body, Mapping | list)


def describe_response(response: Response) -> list[str]:
    """Return message lines with the response and the curl command that repeats its request."""
    text = response.content[:MAX_BODY_CHARS].decode("utf-8", "replace")
    return [f"Response: {response.status} {text or '(no body)'}", f"Repeat with: {response.curl}"]


def _encode(body: Any, *, form: bool) -> tuple[bytes | None, str]:
    if body is None:
        return None, JSON
    if form:
        return forms.encode(body), FORM
    return json.dumps(body, default=_json_default).encode(), JSON


def _json_default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} is not a JSON value")


def _decode(response: requests.Response) -> Any:
    if "json" not in response.headers.get("content-type", ""):
        return response.content.decode("utf-8", "replace") or None
    try:
        return json.loads(response.content, parse_float=Decimal, parse_constant=_reject_constant)
    except ValueError:
        return response.content.decode("utf-8", "replace")


def _reject_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _query(operation: Operation, query: Mapping[str, Any] | None) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in (query or {}).items():
        spec = operation.parameters.get(("query", name), {})
        texts = [_text(item) for item in (value if isinstance(value, list | tuple) else [value])]
        if not spec.get("explode", True):
            texts = [",".join(texts)]
        pairs += [(name, text) for text in texts]
    return f"?{urlencode(pairs)}" if pairs else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
