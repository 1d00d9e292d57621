"""Connections to the proxy."""

import re
from typing import TYPE_CHECKING, Any, cast

from mockvoice.connections.heads import MAX_HEAD
from mockvoice.connections.json_errors import raw_response
from mockvoice.connections.watch import Stage
from mockvoice.proxy.application import TARGET_KEY, NoRoute, ProxyApplication
from mockvoice.tls.protocol import TLS_HANDSHAKE, OuterProtocol

if TYPE_CHECKING:  # imports a library for certificates, which few servers need
    from mockvoice.tls.authority import CertificateAuthority

_METHOD = b"CONNECT "
_HEAD_END = b"\r\n\r\n"
_CONNECT = re.compile(rb"CONNECT (\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+):([0-9]{1,5}) HTTP/1\.[01]\r\n")
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class ProxyProtocol(OuterProtocol):
    """A connection to the proxy: requests with whole URLs, or CONNECT and a tunnel.

    The end of a tunnel is in this process: TLS in it uses a certificate of the server's own
    authority, and the vendor of the host answers.
    """

    def __init__(
        self,
        application: ProxyApplication,
        authority: "CertificateAuthority",
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        self._application = self._proxy = application
        self._authority = authority
        self._connect = b""  # the head of a CONNECT request, as far as it has arrived
        self._tunnel: tuple[str, Any] | None = None  # the host and its application

    def on_headers_complete(self) -> None:
        """Keep the whole URL of a request; uvicorn keeps its path. Only httptools calls this."""
        connection = cast("Any", self)
        connection.scope[TARGET_KEY] = connection.url
        cast("Any", super()).on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Read CONNECT and the first bytes in its tunnel, or a request with a whole URL."""
        if self._upgrade is not None or self._own_transport.discards:
            super().data_received(data)
        elif self._tunnel is not None:
            self._begin(data, *self._tunnel)
        elif self._connect or self._begins_connect(data):
            self._read_connect(data)
        else:
            super().data_received(data)

    def _begins_connect(self, data: bytes) -> bool:
        """Return whether a request begins with these bytes, and it may be CONNECT."""
        is_between = self.cycle is None or self.cycle.response_complete
        return is_between and not self._head and data[: len(_METHOD)] == _METHOD[: len(data)]

    def _read_connect(self, data: bytes) -> None:
        self._connect += data
        self._received += len(data)
        if not _METHOD.startswith(self._connect[: len(_METHOD)]):
            head, self._connect = self._connect, b""  # it was the begin of COPY, for example
            super().data_received(head)
            return
        head, end, rest = self._connect.partition(_HEAD_END)
        if len(head) > MAX_HEAD:
            self._reject(
                raw_response(431, "head_too_large", f"heads are limited to {MAX_HEAD} bytes")
            )
        elif end:
            self._open_tunnel(head, rest)

    def _open_tunnel(self, head: bytes, rest: bytes) -> None:
        match = _CONNECT.match(head + b"\r\n")
        try:
            if match is None:
                raise NoRoute(400, "invalid_connect", "expected CONNECT HOST:PORT HTTP/1.1")
            host = match[1].decode("latin-1")
            app = self._proxy.app_for(host)
        except NoRoute as error:
            self._proxy.log_rejection(str(error))
            # Clients show the reason phrase, and not the body, of a tunnel that is rejected.
            self._reject(raw_response(error.status, error.code, str(error), says_why=True))
            return
        self._connect = b""
        self._tunnel = host, app
        self.transport.write(ESTABLISHED)
        if rest:
            self._begin(rest, host, app)

    def _begin(self, data: bytes, host: str, app: Any) -> None:
        """Hand the tunnel over, as its first byte says: with TLS or without."""
        if data[0] == TLS_HANDSHAKE:
            self.begin_tls(data, self._authority.context(host), app)
        else:
            self.begin_plain(data, app)

    @property
    def stage(self) -> Stage:
        """What the connection waits for: a head until the tunnel has begun."""
        if self._connect and not self._own_transport.discards:
            return Stage.HEAD
        return super().stage
