"""Whether the server is up."""

from mock_server import __version__
from mock_server.control.house import House


def get(house: House) -> dict[str, str]:
    return {"status": "ok", "version": __version__}
