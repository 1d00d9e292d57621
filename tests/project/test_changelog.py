"""Changelog fragments: their names and their form, and the settings that join them at a release."""

import re
import tomllib
from pathlib import Path

import jinja2
import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "changelog.d"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["towncrier"]
TYPES = {kind["directory"]: kind["name"] for kind in SETTINGS["type"]}
FRAGMENT_NAME = re.compile(rf"(\+[a-z0-9]+(-[a-z0-9]+)*|[0-9]+)\.({'|'.join(TYPES)})\.md")
FRAGMENTS = sorted(path for path in FOLDER.iterdir() if path.name not in SETTINGS["ignore"])
MAX_CHARACTERS = 600


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
def test_every_fragment_has_a_valid_name_and_consists_of_sentences(path):
    text = path.read_text("utf-8").strip()

    assert FRAGMENT_NAME.fullmatch(path.name), (
        f"{path.name} is not a fragment; expected +words-of-the-change.TYPE.md or NUMBER.TYPE.md "
        f"with one of the types {', '.join(TYPES)} (see changelog.d/README.md)"
    )
    assert re.match(r"[\w`\[]", text), "the text must not begin with a list mark or a heading"
    assert text.endswith("."), "the text must end with a full stop"
    assert len(text) <= MAX_CHARACTERS
    assert "\n\n" not in text, "one paragraph for each fragment"


@pytest.mark.parametrize(
    "name", ["clone.added.md", "+clone.new.md", "+clone.added", "+Clone.added.md", "+.added.md"]
)
def test_other_names_are_invalid(name):
    assert FRAGMENT_NAME.fullmatch(name) is None


def test_the_changelog_has_the_mark_for_new_releases_above_the_latest_one():
    changelog = (ROOT / SETTINGS["filename"]).read_text("utf-8")

    before, mark, after = changelog.partition(SETTINGS["start_string"])
    assert mark, f"{SETTINGS['filename']} does not contain {SETTINGS['start_string']!r}"
    assert "\n## " not in before
    assert after.lstrip().startswith("## ")


def test_the_template_renders_fragments_by_type_in_the_order_of_the_settings():
    template = jinja2.Template(
        (ROOT / SETTINGS["template"]).read_text("utf-8"), trim_blocks=True, autoescape=False
    )
    definitions = {kind["directory"]: kind for kind in SETTINGS["type"]}
    sections = {"": {"fixed": {"One is mended.": []}, "added": {"B is new.": [], "C is new.": []}}}

    text = template.render(definitions=definitions, sections=sections)

    expected = "### Added\n\n- B is new.\n- C is new.\n\n### Fixed\n\n- One is mended."
    assert text.strip() == expected
