"""The operations of a contract's document."""

from mockvoice.web.document import Document


def test_a_parameter_of_an_operation_replaces_that_of_its_path():
    declared = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    own = {**declared, "example": 7}
    header = {**declared, "in": "header"}
    item = {
        "parameters": [declared, header],
        "get": {"operationId": "notes.get", "parameters": [own]},
    }

    (operation,) = Document({"paths": {"/notes/{id}": item}}).operations.values()

    assert [(each["in"], each.get("example")) for each in operation.parameters] == [
        ("path", 7), ("header", None),
    ]  # fmt: skip
