"""The page about the pytest plugin: fixtures, marker, settings, and the public names with their methods."""

import ast
import inspect
from pathlib import Path
from typing import Any, cast

import pytest

from mockvoice import testing
from mockvoice.testing import plugin
from tools.reference_pages.markdown import code, docstring, page, prose, table

INTRODUCTION = """\
The docstrings of `mockvoice.testing` (`mock_server/mockvoice/testing/`). [Test a client with pytest](../how-to/pytest.md) shows
how they are used. An option of the command line takes precedence over an environment variable, and a variable over the ini file."""
VARIABLES = (
    ("MOCKVOICE_URL", "base URL of a running mock's main port, like `--mockvoice-url`"),
    ("MOCKVOICE_CONTROL_TOKEN", "control token of that server"),
)


class Recorder:
    """What the plugin adds to pytest: options, ini settings and markers."""

    def __init__(self) -> None:
        self.options: list[tuple[str, str]] = []
        self.settings: list[tuple[str, str]] = []
        self.markers: list[str] = []

    def getgroup(self, name: str) -> "Recorder":
        """Return itself as the group of options."""
        return self

    def addoption(self, *names: str, metavar: str = "", **others: Any) -> None:
        """Record an option."""
        self.options.append((f"{names[0]} {metavar}".strip(), others["help"]))

    def addini(self, name: str, meaning: str, **_: Any) -> None:
        """Record a setting of the ini file."""
        self.settings.append((name, meaning))

    def addinivalue_line(self, name: str, line: str) -> None:
        """Record a marker."""
        self.markers.append(line)


def render() -> str:
    """Return the page."""
    recorder = Recorder()
    plugin.pytest_addoption(cast("pytest.Parser", recorder))
    plugin.pytest_configure(cast("pytest.Config", recorder))
    return page(
        "pytest plugin",
        INTRODUCTION,
        "## Fixtures\n\n" + table(("Fixture", "Scope", "Value"), _fixtures()),
        "## Marker\n\n"
        + table(("Marker", "Meaning"), [_split_marker(m) for m in recorder.markers]),
        "## Settings\n\n" + table(("Setting", "Where", "Meaning"), _settings(recorder)),
        "## Public names",
        *(_name(name, getattr(testing, name)) for name in sorted(testing.__all__)),
    )


def _fixtures() -> list[tuple[str, str, str]]:
    tree = ast.parse(Path(plugin.__file__).with_name("fixtures.py").read_text("utf-8"))
    return [
        (code(node.name), _scope(decorator), docstring(ast.get_docstring(node)))
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).startswith("pytest.fixture")
    ]


def _scope(decorator: ast.expr) -> str:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    scopes = [ast.literal_eval(each.value) for each in keywords if each.arg == "scope"]
    return str(scopes[0]) if scopes else "function"


def _split_marker(line: str) -> tuple[str, str]:
    signature, _, meaning = line.partition("): ")
    return code(f"@pytest.mark.{signature})"), prose(meaning)


def _settings(recorder: Recorder) -> list[tuple[str, str, str]]:
    return [
        *((code(name), "command line", prose(text)) for name, text in recorder.options),
        *((code(name), "environment", text) for name, text in VARIABLES),
        *((code(name), "ini file", prose(text)) for name, text in recorder.settings),
    ]


def _name(name: str, value: Any) -> str:
    members = [] if issubclass(value, Exception) else _members(value)
    return "\n\n".join(
        part
        for part in (
            f"### {name}",
            docstring(inspect.getdoc(value)),
            table(("Member", "Meaning"), members),
        )
        if part
    )


def _members(value: type) -> list[tuple[str, str]]:
    """Return the public methods and properties of a class, and of its own base classes."""
    members: dict[str, Any] = {}
    for base in reversed(value.__mro__):
        if base.__module__.startswith("mockvoice"):
            members |= {name: member for name, member in vars(base).items() if name[0] != "_"}
    rows = []
    for name, member in members.items():
        text = inspect.getdoc(member) if callable(member) or isinstance(member, property) else None
        if text:
            rows.append((code(name + _signature(member)), docstring(text)))
    return rows


def _signature(member: Any) -> str:
    """Return the parameters of a method, without types."""
    if not callable(member):
        return ""
    parameters = list(inspect.signature(member).parameters.values())[1:]
    signature = inspect.Signature([_plain(parameter) for parameter in parameters])
    return str(signature).replace("=Ellipsis", "=...")


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    """Return a parameter without its type; a default that has no literal is shown as ``...``."""
    has_no_literal = type(parameter.default) is object
    default = ... if has_no_literal else parameter.default
    return parameter.replace(annotation=inspect.Parameter.empty, default=default)
