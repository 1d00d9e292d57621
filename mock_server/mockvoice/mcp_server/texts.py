"""Short texts for agents: bounded lists, and JSON data in which long parts are cut."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

MAX_CHARACTERS = 8_000  # of one output: an agent keeps all outputs of a session in its context
_MAX_TEXT = 400
_MAX_ITEMS = 20
_ROOM_FOR_HINT = 300
_LENGTH_OF_NOTE = 30


def bounded(blocks: Iterable[str], more: str) -> str:
    """Return blocks of text, one below the other, as many as fit; then how to get the others.

    ``more`` is the end of the sentence about the blocks that are left out.
    """
    lines = list(blocks)
    kept: list[str] = []
    room = MAX_CHARACTERS - _ROOM_FOR_HINT
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    if len(kept) == len(lines):
        return "\n".join(kept)
    if not kept:
        kept.append(cut(lines[0], MAX_CHARACTERS - _ROOM_FOR_HINT))
    left_out = f"{len(lines) - len(kept)} more left out; " if len(lines) > len(kept) else ""
    return "\n".join([*kept, f"… {left_out}{more}"])


def cut(text: str, limit: int) -> str:
    """Return a text of about this length; a note about its end must be shorter than the end."""
    if len(text) <= limit + _LENGTH_OF_NOTE:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def as_json(value: Any, limit: int) -> str:
    """Return JSON on one line, without the ends of long texts and lists, and of at most this length."""
    shortened = _shortened(value)
    return cut(json.dumps(shortened, ensure_ascii=False, separators=(",", ":")), limit)


def _shortened(value: Any) -> Any:
    if isinstance(value, str):
        return cut(value, _MAX_TEXT)
    if isinstance(value, Mapping):
        return {name: _shortened(member) for name, member in value.items()}
    if isinstance(value, list):
        items = [_shortened(item) for item in value[:_MAX_ITEMS]]
        return [*items, f"… {len(value) - _MAX_ITEMS} more"] if len(value) > _MAX_ITEMS else items
    return value


def one_line(text: str | None, limit: int = 200) -> str:
    """Return a text without line breaks."""
    return cut(" ".join((text or "").split()), limit)
