"""Operations on the members of the team."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import team
from mockvoice.vendors.growcrm.rules.lists import Query


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = team.search(backend, query)
    return render.page(backend, result, render.team_member, "Team members retrieved successfully.")


def get(backend: GrowBackend, user_id: int) -> render.Json:
    row = team.find_member(backend, user_id)
    return render.envelope(render.team_member(backend, row), "Team member retrieved successfully.")
