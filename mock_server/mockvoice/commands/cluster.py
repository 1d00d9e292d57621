"""The command group ``mockvoice cluster``."""

import shlex
from collections.abc import Sequence

import click
from click.core import ParameterSource

from mockvoice.cluster.host_port import HostPort, InvalidHostPort


class HostPortType(click.ParamType[HostPort]):
    """A host and a port, or the URL of a port."""

    name = "host:port"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> HostPort:
        """Parse the value of an option. Raises ``BadParameter``."""
        if isinstance(value, HostPort):
            return value
        try:
            return HostPort.parse(str(value))
        except InvalidHostPort as error:
            self.fail(str(error), param, ctx)


HOST_PORT = HostPortType()


def parse_nodes(
    context: click.Context, parameter: click.Parameter, values: Sequence[str]
) -> list[HostPort]:
    """Return the nodes of an option; a value may have several, with commas. Raises ``BadParameter``."""
    texts = [text.strip() for value in values for text in value.split(",")]
    nodes = [HOST_PORT.convert(text, parameter, context) for text in texts]
    repeated = next((node for node in nodes if nodes.count(node) > 1), None)
    if repeated is not None:
        raise click.BadParameter(f"{repeated} is given twice")
    return nodes


@click.group()
def cluster() -> None:
    """Configure a load balancer for several servers that share a store."""


@cluster.command()
@click.option(
    "--node",
    "--nodes",
    "nodes",
    callback=parse_nodes,
    metavar="HOST:PORT,…",
    multiple=True,
    required=True,
    help="Main port of a server, also as a URL; repeatable, or several with commas.",
)
@click.option(
    "--bind",
    type=HOST_PORT,
    metavar="HOST:PORT",
    default="127.0.0.1:8080",
    show_default=True,
    help="Main port of the load balancer; the vendors' own ports follow it.",
)
@click.option(
    "--vendor-ports/--no-vendor-ports",
    default=True,
    help="Also balance the vendors' own ports, at their usual distances from the main ports.",
)
@click.option(
    "--vendor",
    "vendors",
    metavar="KEY",
    multiple=True,
    help="Only the ports of this vendor, as with serve; repeatable.",
)
@click.option(
    "--control/--no-control",
    default=True,
    help="Whether the servers have a control API, whose health check is used; else only connections are checked.",
)
@click.option(
    "--stats",
    type=HOST_PORT,
    metavar="HOST:PORT",
    help="Also serve HAProxy's statistics on this port, for Prometheus at /metrics.",
)
@click.pass_context
def config(
    context: click.Context,
    nodes: list[HostPort],
    bind: HostPort,
    vendor_ports: bool,
    vendors: Sequence[str],
    control: bool,
    stats: HostPort | None,
) -> None:
    """Print a configuration of HAProxy 2.6 or newer.

    It sends all requests of a sandbox to one server, and to another one while that is away.
    """
    from mockvoice.cluster.haproxy import haproxy_config

    try:
        text = haproxy_config(
            nodes,
            bind,
            vendor_offsets=_vendor_offsets(vendors) if vendor_ports else {},
            control=control,
            stats=stats,
            command=_command(context),
        )
    except InvalidHostPort as error:
        raise click.UsageError(str(error)) from error
    click.echo(text, nl=False)


def _vendor_offsets(only: Sequence[str]) -> dict[str, int]:
    """Return the distances of the vendors' ports from the main port. Raises ``UsageError``."""
    from mockvoice.vendor_registry import UnknownVendor, port_offsets

    offsets = port_offsets()
    for key in only:
        if key not in offsets:
            raise click.UsageError(str(UnknownVendor(key)))
    return {key: offset for key, offset in offsets.items() if not only or key in only}


def _command(context: click.Context) -> str:
    """Return the command line with the options that were given, in one spelling."""
    words = ["mockvoice", "cluster", "config"]
    for option in context.command.params:
        name = option.name or ""
        if context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        value = context.params[name]
        if isinstance(value, bool):
            words.append(option.opts[0] if value else option.secondary_opts[0])
            continue
        for each in value if isinstance(value, (list, tuple)) else [value]:
            words += [option.opts[0], str(each)]
    return shlex.join(words)
