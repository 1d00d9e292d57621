"""Files of ``openapi/`` and ``fixtures/``, which the wheel contains."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def resource(folder: str, *names: str) -> Traversable:
    """Return a file of ``openapi/`` or ``fixtures/``, in the installed package or in a checkout."""
    package = files("mockvoice")
    inside = package.joinpath(folder)
    root = inside if inside.is_dir() else package.joinpath("..", "..", folder)
    return root.joinpath(*names)
