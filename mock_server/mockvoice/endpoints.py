"""What a server listens on: its ports, the forward proxy, and the protocols of both."""

import socket
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from mockvoice.addresses import Addresses, origin
from mockvoice.http_server import ProtocolFactory
from mockvoice.listeners import Listeners, port_of
from mockvoice.output_files import OutputError
from mockvoice.protocol import Protocol
from mockvoice.proxy.application import ProxyApplication
from mockvoice.proxy.protocol import ProxyProtocol
from mockvoice.proxy.routes import Route, Routes, parse_route
from mockvoice.settings import Settings
from mockvoice.tls.encryption import Encryption
from mockvoice.tls.errors import InvalidCertificateFiles
from mockvoice.tls.protocol import TlsProtocol
from mockvoice.web.vendor import Vendor


class Endpoints:
    """The open listeners of one server. ``close`` closes them.

    ``offsets`` has the distance of each vendor's usual port from the main port. Raises
    ``PortUnavailable``, ``InvalidRoute``, ``InvalidCertificateFiles`` and ``OutputError``.
    """

    def __init__(
        self, settings: Settings, vendors: Mapping[str, Vendor], offsets: Mapping[str, int]
    ) -> None:
        self.proxy = ProxyApplication(_routes(settings, vendors))
        self._listeners = Listeners.open(settings, offsets)
        try:
            self._encryption = Encryption(settings)
        except (InvalidCertificateFiles, OutputError):
            self._listeners.close()
            raise
        self.addresses = self._addresses(settings, vendors)

    @property
    def protocol(self) -> ProtocolFactory:
        """The protocol of the main port and of the vendors' own ports."""
        if self._encryption.serves_https:
            return partial(TlsProtocol, self._encryption.context_for)
        return Protocol

    @property
    def listeners(self) -> list[socket.socket]:
        """The sockets of these ports, the main one first."""
        return self._listeners.servers

    @property
    def vendor_ports(self) -> Mapping[int, str]:
        """The vendors' keys by their own ports."""
        return {port_of(listener): key for key, listener in self._listeners.vendors.items()}

    @property
    def names(self) -> Mapping[int, str]:
        """The names of all listeners by port: ``main``, the vendors' keys and ``proxy``."""
        proxy = self._listeners.proxy
        return {
            port_of(self._listeners.main): "main",
            **self.vendor_ports,
            **({} if proxy is None else {port_of(proxy): "proxy"}),
        }

    @property
    def other_listeners(self) -> list[tuple[socket.socket, ProtocolFactory]]:
        """The listeners with other protocols: that of the proxy, if there is one."""
        listener, authority = self._listeners.proxy, self._encryption.authority
        if listener is None or authority is None:
            return []
        return [(listener, partial(ProxyProtocol, self.proxy, authority))]

    def close(self) -> None:
        """Stop listening, and delete the temporary file of the certificate."""
        self._listeners.close()
        self._encryption.close()

    def _addresses(self, settings: Settings, vendors: Mapping[str, Vendor]) -> Addresses:
        proxy, trusted = self._listeners.proxy, self._encryption.trusted
        addresses = Addresses.of(
            settings.host,
            port_of(self._listeners.main),
            vendors,
            {key: port for port, key in self.vendor_ports.items()},
            control=settings.control,
            scheme="https" if self._encryption.serves_https else "http",
        )
        return replace(
            addresses,
            proxy=None if proxy is None else origin(settings.host, port_of(proxy)),
            routes=() if proxy is None else self.proxy.routes.pairs(),
            ca_file=self._encryption.ca_file,
            ca_certificate=None if trusted is None else trusted.decode(),
        )


def _routes(settings: Settings, vendors: Mapping[str, Vendor]) -> Routes:
    """Return the routes of the settings and those of the vendors. Raises ``InvalidRoute``."""
    requested = [parse_route(host, key, vendors) for host, key in settings.routes]
    own = [Route(host, key) for key, vendor in vendors.items() for host in vendor.hosts]
    return Routes([*requested, *own])
