"""Environment variables that point other programs at a mock."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROXY_NAMES = ("HTTP_PROXY", "HTTPS_PROXY")
NO_PROXY = "NO_PROXY"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
# Files of trusted certificates: for OpenSSL, Python's ssl, .NET and Go; for requests; for curl.
CA_NAMES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True, kw_only=True)
class MockEnvironment:
    """A mock as other programs see it: URLs, credentials of a sandbox, proxy and certificate."""

    main_url: str
    base_urls: Mapping[str, str]  # by vendor
    credentials: Mapping[str, Mapping[str, str]]  # by vendor and name
    proxy_url: str | None = None
    ca_file: str | None = None

    def variables(self, existing: Mapping[str, str]) -> dict[str, str]:
        """Return the variables by name; ``existing`` are those of the program that will get them."""
        return {
            "MOCKVOICE_URL": self.main_url,
            **self.vendor_variables(),
            **network_variables(self.proxy_url, self.ca_file, existing),
        }

    def vendor_variables(self) -> dict[str, str]:
        """Return base URLs and credentials, such as ``GROWCRM_BASE_URL`` and ``GROWCRM_API_KEY``."""
        return {
            name: value
            for key, secrets in self.credentials.items()
            for name, value in vendor_variables(key, self.base_urls[key], secrets).items()
        }


def vendor_variables(key: str, base_url: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """Return the base URL and the credentials of one vendor as variables."""
    values = {"base_url": base_url, **credentials}
    return {f"{key}_{name}".upper().replace("-", "_"): value for name, value in values.items()}


def network_variables(
    proxy_url: str | None, ca_file: str | None, existing: Mapping[str, str]
) -> dict[str, str]:
    """Return the variables of a proxy and of a trusted certificate.

    The names of a proxy are in both spellings: curl reads only the lower-case ``http_proxy``, other
    programs only upper-case names. Hosts that are excluded already stay so.
    """
    variables = dict.fromkeys(CA_NAMES, ca_file) if ca_file else {}
    if proxy_url:
        excluded = _excluded_hosts(existing)
        named = {**dict.fromkeys(PROXY_NAMES, proxy_url), NO_PROXY: excluded}
        variables |= named | {name.lower(): value for name, value in named.items()}
        variables["NODE_USE_ENV_PROXY"] = "1"
    return {name: value for name, value in variables.items() if value is not None}


def token_variables(token: str | None) -> dict[str, str]:
    """Return the variable of the control token, for further commands."""
    return {} if token is None else {"MOCKVOICE_CONTROL_TOKEN": token}


def local_ca_file(network: Mapping[str, Any]) -> str | None:
    """Return the file of a server's certificate if it is on this machine; ``network`` is ``GET /network``."""
    if network["ca_file"] is None:
        return None
    file = Path(network["ca_file"])
    try:
        is_same = file.read_text("utf-8") == network["ca_certificate"]
    except (OSError, UnicodeError):
        return None
    return str(file) if is_same else None


def _excluded_hosts(existing: Mapping[str, str]) -> str:
    listed = ",".join(existing.get(name, "") for name in (NO_PROXY.lower(), NO_PROXY))
    hosts = [host.strip() for host in listed.split(",") if host.strip()]
    return ",".join(dict.fromkeys([*hosts, *LOCAL_HOSTS]))
