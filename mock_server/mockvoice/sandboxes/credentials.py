"""Credentials of sandboxes: not guessable, and none can be derived from another."""

import hmac
import os
from collections.abc import Mapping

from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.tags import SECRET_DIGITS, TAG_DIGITS, tag_of, tagged

Credentials = dict[str, dict[str, str]]

_DIGITS = TAG_DIGITS + SECRET_DIGITS
# The regular expression of the part of a credential that takes the place of "demo".
GENERATED = f"[0-9a-f]{{{_DIGITS}}}"


class CredentialGenerator:
    """Derives credentials from a secret of this server and a sandbox's serial number.

    They begin with the tag of the sandbox's name.
    """

    def __init__(self) -> None:
        self._secret = os.urandom(32)

    def create(self, serial: int, name: str, specs: Mapping[str, BackendSpec]) -> Credentials:
        """Create the credentials of a sandbox, in each vendor's format."""
        tag = tag_of(name)
        return {
            key: {
                principal: self._create(f"{serial}/{key}/{principal}", tag, demo)
                for principal, demo in spec.credentials.items()
            }
            for key, spec in specs.items()
        }

    def _create(self, purpose: str, tag: str, demo: str) -> str:
        digits = hmac.digest(self._secret, purpose.encode(), "sha256").hex()[:_DIGITS]
        return demo.replace("demo", tagged(digits, tag))


def demo_credentials(specs: Mapping[str, BackendSpec]) -> Credentials:
    """Return the public credentials of the sandbox ``default``."""
    return {key: dict(spec.credentials) for key, spec in specs.items()}
