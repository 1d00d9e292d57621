"""What is known of a failed test beside its exception: its rule, and the compared values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from mockvoice_contracts.harness import failed_asserts
from mockvoice_contracts.harness.client import ContractBreach
from mockvoice_contracts.harness.compared_values import format_value, unexpected_values
from mockvoice_contracts.harness.failed_asserts import COMPARISON
from mockvoice_contracts.harness.rules import MARKER

# The module of a suite whose classes create the records of its tests.
FACTORIES = ".factories"
_NAME_IN_BRACES = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class FailedTest:
    """A failed test.

    ``rule`` is its sentence and source. ``assertion`` is the message of its failed assert statement,
    ``wrong_values`` are the texts of the values that it did not expect.
    ``arranging``: a fixture or a factory failed, before the test could check its rule.
    """

    rule: Mapping[str, str] | None = None
    assertion: str | None = None
    arranging: bool = False
    wrong_values: tuple[str, ...] = ()


def examine(item: pytest.Item, call: pytest.CallInfo[None]) -> FailedTest:
    """Return what is known of a test that failed in a call."""
    assert call.excinfo is not None
    excinfo, error = call.excinfo, call.excinfo.value
    is_plain = type(error) is AssertionError
    compared = item.config.stash.get(COMPARISON, None)
    return FailedTest(
        rule=rule_of(item),
        assertion=failed_asserts.describe(excinfo, compared) if is_plain else None,
        arranging=call.when == "setup" or _is_arranging(excinfo),
        wrong_values=tuple(unexpected_values(compared.left, compared.right))
        if is_plain and compared is not None
        else (),
    )


def rule_of(item: pytest.Item) -> dict[str, str] | None:
    """Return the rule of a test with the values of its parameters."""
    marker = item.get_closest_marker(MARKER)
    if marker is None:
        return None
    callspec = getattr(item, "callspec", None)
    parameters = callspec.params if callspec is not None else {}
    sentence = _NAME_IN_BRACES.sub(lambda match: _value(match, parameters), marker.args[0])
    return {"sentence": sentence, "source": marker.kwargs["source"]}


def _value(match: re.Match[str], parameters: Mapping[str, Any]) -> str:
    """Return the value of a parameter; a brace that is no parameter stays as it is."""
    if match[1] not in parameters:
        return match[0]
    value = parameters[match[1]]
    return value if isinstance(value, str) else format_value(value)


def _is_arranging(excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
    """Return whether a factory failed, unless it expected the request to be rejected."""
    error = excinfo.value
    if isinstance(error, ContractBreach) and min(error.expected, default=0) >= 400:
        return False
    owners = (type(entry.frame.f_locals.get("self")) for entry in excinfo.traceback)
    return any(owner.__module__.endswith(FACTORIES) for owner in owners)
