"""Pictures of the console in the documentation."""

import shutil
import struct
from pathlib import Path

import pytest

from tools import pictures


def size(file: Path) -> tuple[int, int]:
    """Return width and height of a PNG file."""
    content = file.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def test_the_pictures_are_taken_from_the_console(tmp_path):
    if shutil.which(pictures.BROWSER) is None:
        pytest.skip("chromium is not installed (Debian package chromium)")

    assert pictures.take_pictures(tmp_path) == 0
    assert {file.name for file in tmp_path.iterdir()} == set(pictures.PAGES)
    for file in tmp_path.iterdir():
        assert size(file) == (pictures.WIDTH, pictures.HEIGHT)


def test_the_documentation_has_all_pictures():
    assert {file.name for file in pictures.FOLDER.iterdir()} == set(pictures.PAGES)


def test_a_missing_browser_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pictures, "BROWSER", "no-such-browser")

    assert pictures.take_pictures(tmp_path) == 2
    assert "chromium is not installed" in capsys.readouterr().err
