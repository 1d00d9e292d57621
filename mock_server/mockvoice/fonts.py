"""Fonts for PDF documents: one family that covers most scripts, embedded as subsets.

The package ``weblate-fonts`` ships the family. A font is loaded for the first text that needs it,
since most runs of the server print nothing, and stays loaded for the documents that follow.
"""

import re
from importlib.resources import files
from itertools import groupby
from threading import Lock
from typing import Any
from unicodedata import category, name
from xml.sax.saxutils import escape

REGULAR, BOLD = "Rg", "Bd"

# The first font has all scripts but the East Asian ones, which the others have, the commonest first.
_EAST_ASIAN_FAMILIES = ("KurintoSansJP", "KurintoSansSC", "KurintoSansKR", "KurintoSansTC")
_FAMILY = "KurintoSans"
_EAST_ASIAN_NAMES = (
    "CJK ", "HANGUL ", "KANGXI ", "BOPOMOFO ", "IDEOGRAPHIC ", "HALFWIDTH ", "FULLWIDTH ", "KATAKANA ", "HIRAGANA ",
)  # fmt: skip
_FOLDER = files("weblate_fonts") / "static/weblate_fonts/kurinto/ttf"

# Documents are rendered in threads. A font that was registered twice would spoil those in progress.
_lock = Lock()
# A subset of a font is read from the position that all documents share.
_subset_lock = Lock()
_fonts: dict[str, Any] = {}


def style(base: Any, weight: str = REGULAR) -> Any:
    """Return a copy of a paragraph style that is set in this family."""
    return base.clone(base.name, fontName=_font(_FAMILY, weight).fontName)


def markup(text: str, weight: str = REGULAR) -> str:
    """Return the text for a paragraph, escaped, with a font for the characters that need another one.

    A character that no font has is drawn as a box and can still be copied as text.
    """
    base = _font(_FAMILY, weight)
    runs = groupby(clean(text), lambda character: _font_with(character, base, weight))
    return "".join(_run(font, base, "".join(characters)) for font, characters in runs)


def _run(font: Any, base: Any, text: str) -> str:
    return escape(text) if font is base else f'<font name="{font.fontName}">{escape(text)}</font>'


def clean(text: str) -> str:
    """Replace control characters by spaces, and halves of surrogate pairs by U+FFFD."""
    return "".join(_replace_unprintable(character) for character in text)


def _replace_unprintable(character: str) -> str:
    match category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cs":
            return "\ufffd"
        case _:
            return character


def _font_with(character: str, base: Any, weight: str) -> Any:
    """Return the first font that has the character; otherwise make the base font draw its box."""
    if ord(character) in base.face.charToGlyph:
        return base
    if name(character, "").startswith(_EAST_ASIAN_NAMES):
        for family in _EAST_ASIAN_FAMILIES:
            font = _font(family, weight)
            if ord(character) in font.face.charToGlyph:
                return font
    # All documents share this entry: the box is the same for each of them.
    base.face.charToGlyph[ord(character)] = 0
    return base


def _font(family: str, weight: str) -> Any:
    """Return a font, loaded when it is first used."""
    font_name = f"{family}-{weight}"
    with _lock:
        if font_name not in _fonts:
            _fonts[font_name] = _load(font_name)
        return _fonts[font_name]


def _load(font_name: str) -> Any:
    from reportlab.lib.colors import getAllNamedColors
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    class EmbeddedFont(TTFont):
        """A font whose text can be extracted, characters beyond the basic plane included."""

        def addObjects(self, doc: Any) -> None:  # noqa: N802  # The library's name.
            with _subset_lock:
                super().addObjects(doc)
            for key, value in doc.idToObject.items():
                if key.startswith("toUnicodeCMap:"):
                    value.content = _with_surrogate_pairs(value.content)

    # The library fills its table of colours at the first use, and others would see a part of it.
    getAllNamedColors()
    with (_FOLDER / f"{font_name}.ttf").open("rb") as file:
        font = EmbeddedFont(font_name, file)
    registerFont(font)
    return font


def _with_surrogate_pairs(cmap: str) -> str:
    """Write code points above U+FFFF as PDF requires; the library writes five or six digits."""
    return re.sub(
        r"> <([0-9A-F]{5,6})>",
        lambda match: f"> <{chr(int(match[1], 16)).encode('utf-16-be').hex().upper()}>",
        cmap,
    )
