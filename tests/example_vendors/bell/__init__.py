"""Bell: reminders that ring on their day at nine o'clock UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

import flask

from mockvoice.vendor_api import Backend, RequestError, Response, SecurityCheck, Vendor, bearer


@dataclass(frozen=True, slots=True)
class Reminder:
    id: int
    text: str
    day: date
    rung: bool = False
    repeats: int | None = None  # the reminder that this one repeats

    @property
    def due_at(self) -> datetime:
        return datetime.combine(self.day, time(9), UTC)


class BellBackend(Backend):
    schema_version = 2

    def define_tables(self) -> None:
        self.reminders = self.add_table(
            "reminders", Reminder, references={"repeats": "reminders"}, sequence="reminder"
        )

    @classmethod
    def upgrade_export(cls, data: dict[str, Any], version: int) -> dict[str, Any]:
        for row in data["tables"]["reminders"]:  # version 1 called the text a title
            row["text"] = row.pop("title", row.get("text"))
        return data

    def next_event_at(self) -> datetime | None:
        return min(
            (reminder.due_at for reminder in self.reminders if not reminder.rung), default=None
        )

    def run_due_events(self) -> None:
        unrung = [reminder for reminder in self.reminders if not reminder.rung]
        for reminder in sorted(unrung, key=lambda reminder: (reminder.due_at, reminder.id)):
            if reminder.due_at <= self.clock.now():
                about = f"reminders/{reminder.id}"
                self.queue_email("ada@bell.example", "Ding", reminder.text, about)
                self.reminders.put(replace(reminder, rung=True))


class ReminderNotFound(RequestError):
    status = 404


def error_response(error: Exception) -> Response:
    status = error.status if isinstance(error, RequestError) else 500
    return Response({"why": str(error) or type(error).__name__}, status)


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
    backend=BellBackend,
    package=__name__,
    security={"apiKey": SecurityCheck(partial(bearer, "bell"))},
    credentials={"api_key": "bell-demo-key"},
    lookup_credentials=("api_key",),
    install_defaults=install,
    error_response=error_response,
    pages=add_pages,
    page_paths=("/hello/",),
)
