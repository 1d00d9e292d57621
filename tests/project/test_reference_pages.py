"""The generated pages of the reference: they are current, and complete by what code and contracts say."""

import re
from pathlib import Path

import click
import pytest

from mockvoice.cli import main
from mockvoice.outbound.target_file import SETTINGS
from mockvoice.testing import plugin
from mockvoice.web import contract
from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract
from tools.reference_pages import markdown
from tools.reference_pages.__main__ import pages as generate

ROOT = Path(__file__).parents[2]


def page_of(name):
    return (ROOT / f"docs/reference/{name}.md").read_text("utf-8")


def commands(command, path="mockvoice"):
    """Yield each command that is not a group, with its name."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), f"{path} {name}")
    else:
        yield path, command


def test_the_generated_pages_are_current():
    differing = [
        str(path) for path, text in generate().items() if (ROOT / path).read_text("utf-8") != text
    ]

    assert differing == [], "write them again: make reference"


def test_every_option_of_a_command_and_its_variable_is_in_its_section():
    page = page_of("cli")
    common = page.split("\n## Common options\n")[1].split("\n## ")[0]

    assert len(list(commands(main))) > 30
    for path, command in commands(main):
        heading = f"{'#' * (path.count(' ') + 1)} {path}\n"
        section = page.split(f"\n{heading}")[1].split("\n#")[0]
        for option in command.params:
            if isinstance(option, click.Option):
                assert_is_described(option, section, common)


def assert_is_described(option, section, common):
    """An option has a row in the section of its command, or its name there and a row among the common ones."""
    name = next(text for text in option.opts if text.startswith("--"))
    assert f"`{name}" in section, name
    table = section if f"\n| `{name}" in section else common
    (row,) = re.findall(rf"^\| `{name}[ ,`].*$", table, re.MULTILINE)
    assert not option.envvar or f"| `{option.envvar}` |" in row, row


@pytest.mark.parametrize("key", targets.titles())
def test_every_operation_of_a_vendor_is_on_its_page_with_its_evidence(key):
    page = page_of(f"contracts/{key}")
    names = {"seed": "documents", "public": "public source", "choice": "assumption"}

    for operation in Contract(targets.document(key), closed=False).operations.values():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{operation.id}` |")]
        assert f"`{operation.method} {operation.path}`" in row
        assert row.endswith(f"| {names[operation.evidence]} |")


def test_every_operation_of_the_control_api_has_its_errors_and_its_examples():
    document = contract.load("control", "mockvoice.control").data
    sections = page_of("control-api").split("\n### ")

    operations = Contract(document, closed=False).operations.values()
    assert len(operations) > 30
    for operation in operations:
        request = f"`{operation.method} {operation.path}`, operation `{operation.id}`"
        (section,) = [section for section in sections if request in section]
        own = {status for status in operation.responses if status not in ("401", "403", "413", "415", "default")}  # fmt: skip
        assert all(f"\n| {status} |" in section for status in own), request
        has_body = "application/json" in operation.body
        assert not has_body or section.count("```json") >= 1, request
    assert all(f"\n| {status} |" in sections[-1] + page_of("control-api") for status in ("401", "413"))  # fmt: skip


def test_every_setting_of_a_target_file_and_every_credential_is_on_its_page():
    page = page_of("target-file")

    assert all(f"\n| `{name}` |" in page for name in SETTINGS)
    for key, title in targets.titles().items():
        credentials = ", ".join(f"`{name}`" for name in targets.vendor_of(key).credentials)
        assert f"| {title} | {credentials} |" in page


def test_every_option_and_fixture_of_the_plugin_is_on_its_page():
    page = page_of("pytest-plugin")

    names = [*plugin.OPTIONS, *plugin.INI_OPTIONS, "mockvoice", "sandbox", "mockvoice_routes"]
    assert all(f"\n| `{name}" in page for name in names)
    assert "@pytest.mark.mockvoice(data, now, seed, frozen)" in page
    assert " at 0x" not in page
    assert "body=..., *, status=200" in page


def test_text_outside_code_is_no_markup_and_a_bar_ends_no_cell():
    assert markdown.prose("a* `b*` <c>") == r"a\* `b*` \<c>"
    assert markdown.contract_text("**a** <b> `<c>`") == r"**a** \<b> `<c>`"
    assert markdown.table(("A",), [("x | y",), ("two\nlines",)]) == (
        "| A |\n|---|\n| x \\| y |\n| two lines |"
    )
    assert markdown.table(("A",), []) == ""
