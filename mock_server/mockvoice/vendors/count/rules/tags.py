"""Tags and tag groups."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import TagAlreadyGrouped, TagGroupNameExists
from mockvoice.vendors.count.models import Tag, TagGroup
from mockvoice.vendors.count.rules.ignored_fields import changes_anything
from mockvoice.vendors.count.rules.lists import PageResult, Query, paginate, search_keys
from mockvoice.vendors.count.rules.records import Body, attributes_from, find, resolve_tags

_COLUMNS = {"name": "name", "color": "color"}


def search(backend: CountBackend, query: Query) -> PageResult[Tag]:
    """Return a page of tags, sorted by name."""
    keys = search_keys(backend.tags, query["search"])
    return paginate(backend.tags, query, where={"live": True}, keys=keys, order="name")


def with_name_prefix(backend: CountBackend, prefix: str) -> list[Tag]:
    """Return the tags whose name starts with a prefix, ignoring case; sorted by name. Documented."""
    lowered = prefix.lower()
    candidates = backend.tags.select(
        {"live": True}, between={"name": (lowered, lowered + "\U0010ffff")}, order="name"
    )
    return [tag for tag in candidates if tag.name.lower().startswith(lowered)]


def create(backend: CountBackend, body: Body) -> Tag:
    """Create a tag. Documented: its name need not be unique."""
    now = backend.now()
    attributes = attributes_from(body, _COLUMNS)
    return backend.tags.put(Tag(id=backend.new_id("tag"), created=now, updated=now, **attributes))


def update(backend: CountBackend, tag_id: str, body: Body) -> Tag:
    """Update a tag; documents show its new name immediately."""
    before = find(backend.tags, tag_id)
    if not changes_anything("TagUpdate", body):
        return before
    attributes = attributes_from(body, _COLUMNS)
    return backend.tags.put(replace(before, updated=backend.now(), **attributes))


def delete(backend: CountBackend, tag_id: str) -> Tag:
    """Mark a tag as deleted, and remove it from its group."""
    before = find(backend.tags, tag_id)
    group = group_of(backend, before.id)
    if group is not None:
        members = tuple(member for member in group.tags if member != before.id)
        backend.tag_groups.put(replace(group, tags=members, updated=backend.now()))
    return backend.tags.put(replace(before, deleted=True, updated=backend.now()))


def group_of(backend: CountBackend, tag_id: str) -> TagGroup | None:
    """Return the group of a tag, if any."""
    return next(iter(backend.tag_groups.find_by("tag", tag_id)), None)


def search_groups(backend: CountBackend, query: Query) -> PageResult[TagGroup]:
    """Return a page of tag groups, sorted by name."""
    keys = search_keys(backend.tag_groups, query["search"])
    return paginate(backend.tag_groups, query, keys=keys, order="name")


def create_group(backend: CountBackend, body: Body) -> TagGroup:
    """Create a group. Documented: its name is unique, and its tags are in no other group."""
    now = backend.now()
    attributes = _attributes(backend, body, None)
    return backend.tag_groups.put(
        TagGroup(id=backend.new_id("tag_group"), created=now, updated=now, **attributes)
    )


def update_group(backend: CountBackend, group_id: str, body: Body) -> TagGroup:
    """Update a group. Documented: members are replaced as a whole."""
    before = find(backend.tag_groups, group_id)
    if not changes_anything("TagGroupUpdate", body):
        return before
    attributes = _attributes(backend, body, before)
    return backend.tag_groups.put(replace(before, updated=backend.now(), **attributes))


def delete_group(backend: CountBackend, group_id: str) -> TagGroup:
    """Delete a group; its tags are kept."""
    group = find(backend.tag_groups, group_id)
    backend.tag_groups.delete(group.id)
    return group


def _attributes(backend: CountBackend, body: Body, before: TagGroup | None) -> dict[str, Any]:
    attributes = attributes_from(body, _COLUMNS)
    if "tagUuids" in body:
        attributes["tags"] = resolve_tags(backend, body)
    if "name" in attributes:
        existing = backend.tag_groups.keys_by("name", attributes["name"].lower())
        if any(before is None or key != before.id for key in existing):
            raise TagGroupNameExists
    for tag_id in attributes.get("tags", ()):
        group = group_of(backend, tag_id)
        if group is not None and (before is None or group.id != before.id):
            raise TagAlreadyGrouped(tag_id)
    return attributes
