"""Tools: functions with a description and arguments, which a decorator declares."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from mockvoice.control.suggestions import suggestion
from mockvoice.mcp_server.control_operations import Arguments, Schema, operations
from mockvoice.mcp_server.session import Session

ToolFunction = Callable[[Session, dict[str, Any]], str]

SANDBOX: Schema = {"type": "string"}
SHOW_SECRETS: Schema = {
    "type": "boolean",
    "default": False,
    "description": "Show credentials; by default they are masked.",
}


class InvalidArgument(Exception):
    """An argument of a tool is unknown, missing or of the wrong type."""


@dataclass(frozen=True)
class Tool:
    """A tool. Its arguments are those of an operation of the control API, and its own."""

    name: str
    description: str
    function: ToolFunction = field(repr=False)
    properties: Mapping[str, Schema]
    required: frozenset[str]
    checked: frozenset[str]  # the arguments that the server does not check
    read_only: bool
    destructive: bool

    def input_schema(self, session: Session) -> dict[str, Any]:
        """Return the JSON Schema of the arguments; names of vendors are those of the server."""
        return {
            "type": "object",
            "properties": {
                name: self._of_session(session, name, schema)
                for name, schema in self.properties.items()
            },
            "required": sorted(self.required),
            "additionalProperties": False,
        }

    def _of_session(self, session: Session, name: str, schema: Schema) -> Schema:
        if name == "sandbox":
            default = {} if name in self.required else {"default": session.sandbox}
            return {"type": "string", **default, "description": "Name of the sandbox."}
        if name == "vendor" and (keys := session.known_vendors()):
            every = ["*"] if "*" in schema.get("description", "") else []
            return {**schema, "enum": [*keys, *every]}
        return schema

    def call(self, session: Session, arguments: Arguments) -> str:
        """Return the output for the arguments of an agent. Raises ``InvalidArgument``."""
        # Some clients send null for an argument that is left out.
        present = {name: value for name, value in arguments.items() if value is not None}
        self._check_names(present)
        if "sandbox" in self.properties:
            present.setdefault("sandbox", session.sandbox)
        prepared = {name: _parsed(self.properties[name], value) for name, value in present.items()}
        for name in self.checked & prepared.keys():
            _check_value(name, self.properties[name], prepared[name])
        return self.function(session, prepared)

    def _check_names(self, arguments: Arguments) -> None:
        for name in arguments:
            if name not in self.properties:
                hint = suggestion(name, self.properties) or "; it has no arguments"
                raise InvalidArgument(f"{self.name} has no argument {name!r}{hint}")
        if missing := sorted(self.required - arguments.keys()):
            raise InvalidArgument(f"{self.name} needs the argument {missing[0]!r}")


def tool(
    operation: str | None = None,
    /,
    *,
    read_only: bool = False,
    destructive: bool = False,
    without: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
    **own: Schema,
) -> Callable[[ToolFunction], Tool]:
    """Declare a function as a tool of the same name; its docstring is the description.

    The arguments are those of an operation of the control API except ``without``, and ``own``.
    """
    source = operations()[operation] if operation else None
    properties = {**(source.properties if source else {}), **own}
    names = [name for name in properties if name not in without]
    with_default = {"sandbox", *(name for name, schema in own.items() if "default" in schema)}
    needed = {*(source.required if source else ())} - with_default | {*required}

    def decorate(function: ToolFunction) -> Tool:
        return Tool(
            name=function.__name__,
            description=" ".join((function.__doc__ or "").split()),
            function=function,
            properties={name: properties[name] for name in names},
            required=frozenset(needed & {*names}),
            checked=frozenset(own),
            read_only=read_only,
            destructive=destructive,
        )

    return decorate


def _parsed(schema: Schema, value: Any) -> Any:
    """Return an object or a list that was sent as JSON text as data, as some clients send it."""
    is_structure = schema.get("type") in ("object", "array") or "oneOf" in schema
    if not (is_structure and isinstance(value, str) and value.lstrip().startswith(("{", "["))):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value  # The server says what it expects.


def _check_value(name: str, schema: Schema, value: Any) -> None:
    for error in jsonschema_rs.validator_for(dict(schema)).iter_errors(value):
        raise InvalidArgument(f"{name}: {error.message}")
