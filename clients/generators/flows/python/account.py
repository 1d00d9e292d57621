"""The account that the generated clients use, and what every flow needs."""

import hashlib
import hmac
import json
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

Kind = TypeVar("Kind")

BASE_URL = os.environ["BASE_URL"]
NOW = datetime.now(UTC)
TODAY = NOW.date()
# For names and numbers that must be new.
SUFFIX = f"{NOW.timestamp():.0f}"


def credentials(method: str, url: str, body: bytes) -> Mapping[str, str]:
    """Return the headers that authorize a request, with a signature if the account has a secret."""
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
    if secret := os.environ.get("CLIENT_SECRET"):
        # METHOD:PATH:TIMESTAMP:BODYHASH, as COUNT's documents describe it.
        path = urlsplit(url).path.partition("/partners")[2]
        timestamp = str(int(time.time()))
        body_hash = hashlib.sha256(body).hexdigest() if body else ""
        signed = f"{method}:{path}:{timestamp}:{body_hash}"
        headers |= {
            "x-client-id": os.environ["CLIENT_ID"],
            "x-timestamp": timestamp,
            "x-signature": hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest(),
        }
    return headers


def json_body(body: Any) -> bytes:
    """Return a body as the generated clients send it."""
    return b"" if body is None else json.dumps(body).encode()


def expect(kind: type[Kind], value: object) -> Kind:
    """Return a value, which must be of this type."""
    assert isinstance(value, kind), value
    return value
