"""The configuration of HAProxy that sends all requests of a sandbox to one node."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1

import jinja2

from mockvoice.cluster.host_port import HostPort, InvalidHostPort
from mockvoice.sandboxes.tags import DEFAULT_TAG, TAG_DIGITS, TAGGED

MAIN = "main"
# HAProxy's consistent hash uses the lower 20 bits of an id.
MAX_ID = 2**20 - 1
# The names of headers that may have a credential, as a regular expression: x-api-key, cookie, …
CREDENTIAL_HEADER = r"[^:\n]*(?:auth|client|cookie|key|secret|session|token)[^:\n]*"


@dataclass(frozen=True, slots=True)
class BalancedServer:
    """A port of a node. Name and id are those of the node, the same at all of its ports."""

    name: str
    address: HostPort
    id: int


@dataclass(frozen=True, slots=True)
class Listener:
    """A port of the load balancer, with the same port of each node."""

    name: str
    bind: HostPort
    servers: Sequence[BalancedServer]

    @property
    def is_main(self) -> bool:
        """Whether it is the main port, whose nodes are checked for the others, too."""
        return self.name == MAIN


def haproxy_config(
    nodes: Sequence[HostPort],
    bind: HostPort,
    *,
    vendor_offsets: Mapping[str, int],
    control: bool = True,
    stats: HostPort | None = None,
    command: str,
) -> str:
    """Return a complete configuration. Raises ``InvalidHostPort`` if ports have two uses or are too high.

    ``nodes`` and ``bind`` have the main ports; ``vendor_offsets`` has the distance of each vendor's own
    port, by key, and is empty if there are none. ``command`` is what generates the configuration.
    """
    ids = node_ids(nodes)
    listeners = [
        Listener(
            name,
            bind.with_offset(offset),
            [
                BalancedServer(f"node{number}", node.with_offset(offset), ids[node])
                for number, node in enumerate(nodes, 1)
            ],
        )
        for name, offset in _offsets(vendor_offsets)
    ]
    _check_distinct(listeners, stats)
    return _template().render(
        command=command,
        listeners=listeners,
        main_port=bind.port,
        control=control,
        stats=stats,
        names=any(node.is_name for node in nodes),
        tagged=TAGGED,
        tag_digits=TAG_DIGITS,
        default_tag=DEFAULT_TAG,
        credential_header=CREDENTIAL_HEADER,
    )


def node_ids(nodes: Sequence[HostPort]) -> dict[HostPort, int]:
    """Return an id for each node, derived from its address: 1 to ``MAX_ID``, all different."""
    ids: dict[HostPort, int] = {}
    for node in nodes:
        number = int.from_bytes(sha1(str(node).encode(), usedforsecurity=False).digest())
        while (chosen := number % MAX_ID + 1) in ids.values():
            number += 1
        ids[node] = chosen
    return ids


def _offsets(vendor_offsets: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    yield MAIN, 0
    for key, offset in vendor_offsets.items():
        yield f"vendor_{key}", offset


def _check_distinct(listeners: Sequence[Listener], stats: HostPort | None) -> None:
    """Raise ``InvalidHostPort`` for an address that two nodes, or a node and the balancer, use."""
    users: dict[HostPort, str] = {} if stats is None else {stats: "the statistics"}
    for listener in listeners:
        uses = [(listener.bind, "the load balancer")]
        uses += [(server.address, server.name) for server in listener.servers]
        for address, user in uses:
            if (other := users.setdefault(address, user)) != user:
                raise InvalidHostPort(
                    f"{address} has two uses, {other} and {user}: choose main ports that are further apart"
                )


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("mockvoice.cluster", "."),
        autoescape=jinja2.select_autoescape(),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("haproxy.cfg.jinja")
