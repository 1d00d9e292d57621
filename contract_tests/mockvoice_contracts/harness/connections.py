"""Connections of ``requests`` to a server under test, by the settings of its target."""

import warnings
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import InsecureRequestWarning

from mockvoice.outbound.connection_errors import connection_problem, response_problem
from mockvoice.outbound.connection_settings import ConnectionSettings
from mockvoice.outbound.proxies import Proxy

__all__ = [
    "SYSTEM_SETTINGS",
    "ConfiguredAdapter",
    "ConnectionSettings",
    "Proxy",
    "configure",
    "connection_problem",
    "open_session",
    "response_problem",
]
SYSTEM_SETTINGS = ConnectionSettings()


class ConfiguredAdapter(HTTPAdapter):
    """Sends with the certificates and the proxy of a target, whatever the session's own are."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        super().__init__()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send a request."""
        proxy = self._settings.proxy_for(str(request.url))
        with self._without_warning():
            return super().send(
                request, stream=stream, timeout=timeout, verify=self._settings.verify, cert=cert,
                proxies={} if proxy is None else {"all": proxy.url},
            )  # fmt: skip

    def _without_warning(self) -> AbstractContextManager[object]:
        """Silence the warning about each request whose certificate is not verified.

        The run prints its own warning, once.
        """
        if self._settings.verify:
            return nullcontext()
        return warnings.catch_warnings(action="ignore", category=InsecureRequestWarning)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Return what identifies a pool of connections, with the context of TLS connections."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] != "https":
            return host, pool
        return host, {**pool, "ssl_context": self._settings.ssl_context()}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the connections through a proxy; one with TLS is trusted like the server."""
        if proxy.lower().startswith("https:"):
            options["proxy_ssl_context"] = self._settings.ssl_context()
        return super().proxy_manager_for(proxy, **options)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Do not add the certificates that ``requests`` brings along to those of the context."""
        conn.cert_reqs = "CERT_REQUIRED" if verify else "CERT_NONE"


def open_session(settings: ConnectionSettings) -> requests.Session:
    """Return a session whose requests no variable and no .netrc file changes."""
    session = requests.Session()
    session.trust_env = False
    configure(session, settings)
    return session


def configure(session: requests.Session, settings: ConnectionSettings) -> None:
    """Send the requests of a session with these settings from now on."""
    adapter = ConfiguredAdapter(settings)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
