"""The JSON Schemas of ``mockvoice check``: ``report.json`` and the file of a comparison."""

import json
from pathlib import Path

import jsonschema
from referencing import Registry, Resource

import mockvoice_contracts.check

FOLDER = Path(mockvoice_contracts.check.__file__).parent


def validator(name: str) -> jsonschema.Draft202012Validator:
    """Return the validator of ``report`` or ``parity``."""
    schemas = [
        json.loads((FOLDER / f"{key}.schema.json").read_text("utf-8"))
        for key in ("report", "parity")
    ]
    registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema, registry=registry)
