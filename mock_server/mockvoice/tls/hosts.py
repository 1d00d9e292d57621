"""Host names in the form that certificates and routes compare."""

from ipaddress import ip_address

MAX_LENGTH = 253
MAX_LABEL_LENGTH = 63


class InvalidHost(ValueError):
    """A text is neither a host name nor an address."""


def normalize_host(host: str) -> str:
    """Return a host name in lower case and ASCII, or an address. Raises ``InvalidHost``."""
    if len(host) > MAX_LENGTH:
        raise InvalidHost(f"{host[:80]!r}… is not a host name")
    name = host.removeprefix("[").removesuffix("]").rstrip(".").lower()
    try:
        return ip_address(name).compressed
    except ValueError:
        pass
    try:
        name = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise InvalidHost(f"{host!r} is not a host name") from error
    labels = name.split(".")
    if len(name) > MAX_LENGTH or not all(map(_is_label, labels)):
        raise InvalidHost(f"{host!r} is not a host name")
    return name


def _is_label(label: str) -> bool:
    """Return whether a text may stand between the dots of a host name."""
    characters = label.replace("-", "").replace("_", "")
    return (
        0 < len(label) <= MAX_LABEL_LENGTH
        and (not characters or characters.isalnum())
        and label[0] != "-"
    )
