"""The members of the team, which the mock only reads."""

from collections.abc import Callable

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.errors import NotFound
from mockvoice.vendors.growcrm.models import User
from mockvoice.vendors.growcrm.rules.lists import (
    PageResult,
    Query,
    all_of,
    paginate,
    text_filter,
)
from mockvoice.vendors.growcrm.rules.records import find

# Documented: both roles.
ADMINISTRATOR, STAFF = 1, 3


def search(backend: GrowBackend, query: Query) -> PageResult[User]:
    """Return a page of members. Documented: filters and sorts, and that deleted members are left out.

    Assumed: the searched fields, and the order by first name, as for contacts.
    """
    return paginate(
        backend.users,
        query,
        default_size=backend.settings.page_size,
        filters=("status",),
        where={"kind": "team"},
        predicate=all_of(
            None if query["status"] else lambda user: user.status != "deleted",
            _role_filter(backend, query),
            text_filter(
                query["search"],
                lambda user: user.first_name,
                lambda user: user.last_name,
                lambda user: user.email,
                lambda user: user.phone,
            ),
        ),
        sorts=("first_name", "last_name", "email", "created"),
        default_sort="first_name",
        default_ascending=True,
    )


def find_member(backend: GrowBackend, user_id: int) -> User:
    """Return the member with this id. Raises ``NotFound``, also for a contact."""
    user = find(backend.users, user_id)
    if not user.in_team:
        raise NotFound
    return user


def role_id(backend: GrowBackend, user: User) -> int:
    """Return the role of a member. Assumed: only the main administrator has the higher one."""
    return ADMINISTRATOR if user.id == backend.settings.administrator_id else STAFF


def _role_filter(backend: GrowBackend, query: Query) -> Callable[[User], bool] | None:
    role = query["role_id"]
    if role in (None, ""):
        return None
    return lambda user: str(role_id(backend, user)) == str(role)
