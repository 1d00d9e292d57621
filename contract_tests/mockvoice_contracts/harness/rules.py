"""The rule that a test of a suite checks, in the vendor's words."""

import pytest

MARKER = "rule"


def rule(sentence: str, *, source: str) -> pytest.MarkDecorator:
    """Mark a test with the rule that it checks: one sentence, the first line of its finding.

    A name in braces stands for a parameter of the test: ``"per_page={size} returns {size} rows."``.
    ``source`` begins with ``Documented:``, ``Observed:`` or ``Assumed:`` and names where the vendor
    states or shows the rule.
    """
    return getattr(pytest.mark, MARKER)(sentence, source=source)  # type: ignore[no-any-return]
