"""Import every module of the generated client."""

import importlib
import pkgutil

client = importlib.import_module("client")
for module in pkgutil.walk_packages(client.__path__, "client."):
    importlib.import_module(module.name)
