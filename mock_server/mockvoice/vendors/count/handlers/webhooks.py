"""Operations on webhook subscriptions."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import webhooks
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body


def search(backend: CountBackend, query: Query) -> render.Json:
    result = webhooks.search(backend, query)
    return render.page(backend, result, render.webhook, "webhooks", "Webhooks fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = webhooks.create(backend, body)
    return render.success({"webhook": render.webhook(backend, row)}, "Webhook created.")


def update(backend: CountBackend, webhook_id: str, body: Body) -> render.Json:
    row = webhooks.update(backend, webhook_id, body)
    return render.success({"webhook": render.webhook(backend, row)}, "Webhook updated.")


def delete(backend: CountBackend, webhook_id: str) -> render.Json:
    row = webhooks.delete(backend, webhook_id)
    return render.deleted(row.id, "Webhook deleted.")
