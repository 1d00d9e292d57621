"""Suggestions for names that are unknown, probably because they were misspelled."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most similar to another one, or ``None`` if none is."""
    return next(iter(get_close_matches(name[:100].lower(), list(known), 1)), None)


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the end of a message: the most similar name, the other text, or the known names."""
    names = list(known)
    similar = closest(name, names)
    if similar is not None:
        return f"; did you mean {similar!r}?"
    return f"; {otherwise or 'expected one of ' + ', '.join(names)}" if names else ""
