"""Operations on tags."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import tags
from mockvoice.vendors.count.rules.ignored import empty, ignored
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body, find


def search(backend: CountBackend, query: Query) -> render.Json:
    found = tags.search(backend, query)
    return render.page(backend, found, render.tag, "tags", "Tags fetched.")


def get(backend: CountBackend, tag_id: str) -> render.Json:
    row = find(backend.tags, tag_id)
    return render.answer(render.tag(backend, row), "Tag fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = tags.create(backend, body)
    return render.one(render.tag(backend, row), "Tag created.", ignored("TagCreate", body))


def update(backend: CountBackend, tag_id: str, body: Body) -> render.Json:
    row = tags.update(backend, tag_id, body)
    warnings = empty(body) or ignored("TagUpdate", body)
    return render.one(render.tag(backend, row), "Tag updated.", warnings)


def delete(backend: CountBackend, tag_id: str) -> render.Json:
    row = tags.delete(backend, tag_id)
    return render.deleted(row.id, "Tag deleted.")


def find_by_name(backend: CountBackend, name: str) -> render.Json:
    rows = [render.tag(backend, row) for row in tags.starting_with(backend, name)]
    return render.answer({"records": rows, "tags": rows, "totalRecords": len(rows)}, "Tags found.")
