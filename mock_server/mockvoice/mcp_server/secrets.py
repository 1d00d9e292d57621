"""Credentials of sandboxes in the outputs of tools, masked unless the agent asks for them."""

from collections.abc import Mapping

from mockvoice.control.redaction import mask

Credentials = Mapping[str, Mapping[str, str]]


def shown(credentials: Credentials, *, show_secrets: bool) -> Credentials:
    """Return credentials by vendor and name, masked unless they may be shown."""
    if show_secrets:
        return credentials
    return {
        vendor: {name: mask(secret) for name, secret in secrets.items()}
        for vendor, secrets in credentials.items()
    }


def mask_note(credentials: Credentials) -> str:
    """Return what is masked, and how to see it."""
    number = sum(len(secrets) for secrets in credentials.values())
    return f"{number} credentials are masked as ***; show_secrets=true shows them."
