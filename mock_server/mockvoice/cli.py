"""The command ``mockvoice``.

Each command imports its modules only when it runs, so ``--help`` is fast.
"""

import gc
import re
import sys
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from mockvoice import __version__
from mockvoice.commands.output_errors import print_error, write_errors_reported

if TYPE_CHECKING:
    from mockvoice.projections import Audience, OpenApiVersion

USAGE_ERROR = 2
INTERRUPTED = 130
# The garbage collector runs each time that this many objects are new. Imports and contracts create many
# that stay, and the default, 700, costs a short command a fifth of its processor time.
GC_THRESHOLD = 10_000
_EXTRA_ARGUMENT = re.compile(r"unexpected extra arguments? \((\w+)")

# Commands in modules of ``mockvoice.commands``, imported when they run, with their help texts.
LAZY_COMMANDS = {
    "serve": "Serve the mock until SIGTERM or Ctrl-C.",
    "env": "Print the environment variables that point a program at the mock.",
    "run": "Run a program beside a mock that is served for it.",
    "check": "Check servers against the contracts of their vendors.",
    "seed": "Generate demo data for a running mock, a real account or a file of requests.",
    "sandbox": "Create, list, reset and delete isolated sandboxes.",
    "clock": "Show, set, freeze and advance a sandbox's clock.",
    "snapshot": "Save, restore, compare, export and import states of a sandbox.",
    "faults": "Add, list and delete the faults of a sandbox.",
    "journal": "Show the requests that a sandbox received, also while they arrive.",
    "outbox": "Show the e-mails that the real services would have sent.",
    "cluster": "Configure a load balancer for several servers that share a store.",
    "webhooks": "List, show and resend the webhook deliveries of a sandbox.",
    "mcp": "Give a coding agent tools for the mock, by the Model Context Protocol.",
    "verify": "Verify that a sandbox received the expected requests.",
}


class LazyGroup(click.Group):
    """A group that imports commands late, and prints an error as one line on stderr.

    The exit code of an error is 2, unless the error defines another.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands for ``--help``."""
        return sorted([*self.commands, *LAZY_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name."""
        if cmd_name not in LAZY_COMMANDS:
            command_here = super().get_command(ctx, cmd_name)
            if command_here is None:
                similar = get_close_matches(cmd_name, self.list_commands(ctx), 1)
                hint = f"did you mean {similar[0]!r}?" if similar else "mockvoice --help lists them"
                ctx.fail(f"no such command {cmd_name!r}; {hint}")
            return command_here
        module = import_module(f"mockvoice.commands.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing the modules of ``LAZY_COMMANDS``."""
        eager = {name: command.get_short_help_str(100) for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted({**eager, **LAZY_COMMANDS}.items()))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the arguments; options such as ``--help`` print here."""
        with write_errors_reported():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with write_errors_reported():
            return super().invoke(ctx)

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run the command line, and exit."""
        gc.set_threshold(GC_THRESHOLD)
        try:
            super().main(*args, **{**kwargs, "prog_name": "mockvoice", "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as help_text:
            click.echo(help_text.format_message())
            sys.exit(USAGE_ERROR)
        except click.ClickException as error:
            print_error(error.format_message() + _hint(error))
            sys.exit(USAGE_ERROR if isinstance(error, click.UsageError) else error.exit_code)
        except click.Abort:
            sys.exit(INTERRUPTED)
        sys.exit(0)


def _hint(error: click.ClickException) -> str:
    """Return the end of a message about a missing vendor, or about a word that belongs elsewhere."""
    missing = error.param if isinstance(error, click.MissingParameter) else None
    if missing is not None and missing.name in ("vendor", "vendors"):
        return f" Expected one of {', '.join(_vendor_keys())}."
    if isinstance(error, click.NoSuchOption) and error.option_name == "--server":
        return "; use --url"
    extra = _EXTRA_ARGUMENT.search(error.format_message())
    if extra is not None and extra[1] in _vendor_keys():
        command = error.ctx.command if isinstance(error, click.UsageError) and error.ctx else None
        if command is not None and any("--vendor" in each.opts for each in command.params):
            return f"; name a vendor with --vendor {extra[1]}"
        return "; this command is for all vendors" if command and command.name == "env" else ""
    return ""


def _vendor_keys() -> list[str]:
    from mockvoice.vendor_registry import vendor_keys

    return vendor_keys()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="mockvoice", message="%(prog)s %(version)s")
def main() -> None:
    """A stateful mock server for the invoicing APIs of COUNT, Grow CRM, Halo and OptiFlow."""


@main.command()
@click.argument("vendor")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="Output format.",
)
@click.option(
    "--for",
    "audience",
    type=click.Choice(["clients"]),
    help="Print the contract as generators of clients need it: one type for each value, JSON bodies.",
)
@click.option(
    "--openapi",
    type=click.Choice(["3.0", "3.1"]),
    default="3.0",
    show_default=True,
    help="Version of OpenAPI.",
)
def spec(vendor: str, form: str, audience: "Audience | None", openapi: "OpenApiVersion") -> None:
    """Print the contract of a vendor, or of the control API (`control`)."""
    from mockvoice.projections import UnsupportedReference, project
    from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable, load_vendor
    from mockvoice.web import contract

    try:
        if vendor == "control":
            published = contract.load("control", "mockvoice.control")
        else:
            published = load_vendor(vendor).contract
    except UnknownVendor as error:
        raise click.UsageError(f"{error}, or control for the control API") from error
    except VendorUnavailable as error:
        raise click.UsageError(str(error)) from error
    try:
        document = project(published.data, audience, openapi)
    except UnsupportedReference as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        import orjson

        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    else:
        is_whole = document is published.data
        click.echo(published.text() if is_whole else contract.to_yaml(document), nl=False)
