"""The header by which a mock is recognised: ``X-Mock-Server: mockvoice/1.0; control="http://…"``.

A mock with a control API adds it to every response, with the address of its main port.
"""

import re

MOCK_HEADER = "X-Mock-Server"
_CONTROL = re.compile(r'mockvoice/\S+; control="(https?://[^"\s]+)"')


def mock_header(version: str, control_url: str) -> str:
    """Return the value of the header of a mock."""
    return f'mockvoice/{version}; control="{control_url}"'


def control_url(value: str | None) -> str | None:
    """Return the address in the header of a response, or ``None`` if it is not that of a mock."""
    match = _CONTROL.fullmatch(value or "")
    return match[1] if match else None
