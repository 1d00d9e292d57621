"""Files of ``openapi/`` and ``fixtures/``, which the wheel contains, and those of vendor packages."""

from importlib.resources import files
from importlib.resources.abc import Traversable

OWN_PACKAGE = "mockvoice"


def resource(folder: str, *names: str) -> Traversable:
    """Return a file of ``openapi/`` or ``fixtures/``, in the installed package or in a checkout."""
    package = files(OWN_PACKAGE)
    inside = package.joinpath(folder)
    root = inside if inside.is_dir() else package.joinpath("..", "..", folder)
    return root.joinpath(*names)


def vendor_folder(folder: str, key: str, package: str) -> Traversable:
    """Return the folder ``openapi`` or ``fixtures`` of a vendor, from the package that defines it.

    The vendors of this project have theirs in the common folders, by key.
    """
    if package.partition(".")[0] == OWN_PACKAGE:
        return resource(folder, key)
    return files(package).joinpath(folder)
