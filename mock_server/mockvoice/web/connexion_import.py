"""Imports Connexion without the HTTP clients that it only needs for what is not used here.

Connexion's package imports Starlette's test client and two HTTP clients, for its own
``test_client()``, for contracts behind URLs and for remote token checks. They double the time of
the import, and so stand aside while it happens. Where they are imported already, nothing is gained
and nothing is changed.
"""

import sys
from importlib import import_module
from types import ModuleType

_ASIDE = {"requests": (), "httpx": (), "starlette.testclient": ("TestClient",)}


def import_connexion() -> ModuleType:
    """The package ``connexion``, whose members of those names are empty stand-ins."""
    if "connexion" in sys.modules:
        return sys.modules["connexion"]
    stand_ins = [name for name in _ASIDE if name not in sys.modules]
    for name in stand_ins:
        stand_in = ModuleType(name, "Stands in while Connexion is imported.")
        for member in _ASIDE[name]:
            setattr(stand_in, member, type(member, (), {}))
        sys.modules[name] = stand_in
    try:
        return import_module("connexion")
    finally:
        for name in stand_ins:
            del sys.modules[name]
