"""Credentials of sandboxes: not guessable, and none can be derived from another."""

import os
from collections.abc import Mapping

from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.tags import SECRET_DIGITS, TAG_DIGITS, tag_of

Credentials = dict[str, dict[str, str]]

# The regular expression of the part of a credential that takes the place of "demo".
GENERATED = f"[0-9a-f]{{{TAG_DIGITS + SECRET_DIGITS}}}"


def create_credentials(name: str, specs: Mapping[str, BackendSpec]) -> Credentials:
    """Create the credentials of a sandbox, in each vendor's format. They begin with the tag of its name."""
    tag = tag_of(name)
    return {
        key: {
            principal: demo.replace("demo", tag + os.urandom(SECRET_DIGITS // 2).hex())
            for principal, demo in spec.credentials.items()
        }
        for key, spec in specs.items()
    }


def demo_credentials(specs: Mapping[str, BackendSpec]) -> Credentials:
    """Return the public credentials of the sandbox ``default``."""
    return {key: dict(spec.credentials) for key, spec in specs.items()}
