"""A Postman collection as its converter returns it, put in order and made to run."""

import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.collections.operations import Operation
from tools.collections.order import folders
from tools.collections.scripts import event, test_event
from tools.collections.values import Values

Item = dict[str, Any]

BEARER = {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]}
# The file that requests upload. It lies beside the collections.
EXAMPLE_FILE = "example.txt"


def runnable_collection(
    converted: Item,
    key: str,
    operations: Sequence[Operation],
    values: Values,
    secrets: Mapping[str, str],
    signature: Path,
) -> Item:
    """Return a collection with the operations in order, with tests, variables and authentication.

    ``secrets`` are the demo credentials by variable; requests refer to the variables. ``signature``
    is a script that runs before each request, if it exists.
    """
    requests = _requests_by_operation(converted)
    descriptions = {folder["name"]: folder.get("description", "") for folder in converted["item"]}
    return {
        "info": {**converted["info"], "_postman_id": str(uuid.uuid5(uuid.NAMESPACE_URL, key))},
        "auth": BEARER,
        "event": [event("prerequest", signature.read_text("utf-8").splitlines())] if signature.exists() else [],
        "item": [
            {
                "name": tag,
                "description": descriptions[tag],
                "item": [
                    _runnable(requests[each.method, each.path], each, values, secrets)
                    for each in group
                ],
            }
            for tag, group in folders(operations)
        ],
    }  # fmt: skip


def _requests_by_operation(collection: Item) -> dict[tuple[str, str], Item]:
    """Return the requests of a converted collection by method and path of the contract."""
    requests = [request for folder in collection["item"] for request in folder["item"]]
    return {
        (item["request"]["method"].lower(), contract_path(item["request"]["url"]["path"])): item
        for item in requests
    }


def contract_path(segments: Sequence[str]) -> str:
    """Return the path of a request as the contract writes it."""
    names = (f"{{{each[1:]}}}" if each.startswith(":") else each for each in segments)
    return "/" + "/".join(names)


def _runnable(item: Item, operation: Operation, values: Values, secrets: Mapping[str, str]) -> Item:
    request = item["request"]
    request.pop("name", None)
    _set_url(request["url"], values.used.get(operation.id, {}))
    _set_body(request.get("body", {}), secrets)
    if operation.needs_token:
        request.pop("auth", None)
    else:
        request["auth"] = {"type": "noauth"}
    return {
        "name": item["name"],
        "request": request,
        "response": [_example(each) for each in item["response"] if 200 <= each.get("code", 0) < 300],
        "event": [test_event(values.stored.get(operation.id, {}), secrets)],
    }  # fmt: skip


def _set_url(url: Item, used: Mapping[str, str]) -> None:
    """Set the path parameters that take the value of a variable, and the text of the URL."""
    for parameter in url.get("variable", []):
        if parameter["key"] in used:
            parameter["value"] = f"{{{{{used[parameter['key']]}}}}}"
    enabled = [each for each in url.get("query", []) if not each.get("disabled")]
    query = "&".join(f"{each['key']}={each['value']}" for each in enabled)
    url["raw"] = f"{{{{baseUrl}}}}/{'/'.join(url['path'])}" + (f"?{query}" if query else "")


def _set_body(body: Item, secrets: Mapping[str, str]) -> None:
    """Replace demo credentials in a body by their variables, and name the file to upload."""
    for variable, value in secrets.items():
        if "raw" in body:
            body["raw"] = body["raw"].replace(json.dumps(value), f'"{{{{{variable}}}}}"')
        for entry in body.get("urlencoded", ()):
            if entry["value"] == value:
                entry["value"] = f"{{{{{variable}}}}}"
    for entry in body.get("formdata", ()):
        if entry["type"] == "file":
            entry["src"] = EXAMPLE_FILE


def _example(response: Item) -> Item:
    """Return a saved response with the text of its request's URL, without the converter's random id."""
    _set_url(response["originalRequest"]["url"], {})
    return {key: value for key, value in response.items() if key != "id"}
