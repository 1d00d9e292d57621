"""Import Connexion without HTTP clients for features that are not used here.

Connexion's package imports Starlette's test client and two HTTP clients: for its own
``test_client()``, for contracts behind URLs and for remote token checks. They double the time of
the import, so empty modules replace them meanwhile, unless they are already imported.
"""

import sys
import warnings
from importlib import import_module
from types import ModuleType

__all__ = ["InvalidSpecification", "Specification", "connexion"]
_REPLACED = {"requests": (), "httpx": (), "starlette.testclient": ("TestClient",)}


def _import_with_placeholders() -> None:
    missing = [name for name in _REPLACED if name not in sys.modules]
    for name in missing:
        placeholder = ModuleType(name, "Placeholder while Connexion is imported.")
        for member in _REPLACED[name]:
            setattr(placeholder, member, type(member, (), {}))
        sys.modules[name] = placeholder
    try:
        with warnings.catch_warnings():
            # Connexion imports names that jsonschema has deprecated; this package does not use them.
            warnings.simplefilter("ignore", DeprecationWarning)
            import_module("connexion")
    finally:
        for name in missing:
            del sys.modules[name]


if "connexion" not in sys.modules:
    _import_with_placeholders()

import connexion  # noqa: E402
from connexion.exceptions import InvalidSpecification  # noqa: E402
from connexion.spec import Specification  # noqa: E402
