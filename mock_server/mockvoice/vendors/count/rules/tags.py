"""Tags, and the groups that they may be in."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import TagAlreadyGrouped, TagGroupNameExists
from mockvoice.vendors.count.models import Tag, TagGroup
from mockvoice.vendors.count.rules.ignored import takes_anything
from mockvoice.vendors.count.rules.lists import Listed, Query, found_by, listed
from mockvoice.vendors.count.rules.records import Body, changes, find, resolve_tags

_COLUMNS = {"name": "name", "color": "color"}


def search(backend: CountBackend, query: Query) -> Listed[Tag]:
    """A page of tags by name."""
    among = found_by(backend.tags, query["search"])
    return listed(backend.tags, query, where={"live": True}, among=among, order="name")


def starting_with(backend: CountBackend, beginning: str) -> list[Tag]:
    """All tags whose name begins so, whatever the case, by name. Documented."""
    low = beginning.lower()
    found = backend.tags.select(
        {"live": True}, between={"name": (low, low + "\U0010ffff")}, order="name"
    )
    return [tag for tag in found if tag.name.lower().startswith(low)]


def create(backend: CountBackend, body: Body) -> Tag:
    """A new tag. Documented: names need not be unique."""
    now = backend.now()
    written = changes(body, _COLUMNS)
    return backend.tags.put(Tag(id=backend.new_id("tag"), created=now, updated=now, **written))


def update(backend: CountBackend, tag_id: str, body: Body) -> Tag:
    """A tag, changed; documents show the new name at once."""
    before = find(backend.tags, tag_id)
    if not takes_anything("TagUpdate", body):
        return before
    written = changes(body, _COLUMNS)
    return backend.tags.put(replace(before, updated=backend.now(), **written))


def delete(backend: CountBackend, tag_id: str) -> Tag:
    """Let a tag be found and used no more, and leave its group."""
    before = find(backend.tags, tag_id)
    group = group_of(backend, before.id)
    if group is not None:
        members = tuple(each for each in group.tags if each != before.id)
        backend.tag_groups.put(replace(group, tags=members, updated=backend.now()))
    return backend.tags.put(replace(before, deleted=True, updated=backend.now()))


def group_of(backend: CountBackend, tag_id: str) -> TagGroup | None:
    """The group that a tag is in, if any."""
    return next(iter(backend.tag_groups.find_by("tag", tag_id)), None)


def search_groups(backend: CountBackend, query: Query) -> Listed[TagGroup]:
    """A page of tag groups by name."""
    among = found_by(backend.tag_groups, query["search"])
    return listed(backend.tag_groups, query, among=among, order="name")


def create_group(backend: CountBackend, body: Body) -> TagGroup:
    """A new group. Documented: its name is unique, and no tag is in another group."""
    now = backend.now()
    written = _written(backend, body, None)
    return backend.tag_groups.put(
        TagGroup(id=backend.new_id("tag_group"), created=now, updated=now, **written)
    )


def update_group(backend: CountBackend, group_id: str, body: Body) -> TagGroup:
    """A group, changed. Documented: members are replaced as a whole."""
    before = find(backend.tag_groups, group_id)
    if not takes_anything("TagGroupUpdate", body):
        return before
    written = _written(backend, body, before)
    return backend.tag_groups.put(replace(before, updated=backend.now(), **written))


def delete_group(backend: CountBackend, group_id: str) -> TagGroup:
    """Remove a group; its tags stay."""
    group = find(backend.tag_groups, group_id)
    backend.tag_groups.delete(group.id)
    return group


def _written(backend: CountBackend, body: Body, before: TagGroup | None) -> dict[str, Any]:
    written = changes(body, _COLUMNS)
    if "tagUuids" in body:
        written["tags"] = resolve_tags(backend, body)
    if "name" in written:
        taken = backend.tag_groups.keys_by("name", written["name"].lower())
        if any(before is None or key != before.id for key in taken):
            raise TagGroupNameExists
    for tag_id in written.get("tags", ()):
        group = group_of(backend, tag_id)
        if group is not None and (before is None or group.id != before.id):
            raise TagAlreadyGrouped(tag_id)
    return written
