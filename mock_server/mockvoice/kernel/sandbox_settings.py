"""The settings of a sandbox, which the backends of all its vendors follow."""

from dataclasses import dataclass
from typing import Literal

SignatureClock = Literal["either", "sandbox", "real"]
TokenClock = Literal["sandbox", "real"]
Quirks = Literal["strict", "observed"]
Webhooks = Literal["send", "collect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """How a sandbox behaves if there is more than one right way."""

    # "strict" follows the vendors' own documents to the letter; "observed" follows newer public
    # sources, such as clients and the vendors' source code, if they differ from the documents.
    quirks: Quirks = "strict"
    # The clock that the timestamp of a signed request must be near to. Clients sign by real time,
    # which a sandbox's clock may have left.
    signature_clock: SignatureClock = "either"
    # The clock by which tokens and authorization codes expire.
    token_clock: TokenClock = "sandbox"  # noqa: S105
    # Whether webhook deliveries are sent, or only collected to be read.
    webhooks: Webhooks = "send"
