"""What surrounds a record or a list, and the answers that are no record."""

from collections.abc import Mapping, Sequence

from mockvoice.vendors.count.backend import CountBackend, shown_instant
from mockvoice.vendors.count.render.parts import Json, Record, Renderer
from mockvoice.vendors.count.rules.lists import Listed
from mockvoice.vendors.count.rules.tokens import Tokens


def answer(data: Json, message: str) -> Json:
    """The envelope of every success. Documented."""
    return {"status": "success", "message": message, "data": data}


def one(data: Json, message: str, warnings: Sequence[Mapping[str, str]]) -> Json:
    """A record after a call that may have ignored something."""
    if warnings:
        data["_partnerWarnings"] = warnings
    return answer(data, message)


def page(
    backend: CountBackend, found: Listed[Record], render: Renderer[Record], name: str, message: str
) -> Json:
    """A page of records. Documented: both names of the rows, by different sources."""
    rows = [render(backend, record) for record in found.rows]
    data = {
        "records": rows,
        name: rows,
        "page": found.page,
        "limit": found.limit,
        "totalRecords": found.total,
        "totalPages": found.pages,
    }
    return answer(data, message)


def deleted(record_id: str, message: str) -> Json:
    """What is left of a deleted record."""
    return answer({"id": record_id}, message)


def bulk(
    backend: CountBackend, outcome: Sequence[Record | str], render: Renderer[Record], name: str
) -> Json:
    """What became of many rows. Documented: the keys, and that an error is plain text."""
    results: list[Json] = []
    for index, each in enumerate(outcome):
        if isinstance(each, str):
            results.append({"index": index, "success": False, "error": each})
        else:
            results.append({"index": index, "success": True, name: render(backend, each)})
    good = sum(1 for each in results if each["success"])
    data = {"successCount": good, "errorCount": len(results) - good, "results": results}
    return answer(data, "Bulk request processed.")


def team(backend: CountBackend) -> dict[str, str]:
    """The workspace in short."""
    return {"id": backend.team.id, "name": backend.team.name}


def tokens(backend: CountBackend, made: Tokens, message: str) -> Json:
    """A pair of tokens. Documented: every key."""
    result = {
        "accessToken": made.access,
        "refreshToken": made.refresh,
        "accessTokenExpiresAt": shown_instant(made.access_expires),
        "refreshTokenExpiresAt": shown_instant(made.refresh_expires),
        "workspaceId": backend.team.id,
        "workspaceName": backend.team.name,
    }
    return answer({"result": result}, message)
