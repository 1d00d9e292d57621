"""Why a request was rejected, in words, and how the right request would look."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from mockvoice.control.error_reasons import UNREAD_NOTE
from mockvoice.control.journal_requests import documented
from mockvoice.control.journal_view import replace_surrogates
from mockvoice.control.redaction import Redactor
from mockvoice.sandboxes.request_log import Entry
from mockvoice.web.document import Document, DocumentedOperation
from mockvoice.web.vendor import Vendor

_FAULT = re.compile(r"(fault \d+|X-Mock-Fault): ")
_NEAREST = re.compile(r"; (?:did you mean|the nearest path of the contract is) (\S+?)\??$")
_FIELD = re.compile(r"(body|query|path|header) (\S+) ")
_MAX_PROBLEMS = 20

# Of the rejections by which a request's own values are wrong.
_INVALID = (400, 415, 422)

_BY_STATUS = {
    400: "The request breaks the contract or a rule of the API.",
    401: "The credential of the request is missing, wrong or no longer valid.",
    403: "The credential is right, but it does not allow this.",
    404: "The path is right, but this sandbox has no such record.",
    409: "The record is in a state that does not allow this.",
    413: "The body is too large.",
    415: "The media type of the body is not one that the operation accepts.",
    422: "The request has values that the API does not accept.",
    429: "There were too many requests.",
    500: "The mock failed while it handled the request. Its log has the details.",
    503: "The server was busy or stopping.",
    507: "The sandbox may not store more data.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason of a rejection; ``field`` is the value in error, such as ``body bill_date``."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a request was rejected."""

    summary: str
    problems: Sequence[Problem]
    fault: str = ""  # the injected fault that is the reason
    advice: str = ""


def explain_rejection(entry: Entry, vendor: Vendor, redactor: Redactor) -> Rejection | None:
    """Return why a request was rejected; ``None`` if it was not."""
    if entry.status is not None and entry.status < 400:
        return None
    note = redactor.text(replace_surrogates(entry.note))
    parts = list(filter(None, note.split("; ")))
    fault = next((part for part in parts if _FAULT.match(part)), "")
    if fault:
        summary = (
            "An injected fault is the reason, not the request. Without the fault the request may "
            "be right or wrong."
        )
        return Rejection(summary, [], fault, _advice(entry, vendor, note))
    # What was not read comes last, since it is rarely the reason.
    parts.sort(key=lambda part: part.startswith(UNREAD_NOTE))
    problems = [each for part in parts for each in _problems(part)][:_MAX_PROBLEMS]
    return Rejection(_summary(entry), problems, "", _advice(entry, vendor, note))


def _summary(entry: Entry) -> str:
    if entry.status is None:
        return "No response was sent: the connection ended before."
    if entry.status == 404 and entry.operation is None:
        return "The API has no such path."
    if entry.status == 405:
        return "The path exists, but not with this method."
    phrase = HTTPStatus(entry.status).phrase if entry.status in set(HTTPStatus) else "error"
    return _BY_STATUS.get(entry.status, f"The API responded with {entry.status} ({phrase}).")


def _problems(part: str) -> Iterator[Problem]:
    """Yield the problems in one part of a note."""
    if part.startswith(UNREAD_NOTE):
        for name in part.removeprefix(UNREAD_NOTE).split(", "):
            text = f"{name} is not in the contract, so the API does not read it"
            yield Problem(text, name.replace(".", " ", 1))
        return
    match = _FIELD.match(part)
    yield Problem(part, f"{match[1]} {match[2]}" if match else "")


def _advice(entry: Entry, vendor: Vendor, note: str) -> str:
    headers = {name.lower(): value.decode("latin-1") for name, value in entry.response_headers}
    if entry.status == 429:
        wait = headers.get(b"retry-after")
        return f"Send it again after {wait} seconds." if wait else "Send it again later."
    if entry.status == 405:
        allowed = headers.get(b"allow") or ", ".join(_methods(entry, vendor))
        return f"Allowed methods: {allowed}." if allowed else ""
    if entry.status == 404 and (nearest := _NEAREST.search(note)):
        return f"The nearest path of the API is {nearest[1]}."
    return ""


def _methods(entry: Entry, vendor: Vendor) -> list[str]:
    path = vendor.canonical_path(entry.path)
    return sorted({
        each.method
        for each in vendor.contract.document.operations.values()
        if _fits(vendor.canonical_path(each.path), path)
    })  # fmt: skip


def _fits(template: str, path: str) -> bool:
    expected, actual = template.split("/"), path.split("/")
    return len(expected) == len(actual) and all(
        part.startswith("{") or part == value for part, value in zip(expected, actual, strict=True)
    )


@dataclass(frozen=True, slots=True)
class RightRequest:
    """The contract's example of an operation. Lines with a value that was in error are marked."""

    method: str
    target: str
    parameters: Sequence[
        tuple[str, str, bool]
    ]  # name and place, what it is, whether it is in error
    media_type: str
    lines: Sequence[tuple[str, bool]]

    @property
    def has_marks(self) -> bool:
        """Whether a line of the example is marked."""
        return any(is_wrong for _, is_wrong in self.lines)


def right_request(entry: Entry, vendor: Vendor, rejection: Rejection) -> RightRequest | None:
    """Return the contract's example of the request's operation.

    ``None`` if there is no operation, or if its values are not the reason of the rejection.
    """
    operation = documented(vendor, entry)
    fields = {problem.field for problem in rejection.problems if problem.field}
    if operation is None or rejection.fault or not (fields or entry.status in _INVALID):
        return None
    document = vendor.contract.document
    media_type, example = _example(document, operation)
    names = {part for field in fields if field.startswith("body ") for part in _names(field[5:])}
    lines: list[tuple[str, bool]] = []
    if example is not None:
        text = json.dumps(example, indent=2, ensure_ascii=False, default=str)
        lines = [(line, _name_of(line) in names) for line in text.splitlines()]
    return RightRequest(
        operation.method, operation.path, list(_parameters(operation, fields)), media_type, lines
    )


def _parameters(
    operation: DocumentedOperation, fields: set[str]
) -> Iterator[tuple[str, str, bool]]:
    """Yield the parameters that are required or were in error."""
    for parameter in operation.parameters:
        is_wrong = f"{parameter['in']} {parameter['name']}" in fields
        if is_wrong or parameter.get("required"):
            text = parameter.get("description", "") or parameter["schema"].get("type", "")
            yield f"{parameter['name']} ({parameter['in']})", text.strip(), is_wrong


def _example(document: Document, operation: DocumentedOperation) -> tuple[str, Any]:
    """Return the media type and the example of an operation's body; ``None`` without one."""
    body = document.resolve(operation.spec.get("requestBody", {}))
    for media_type, described in body.get("content", {}).items():
        if "example" in described:
            return media_type, described["example"]
        first: Any = next(iter(described.get("examples", {}).values()), {})
        return media_type, document.resolve(first).get("value")
    return "", None


def _names(path: str) -> list[str]:
    return [part for part in re.split(r"[.\[\]]", path) if part and not part.isdecimal()]


def _name_of(line: str) -> str | None:
    """Return the name of the member that a line of indented JSON begins."""
    name, colon, _ = line.strip().partition('": ')
    return name.removeprefix('"') if colon and name.startswith('"') else None
