"""What opens a sandbox: nobody can guess it, and whoever knows one part knows no other."""

import hmac
import os
from collections.abc import Mapping

from mockvoice.web.vendor import Vendor

Credentials = dict[str, dict[str, str]]

_DIGITS = 40  # hexadecimal: 160 bits


class CredentialMaker:
    """Makes credentials out of a secret of this server and of a sandbox's serial number."""

    def __init__(self) -> None:
        self._secret = os.urandom(32)

    def of(self, serial: int, vendors: Mapping[str, Vendor]) -> Credentials:
        """Credentials in the shape of each vendor's own, other ones for each serial number."""
        return {
            key: {
                role: self._made(f"{serial}/{key}/{role}", demo)
                for role, demo in vendor.credentials.items()
            }
            for key, vendor in vendors.items()
        }

    def _made(self, name: str, demo: str) -> str:
        digits = hmac.digest(self._secret, name.encode(), "sha256").hex()[:_DIGITS]
        return demo.replace("demo", digits)


def demo(vendors: Mapping[str, Vendor]) -> Credentials:
    """The credentials that everybody knows: those of the sandbox ``default``."""
    return {key: dict(vendor.credentials) for key, vendor in vendors.items()}
