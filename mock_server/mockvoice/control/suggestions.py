"""Suggestions for names that are unknown, probably because they were misspelled."""

from collections.abc import Iterable
from difflib import get_close_matches


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the end of a message: the most similar name, the other text, or the known names."""
    names = list(known)
    similar = get_close_matches(name[:100].lower(), names, 1)
    if similar:
        return f"; did you mean {similar[0]!r}?"
    return f"; {otherwise or 'expected one of ' + ', '.join(names)}" if names else ""
