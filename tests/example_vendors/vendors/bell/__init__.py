"""Bell: reminders that ring on their day at nine o'clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

import flask
from mockvoice.kernel.backend import Backend
from mockvoice.web.answers import Answer
from mockvoice.web.auth import bearer
from mockvoice.web.refusals import Refusal
from mockvoice.web.vendor import Security, Vendor


@dataclass(frozen=True, slots=True)
class Reminder:
    id: int
    text: str
    day: date
    rung: bool = False

    @property
    def due_at(self) -> datetime:
        return datetime.combine(self.day, time(9), UTC)


class BellBackend(Backend):
    def tables(self) -> None:
        self.reminders = self.table("reminders", Reminder)

    def next_due(self) -> datetime | None:
        return min((each.due_at for each in self.reminders if not each.rung), default=None)

    def fall_due(self) -> None:
        waiting = [each for each in self.reminders if not each.rung]
        for each in sorted(waiting, key=lambda each: (each.due_at, each.id)):
            if each.due_at <= self.clock.now():
                self.send("ada@bell.example", "Ding", each.text, f"reminders/{each.id}")
                self.reminders.put(replace(each, rung=True))


class ReminderNotFound(Refusal):
    status = 404


def refuse(error: Exception) -> Answer:
    status = error.status if isinstance(error, Refusal) else 500
    return Answer({"why": str(error) or type(error).__name__}, status)


def install(backend: BellBackend, document: Mapping[str, Any]) -> None:
    for text in document["reminders"]:
        number = backend.ids.next("reminder")
        backend.reminders.put(Reminder(number, text, backend.clock.today(), rung=True))


def add_pages(app: flask.Flask, sandboxes: Any) -> None:
    @app.get("/hello/<name>")
    def hello(name: str) -> str:
        return flask.url_for("hello", name=name)


VENDOR = Vendor(
    key="bell",
    title="Bell",
    port_offset=1,
    backend=BellBackend,
    handlers=f"{__name__}.handlers",
    security={"apiKey": Security(partial(bearer, "bell"))},
    credentials={"api_key": "bell-demo-key"},
    opened_by=("api_key",),
    install=install,
    refuse=refuse,
    pages=add_pages,
    page_paths=("/hello/",),
)
