from datetime import date
from typing import Any

from tests.example_vendors.bell import BellBackend, Reminder, ReminderNotFound


def search(backend: BellBackend) -> dict[str, Any]:
    return {"reminders": [render(reminder) for reminder in backend.reminders]}


def create(backend: BellBackend, body: dict[str, Any]) -> dict[str, Any]:
    number = backend.ids.next("reminder")
    day = date.fromisoformat(body["day"])
    return render(backend.reminders.put(Reminder(number, body["text"], day)))


def get(backend: BellBackend, reminder_id: int) -> dict[str, Any]:
    reminder = backend.reminders.get(reminder_id)
    if reminder is None:
        raise ReminderNotFound(f"no reminder {reminder_id}")
    return render(reminder)


def render(reminder: Reminder) -> dict[str, Any]:
    return {
        "id": reminder.id,
        "text": reminder.text,
        "day": reminder.day.isoformat(),
        "rung": reminder.rung,
    }
