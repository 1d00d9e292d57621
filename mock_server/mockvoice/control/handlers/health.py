"""Health of the server."""

from mockvoice import __version__
from mockvoice.control.context import ServerContext


def get(server: ServerContext) -> dict[str, str]:
    return {"status": "ok", "version": __version__}
