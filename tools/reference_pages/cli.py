"""The page about the command line: each command with its arguments, options and variables."""

from collections.abc import Iterator, Mapping

import click

from mockvoice.cli import main
from tools.reference_pages.markdown import code, docstring, page, prose, table

INTRODUCTION = """\
The help texts of the command `mockvoice` (`mock_server/mockvoice/commands/`), which `mockvoice COMMAND --help` prints, too.

An option takes precedence over its environment variable. A variable separates several values by blanks. Of a switch, the variable
is `true` or `false`. Exit codes: 0 for success, 2 for a wrong option or a server that cannot be reached, 130 after Ctrl-C; those of
`check` and `verify` are in their texts."""
COMMON = ("--sandbox", "--url", "--control-token", "--json")
COMMON_INTRODUCTION = """\
Commands that call the control API of a running server have these options. Their own tables leave them out."""
HEAD = ("Option", "Environment variable", "Meaning")


def render() -> str:
    """Return the page."""
    commands = list(_walk("mockvoice", main))
    example = next(command for path, command in commands if path == "mockvoice clock advance")
    shared = {name: _row(option) for name, option in _options(example).items() if name in COMMON}
    parts = [
        INTRODUCTION,
        f"## Common options\n\n{COMMON_INTRODUCTION}\n\n{table(HEAD, shared.values())}",
        *(_command(path, command, shared) for path, command in commands if path != "mockvoice"),
    ]
    return page("Command line", *parts)


def _walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _walk(f"{path} {name}", child)


def _command(path: str, command: click.Command, shared: Mapping[str, tuple[str, ...]]) -> str:
    level = "#" * path.count(" ") + "#"
    help_text = docstring(command.help)
    if isinstance(command, click.Group):
        return f"{level} {path}\n\n{help_text}"
    usage = " ".join([path, *command.collect_usage_pieces(click.Context(command))])
    rows = {name: _row(option) for name, option in _options(command).items()}
    common = [name for name, row in rows.items() if shared.get(name) == row]
    own = [row for name, row in rows.items() if name not in common]
    note = (
        f"And {', '.join(map(code, common))}: [common options](#common-options)." if common else ""
    )
    blocks = [f"{level} {path}", f"```text\n{usage}\n```", help_text, table(HEAD, own), note]
    return "\n\n".join(block for block in blocks if block)


def _options(command: click.Command) -> dict[str, click.Option]:
    return {
        option.opts[-1]: option
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden
    }


def _row(option: click.Option) -> tuple[str, str, str]:
    # The text of the record also has the variable, which has a column of its own.
    names, _ = option.get_help_record(click.Context(click.Command(None))) or ("", "")
    names = names.replace(" RANGE", "")  # of click's types "INTEGER RANGE" and "FLOAT RANGE"
    return code(names), code(str(option.envvar or "")), prose(option.help or "") + _default(option)


def _default(option: click.Option) -> str:
    shown = isinstance(option.default, str | int | float) and not isinstance(option.default, bool)
    return f" Default: `{option.default}`." if shown and option.default != "" else ""
