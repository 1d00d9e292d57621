"""Envelopes of records and lists, and responses without a record."""

from collections.abc import Mapping, Sequence

from mockvoice.vendors.count.backend import CountBackend, format_instant
from mockvoice.vendors.count.render.parts import Json, Record, Renderer
from mockvoice.vendors.count.rules.lists import PageResult
from mockvoice.vendors.count.rules.tokens import Tokens


def success(data: Json, message: str) -> Json:
    """Return data in the envelope of a success. Documented."""
    return {"status": "success", "message": message, "data": data}


def with_warnings(data: Json, message: str, warnings: Sequence[Mapping[str, str]]) -> Json:
    """Return a record in its envelope, with warnings about the fields that were ignored."""
    if warnings:
        data["_partnerWarnings"] = warnings
    return success(data, message)


def page(
    backend: CountBackend,
    result: PageResult[Record],
    render: Renderer[Record],
    name: str,
    message: str,
) -> Json:
    """Return a page of records. Documented: both keys of the rows, in different sources."""
    rows = [render(backend, record) for record in result.rows]
    data = {
        "records": rows,
        name: rows,
        "page": result.page,
        "limit": result.limit,
        "totalRecords": result.total,
        "totalPages": result.pages,
    }
    return success(data, message)


def deleted(record_id: str, message: str) -> Json:
    """Return the response to a deletion."""
    return success({"id": record_id}, message)


def bulk(
    backend: CountBackend, rows: Sequence[Record | str], render: Renderer[Record], name: str
) -> Json:
    """Return the record or the error of each row. Documented: the keys, and errors as plain text."""
    results: list[Json] = []
    for index, row in enumerate(rows):
        if isinstance(row, str):
            results.append({"index": index, "success": False, "error": row})
        else:
            results.append({"index": index, "success": True, name: render(backend, row)})
    succeeded = sum(1 for result in results if result["success"])
    data = {"successCount": succeeded, "errorCount": len(results) - succeeded, "results": results}
    return success(data, "Bulk request processed.")


def team(backend: CountBackend) -> dict[str, str]:
    """Return the id and the name of the workspace."""
    return {"id": backend.team.id, "name": backend.team.name}


def tokens(backend: CountBackend, issued: Tokens, message: str) -> Json:
    """Return a new pair of tokens. Documented: every key."""
    result = {
        "accessToken": issued.access,
        "refreshToken": issued.refresh,
        "accessTokenExpiresAt": format_instant(issued.access_expires),
        "refreshTokenExpiresAt": format_instant(issued.refresh_expires),
        "workspaceId": backend.team.id,
        "workspaceName": backend.team.name,
    }
    return success({"result": result}, message)
