"""Operations on tag groups."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import tags
from mockvoice.vendors.count.rules.ignored_fields import empty_body_warnings, warnings_for
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body, find


def search(backend: CountBackend, query: Query) -> render.Json:
    result = tags.search_groups(backend, query)
    return render.page(backend, result, render.tag_group, "tagGroups", "Tag groups fetched.")


def get(backend: CountBackend, tag_group_id: str) -> render.Json:
    row = find(backend.tag_groups, tag_group_id)
    return render.success(render.tag_group(backend, row), "Tag group fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = tags.create_group(backend, body)
    warnings = warnings_for(backend, "TagGroupCreate", body)
    return render.with_warnings(render.tag_group(backend, row), "Tag group created.", warnings)


def update(backend: CountBackend, tag_group_id: str, body: Body) -> render.Json:
    row = tags.update_group(backend, tag_group_id, body)
    warnings = empty_body_warnings(body) or warnings_for(backend, "TagGroupUpdate", body)
    return render.with_warnings(render.tag_group(backend, row), "Tag group updated.", warnings)


def delete(backend: CountBackend, tag_group_id: str) -> render.Json:
    row = tags.delete_group(backend, tag_group_id)
    return render.deleted(row.id, "Tag group deleted.")
