"""The scripts of requests: tests of the status, and values for later requests.

They are written for Postman; Bruno's converter translates them.
"""

import json
from collections.abc import Container, Mapping

Event = dict[str, object]

STATUS_TEST = [
    'pm.test("The status is 2xx", function () {',
    "    pm.expect(pm.response.code, pm.response.text()).to.be.within(200, 299);",
    "});",
]


def test_event(stored: Mapping[str, str], secrets: Container[str]) -> Event:
    """Return the test of a response, which also stores values of it in variables.

    ``secrets`` are variables of the environment; all others belong to the collection.
    """
    lines = list(STATUS_TEST)
    if stored:
        # An error has no values; the test above reports it.
        lines.append("if (pm.response.code < 300) {")
    for variable, pointer in stored.items():
        scope = "environment" if variable in secrets else "collectionVariables"
        value = f"pm.response.json(){javascript_path(pointer)}"
        lines.append(f"    pm.{scope}.set({json.dumps(variable)}, {value});")
    lines += ["}"] if stored else []
    return event("test", lines)


def event(listen: str, lines: list[str]) -> Event:
    """Return a script that runs before a request (``prerequest``) or after it (``test``)."""
    return {"listen": listen, "script": {"type": "text/javascript", "exec": lines}}


def javascript_path(pointer: str) -> str:
    """Return a JSON pointer as JavaScript: ``/data/0/id`` becomes ``.data[0].id``."""
    names = pointer.split("/")[1:]
    return "".join(f"[{name}]" if name.isdigit() else f".{name}" for name in names)
