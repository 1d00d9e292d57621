"""Rules that the checks of generated requests stand for, as sentences like those of scenarios."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemathesis.core.failures import Failure

# By the class of Schemathesis' failure. Each of them begins the message of a finding.
_RULES = {
    "AcceptedNegativeData": "A request that the contract does not allow is rejected.",
    "AllowHeaderMismatch": "The header `Allow` has the methods that the contract has for the path.",
    "EnsureResourceAvailability": "A record that was created can be used.",
    "IgnoredAuth": "A request without a valid credential is rejected.",
    "MalformedJson": "A response with a JSON media type has a JSON body.",
    "MalformedMediaType": "The header `Content-Type` is a media type.",
    "MissingContentType": "A response with a body has the header `Content-Type`.",
    "MissingHeaderNotRejected": "A request without a required header is rejected.",
    "MissingHeaders": "A response has the headers that the contract requires.",
    "RejectedPositiveData": "A request that the contract allows is accepted.",
    "UndefinedContentType": "A response has a media type that the contract has for it.",
    "UnsupportedMethodResponse": "A method that the contract does not have for a path gets 405 with the header `Allow`.",
    "UseAfterFree": "A record that was deleted is not found.",
}
# No document of a vendor mentions the header ``Allow``.
_ALLOW_MISMATCH, _WRONG_METHOD = "AllowHeaderMismatch", "UnsupportedMethodResponse"
_MISSING_ALLOW = "missing_allow_header"
_CUSTOM = "CustomFailure"
_CHECK_NAME = re.compile(r"`(\w+)`")


def is_custom(failure: "Failure") -> bool:
    """Return whether the check is one of a suite, such as that of amounts."""
    return type(failure).__name__ == _CUSTOM


def is_assumed(failure: "Failure", method_evidence: str) -> bool:
    """Return whether a check only stands for an assumption about methods that a path does not have.

    ``method_evidence`` is the evidence that they get 405; the header ``Allow`` is always assumed.
    """
    name, reason = type(failure).__name__, getattr(failure, "failure_reason", None)
    if name == _WRONG_METHOD:
        return reason == _MISSING_ALLOW or method_evidence == "choice"
    return name == _ALLOW_MISMATCH


def sentence(failure: "Failure") -> str:
    """Return the rule, or the title of a check that is not known here.

    The names of the suites' own checks are sentences: ``the_amounts_are_consistent``.
    """
    name = _CHECK_NAME.search(failure.title)
    if is_custom(failure) and name is not None:
        return f"{name[1].replace('_', ' ').capitalize()}."
    return _RULES.get(type(failure).__name__, failure.title)


def problem(failure: "Failure") -> str:
    """Return what was wrong, without blank lines."""
    return "\n".join(filter(None, failure.message.splitlines())) or failure.title
