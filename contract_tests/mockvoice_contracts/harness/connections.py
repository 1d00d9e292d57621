"""Connections of ``requests`` to a server under test, by the settings of its target."""

import warnings
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import InsecureRequestWarning

from mockvoice.outbound.connection_errors import connection_problem, response_problem
from mockvoice.outbound.connection_settings import ConnectionSettings
from mockvoice.outbound.proxies import Proxy
from mockvoice_contracts.harness.plain_http import JoinedConnectionPool
from mockvoice_contracts.harness.sessions import QuickSession

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
        # By the beginning of their URLs; to look one up in ``urllib3`` takes a twentieth of a request.
        self._plain_pools: dict[str, ConnectionPool] = {}
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Create the pools of connections."""
        super().init_poolmanager(*args, **options)
        classes = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = {**classes, "http": JoinedConnectionPool}

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

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return the pool of connections for a request."""
        url = str(request.url)
        if proxies or not url.startswith("http://"):
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        server = url.removeprefix("http://").partition("/")[0]
        if server not in self._plain_pools:
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._plain_pools[server] = pool
        return self._plain_pools[server]

    def close(self) -> None:
        """Close the connections."""
        self._plain_pools.clear()  # Pools are closed with their last reference.
        super().close()

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """Return the target in the first line of a request."""
        return super().request_url(request, proxies) if proxies else request.path_url

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
    session = QuickSession()
    session.trust_env = False
    configure(session, settings)
    return session


def configure(session: requests.Session, settings: ConnectionSettings) -> None:
    """Send the requests of a session with these settings from now on."""
    adapter = ConfiguredAdapter(settings)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
