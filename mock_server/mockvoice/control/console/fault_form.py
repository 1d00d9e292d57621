"""The form of a new fault: the fields of each effect, and the request of the control API."""

from dataclasses import dataclass
from typing import Any

import orjson

from mockvoice.control.console.form_state import Form
from mockvoice.control.console.forms import field, number_field, present_fields
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidCriteria, InvalidField, VendorNotFound
from mockvoice.control.suggestions import suggestion
from mockvoice.sandboxes.faults import ANY
from mockvoice.web.stubbed_responses import InvalidAnswer, check_answer

DEFAULT_STATUS = {"status": 503, "answer": 200}
_LABELS = {
    "vendor": "Vendor",
    "operation": "Operation",
    "status": "Status",
    "seconds": "Seconds",
    "limit": "Requests per window",
    "window_seconds": "Window in seconds",
    "answer": "Body (JSON)",
    "answer_headers": "Headers (JSON)",
    "stub_name": "Name",
    "how": "What happens",
    "event": "Event",
    "times": "Times",
    "probability": "Probability",
    "match": "Only requests with (JSON)",
}
_MEMBERS = {
    "effect.status": "status",
    "effect.seconds": "seconds",
    "effect.limit": "limit",
    "effect.window_seconds": "window_seconds",
    "effect.body": "answer",
    "effect.headers": "answer_headers",
    "effect.how": "how",
    "effect.event": "event",
    "name": "stub_name",
}
_ALWAYS = ("vendor", "times", "probability")
_REQUESTS = ("operation", "match")


@dataclass(frozen=True)
class EffectForm:
    """The form of one effect."""

    kind: str
    meaning: str
    form: Form

    @property
    def title(self) -> str:
        """Its name for people, such as ``rate limit``."""
        return self.kind.replace("_", " ")

    def defaults(self) -> dict[str, str]:
        """Return the values that the form has at first."""
        values = {"seconds": "1.5", "limit": "10", "window_seconds": "60", "vendor": ANY}
        return {name: value for name, value in values.items() if name in self.form.labels}


def _effect(kind: str, meaning: str, *fields: str) -> EffectForm:
    labels = {name: label for name, label in _LABELS.items() if name in (*_ALWAYS, *fields)}
    errors = {VendorNotFound: "vendor", InvalidCriteria: "match"}
    return EffectForm(
        kind, meaning, Form("fault", "The fault was not created.", labels, _MEMBERS, errors)
    )


EFFECTS = {
    effect.kind: effect
    for effect in (
        _effect("status", "rejected with an error status", *_REQUESTS, "status"),
        _effect("delay", "executed and answered later", *_REQUESTS, "seconds"),
        _effect("drop", "no response, nothing executed", *_REQUESTS),
        _effect("commit_then_drop", "executed, but no response", *_REQUESTS),
        _effect("malformed", "executed, JSON cut off", *_REQUESTS),
        _effect(
            "rate_limit", "rejected beyond a number of requests",
            *_REQUESTS, "limit", "window_seconds",
        ),
        _effect("expire_tokens", "all tokens expire", "match"),
        _effect(
            "answer", "a response of your choice",
            *_REQUESTS, "status", "answer", "answer_headers", "stub_name",
        ),
        _effect("webhook", "deliveries twice, late or never", "how", "event", "seconds"),
    )
}  # fmt: skip
HOWS = ("duplicate", "reorder", "delay", "drop")
_WITH_SECONDS = ("delay", "reorder")


def fault_of_form(server: ServerContext, effect: EffectForm) -> dict[str, Any]:
    """Return the form as a request body. Raises ``InvalidField``; other fields are ignored."""
    shown = effect.form.labels
    _check_operation(server, effect)
    fields = {
        "vendor": field("vendor"),
        "operation": field("operation") if "operation" in shown else "",
        "effect": {"kind": effect.kind, **_parameters(effect.kind)},
        "name": field("stub_name") if "stub_name" in shown else "",
        "times": number_field("times", int),
        "probability": number_field("probability"),
    }
    match = _json_fields(match="match") if "match" in shown else {}
    return present_fields(**fields) | match


def _parameters(kind: str) -> dict[str, Any]:
    match kind:
        case "status":
            return {"status": number_field("status", int) or DEFAULT_STATUS[kind]}
        case "delay":
            return {"seconds": _needed("seconds", number_field("seconds"))}
        case "rate_limit":
            return {
                "limit": _needed("limit", number_field("limit", int)),
                "window_seconds": _needed("window_seconds", number_field("window_seconds")),
            }
        case "answer":
            return _answer()
        case "webhook":
            return _webhook()
    return {}


def _needed(name: str, value: Any) -> Any:
    if value is None:
        raise InvalidField(name, "must not be empty")
    return value


def _webhook() -> dict[str, Any]:
    how, seconds = field("how"), None
    if how in _WITH_SECONDS:
        seconds = number_field("seconds")
    if how == "delay":
        _needed("seconds", seconds)
    return present_fields(how=how, event=field("event"), seconds=seconds)


def _answer() -> dict[str, Any]:
    """Return the parameters of a response. Raises ``InvalidField`` if it cannot be sent."""
    status = number_field("status", int) or DEFAULT_STATUS["answer"]
    members = _json_fields(body="answer", headers="answer_headers")
    headers = {"headers": members["headers"]} if "headers" in members else {}
    for name, answer in (("answer_headers", headers), ("answer", {**members, "status": status})):
        try:
            check_answer(answer)
        except InvalidAnswer as error:
            if str(error).startswith("status"):
                continue  # the contract says the same about the field
            raise InvalidField(name, f"cannot be sent: {error}") from error
    return {"status": status, **members}


def _check_operation(server: ServerContext, effect: EffectForm) -> None:
    """Raise ``InvalidField`` if the vendor does not have the operation."""
    vendor, operation = field("vendor"), field("operation")
    if "operation" not in effect.form.labels or operation in ("", ANY):
        return
    if vendor == ANY:
        raise InvalidField("vendor", "must be one vendor, since an operation belongs to one")
    known = server.operations(vendor) if vendor in server.vendors else [operation]
    if operation not in known:
        title, hint = server.vendor(vendor).title, suggestion(operation, known, "")
        raise InvalidField("operation", f"must be an operation of {title}{hint}")


def _json_fields(**names: str) -> dict[str, Any]:
    """Return the values of form fields in JSON, without empty fields. Raises ``InvalidField``."""
    values = {}
    for member, name in names.items():
        if text := field(name):
            try:
                values[member] = orjson.loads(text)
            except orjson.JSONDecodeError as error:
                raise InvalidField(name, f"must be JSON: {error}") from error
    return values
