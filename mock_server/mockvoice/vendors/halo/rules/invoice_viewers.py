"""The viewers of invoices."""

from collections.abc import Hashable

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import RuleViolation
from mockvoice.vendors.halo.models import Agent, Extra, Invoice, InvoiceViewers
from mockvoice.vendors.halo.rules.fields import value_or_default
from mockvoice.vendors.halo.rules.records import Body, find


def save_viewers(backend: HaloBackend, body: Body) -> tuple[Invoice, InvoiceViewers, bool]:
    """Add viewers to an invoice; return it, its viewers, and whether ``changeseq`` is outdated.

    Documented: viewers are agents. Assumed: they are never removed, and an agent is identified by
    the id. Raises ``RuleViolation`` if there is no such agent.
    """
    invoice = find(backend.invoices, body["id"])
    before = backend.viewings.get(invoice.id) or InvoiceViewers(invoice.id)
    viewers: dict[Hashable, Extra] = {_key(viewer): viewer for viewer in before.viewers}
    for sent in value_or_default(body, "viewers", ()):
        agent = _agent(backend, sent.get("id"))
        fields = {name: sent[name] for name in _VIEWER_FIELDS if sent.get(name) is not None}
        viewer = {"name": agent.name, **fields}
        viewers[_key(viewer)] = viewer
    action = body.get("current_action_type", before.action)
    ordered = tuple(sorted(viewers.values(), key=_key))
    viewing = backend.viewings.put(InvoiceViewers(invoice.id, action, ordered))
    change_seq = body.get("changeseq")
    return invoice, viewing, change_seq is not None and change_seq < invoice.change_seq


_VIEWER_FIELDS = ("use", "id", "name", "email", "initials")


def _agent(backend: HaloBackend, agent_id: int | None) -> Agent:
    """Return the agent with this id. Raises ``RuleViolation`` if there is none. Assumed."""
    if agent_id is None:
        raise RuleViolation("Parameter id must be included")
    agents = {backend.agent.id: backend.agent, **{agent.id: agent for agent in backend.agents}}
    if agent_id not in agents:
        raise RuleViolation(f"The agent {agent_id} does not exist")
    return agents[agent_id]


def _key(viewer: Extra) -> tuple[int, str]:
    """Return what identifies a viewer: the id, or the name in imported rows without one."""
    return (viewer["id"], "") if "id" in viewer else (0, viewer.get("name", ""))
