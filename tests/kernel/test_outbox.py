"""The outbox of a backend."""

from mockvoice.kernel import backend as kernel
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock


def test_an_outbox_keeps_the_newest_messages(monkeypatch):
    monkeypatch.setattr(kernel, "MAX_OUTBOX", 3)
    backend = Backend(Clock())
    with backend.transaction():
        for number in range(5):
            backend.queue_email("a@example.com", f"Mail {number}", "", "invoices/1")

    assert [message.subject for message in backend.outbox] == ["Mail 2", "Mail 3", "Mail 4"]
