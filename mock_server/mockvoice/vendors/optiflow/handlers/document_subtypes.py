"""Operations on numbering series."""

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.rules import document_subtypes
from mockvoice.vendors.optiflow.rules.lists import Query, paginate
from mockvoice.vendors.optiflow.rules.records import Body, find
from mockvoice.web.request_context import RequestUrl


def search(backend: OptiBackend, query: Query, address: RequestUrl) -> render.Json:
    render.check_query(address, query)
    result = paginate(backend.document_subtypes, query)
    return render.page(result, lambda row: render.document_subtype(backend, row), address)


def get(backend: OptiBackend, document_subtype_id: int) -> render.Json:
    return render.envelope(
        render.document_subtype(backend, find(backend.document_subtypes, document_subtype_id))
    )


def create(backend: OptiBackend, body: Body) -> render.Json:
    return render.envelope(
        render.document_subtype(backend, document_subtypes.create(backend, body))
    )


def update(backend: OptiBackend, document_subtype_id: int, body: Body) -> render.Json:
    return render.envelope(
        render.document_subtype(
            backend, document_subtypes.update(backend, document_subtype_id, body)
        )
    )


replace = update


def set_default(backend: OptiBackend, document_subtype_id: int) -> render.Json:
    row = document_subtypes.set_default(backend, document_subtype_id)
    return render.envelope(render.document_subtype(backend, row))


def toggle_active(backend: OptiBackend, document_subtype_id: int) -> render.Json:
    row = document_subtypes.toggle_active(backend, document_subtype_id)
    return render.envelope(render.document_subtype(backend, row))


def set_preferred(
    backend: OptiBackend,
    principal: str,
    x_workspace_id: int | None,
    document_subtype_id: int,
    workspace_id: int,
) -> render.Json:
    actor = resolve_actor(backend, principal, x_workspace_id)
    row = document_subtypes.set_preferred(backend, actor, document_subtype_id, workspace_id)
    return render.envelope(render.document_subtype(backend, row))
