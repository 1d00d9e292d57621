"""The environments of a vendor: the mock with its demo credentials, and a real account."""

from collections.abc import Mapping
from typing import Any

# The variable of the bearer token, by the name of the credential that a client sends as one.
TOKENS = ("access_token", "api_key", "owner")

Environment = dict[str, Any]


def variables(credentials: Mapping[str, str]) -> dict[str, str]:
    """Return the demo credentials by the names of their variables."""
    token = next(name for name in TOKENS if name in credentials)
    others = {
        _camel_case(name): value
        for name, value in credentials.items()
        if name.partition("_")[0] in ("client", "refresh")
    }
    return {"token": credentials[token], **others}


def environments(
    title: str, servers: list[dict[str, Any]], credentials: Mapping[str, str]
) -> dict[str, Environment]:
    """Return the environments ``mock`` and ``real`` in Postman's format."""
    demo = variables(credentials)
    mock, real = servers[0], servers[1]
    return {
        "mock": _environment("mock", title, server_url(mock), demo, "default"),
        "real": _environment("real", title, server_url(real), dict.fromkeys(demo, ""), "secret"),
    }


def server_url(server: Mapping[str, Any]) -> str:
    """Return the URL of a server of a contract with the default values of its variables."""
    url: str = server["url"]
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", variable["default"])
    return url


def _environment(
    name: str, title: str, url: str, credentials: Mapping[str, str], kind: str
) -> Environment:
    """Return an environment with credentials of a kind.

    Bruno keeps secrets out of its files, so the public ones of the demo data are not secrets.
    """
    return {
        "name": f"{title} {name}",
        "values": [
            {"key": "baseUrl", "value": url, "type": "default", "enabled": True},
            *(
                {"key": key, "value": value, "type": kind, "enabled": True}
                for key, value in credentials.items()
            ),
        ],
        "_postman_variable_scope": "environment",
    }


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
