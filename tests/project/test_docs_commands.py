"""Commands that a page's own test does not run are at least right: their options, targets and packages exist.

``test_documented_programs`` runs some of them. The others take minutes, need a container engine, or install
something. A block of ``sh`` without ``run`` may have such commands only.
"""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from mockvoice.cli import main
from mockvoice_contracts import pytest_plugin
from mockvoice_contracts.harness import targets

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ASSIGNMENT = re.compile(r"([A-Z_]+)=(.*)")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
GENERATORS = ROOT / "clients/generators"
# The packages that commands of npm and pip install or run; "mockvoice" is this project.
PACKAGES = {
    **json.loads((GENERATORS / "package.json").read_text("utf-8"))["devDependencies"],
    **json.loads((ROOT / "clients/typescript/package.json").read_text("utf-8"))["devDependencies"],
    **json.loads((ROOT / "tools/collections/package.json").read_text("utf-8"))["dependencies"],
    "mockvoice": "",
}
# Programs of containers and generators, and of shells; each has a test or a list of its own.
OTHERS = {
    "curl", "datamodel-codegen", "docker", "eval", "haproxy", "openapi-generator-cli", "openapi-python-client",
}  # fmt: skip


def commands_of(text):
    """Return the commands of a block, without comments, and with continued lines joined."""
    lines = [
        shlex.split(line.strip().removeprefix("("), comments=True)
        for line in text.replace("\\\n", " ").splitlines()
    ]
    return [part for line in lines if line for part in split_at(line, "&&")]


def split_at(words, separator):
    if separator not in words:
        return [words]
    place = words.index(separator)
    return [words[:place], *split_at(words[place + 1 :], separator)]


COMMANDS = sorted({
    (page.relative_to(ROOT).as_posix(), *command)
    for page in PAGES
    for block in BLOCK.findall(page.read_text("utf-8"))
    for command in commands_of(block)
})  # fmt: skip


def without_variables(words):
    """Return the words after the assignments of variables before a command."""
    return words if not ASSIGNMENT.fullmatch(words[0]) else without_variables(words[1:])


def check_mockvoice(words):
    """Parse the arguments as the command does. Commands after "--" belong to another program."""
    command = main
    while isinstance(command, click.Group):
        name, *words = words
        command = command.get_command(click.Context(command), name)
        assert command is not None, name
    command.make_parser(click.Context(command)).parse_args(words)


def check_make(words):
    for word in words:
        if variable := ASSIGNMENT.fullmatch(word):
            assert f"$({variable[1]})" in MAKEFILE or f",{variable[1]}" in MAKEFILE, word
        else:
            assert f"\n{word}:" in MAKEFILE, word


def check_python(words):
    assert words[0] == "-m"
    module = ROOT.joinpath("contract_tests", *words[1].split("."))
    assert words[1] == "pytest" or module.with_suffix(".py").exists(), words[1]
    if words[1] == "pytest":
        check_pytest(words[2:])


def check_environment(words):
    """Only the commands that create and activate a virtual environment."""
    assert words in (["-m", "venv", ".venv"], [".venv/bin/activate"])


def check_pytest(words):
    source = Path(pytest_plugin.__file__).read_text("utf-8")
    folders = [word for word in words if word.endswith(".py") or word == "contract_tests"]
    assert all((ROOT / folder).exists() for folder in folders)
    names = [word for word in words if word.startswith("--") and word != "--pyargs"]
    assert [name for name in names if f'"{name}"' not in source] == []
    assert "--vendor" not in words or words[words.index("--vendor") + 1] in targets.titles()


def check_packages(words):
    """Check the names of packages; "npm ci" and the like need none."""
    if words[0] in ("init", "pkg", "ci"):
        return
    names = [word for word in words if not word.startswith("-") and word not in ("install", "run")]
    package = names[0] if words[0] not in ("install", "--save-dev") else ""
    for name in [package] if package else names:
        plain = re.sub(r"(?<=.)@.*|\[.*", "", name)
        is_file = plain.endswith(("checkout", ".whl", "."))
        assert is_file or plain in PACKAGES or plain in ("attrs", "httpx", "pytest", "python-dateutil"), name  # fmt: skip


CHECKS = {
    "mockvoice": check_mockvoice, "make": check_make, "python": check_python, ".venv/bin/python": check_python,
    "pytest": check_pytest, "npm": check_packages, "npx": check_packages, "pip": check_packages,
    "pipx": check_packages, "python3": check_environment, ".": check_environment, "cd": lambda words: None,
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_that_is_not_run_is_valid(command):
    name, *words = without_variables(list(command[1:]))
    if name not in OTHERS:
        assert name in CHECKS, f"{name}: run this command, or add a check"
        CHECKS[name](words)


def test_there_are_commands_and_wrong_ones_are_found():
    assert len(COMMANDS) > 40
    for check, words in [
        (check_mockvoice, ["serve", "--nothing"]), (check_make, ["nothing"]), (check_make, ["bench", "NOTHING=1"]),
        (check_pytest, ["contract_tests", "--nothing"]), (check_packages, ["install", "nothing"]),
    ]:  # fmt: skip
        with pytest.raises((AssertionError, click.UsageError)):
            check(words)
