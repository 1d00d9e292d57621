"""A vendor's application: Connexion's, with our members in its middleware list."""

from contextlib import nullcontext
from functools import partial

import connexion
from connexion.middleware.exceptions import ExceptionMiddleware
from starlette.exceptions import HTTPException

from mock_server.web import contract
from mock_server.web.dispatch import Dispatch
from mock_server.web.failures import Failures
from mock_server.web.resolver import HandlerResolver
from mock_server.web.routing import Routing
from mock_server.web.sandboxes import Sandboxes
from mock_server.web.security import Security
from mock_server.web.validation import Validation
from mock_server.web.vendor import Vendor

def build(
    vendor: Vendor, sandboxes: Sandboxes, document: contract.Document | None = None
) -> connexion.FlaskApp:
    """The vendor's API as an ASGI application.

    Fails at once, naming the operation, if a handler is missing or takes other arguments than
    the contract offers. The contract is ``openapi/<key>/openapi.yaml`` unless a document is given.
    """
    failures = Failures(vendor)
    app = connexion.FlaskApp(
        f"mock_server.vendors.{vendor.key}",
        middlewares=[
            partial(Routing, vendor=vendor, failures=failures),
            partial(Security, vendor=vendor, sandboxes=sandboxes),
            partial(Validation, vendor=vendor, sandboxes=sandboxes),
            partial(Dispatch, vendor=vendor, sandboxes=sandboxes),
            ExceptionMiddleware,  # of what only Flask's pages raise; the rest ends at routing
        ],
    )
    with contract.check_skipped(vendor.key) if document is None else nullcontext():
        app.add_api(
            contract.without_prose(document or contract.load(vendor.key)),
            base_path="",
            name=vendor.key,
            resolver=HandlerResolver(vendor.handlers),
        )
    if document is None:
        contract.keep(vendor.key)
    for kind in (Exception, HTTPException):
        app.add_error_handler(kind, failures.of_page)
    if vendor.pages is not None:
        vendor.pages(app.app, sandboxes)
    return app
