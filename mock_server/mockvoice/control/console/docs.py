"""Interactive documentation of the contracts, whose requests go to a sandbox."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import flask
import flask_swagger_ui
import orjson

from mockvoice.control.console.docs_contract import page_contract
from mockvoice.control.console.docs_records import (
    PathRecords,
    SandboxRecords,
    tables_by_parameter,
)
from mockvoice.control.context import ServerContext, own_contract
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.registry import DEFAULT
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web import contract
from mockvoice.web.pages import call_on_loop
from mockvoice.web.vendor import Vendor

# The package contains the files of a Swagger UI release; its blueprint is not used, because its page
# has inline scripts, which the security headers of the console forbid.
SWAGGER_UI = Path(flask_swagger_ui.__file__).with_name("dist")
# Scripts of vendors whose requests need more than fixed credentials, such as a signature.
VENDOR_SCRIPTS = Path(__file__).parents[1] / "static"


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add a documentation page for each contract."""

    @pages.get("/_mock/docs")
    def own_docs() -> str:
        return _docs(
            "Control API", {"prefix": "", "credentials": {}}, contract="docs/contract.json"
        )

    @pages.get("/_mock/docs/contract.json")
    def own_page_contract() -> flask.Response:
        return _not_stored(page_contract(own_contract().document))

    @pages.get("/_mock/vendors/<key>/docs")
    def docs(key: str) -> str:
        vendor, sandbox = server.vendor(key), _requested_sandbox(server)
        credentials = sandbox.credentials[key]
        return _docs(
            vendor.title,
            {
                "prefix": f"/{key}",
                "credentials": preauthorised(vendor, vendor.contract.data, credentials),
            },
            contract=f"docs/contract.json?sandbox={sandbox.name}",
            script=_vendor_script(key),
            sandbox={"name": sandbox.name, "credentials": credentials},
            sandboxes=call_on_loop(lambda: [each.name for each in server.sandboxes]),
            address=server.addresses.vendors[key],
        )

    @pages.get("/_mock/vendors/<key>/docs/contract.json")
    def vendor_page_contract(key: str) -> flask.Response:
        vendor, sandbox = server.vendor(key), _requested_sandbox(server)
        return _not_stored(_sandbox_contract(server, vendor, sandbox))

    @pages.get("/_mock/static/swagger-ui/<path:name>")
    def swagger_ui(name: str) -> flask.Response:
        return flask.send_from_directory(SWAGGER_UI, name, max_age=3600)


def _docs(title: str, options: Mapping[str, Any], **values: Any) -> str:
    return flask.render_template("docs.html", title=title, options=options, **values)


def _not_stored(document: contract.ContractData) -> flask.Response:
    """Return a document that depends on the sandbox's present data, in the contract's order."""
    headers = {"Cache-Control": "no-store"}
    return flask.Response(orjson.dumps(document), headers=headers, mimetype="application/json")


def _requested_sandbox(server: ServerContext) -> Sandbox:
    """Return the sandbox that the query names, or the default one. Raises ``SandboxNotFound``."""
    name = flask.request.args.get("sandbox", DEFAULT)
    return call_on_loop(lambda: server.sandbox(name))


def _vendor_script(key: str) -> str | None:
    name = f"try-{key}.js"
    return f"/_mock/static/{name}" if VENDOR_SCRIPTS.joinpath(name).is_file() else None


def _sandbox_contract(
    server: ServerContext, vendor: Vendor, sandbox: Sandbox
) -> contract.ContractData:
    """Return the contract with records and credentials of a sandbox in its examples."""
    secrets = {
        demo: sandbox.credentials[vendor.key][role] for role, demo in vendor.credentials.items()
    }
    # In this thread, since demo data is created the first time that it is needed on a day.
    create = partial(server.factory.states.create_backend, vendor, "demo", Clock())
    demo, counterpart = create(0), create(sandbox.seed)
    tables = tables_by_parameter(vendor)

    def fill_in(current: Backend) -> contract.ContractData:
        records = SandboxRecords(demo, counterpart, current, secrets)
        return page_contract(vendor.contract.document, PathRecords(tables, records).replace)

    return call_on_loop(lambda: fill_in(sandbox.backends.peek(vendor.key)))


def preauthorised(
    vendor: Vendor, document: contract.ContractData, credentials: Mapping[str, str]
) -> dict[str, str]:
    """Return the sandbox's credential for each security scheme that accepts a fixed credential.

    A credential has the name of its scheme (``client_id`` for ``clientId``). A bearer scheme with
    another name gets the access token, or else the first credential that selects a sandbox.
    """
    by_name = {_normalized(role): secret for role, secret in credentials.items()}
    schemes: Mapping[str, Any] = document.get("components", {}).get("securitySchemes", {})
    authorised = {}
    for name, scheme in schemes.items():
        secret = by_name.get(_normalized(name))
        if secret is None and scheme.get("scheme", "").lower() == "bearer":
            secret = by_name.get("accesstoken") or _first_lookup_credential(vendor, credentials)
        if secret is not None:
            authorised[name] = secret
    return authorised


def _first_lookup_credential(vendor: Vendor, credentials: Mapping[str, str]) -> str | None:
    return next((credentials[role] for role in vendor.lookup_credentials), None)


def _normalized(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
