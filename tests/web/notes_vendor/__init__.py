"""A minimal vendor for tests of the web layer."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from mockvoice.kernel.backend import Backend
from mockvoice.web.auth import bearer
from mockvoice.web.errors import InvalidRequest, MethodNotAllowed, RequestError
from mockvoice.web.responses import Response
from mockvoice.web.vendor import SecurityCheck, Vendor


@dataclass(frozen=True)
class Note:
    id: int
    text: str


class NotesBackend(Backend):
    def define_tables(self) -> None:
        self.notes = self.add_table("notes", Note)


class NoteNotFound(Exception):
    """No note has this id."""


def error_response(error: Exception) -> Response:
    match error:
        case InvalidRequest():
            fields = [".".join(map(str, v.field)) + ":" + v.rule for v in error.violations]
            return Response({"error": "invalid", "fields": fields}, 422)
        case MethodNotAllowed():
            return Response({"error": "method"}, 405, error.headers)
        case NoteNotFound():
            return Response({"error": "not found"}, 404)
        case RequestError():
            return Response({"error": str(error) or type(error).__name__}, error.status)
        case _:
            return Response({"error": "defect"}, 500)


def install_nothing(backend: Any, document: Any = None) -> None:
    """Do nothing: an account of this vendor is empty at first."""


VENDOR = Vendor(
    key="notes",
    title="Notes",
    backend=NotesBackend,
    package=__name__,
    security={"key": SecurityCheck(partial(bearer, "notes"))},
    credentials={"key": "notes-demo-key"},
    lookup_credentials=("key",),
    install_defaults=install_nothing,
    error_response=error_response,
)

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Notes", "version": "1"},
    "security": [{"key": []}],
    "paths": {
        "/notes": {
            "get": {
                "operationId": "notes.search",
                "parameters": [
                    {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
                    {"name": "day", "in": "query", "schema": {"type": "string", "format": "date"}},
                    {"name": "ids", "in": "query", "style": "form", "explode": False,
                     "schema": {"type": "array", "items": {"type": "integer"}}},
                    {"name": "lax", "in": "query",
                     "schema": {"anyOf": [{"type": "integer"}, {"type": "string"}]}},
                ],
                "responses": {
                    "200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}},
                    "default": {"$ref": "#/components/responses/Error"},
                },
            },
            "post": {
                "operationId": "notes.create",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/NoteInput"}},
                        "application/x-www-form-urlencoded": {
                            "schema": {"$ref": "#/components/schemas/NoteInput"}
                        },
                    },
                },
                "responses": {
                    "201": {"$ref": "#/components/responses/Note"},
                    "default": {"$ref": "#/components/responses/Error"},
                },
            },
        },
        "/notes/{noteId}": {
            "get": {
                "operationId": "notes.get",
                "parameters": [{"$ref": "#/components/parameters/NoteId"}],
                "responses": {
                    "200": {"$ref": "#/components/responses/Note"},
                    "default": {"$ref": "#/components/responses/Error"},
                },
            },
            "delete": {
                "operationId": "notes.delete",
                "parameters": [{"$ref": "#/components/parameters/NoteId"}],
                "responses": {
                    "204": {"description": ""},
                    "default": {"$ref": "#/components/responses/Error"},
                },
            },
        },
        "/notes/latest": {
            "put": {
                "operationId": "notes.break_contract",
                "responses": {
                    "200": {"$ref": "#/components/responses/Note"},
                    "default": {"$ref": "#/components/responses/Error"},
                },
            },
        },
        "/open": {
            "get": {
                "operationId": "notes.count",
                "security": [],
                "responses": {
                    "200": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}},
                },
            },
        },
    },
    "components": {
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        "parameters": {
            "NoteId": {"name": "noteId", "in": "path", "required": True,
                       "schema": {"type": "integer", "minimum": 1}},
        },
        "responses": {
            "Note": {
                "description": "",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}},
            },
            "Error": {
                "description": "",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
        "schemas": {
            "Note": {
                "type": "object",
                "required": ["id", "text"],
                "properties": {
                    "id": {"type": "integer"},
                    "text": {"type": "string"},
                    "secret": {"type": "string", "writeOnly": True},
                },
            },
            "NoteInput": {
                "type": "object",
                "required": ["text"],
                "properties": {
                    "id": {"type": "integer", "readOnly": True},
                    "text": {"type": "string", "minLength": 1, "maxLength": 20},
                    "due": {"type": "string", "format": "date", "nullable": True},
                    "amount": {
                        "x-rule": "numeric",
                        "anyOf": [
                            {"type": "number", "minimum": 0, "exclusiveMinimum": True, "multipleOf": 0.01},
                            {"type": "string", "pattern": "^[0-9]{1,9}$"},
                        ],
                    },
                    "lines": {
                        "type": "array",
                        "maxItems": 3,
                        "items": {"type": "object", "required": ["rate"],
                                  "properties": {"rate": {"type": "string"}}},
                    },
                },
            },
            "Error": {
                "type": "object",
                "required": ["error"],
                "properties": {
                    "error": {"type": "string"},
                    "fields": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}  # fmt: skip
