"""The request header ``X-Mock-Fault``: the effects that it has, and the names of faults."""

from base64 import b64decode
from collections.abc import Collection, Iterable

from mockvoice.sandboxes.faults import Effect, Fault
from mockvoice.web.bodies import load_json
from mockvoice.web.errors import InjectedError, MalformedBody, RequestError
from mockvoice.web.request_context import RequestContext
from mockvoice.web.stubbed_responses import InvalidAnswer, check_answer

FAULT_HEADER = b"x-mock-fault"
MAX_DELAY_SECONDS = 300.0

# The effects of the fault header, for messages.
HEADER_EFFECTS = (
    "status=N (400 to 599)",
    f"delay=SECONDS (up to {MAX_DELAY_SECONDS:.0f})",
    "drop",
    "commit_then_drop",
    "malformed",
    "expire_tokens",
    "answer=NAME of a fault, or the base64 of a JSON object with status, headers and body",
)


class InvalidFaultHeader(RequestError):
    """The fault header contains an unknown or invalid fault."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(
            f"X-Mock-Fault: {text[:200]!r} is not a fault; expected a comma-separated list of "
            f"{', '.join(HEADER_EFFECTS[:-1])} or {HEADER_EFFECTS[-1]}{hint}"
        )


def header_effects(
    context: RequestContext, faults: Iterable[Fault]
) -> tuple[list[Effect], frozenset[str]]:
    """Return the effects in the fault header, and the names of faults in it.

    Raises ``InjectedError``: no contract documents this error.
    """
    text = context.header(FAULT_HEADER)
    if text is None:
        return [], frozenset()
    names = {fault.name for fault in faults if fault.name is not None}
    effects: list[Effect] = []
    requested: set[str] = set()
    for item in text.split(","):
        kind, _, value = item.strip().partition("=")
        if kind.strip() == "answer" and value.strip() in names:
            requested.add(value.strip())
        elif kind.strip() == "answer":
            effects.append(_parse_answer(value.strip(), text, names))
        else:
            effects.append(_parse_effect(item.strip(), text))
    return effects, frozenset(requested)


def _parse_answer(value: str, text: str, names: Collection[str]) -> Effect:
    """Parse the base64 of a response, the usual or the URL-safe one, padded or not."""
    try:
        padded = value.replace("-", "+").replace("_", "/").rstrip("=")
        answer = load_json(b64decode(padded + "=" * (-len(padded) % 4), validate=True))
        if isinstance(answer, dict) and "kind" in answer:
            raise InvalidAnswer("unknown member 'kind'; expected status, headers and body")
        return check_answer(answer)
    except (ValueError, MalformedBody, InvalidAnswer) as error:
        known = (
            f"faults with a name: {', '.join(sorted(names))}" if names else "no fault has a name"
        )
        raise InjectedError(InvalidFaultHeader(text, f": {error}; {known}")) from error


def _parse_effect(item: str, text: str) -> Effect:
    """Parse one effect of the header. Raises ``InjectedError``."""
    kind, equals, value = item.partition("=")
    try:
        match kind.strip(), equals:
            case "status", "=" if 400 <= int(value) <= 599:
                return {"kind": "status", "status": int(value)}
            case "delay", "=" if 0 <= float(value) <= MAX_DELAY_SECONDS:
                return {"kind": "delay", "seconds": float(value)}
            case ("drop" | "commit_then_drop" | "malformed" | "expire_tokens") as name, "":
                return {"kind": name}
    except ValueError:
        pass
    raise InjectedError(InvalidFaultHeader(text))
