"""Redirect URIs of an authorization, as the start and the consent page check them."""

import re
from urllib.parse import unquote, urlsplit

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import InvalidRedirectUri
from mockvoice.vendors.count.rules.urls import host_of, is_loopback

MAX_LENGTH = 2048

# Scheme, host, port and path of RFC 3986. There is no user information, query or fragment, and no
# character that a browser would read in another way: a backslash, a blank or a control character.
_FORM = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(?::[0-9]{1,5})?"
    r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?"
)


def check_redirect_uri(backend: CountBackend, uri: str) -> None:
    """Reject a redirect URI that is malformed or not registered. Raises ``InvalidRedirectUri``.

    Documented: it has no query, and equals a registered URI or is below one. Assumed: it has no
    user information, fragment or dot segment, and all URIs of loopback hosts are accepted.
    """
    if not _is_well_formed(uri) or not (_is_registered(backend, uri) or is_loopback(uri)):
        raise InvalidRedirectUri


def _is_well_formed(uri: str) -> bool:
    return (
        len(uri) <= MAX_LENGTH
        and _FORM.fullmatch(uri) is not None
        and host_of(uri) is not None
        and not _has_dot_segments(uri)
    )


def _has_dot_segments(uri: str) -> bool:
    """Return whether the path has a segment by which a browser would leave a registered prefix."""
    return any(unquote(segment) in (".", "..") for segment in urlsplit(uri).path.split("/"))


def _is_registered(backend: CountBackend, uri: str) -> bool:
    return any(
        uri == prefix or uri.startswith(prefix.rstrip("/") + "/")
        for prefix in backend.team.redirect_uris
    )
