"""The servers that share a store: nodes, and the leases by which each has sandboxes for itself.

A node may use a sandbox only while it holds the sandbox's lease. A lease has an epoch, which grows each
time the lease is taken; each batch names the epochs of its sandboxes, and is not written if one has
changed. So a node that was paused or cut off can write nothing any more, and what it has in memory is
only shown until ``valid_until``, before which no other node can have taken its leases.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from mockvoice.state_store.batch import Lease, SandboxRecord

# How long the leases of a node are valid after it has renewed them, and how often it does.
LEASE_SECONDS = 2.0
RENEWAL_SECONDS = 0.5

# The clock of leases also counts the time in which a virtual machine sleeps, where the system can tell.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def lease_time() -> float:
    """Return the time by which leases expire, in seconds since a fixed moment."""
    return time.clock_gettime(_CLOCK)


class Unavailable(Enum):
    """Why a node does not get a lease."""

    REMOVED = "the sandbox does not exist any more"
    HELD = "another node holds the lease"
    BUSY = "an earlier batch may still be written, or this node has to renew its leases first"


@dataclass(frozen=True, slots=True)
class NodeEvents:
    """Events that a node reports, each on the event loop.

    ``expired`` is called after others could take leases; it gets those that are left, as sandboxes and
    epochs. ``None`` says that the node was removed, and maybe data that it has stored for later use.
    ``requested`` gets a sandbox that another node asks for, and ``waiting`` sandboxes that no node has,
    and in which something waits for real time to pass.
    """

    expired: Callable[[Mapping[int, int] | None], None]
    requested: Callable[[int], None]
    waiting: Callable[[Sequence[int]], None]


class Node(Protocol):
    """This server as one of those that share a store. Methods may raise ``StoreError``.

    They wait for the database, so that they run in threads.
    """

    id: int
    valid_until: float  # by ``lease_time``

    def start(self, events: NodeEvents, vendors: Sequence[str]) -> None:
        """Renew the leases from now on, and report events. Must be called on the event loop.

        Only sandboxes in which something of these vendors waits are reported as waiting.
        """

    def acquire(self, sandbox: int, *, ask: bool) -> int | Unavailable:
        """Return the epoch of a lease that this node has from now on; ``ask`` its holder for it."""

    def release(self, sandbox: int, epoch: int | None) -> None:
        """Release a lease, if this node has it; ``epoch`` is ``None`` if it is not known."""

    def claim(self, name: str) -> Lease | None:
        """Return the lease of a new sandbox, or ``None`` if the name is taken."""

    def sandboxes_of_tag(self, tag: str) -> Sequence[SandboxRecord]:
        """Return the sandboxes whose names have a tag."""

    def new_layer_ids(self) -> range:
        """Return ids of layers that no node uses."""

    def stop(self) -> None:
        """Release all leases."""
