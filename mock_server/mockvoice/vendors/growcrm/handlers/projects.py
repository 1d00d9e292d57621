"""Operations on projects."""

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.rules import projects
from mockvoice.vendors.growcrm.rules.lists import Query
from mockvoice.vendors.growcrm.rules.records import Body, find


def search(backend: GrowBackend, query: Query) -> render.Json:
    result = projects.search(backend, query)
    return render.page(backend, result, render.project, "Projects retrieved successfully.")


def get(backend: GrowBackend, project_id: int) -> render.Json:
    row = find(backend.projects, project_id)
    return render.envelope(render.project(backend, row), "Project retrieved successfully.")


def create(backend: GrowBackend, body: Body) -> render.Json:
    row = projects.create(backend, body)
    return render.envelope(render.project(backend, row), "Project created successfully.")


def update(backend: GrowBackend, project_id: int, body: Body) -> render.Json:
    row = projects.update(backend, project_id, body)
    return render.envelope(render.project(backend, row), "Project updated successfully.")


def delete(backend: GrowBackend, project_id: int) -> render.Json:
    row = projects.delete(backend, project_id)
    return render.id_envelope(row.id, "Project deleted successfully.")


def assign(backend: GrowBackend, project_id: int, body: Body) -> render.Json:
    row = projects.assign(backend, project_id, body)
    return render.envelope(render.project(backend, row), "Project assignees updated successfully.")


def set_manager(backend: GrowBackend, project_id: int, body: Body) -> render.Json:
    row = projects.set_manager(backend, project_id, body)
    return render.envelope(render.project(backend, row), "Project manager updated successfully.")


def set_status(backend: GrowBackend, project_id: int, body: Body) -> render.Json:
    row = projects.set_status(backend, project_id, body)
    return render.envelope(render.project(backend, row), "Project status updated successfully.")


def set_progress(backend: GrowBackend, project_id: int, body: Body) -> render.Json:
    row = projects.set_progress(backend, project_id, body)
    return render.envelope(render.project(backend, row), "Project progress updated successfully.")


def set_tags(backend: GrowBackend, project_id: int, body: Body) -> render.Json:
    row = projects.set_tags(backend, project_id, body)
    return render.envelope(render.project(backend, row), "Project tags updated successfully.")


def archive(backend: GrowBackend, project_id: int) -> render.Json:
    row = projects.set_archived(backend, project_id, archived=True)
    return render.envelope(render.project(backend, row), "Project archived successfully.")


def restore(backend: GrowBackend, project_id: int) -> render.Json:
    row = projects.set_archived(backend, project_id, archived=False)
    return render.envelope(render.project(backend, row), "Project restored successfully.")


def stop_timers(backend: GrowBackend, project_id: int) -> render.Json:
    row = projects.stop_timers(backend, project_id)
    return render.id_envelope(row.id, "Project timers stopped successfully.")


def clone(backend: GrowBackend, project_id: int, body: Body) -> render.Json:
    row = projects.clone(backend, project_id, body)
    return render.envelope(render.project(backend, row), "Project cloned successfully.")
