"""A Flask server with four of Grow CRM's operations and planted faults, as somebody's first version."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import flask
import httpx
from werkzeug.serving import make_server

# The operations that it serves; a mock in the background has the data.
OPERATIONS = ("invoices.search", "invoices.get", "invoices.create", "clients.create")


@contextmanager
def partial_server(mock_url: str) -> Iterator[str]:
    """Serve the operations on a free port; yield the URL."""
    # It calls the mock with httpx, because requests that are sent with requests are monitored.
    with httpx.Client(base_url=mock_url, trust_env=False, timeout=60) as client:
        server = make_server("127.0.0.1", 0, _application(client), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


def _application(client: httpx.Client) -> flask.Flask:
    app = flask.Flask(__name__)

    def forward(**query: str) -> tuple[int, Any]:
        sent = flask.request
        response = client.request(
            sent.method, sent.path, params={**sent.args.to_dict(flat=False), **query},
            content=sent.get_data(),
            headers={n: v for n, v in sent.headers.items() if n.lower() in ("authorization", "content-type")},
        )  # fmt: skip
        return response.status_code, json.loads(response.content)

    @app.get("/api/invoices")
    def search() -> Any:
        page = flask.request.args.get("page", "1")
        # Fault: the second page has the rows of the first one.
        status, body = forward(**({"page": "1"} if page == "2" else {}))
        if status == 200 and page == "2":
            body["meta"]["current_page"] = 2
        return _without_discount(body), status

    @app.post("/api/invoices")
    def create() -> Any:
        status, body = forward()
        # Fault: 200 in place of 201.
        return _without_discount(body), 200 if status == 201 else status

    @app.get("/api/invoices/<invoice_id>")
    def get(invoice_id: str) -> Any:
        status, body = forward()
        if status == 404:
            # Fault: an unknown id gets another record.
            body = client.get("/api/invoices/1", headers=dict(flask.request.headers)).json()
            status = 200
        return _without_discount(body), status

    @app.post("/api/clients")
    def create_client() -> Any:
        status, body = forward()
        return body, status

    return app


def _without_discount(body: Any) -> Any:
    """Return a body whose totals ignore the discount, which is a fault."""
    data = body.get("data")
    for bill in data if isinstance(data, list) else [data]:
        if isinstance(bill, dict) and "totals" in bill:
            totals = bill["totals"]
            total = Decimal(totals["final_amount"]) + Decimal(totals["discount_amount"])
            totals["final_amount"] = str(total)
    return body
