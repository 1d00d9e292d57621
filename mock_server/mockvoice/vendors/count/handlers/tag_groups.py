"""Operations on tag groups."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import tags
from mockvoice.vendors.count.rules.ignored import empty, ignored
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body, find


def search(backend: CountBackend, query: Query) -> render.Json:
    found = tags.search_groups(backend, query)
    return render.page(backend, found, render.tag_group, "tagGroups", "Tag groups fetched.")


def get(backend: CountBackend, tag_group_id: str) -> render.Json:
    row = find(backend.tag_groups, tag_group_id)
    return render.answer(render.tag_group(backend, row), "Tag group fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = tags.create_group(backend, body)
    warnings = ignored("TagGroupCreate", body)
    return render.one(render.tag_group(backend, row), "Tag group created.", warnings)


def update(backend: CountBackend, tag_group_id: str, body: Body) -> render.Json:
    row = tags.update_group(backend, tag_group_id, body)
    warnings = empty(body) or ignored("TagGroupUpdate", body)
    return render.one(render.tag_group(backend, row), "Tag group updated.", warnings)


def delete(backend: CountBackend, tag_group_id: str) -> render.Json:
    row = tags.delete_group(backend, tag_group_id)
    return render.deleted(row.id, "Tag group deleted.")
