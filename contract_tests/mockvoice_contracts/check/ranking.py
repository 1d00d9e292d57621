"""The order of findings: those that say most about the server come first."""

import re
from collections.abc import Mapping
from typing import Any

from mockvoice_contracts.harness.findings import (
    RULE,
    SCHEMA,
    STATUS,
    UNDOCUMENTED_STATUS,
    is_about_server_error,
)

_FIGURES = re.compile(r" is .*\d.*, expected .*\d")


def rank(finding: Mapping[str, Any]) -> int:
    """Return the rank of a finding; the lowest comes first.

    Documented rules, compared figures before others; server errors; wrong amounts and statuses;
    invalid bodies; other generated requests, which are often odd; assumptions.
    """
    check = finding["check"]
    if finding["kind"] == "breach" and is_about_server_error(finding):
        # Where the expected response is an assumption, the request is often an odd one.
        return 4 if finding["evidence"] == "choice" else 2
    if finding["kind"] == "assumption" or finding["evidence"] == "choice":
        return 6
    if check == RULE:
        return 0 if _FIGURES.search(finding["problem"]) else 1
    if check == STATUS or finding["is_invariant"]:
        return 3
    return 4 if check in (SCHEMA, UNDOCUMENTED_STATUS) else 5
