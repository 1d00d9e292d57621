"""Interactive documentation of the contracts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask
import flask_swagger_ui

from mockvoice.control.context import ServerContext
from mockvoice.web import contract
from mockvoice.web.vendor import Vendor

# The package contains the files of a Swagger UI release; its blueprint is not used, because its page
# has inline scripts, which the security headers of the console forbid.
SWAGGER_UI = Path(flask_swagger_ui.__file__).with_name("dist")


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add a documentation page for each contract."""

    @pages.get("/_mock/docs")
    def own_docs() -> str:
        return _docs("Control API", "", {})

    @pages.get("/_mock/vendors/<key>/docs")
    def docs(key: str) -> str:
        vendor = server.vendor(key)
        return _docs(vendor.title, f"/{key}", preauthorised(vendor, vendor.contract.data))

    @pages.get("/_mock/static/swagger-ui/<path:name>")
    def swagger_ui(name: str) -> flask.Response:
        return flask.send_from_directory(SWAGGER_UI, name, max_age=3600)


def _docs(title: str, prefix: str, credentials: Mapping[str, str]) -> str:
    options = {"prefix": prefix, "credentials": credentials}
    return flask.render_template("docs.html", title=title, options=options)


def preauthorised(vendor: Vendor, document: contract.ContractData) -> dict[str, str]:
    """Return the demo credential for each security scheme that accepts a fixed credential.

    A credential has the name of its scheme (``client_id`` for ``clientId``). A bearer scheme with
    another name gets the access token, or else the first credential that selects a sandbox.
    """
    by_name = {_normalized(role): secret for role, secret in vendor.credentials.items()}
    schemes: Mapping[str, Any] = document.get("components", {}).get("securitySchemes", {})
    credentials = {}
    for name, scheme in schemes.items():
        secret = by_name.get(_normalized(name))
        if secret is None and scheme.get("scheme", "").lower() == "bearer":
            secret = by_name.get("accesstoken") or _first_lookup_credential(vendor)
        if secret is not None:
            credentials[name] = secret
    return credentials


def _first_lookup_credential(vendor: Vendor) -> str | None:
    return next((vendor.credentials[role] for role in vendor.lookup_credentials), None)


def _normalized(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
