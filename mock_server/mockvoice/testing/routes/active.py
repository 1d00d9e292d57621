"""The routes that are active in this process."""

from mockvoice.testing.routes.patches import install
from mockvoice.testing.routes.table import RouteTable

ROUTES = RouteTable(install)
