"""Pages for people: what runs where, and each contract to read and to try.

The views run in Flask's threads, so whatever they show of a sandbox they ask of the loop.
"""

from collections.abc import Mapping
from typing import Any

import flask
from swagger_ui_bundle import swagger_ui_path

from mock_server import __version__
from mock_server.control import render
from mock_server.control.house import House
from mock_server.web import contract
from mock_server.web.pages import on_loop
from mock_server.web.sandboxes import Sandboxes
from mock_server.web.vendor import Vendor

# Nothing on a page may come from elsewhere, and no page may be put into another's frame.
# Swagger UI sets styles on its elements and has pictures in its style sheet.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def add(app: flask.Flask, sandboxes: Sandboxes, *, house: House) -> None:
    """Give the control application its pages."""
    # Repeated slashes make another path, as they do for every vendor.
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    pages = flask.Blueprint(
        "pages",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/_mock/static",
    )

    @pages.get("/")
    def home() -> str:
        return flask.render_template(
            "home.html",
            version=__version__,
            main=house.addresses.main,
            vendors=[
                (vendor, house.addresses.vendors[key]) for key, vendor in house.vendors.items()
            ],
            clocks=on_loop(
                lambda: {sandbox.name: render.clock(sandbox.clock) for sandbox in sandboxes}
            ),
        )

    @pages.get("/_mock/docs")
    def own_docs() -> str:
        return _docs("Control API", "", {})

    @pages.get("/_mock/vendors/<key>/docs")
    def docs(key: str) -> str:
        vendor = house.vendor(key)
        return _docs(vendor.title, f"/{key}", preauthorised(vendor, contract.load(key)))

    @pages.get("/_mock/static/swagger-ui/<path:name>")
    def swagger_ui(name: str) -> flask.Response:
        return flask.send_from_directory(swagger_ui_path, name, max_age=3600)

    @pages.after_request
    def keep_to_this_site(response: flask.Response) -> flask.Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.pop("Date", None)  # the server says it
        return response

    app.register_blueprint(pages)


def _docs(title: str, prefix: str, credentials: Mapping[str, str]) -> str:
    options = {"prefix": prefix, "credentials": credentials}
    return flask.render_template("docs.html", title=title, options=options)


def preauthorised(vendor: Vendor, document: contract.Document) -> dict[str, str]:
    """The demo credential for each security scheme that takes a fixed one.

    A scheme's credential is the one of its name (``clientId``: ``client_id``); of a bearer scheme
    with a name of its own, the access token, or else the first credential that opens a sandbox.
    """
    by_name = {_plain(role): secret for role, secret in vendor.credentials.items()}
    schemes: Mapping[str, Any] = document.get("components", {}).get("securitySchemes", {})
    chosen = {}
    for name, scheme in schemes.items():
        secret = by_name.get(_plain(name))
        if secret is None and scheme.get("scheme", "").lower() == "bearer":
            secret = by_name.get("accesstoken") or _first_opening(vendor)
        if secret is not None:
            chosen[name] = secret
    return chosen


def _first_opening(vendor: Vendor) -> str | None:
    return next((vendor.credentials[role] for role in vendor.opened_by), None)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
