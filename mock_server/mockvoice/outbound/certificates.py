"""The certificates that TLS servers are trusted by."""

import os
import ssl
from functools import lru_cache
from pathlib import Path

VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class InvalidCaFile(Exception):
    """A file of certificate authorities cannot be read, or contains no certificate."""


def system_context() -> ssl.SSLContext:
    """Return a context that trusts the system's store and the files of the variables.

    Raises ``InvalidCaFile``.
    """
    files = tuple((name, file) for name in VARIABLES if (file := os.environ.get(name)))
    return _system_context(files)


@lru_cache(maxsize=8)
def file_context(file: Path) -> ssl.SSLContext:
    """Return a context that trusts only the certificates of a file. Raises ``InvalidCaFile``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _load(context, file, "")
    return context


@lru_cache(maxsize=1)
def unverified_context() -> ssl.SSLContext:
    """Return a context that accepts every certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@lru_cache(maxsize=1)
def empty_context() -> ssl.SSLContext:
    """Return a context that trusts nobody, for connections without TLS: it loads no store."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@lru_cache(maxsize=8)
def _system_context(files: tuple[tuple[str, str], ...]) -> ssl.SSLContext:
    import truststore

    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name, file in files:
        _load(context, Path(file), f", which the variable {name} names,")
    system_file = ssl.get_default_verify_paths().openssl_cafile
    # OpenSSL reads the file of SSL_CERT_FILE instead of the system's.
    if files and Path(system_file).is_file():
        context.load_verify_locations(system_file)
    return context


def _load(context: ssl.SSLContext, path: Path, source: str) -> None:
    """Trust the certificates of a file, or of a folder that OpenSSL's ``rehash`` has prepared."""
    # A certificate of an intermediate authority or of a server suffices, as for curl.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        if path.is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError as error:
        raise InvalidCaFile(f"{path}{source} contains no certificate in PEM format") from error
    except OSError as error:
        raise InvalidCaFile(f"{path}{source} cannot be read: {error.strerror}") from error
