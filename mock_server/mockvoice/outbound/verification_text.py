"""The result of a verification as text, for the command line and failed tests."""

from collections.abc import Iterator, Mapping
from typing import Any


def describe(expected: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return how many requests match, and if there are too few, the nearest ones."""
    return "\n".join(_lines(expected, result))


def _lines(expected: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    count = result["count"]
    name = " ".join(expected[key] for key in ("vendor", "operation") if key in expected)
    requests = f"{count} request{'s' * (count != 1)}{' of ' * bool(name)}{name}"
    verb = "match" if count != 1 else "matches"
    yield f"{requests} {verb}, expected {_expected_count(expected)}"
    if not result["holds"] and result["matching"]:
        yield f"matching: {', '.join(map(str, result['matching']))}"
    for nearest in result["nearest"]:
        yield f"request {nearest['id']}:"
        yield from (f"  {difference}" for difference in nearest["differs"])
    if not result["holds"] and not result["matching"] and not result["nearest"]:
        yield "the journal has no request"


def _expected_count(expected: Mapping[str, Any]) -> str:
    if "times" in expected:
        return str(expected["times"])
    at_least, at_most = expected.get("at_least"), expected.get("at_most")
    if at_most is None:
        return f"at least {1 if at_least is None else at_least}"
    return f"at most {at_most}" if at_least is None else f"{at_least} to {at_most}"
