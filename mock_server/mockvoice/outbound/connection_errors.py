"""Connections that fail because of their settings, and sentences that say what to change."""

import json
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from errno import EHOSTUNREACH, ENETUNREACH, ETIMEDOUT
from urllib.parse import urlsplit

from mockvoice.outbound.proxies import CONFIGURED, Proxy

# Of a connection that only finds out which protocol a port has.
PROBE_SECONDS = 3.0

# What a user can set, in messages of commands that have these options.
CA_SETTINGS = "--ca-file, ca_file in the target file, or the variable SSL_CERT_FILE"
UNVERIFIED_SETTINGS = "--insecure or, in the target file, verify = false"

_UNREACHABLE = frozenset((EHOSTUNREACH, ENETUNREACH, ETIMEDOUT))
_EXPIRED, _NOT_YET_VALID, _OTHER_HOST, _OTHER_ADDRESS = 10, 9, 62, 64  # OpenSSL's numbers
# OpenSSL reads the start of a plain response as a malformed record.
_PLAIN_RESPONSE = frozenset(
    ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG")
)
_TLS_ALERT = re.compile(r"\\x15\\x03|\x15\x03")
# nginx, Apache and Go answer like this to plain requests on a TLS port.
_TLS_PORT = re.compile(
    r"plain HTTP request was sent to HTTPS|speaking plain HTTP to an SSL|HTTP request to an HTTPS",
    re.IGNORECASE,
)
# The codes with which a mock answers plain requests at its HTTPS ports and at its proxy.
_CODES_OF_PORTS = ("https_required", "proxy_request_expected")
_TUNNEL_STATUS = re.compile(r"(?:Tunnel connection failed: |^)(\d{3})\b")


class UnusableConnection(Exception):
    """Another attempt would fail, too, unless a setting is changed; the message says which."""


def connection_problem(
    error: BaseException, url: str, proxy: Proxy | None, *, first: bool, has_options: bool = True
) -> str | None:
    """Return what is wrong with the settings for a URL, or ``None`` if a later attempt may succeed.

    ``error`` is of ``httpx`` or ``requests``. ``first`` means that the server has never responded:
    then another connection finds out whether the port has the protocol of the URL. Without
    ``has_options``, the message names no options and no target file.
    """
    causes = list(_causes(error))
    server = url if proxy is None else f"{url} (through the proxy {proxy})"
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_problem(cause, server, has_options=has_options)
    if proxy is not None and (problem := _proxy_problem(causes, url, proxy)):
        return problem
    if url.startswith("https:"):
        return _tls_problem(causes, url, server, first=first, probe=first and proxy is None)
    return _plain_problem(causes, url, server, probe=first and proxy is None)


def is_refused(error: BaseException) -> bool:
    """Return whether no program listens at the address."""
    return any(isinstance(cause, ConnectionRefusedError) for cause in _causes(error))


def response_problem(status: int, text: str, url: str, proxy: Proxy | None) -> str | None:
    """Return what is wrong with the settings for a URL according to a response, if anything is."""
    if status == 407 and proxy is not None and url.startswith("http:"):
        return _missing_password(proxy)
    if status == 400 and url.startswith("http:") and _TLS_PORT.search(text):
        return _needs_https(url)
    if status == 400 and (sentence := _sentence_of_a_mock(text)):
        return f"{url}: {sentence}"
    return None


def _sentence_of_a_mock(text: str) -> str | None:
    """Return the message of a mock about a request that its port does not serve; ``None`` for other texts."""
    try:
        error = json.loads(text)["error"]
        return str(error["message"]) if error["code"] in _CODES_OF_PORTS else None
    except (ValueError, KeyError, TypeError):
        return None


def _certificate_problem(
    error: ssl.SSLCertVerificationError, server: str, *, has_options: bool
) -> str:
    accept = f", or accept any certificate with {UNVERIFIED_SETTINGS}" if has_options else ""
    match error.verify_code:
        case code if code == _EXPIRED:
            return (
                f"{server} has a TLS certificate that has expired: renew it on the server, "
                f"or correct the clock of this machine if it is wrong{accept}"
            )
        case code if code == _NOT_YET_VALID:
            return (
                f"{server} has a TLS certificate that is not valid yet: correct the clock of this "
                f"machine or of the server{accept}"
            )
        case code if code in (_OTHER_HOST, _OTHER_ADDRESS):
            return (
                f"{server} has a TLS certificate for another host name: use a name of the "
                f"certificate in the URL{accept}"
            )
    reason = (error.verify_message or str(error)).rstrip(".")
    settings = CA_SETTINGS if has_options else "the variable SSL_CERT_FILE"
    return (
        f"{server} has a TLS certificate that is not trusted ({reason}): name the file of its "
        f"certificate authority with {settings}{accept}"
    )


def _proxy_problem(causes: list[BaseException], url: str, proxy: Proxy) -> str | None:
    exempt = "" if proxy.source == CONFIGURED else ", or add the server's host to NO_PROXY"
    for cause in causes:
        if _is_connect_failure(cause):
            return (
                f"the proxy {proxy} for {url} cannot be reached: start it, or correct "
                f"{proxy.source}{exempt}"
            )
        status = _TUNNEL_STATUS.search(str(cause)) if _is_proxy_error(cause) else None
        if status is not None and status[1] == "407":
            return _missing_password(proxy)
        if status is not None and status[1] < "500":
            return (
                f"the proxy {proxy} rejects connections to {url} with {status[1]}: allow them "
                f"there, or correct {proxy.source}{exempt}"
            )
    return None


def _is_connect_failure(error: BaseException) -> bool:
    return (
        isinstance(error, ConnectionRefusedError | socket.gaierror)
        or (isinstance(error, OSError) and error.errno in _UNREACHABLE)
        # The exception of both libraries; a plain TimeoutError is also that of a slow response.
        or type(error).__name__ == "ConnectTimeout"
    )


def _is_proxy_error(error: BaseException) -> bool:
    """Return whether an error is the rejection of a CONNECT by a proxy, in either library."""
    return type(error).__name__ == "ProxyError" or "Tunnel connection failed" in str(error)


def _missing_password(proxy: Proxy) -> str:
    if proxy.has_credentials:
        return f"the proxy {proxy} rejects the user name and password in {proxy.source}"
    return (
        f"the proxy {proxy} asks for a user name and a password: add them to the URL in "
        f"{proxy.source}, as in http://USER:PASSWORD@HOST:PORT"
    )


def _tls_problem(
    causes: list[BaseException], url: str, server: str, *, first: bool, probe: bool
) -> str | None:
    errors = [cause for cause in causes if isinstance(cause, ssl.SSLError)]
    is_plain = any(error.reason in _PLAIN_RESPONSE for error in errors)
    if is_plain or (probe and _was_reached(causes) and _speaks_only_http(url)):
        return (
            f"{server} answers without TLS, in plain HTTP: begin the URL with http://, or use "
            "the port that has TLS"
        )
    # Later, a connection that was disturbed may have the same errors.
    if first and errors and not isinstance(errors[0], ssl.SSLEOFError):
        return (
            f"the TLS handshake with {server} failed ({_reason(errors[0])}): correct the port in "
            "the URL, or the protocol versions of the server"
        )
    return None


def _plain_problem(
    causes: list[BaseException], url: str, server: str, *, probe: bool
) -> str | None:
    is_alert = any(_TLS_ALERT.search(str(cause)) for cause in causes)
    if is_alert or (probe and _was_reached(causes) and _speaks_tls(url)):
        return _needs_https(server)
    return None


def _needs_https(server: str) -> str:
    return f"{server} needs TLS: begin the URL with https://, or use the port for plain HTTP"


def _reason(error: ssl.SSLError) -> str:
    return (error.reason or str(error)).lower().replace("_", " ")


def _was_reached(causes: list[BaseException]) -> bool:
    """Return whether there was a connection, so that another protocol is a possible cause."""
    return not any(map(_is_connect_failure, causes))


def _speaks_tls(url: str) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with suppress(OSError, ValueError), _connect(url) as connection:
        host = urlsplit(url).hostname
        with context.wrap_socket(connection, server_hostname=host):
            return True
    return False


def _speaks_only_http(url: str) -> bool:
    """Return whether a port answers without TLS; some TLS ports do so, too, with an error."""
    if _speaks_tls(url):
        return False
    with suppress(OSError, ValueError), _connect(url) as connection:
        connection.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
        return connection.recv(5) == b"HTTP/"
    return False


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return socket.create_connection((parts.hostname or "", port), PROBE_SECONDS)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it was raised from or contains."""
    seen: set[int] = set()
    pending: list[object] = [error]
    while pending:
        cause = pending.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            reason = getattr(cause, "reason", None)  # of urllib3's MaxRetryError
            pending += [reason, cause.__cause__, cause.__context__, *cause.args]
