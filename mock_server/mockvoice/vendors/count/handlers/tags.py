"""Operations on tags."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import tags
from mockvoice.vendors.count.rules.ignored_fields import empty_body_warnings, warnings_for
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body, find


def search(backend: CountBackend, query: Query) -> render.Json:
    result = tags.search(backend, query)
    return render.page(backend, result, render.tag, "tags", "Tags fetched.")


def get(backend: CountBackend, tag_id: str) -> render.Json:
    row = find(backend.tags, tag_id)
    return render.success(render.tag(backend, row), "Tag fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = tags.create(backend, body)
    return render.with_warnings(
        render.tag(backend, row), "Tag created.", warnings_for(backend, "TagCreate", body)
    )


def update(backend: CountBackend, tag_id: str, body: Body) -> render.Json:
    row = tags.update(backend, tag_id, body)
    warnings = empty_body_warnings(body) or warnings_for(backend, "TagUpdate", body)
    return render.with_warnings(render.tag(backend, row), "Tag updated.", warnings)


def delete(backend: CountBackend, tag_id: str) -> render.Json:
    row = tags.delete(backend, tag_id)
    return render.deleted(row.id, "Tag deleted.")


def find_by_name(backend: CountBackend, name: str) -> render.Json:
    rows = [render.tag(backend, row) for row in tags.with_name_prefix(backend, name)]
    return render.success({"records": rows, "tags": rows, "totalRecords": len(rows)}, "Tags found.")
