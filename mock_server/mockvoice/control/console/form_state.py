"""Forms that are shown again with what was entered, and with what is wrong beside each field."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import flask

from mockvoice.control.effect_errors import effect_violations
from mockvoice.control.errors import ControlError, InvalidField
from mockvoice.control.render import error_response, violation_messages
from mockvoice.web.errors import InvalidRequest, RequestError, Violation

# Problems in the words of a form, where those of the control API are about JSON.
_WORDS = {
    "instant": "must be a time such as 2026-03-01 09:00, in the years 1000 to 9899",
    "name": "must have 1 to 64 letters, digits, '-', '_' or '.', and must not start with a dot",
    "data": "must be demo or empty",
    "pattern": "must have 1 to 64 letters, digits, '-', '_' or '.', and must begin with a letter or a digit",
    "minProperties": "must not be empty",
}


@dataclass(frozen=True)
class Form:
    """A form of a page.

    ``labels`` has the visible label of each field, in the order of the page. ``members`` has the
    fields for members of the request's body that have other names, such as ``effect.body``.
    ``errors`` has the fields that other errors are about.
    """

    key: str
    failure: str  # what has not happened, such as "The fault was not created."
    labels: Mapping[str, str]
    members: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[type[Exception], str] = field(default_factory=dict)

    def blank(self, **values: str) -> "FormState":
        """Return the form without problems; values are those that it has at first."""
        return FormState(self, values)

    def rejected(self, error: Exception, entered: Mapping[str, str]) -> "FormState":
        """Return the form with what was entered, and with the problems that an error is about."""
        state = FormState(self, {name: entered.get(name, "") for name in self.labels})
        for name, text in self._problems(error):
            sentence = text if text.endswith((".", "?")) else f"{text}."
            if name is None:
                state.others.append(sentence)
            else:
                state.problems.setdefault(name, sentence)
        return state

    def _problems(self, error: Exception) -> Iterator[tuple[str | None, str]]:
        """Yield the name of a field, or ``None``, and what is wrong with it as a sentence."""
        match error:
            case InvalidField(field=name, problem=problem) if name in self.labels:
                yield name, f"{self.labels[name]} {problem}"
            case InvalidRequest():
                for violation in _single(error.violations):
                    yield self._violation_problem(violation)
            case _:
                message = str(error_response(error).body["error"]["message"])
                first, _, rest = message.partition(" ")
                if first in self.labels and rest.startswith("must "):
                    yield first, f"{self.labels[first]} {rest}"
                else:
                    yield self.errors.get(type(error)), message

    def _violation_problem(self, violation: Violation) -> tuple[str | None, str]:
        (message,) = violation_messages([violation])
        path = ".".join(map(str, violation.field))
        problem = _WORDS.get(violation.rule) or message.removeprefix(f"{path} ")
        if problem == "must be of type object":
            problem = "must be a JSON object"
        # The nearest member that has a field contains the value.
        for end in range(len(violation.field), 0, -1):
            member = ".".join(map(str, violation.field[:end]))
            label = self.labels.get(name := self.members.get(member, member))
            if label is not None:
                inner = ".".join(map(str, violation.field[end:]))
                return name, f"{label}{inner and f': {inner}'} {problem}"
        return None, message


@dataclass
class FormState:
    """A form as a page shows it: the values of its fields, and what is wrong with them."""

    form: Form
    values: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)  # problems that no field has

    @property
    def is_rejected(self) -> bool:
        """Whether the form was sent and has problems."""
        return bool(self.problems or self.others)

    def value(self, name: str, default: str = "") -> str:
        """Return what was entered in a field; the default in a form that was not sent."""
        return self.values.get(name, default)

    def is_first_problem(self, name: str) -> bool:
        """Whether this is the first field with a problem, in the order of the page."""
        return name == next((each for each in self.form.labels if each in self.problems), None)


def accepts_pages() -> bool:
    """Return whether the client of this request is a browser."""
    return "text/html" in flask.request.headers.get("Accept", "")


def submit(
    form: Form,
    work: Callable[[], Any],
    page: Callable[[FormState], str],
    entered: Mapping[str, str] | None = None,
) -> Any:
    """Do what a form is for; if it is rejected, show its page again with the problems.

    By default, what was entered is in the body of the request. Clients that do not accept HTML get the error in JSON.
    """
    try:
        return work()
    except (ControlError, RequestError) as error:
        if not accepts_pages():
            raise
        state = form.rejected(error, flask.request.form if entered is None else entered)
        return page(state), error_response(error).status


def _single(violations: tuple[Violation, ...]) -> Iterator[Violation]:
    """Yield the violations; those of an effect one by one."""
    for violation in violations:
        if violation.rule == "effect":
            yield from effect_violations(violation.value) or [violation]
        else:
            yield violation
