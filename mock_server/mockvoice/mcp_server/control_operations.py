"""Operations of the control API as tools need them: their arguments, and the request for these.

The contract of the control API describes the arguments, so a new effect of faults or a new setting
reaches the agents without a second list of them.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from mockvoice.projections import project
from mockvoice.web import contract

Schema = Mapping[str, Any]
Arguments = Mapping[str, Any]

PREFIX = "/_mock"


class ControlOperation:
    """One operation of the control API.

    Arguments are the parameters of its path and query, and the members of its body.
    """

    def __init__(self, document: Mapping[str, Any], path: str, method: str) -> None:
        item = document["paths"][path]
        operation = item[method]
        self.method = method.upper()
        self._path = path.removeprefix(PREFIX)
        parameters = [
            resolved(document, parameter)
            for parameter in (*item.get("parameters", ()), *operation.get("parameters", ()))
        ]
        self._path_names = {
            argument_name(each["name"]): each["name"] for each in parameters if each["in"] == "path"
        }
        self._query = {each["name"] for each in parameters if each["in"] == "query"}
        body = _body_schema(document, operation)
        self._body = set(body.get("properties", ()))
        self.has_body = "requestBody" in operation
        self.required = {*self._path_names, *body.get("required", ())}
        self.properties: dict[str, Schema] = {
            **{argument_name(each["name"]): _described(each) for each in parameters},
            **body.get("properties", {}),
        }

    def request(self, arguments: Arguments) -> tuple[str, str, dict[str, Any] | None]:
        """Return method, path and body of the request for the arguments that belong to it."""
        path = self._path
        for argument, name in self._path_names.items():
            path = path.replace(f"{{{name}}}", quote(str(arguments[argument]), safe=""))
        query = {name: arguments[name] for name in self._query if name in arguments}
        body = {name: arguments[name] for name in arguments if name in self._body}
        return (
            self.method,
            f"{path}?{urlencode(query)}" if query else path,
            body if self.has_body else None,
        )


@cache
def operations() -> Mapping[str, ControlOperation]:
    """Return the operations of the control API by id."""
    document = project(contract.load("control", "mockvoice.control").data, None, "3.1")
    return {
        operation["operationId"]: ControlOperation(document, path, method)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, Mapping)
    }


def argument_name(parameter: str) -> str:
    """Return the name of an argument for a parameter: ``sandbox`` for ``sandboxName``."""
    return re.sub(r"([A-Z])", r"_\1", re.sub("(Name|Key)$", "", parameter)).lower()


def resolved(document: Mapping[str, Any], node: Any) -> Any:
    """Return a part of a contract without references, examples and extensions."""
    if isinstance(node, list):
        return [resolved(document, item) for item in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        target: Any = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        return resolved(document, target)
    # The pattern of an instant is long, and its format says the same.
    omitted = {"example", "examples", *({"pattern"} if "format" in node else ())}
    return {
        name: resolved(document, value)
        for name, value in node.items()
        if not name.startswith("x-") and name not in omitted
    }


def _body_schema(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Schema:
    content = resolved(document, operation.get("requestBody", {})).get("content", {})
    schema: Schema = content.get("application/json", {}).get("schema", {})
    return schema


def _described(parameter: Mapping[str, Any]) -> Schema:
    return {"description": parameter.get("description", ""), **parameter["schema"]}
