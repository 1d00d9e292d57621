"""Sandboxes, snapshots and initial states without their data, as JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

import msgspec

from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.sandboxes.faults import Fault
from mockvoice.sandboxes.request_match import ABSENT, RequestMatch
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.state import InitialState, SandboxState

# By vendor: the id of a layer, and the seed of the ids.
References = dict[str, tuple[int, int]]


class StateDescription(msgspec.Struct, frozen=True):
    """A saved state without its rows."""

    layers: References
    seed: int
    now: datetime | None
    frozen: bool


class InitialDescription(msgspec.Struct, frozen=True):
    """An initial state without its rows."""

    data: Literal["demo", "empty"] | StateDescription
    seed: int | None
    now: datetime | None
    frozen: bool | None


class SnapshotDescription(msgspec.Struct, frozen=True):
    """A snapshot without its rows."""

    created_at: datetime
    state: StateDescription


class FaultDescription(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fault, and how often it was triggered."""

    id: int
    vendor: str
    operation: str
    effects: list[dict[str, Any]]
    times: int | None
    probability: float
    match: dict[str, Any] | None
    name: str | None
    in_turn: bool
    hits: int
    draws: int
    window: tuple[int, int]


class SandboxDescription(msgspec.Struct, frozen=True):
    """A sandbox without its data. The clock's values are in microseconds."""

    created_at: datetime
    expires_at: datetime | None
    clock_offset: int
    clock_frozen_at: int | None
    seed: int
    settings: dict[str, str]
    credentials: dict[str, dict[str, str]]
    initial_state: InitialDescription
    faults: list[FaultDescription]
    last_fault: int


def describe(sandbox: Sandbox, initial_state: InitialDescription) -> str:
    """Return the description of a sandbox, as JSON."""
    offset, frozen_at = sandbox.clock.position()
    description = SandboxDescription(
        sandbox.created_at,
        sandbox.expires_at,
        offset,
        frozen_at,
        sandbox.seed,
        asdict(sandbox.settings),
        {key: dict(credentials) for key, credentials in sandbox.credentials.items()},
        initial_state,
        [_describe_fault(fault) for fault in sandbox.faults],
        sandbox.faults.last_id,
    )
    return msgspec.json.encode(description).decode()


def apply(description: SandboxDescription, sandbox: Sandbox) -> None:
    """Give a sandbox everything of a description but its credentials and its initial state."""
    sandbox.created_at = description.created_at
    sandbox.expires_at = description.expires_at
    sandbox.clock.restore(description.clock_offset, description.clock_frozen_at)
    sandbox.seed = description.seed
    sandbox.settings = msgspec.convert(description.settings, SandboxSettings)
    sandbox.faults.restore(map(_fault, description.faults), description.last_fault)


def describe_state(state: SandboxState, layers: References) -> StateDescription:
    """Return the description of a state whose rows are in these layers."""
    return StateDescription(layers, state.seed, state.now, state.frozen)


def describe_initial_state(state: InitialState, layers: References) -> InitialDescription:
    """Return the description of an initial state; the layers are those of a saved state in it."""
    data = state.data
    described = describe_state(data, layers) if isinstance(data, SandboxState) else data
    return InitialDescription(described, state.seed, state.now, state.frozen)


def layers_of(description: InitialDescription) -> References:
    """Return the layers of the saved state in an initial state, if there is one."""
    data = description.data
    return data.layers if isinstance(data, StateDescription) else {}


def _describe_fault(fault: Fault) -> FaultDescription:
    return FaultDescription(
        fault.id,
        fault.vendor,
        fault.operation,
        [dict(effect) for effect in fault.effects],
        fault.times,
        fault.probability,
        None if fault.match is None else fault.match.to_jsonable(),
        fault.name,
        fault.in_turn,
        fault.hits,
        fault.draws,
        fault.window,
    )


def _fault(description: FaultDescription) -> Fault:
    criteria = description.match
    return Fault(
        description.id,
        description.vendor,
        description.operation,
        description.effects,
        description.times,
        description.probability,
        None if criteria is None else _match(criteria),
        description.name,
        description.in_turn,
        description.hits,
        description.draws,
        description.window,
    )


def _match(criteria: Mapping[str, Any]) -> RequestMatch:
    return RequestMatch(
        criteria.get("method"),
        criteria.get("path"),
        criteria.get("query", {}),
        criteria.get("headers", {}),
        criteria.get("body", ABSENT),
    )
