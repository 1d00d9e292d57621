"""A client that holds every answer against the contract."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import requests
from requests.auth import AuthBase

from mockvoice_contracts.harness import curl, forms
from mockvoice_contracts.harness.contract import SAFE, Breach, Contract, Operation
from mockvoice_contracts.harness.ownership import NotAllowed
from mockvoice_contracts.harness.targets import Target

__all__ = [
    "Anonymous",
    "Api",
    "AssumptionBreach",
    "Bearer",
    "ContractBreach",
    "NotAllowed",
    "Reply",
]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
TIMEOUT_SECONDS = 30
MAX_BODY_CHARS = 1500  # characters of a body in a message


class ContractBreach(AssertionError):
    """An answer that breaks the contract: which operation, in which ways, and what came."""

    def __init__(self, operation: Operation, breaches: Sequence[Breach], reply: "Reply") -> None:
        super().__init__(
            "\n".join([*(each.message for each in breaches), *describe_response(reply)])
        )
        self.operation = operation
        self.breaches = breaches
        self.reply = reply


class AssumptionBreach(ContractBreach):
    """The server does not share an assumption of the contract, which is no breach of it."""


class Anonymous(AuthBase):
    """No credential at all."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.pop("Authorization", None)
        return request


class Bearer(AuthBase):
    """A token in the ``Authorization`` header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass(frozen=True)
class Reply:
    """An answer as it came, and the curl line that asks for it again."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    body: Any  # JSON with numbers as Decimal or int, or else text
    curl: str

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Api:
    """One vendor's API at one target, for one caller."""

    def __init__(self, contract: Contract, target: Target, auth: AuthBase | None = None) -> None:
        self.contract = contract
        self.target = target
        self.auth = auth or Anonymous()
        self._session = requests.Session()
        self._session.trust_env = False  # neither proxies nor a .netrc decide what is sent

    def acting_as(self, auth: AuthBase) -> "Api":
        """The same API for another caller."""
        return Api(self.contract, self.target, auth)

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
        """The body of the answer, which has an expected status and keeps the contract.

        ``path`` holds the path's parameters. A ``body`` goes as JSON, or as a form with bracketed
        keys. Raises ``AssertionError`` that says what the contract wants and what came.
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
    ) -> Reply:
        """As ``call``, but with status and headers."""
        operation = self.contract.find(operation_id)
        data, media_type = _encode(body, form=form)
        sent = dict(headers or {})
        if data is not None and not files:
            sent.setdefault("Content-Type", media_type)
        url = operation.fill(path) + _query(operation, query)
        reply = self.send(operation.method, url, data=data, headers=sent, files=files)
        self._check(operation, reply, expect)
        return reply

    def send(
        self,
        method: str,
        path: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        files: Any = None,
    ) -> Reply:
        """Whatever comes back for a request that no contract needs to know."""
        # The wire says the same of every request, whoever sends it; here it also holds without one.
        if self.target.mode == "read-only" and method not in SAFE:
            raise NotAllowed(f"{method} {path} would write, and the mode is read-only")
        request = requests.Request(
            method, self.target.url + path, data=data, headers=dict(headers or {}), files=files,
            auth=self.auth,
        )  # fmt: skip
        prepared = self._session.prepare_request(request)
        answer = self._session.send(prepared, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        return Reply(
            answer.status_code,
            {name.lower(): value for name, value in answer.headers.items()},
            answer.content,
            _decode(answer),
            curl.command(prepared, self.target.secrets),
        )

    def _check(self, operation: Operation, reply: Reply, expect: int | Collection[int]) -> None:
        expected = {expect} if isinstance(expect, int) else set(expect)
        where = f"{operation.id} ({operation.method} {operation.path})"
        answer = operation.response(reply.status)
        breaches = []
        if reply.status not in expected:
            wanted = " or ".join(map(str, sorted(expected)))
            said = [
                f"the contract says of {status}: {(operation.response(status) or {}).get('description')}"
                for status in sorted(expected)
            ]
            marks = {self.contract.evidence_of(operation, status) for status in expected}
            mark = "choice" if marks == {"choice"} else "public"
            problem = f"{where} answered {reply.status}, not {wanted}; {'; '.join(said)}"
            breaches.append(Breach(problem, mark, ("responses", str(min(expected)))))
        if answer is None:
            known = ", ".join(operation.responses)
            said = [f"{where} has no status {reply.status} in the contract, only {known}"]
            breaches.append(Breach(said[0], "public", ("responses",)))
        elif operation.method != "HEAD":
            breaches += self._body_breaches(operation, reply, answer)
        if breaches:
            assumed = all(breach.evidence == "choice" for breach in breaches)
            raise (AssumptionBreach if assumed else ContractBreach)(operation, breaches, reply)

    def _body_breaches(
        self, operation: Operation, reply: Reply, answer: Mapping[str, Any]
    ) -> list[Breach]:
        what = f"{operation.id} ({operation.method} {operation.path}): {reply.status}"
        content = answer.get("content", {})
        mark = self.contract.evidence_of(operation, reply.status)
        place = ("responses", str(reply.status))
        if not content:
            return [Breach(f"{what} must have no body", mark, place)] if reply.content else []
        if reply.media_type not in content:
            media = ", ".join(content)
            return [Breach(f"{what} came as {reply.media_type!r}, not as {media}", mark, place)]
        found = self.contract.breaches(operation, reply.status, reply.media_type, reply.body)
        return [
            replace(each, message=f"{what} breaks the contract at {each.message}")
            for each in found
        ]


def describe_response(reply: Reply) -> list[str]:
    """What came back and how to ask for it again, for the end of a message."""
    text = reply.content[:MAX_BODY_CHARS].decode("utf-8", "replace")
    return [f"Came back: {reply.status} {text or '(no body)'}", f"Again: {reply.curl}"]


def _encode(body: Any, *, form: bool) -> tuple[bytes | None, str]:
    if body is None:
        return None, JSON
    if form:
        return forms.encode(body), FORM
    return json.dumps(body, default=_json_default).encode(), JSON


def _json_default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} is no JSON")


def _decode(answer: requests.Response) -> Any:
    if "json" not in answer.headers.get("content-type", ""):
        return answer.content.decode("utf-8", "replace") or None
    try:
        return json.loads(answer.content, parse_float=Decimal, parse_constant=_reject_constant)
    except ValueError:
        return answer.content.decode("utf-8", "replace")


def _reject_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _query(operation: Operation, query: Mapping[str, Any] | None) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in (query or {}).items():
        spec = operation.parameters.get(("query", name), {})
        texts = [_text(each) for each in (value if isinstance(value, list | tuple) else [value])]
        if not spec.get("explode", True):
            texts = [",".join(texts)]
        pairs += [(name, text) for text in texts]
    return f"?{urlencode(pairs)}" if pairs else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
