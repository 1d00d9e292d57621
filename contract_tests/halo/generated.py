"""What the generated requests are checked for beyond Schemathesis's own checks."""

from typing import Any

import schemathesis


@schemathesis.check
def only_rules_refuse(ctx: Any, response: Any, case: Any) -> None:
    """A request that keeps the contract is refused by a rule alone, and never for its form.

    It stands for ``positive_data_acceptance``, which knows no business: a rule answers 400 with a
    text, with an exception of the database, or in the token endpoint with an OAuth error.
    """
    made = case.meta.generation.mode if case.meta else None
    if response.status_code != 400 or made is None or not made.is_positive:
        return
    said = response.json()
    by_rule = isinstance(said, str) or "ClassName" in said or "error" in said
    assert by_rule, f"refused for its form: {said}"
