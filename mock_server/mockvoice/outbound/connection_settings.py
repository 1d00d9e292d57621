"""Settings of the connections to another server: trusted certificates, and a proxy."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from mockvoice.outbound import certificates, proxies
from mockvoice.outbound.certificates import InvalidCaFile
from mockvoice.outbound.proxies import InvalidProxy, Proxy


class InvalidConnectionSettings(Exception):
    """A file of certificates or a proxy is invalid, or the settings contradict each other."""


@dataclass(frozen=True, kw_only=True)
class ConnectionSettings:
    """What is trusted, and through which proxy requests go; by default, what the system says.

    ``ca_file`` replaces the system's store, and ``proxy`` that of the environment.
    """

    ca_file: Path | None = None
    verify: bool = True
    proxy: str | None = field(default=None, repr=False)

    def validate(self, url: str) -> None:
        """Raise ``InvalidConnectionSettings`` unless the settings can be used for a URL."""
        if self.ca_file is not None and not self.verify:
            raise InvalidConnectionSettings(
                "a file of certificate authorities has no effect if no certificate is verified; "
                "remove ca_file or verify = false"
            )
        if self.proxy is not None and proxies.is_local_host(urlsplit(url).hostname or ""):
            raise InvalidConnectionSettings(
                f"{url} is on this machine, so it is called without a proxy; remove the proxy"
            )
        self.proxy_for(url)
        if self.ca_file is not None or url.startswith("https:"):
            self.ssl_context()

    def proxy_for(self, url: str) -> Proxy | None:
        """Return the proxy for a URL, if there is one. Raises ``InvalidConnectionSettings``."""
        try:
            if self.proxy is None:
                return proxies.environment_proxy(url)
            if proxies.is_local_host(urlsplit(url).hostname or ""):
                return None
            return proxies.parse_proxy(self.proxy, proxies.CONFIGURED)
        except InvalidProxy as error:
            raise InvalidConnectionSettings(str(error)) from error
        except ValueError:  # an invalid URL, which the request will reject
            return None

    def ssl_context(self) -> ssl.SSLContext:
        """Return the context of TLS connections. Raises ``InvalidConnectionSettings``."""
        if not self.verify:
            return certificates.unverified_context()
        try:
            if self.ca_file is not None:
                return certificates.file_context(self.ca_file)
            return certificates.system_context()
        except InvalidCaFile as error:
            raise InvalidConnectionSettings(str(error)) from error

    def http_client(self, url: str, **options: Any) -> httpx.Client:
        """Return a client for a URL, without a .netrc file. Raises ``InvalidConnectionSettings``."""
        proxy = self.proxy_for(url)
        has_tls_proxy = proxy is not None and proxy.url.lower().startswith("https:")
        has_tls = has_tls_proxy or url.lower().startswith("https:")
        context = self.ssl_context() if has_tls else certificates.empty_context()
        proxy_context = context if has_tls_proxy else None
        return httpx.Client(
            verify=context,
            proxy=None if proxy is None else httpx.Proxy(proxy.url, ssl_context=proxy_context),
            trust_env=False,
            **options,
        )

    def warning(self, url: str) -> str | None:
        """Return a warning if the certificate of a URL is not verified."""
        if self.verify or not url.startswith("https:"):
            return None
        return (
            f"the TLS certificate of {url} is not verified, so others on the network could read "
            "and change everything, including the credentials (see --insecure and verify = false)"
        )

    def secrets(self, url: str) -> Mapping[str, str]:
        """Return the name of each text in the proxy of a URL that must not be printed."""
        proxy = self.proxy_for(url)
        return {} if proxy is None else proxy.secrets

    def curl_options(self) -> list[str]:
        """Return the options of curl for the settings that are not those of the environment."""
        ca_file = [] if self.ca_file is None else ["--cacert", str(self.ca_file)]
        proxy = [] if self.proxy is None else ["--proxy", self.proxy]
        return [*ca_file, *([] if self.verify else ["--insecure"]), *proxy]
