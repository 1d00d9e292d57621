"""The certificate authority of one server, and the certificates that it issues for hosts."""

import ssl
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache

import trustme

from mockvoice.kernel.clock import REAL_TIME
from mockvoice.tls.hosts import InvalidHost, normalize_host

ORGANIZATION = "Mockvoice"
# Clients reject certificates of hosts that are valid for more than 398 days.
LIFETIME = timedelta(days=397)
CLOCK_DIFFERENCE = timedelta(days=1)  # a client's clock may be slow
MAX_CERTIFICATES = 256  # that are kept; issuing one takes about a millisecond


class CertificateAuthority:
    """Issues a certificate for every host that a client asks for, at its first connection.

    The keys of hosts stay in this process.
    """

    def __init__(self, authority: trustme.CA | None = None) -> None:
        self._authority = authority or trustme.CA(
            path_length=0, organization_name=ORGANIZATION, organization_unit_name="Mock server"
        )
        self._issued = lru_cache(MAX_CERTIFICATES)(self._issue)

    @property
    def certificate(self) -> bytes:
        """The certificate that clients must trust, in PEM."""
        return self._authority.cert_pem.bytes()

    @property
    def private_key(self) -> bytes:
        """The secret key, in PEM."""
        return self._authority.private_key_pem.bytes()

    def context(self, *hosts: str) -> ssl.SSLContext:
        """Return the context of a server for clients that call it by one of these hosts.

        A client may name another host when its connection begins (SNI). Raises ``InvalidHost``.
        """
        return self._issued(*map(normalize_host, hosts))

    def _issue(self, *hosts: str) -> ssl.SSLContext:
        now = REAL_TIME.now()
        not_before = now - CLOCK_DIFFERENCE
        try:
            certificate = self._authority.issue_cert(
                *hosts,
                organization_name=ORGANIZATION,
                organization_unit_name="Mock server",
                not_before=not_before,
                not_after=not_before + LIFETIME,
            )
        except ValueError as error:
            raise InvalidHost(f"{hosts[0]!r} is not a host name") from error
        context = server_context()
        certificate.configure_cert(context)
        context.sni_callback = self._choose(hosts)
        return context

    def _choose(self, hosts: tuple[str, ...]) -> Callable[..., int | None]:
        """Return the function that chooses the certificate for the name in a client's first message."""

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
            if name is not None and name not in hosts:
                try:
                    connection.context = self.context(name)
                except InvalidHost:
                    return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            return None

        return choose


def server_context() -> ssl.SSLContext:
    """Return a context of a server, without a certificate. It offers HTTP/1.1 only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    return context
