"""Certificates and keys in files."""

import logging
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import trustme

from mockvoice.output_files import OutputError, write
from mockvoice.tls.authority import CertificateAuthority, server_context
from mockvoice.tls.errors import InvalidCertificateFiles

CERTIFICATE_FILE = "ca.pem"
KEY_FILE = "ca-key.pem"
_OWNER_ONLY = 0o700
_OF_OTHERS = 0o077 if os.name == "posix" else 0
_CERTIFICATE = re.compile(
    rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\r?\n?", re.DOTALL
)

logger = logging.getLogger("mockvoice")


def load_server_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """Return the context of a server with a certificate of one's own. Raises ``InvalidCertificateFiles``.

    ``certificate`` may contain the key and the certificates of intermediate authorities.
    """
    context = server_context()
    for option, path in (("--tls-cert", certificate), ("--tls-key", key)):
        if path is not None and not path.is_file():
            reason = "is a folder, not a file" if path.is_dir() else "no such file"
            raise InvalidCertificateFiles(f"{option} {path}: {reason}")
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except (ssl.SSLError, OSError, _PasswordRequired) as error:
        names = f"--tls-cert {certificate}" + (f" and --tls-key {key}" if key else "")
        raise InvalidCertificateFiles(f"{names}: {_reason(error, key)}") from error
    return context


def certificates_in(file: Path) -> bytes:
    """Return the certificates of a file in PEM, without a key that it may have."""
    return b"".join(each.group() for each in _CERTIFICATE.finditer(file.read_bytes()))


class _PasswordRequired(Exception):
    """The key is encrypted."""


def _no_password() -> str:
    raise _PasswordRequired


def _reason(error: Exception, key: Path | None) -> str:
    if isinstance(error, _PasswordRequired):
        return "the key is encrypted; write it without a password to a file that only you can read"
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        return "the key does not belong to the certificate"
    if isinstance(error, ssl.SSLError):
        missing = "" if key else ", or the key is missing: add --tls-key FILE"
        return f"not a certificate and its key in PEM{missing}"
    return f"cannot be read: {error.strerror if isinstance(error, OSError) else error}"


def load_authority(folder: Path) -> CertificateAuthority:
    """Return the authority that a folder keeps; create it first if there is none.

    Raises ``InvalidCertificateFiles``.
    """
    certificate, key = folder / CERTIFICATE_FILE, folder / KEY_FILE
    if folder.exists() and not folder.is_dir():
        raise InvalidCertificateFiles(f"--ca-dir {folder}: is not a folder")
    try:
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        missing = [file for file in (certificate, key) if not file.exists()]
        if len(missing) == len((certificate, key)):
            return _create_authority(certificate, key)
        if missing:
            raise InvalidCertificateFiles(
                f"--ca-dir {folder}: {missing[0].name} is missing; restore it, or delete the other file for a "
                "new authority"
            )
        if key.stat().st_mode & _OF_OTHERS:
            logger.warning("%s can be read by others: chmod 600 %s", key, key)
        authority = trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
        # Otherwise clients would only see a bad signature.
        _check_key(certificate, key)
    except (OSError, OutputError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidCertificateFiles(f"--ca-dir {folder}: {reason}") from error
    except ValueError as error:
        raise InvalidCertificateFiles(
            f"--ca-dir {folder}: {CERTIFICATE_FILE} and {KEY_FILE} are not a certificate and its key "
            "in PEM; delete both for new ones"
        ) from error
    return CertificateAuthority(authority)


def _check_key(certificate: Path, key: Path) -> None:
    """Raise ``ValueError`` if a key does not belong to a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except (ssl.SSLError, _PasswordRequired) as error:
        raise ValueError(str(error)) from error


def _create_authority(certificate: Path, key: Path) -> CertificateAuthority:
    """Create an authority and its files; the key's file can be read by its owner only."""
    authority = CertificateAuthority()
    write(key, [authority.private_key], 0o600)
    write(certificate, [authority.certificate])
    return authority


@contextmanager
def certificate_file(certificates: bytes, folder: Path | None) -> Iterator[Path]:
    """Yield the file with certificates: that of ``--ca-dir``, or a temporary one."""
    if folder is not None:
        yield (folder / CERTIFICATE_FILE).absolute()
        return
    temporary = Path(mkdtemp(prefix="mockvoice-"))
    file = temporary / CERTIFICATE_FILE
    try:
        write(file, [certificates])
        yield file
    finally:
        file.unlink(missing_ok=True)
        temporary.rmdir()
