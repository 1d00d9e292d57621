"""Whether the server is up."""

from mockvoice import __version__
from mockvoice.control.house import House


def get(house: House) -> dict[str, str]:
    return {"status": "ok", "version": __version__}
