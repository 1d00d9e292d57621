from mockvoice.web.responses import DeferredResponse, Response
from tests.web.notes_vendor import Note, NoteNotFound, NotesBackend


def search(backend: NotesBackend, query: dict) -> dict:
    return {"query": query, "ids": [note.id for note in backend.notes]}


def create(backend: NotesBackend, body: dict) -> Response:
    note = backend.notes.put(Note(backend.ids.next("note"), body["text"]))
    if note.text == "explode":
        raise ZeroDivisionError
    return Response({"id": note.id, "text": note.text}, headers={"X-Note": str(note.id)})


def get(backend: NotesBackend, note_id: int) -> dict:
    note = backend.notes.get(note_id)
    if note is None:
        raise NoteNotFound
    return {"id": note.id, "text": note.text}


def delete(backend: NotesBackend, note_id: int) -> None:
    if note_id not in backend.notes:
        raise NoteNotFound
    backend.notes.delete(note_id)


def break_contract(backend: NotesBackend) -> dict:
    backend.notes.put(Note(99, "never stored"))
    return {"id": 99, "text": "never stored", "extra": True}


def count(backend: NotesBackend) -> DeferredResponse:
    number = len(backend.notes)
    return DeferredResponse(lambda: Response(f"{number} notes", media_type="text/plain"))
