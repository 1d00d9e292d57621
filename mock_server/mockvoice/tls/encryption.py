"""The certificates that the settings of a server ask for."""

import ssl
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from mockvoice.settings import Settings

if TYPE_CHECKING:
    from mockvoice.tls.authority import CertificateAuthority

# The names of this machine, which each certificate of the server's own ports has.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


class Encryption:
    """The authority of a server with ``--tls`` or a proxy, and the file with its certificate.

    Raises ``InvalidCertificateFiles`` and ``OutputError``.
    """

    def __init__(self, settings: Settings) -> None:
        self._exit = ExitStack()
        self.serves_https = settings.tls or settings.tls_cert is not None
        self._own: ssl.SSLContext | None = None
        self.authority: CertificateAuthority | None = None
        # The certificates that clients must trust, in PEM, and their file.
        self.trusted: bytes | None = None
        self.ca_file: Path | None = None
        if self.serves_https or settings.proxy_port is not None:
            self._load(settings)

    def _load(self, settings: Settings) -> None:
        # Imports a library for certificates, which few servers need.
        from mockvoice.tls.authority import CertificateAuthority
        from mockvoice.tls.files import (
            certificate_file,
            certificates_in,
            load_authority,
            load_server_context,
        )

        certificate = settings.tls_cert
        if certificate is not None:
            self._own = load_server_context(certificate, settings.tls_key)
        if settings.proxy_port is not None or (self.serves_https and self._own is None):
            folder = settings.ca_dir
            self.authority = CertificateAuthority() if folder is None else load_authority(folder)
            own = b"" if certificate is None else certificates_in(certificate)
            self.trusted = self.authority.certificate + own
            # The folder has the authority's certificate only.
            kept = None if own else folder
            self.ca_file = self._exit.enter_context(certificate_file(self.trusted, kept))

    def context_for(self, address: str) -> ssl.SSLContext:
        """Return the context of the server's own ports for connections to an address."""
        if self._own is not None:
            return self._own
        if self.authority is None:
            raise RuntimeError("the server does not use TLS")
        return self.authority.context(*LOCAL_HOSTS, address)

    def close(self) -> None:
        """Delete the temporary file of the certificate."""
        self._exit.close()
