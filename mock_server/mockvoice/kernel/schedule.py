"""Due events: what happens by the clock, and when the next of them is due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Schedule:
    """The due events of a vendor.

    ``next_at`` maps each table that has due events to a function of the backend, which returns the
    time of the table's next one, or ``None``. An instant in the past means now. It is called again
    only after the table has changed. ``run`` runs the events that are due at the clock's present
    time, inside a transaction.
    """

    next_at: Mapping[str, Callable[[Any], datetime | None]]
    run: Callable[[Any], None]


NO_EVENTS = Schedule({}, lambda backend: None)
