"""The routes that are active in this process."""

from mockvoice.testing.routes.patches import install
from mockvoice.testing.routes.table import RouteTable

# One for the process, since the libraries are patched once.
ROUTES = RouteTable(install)
