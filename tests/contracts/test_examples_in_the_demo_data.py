"""Every example of a request succeeds in the demo data, and matches rows of a list."""

from collections.abc import Iterator

import httpx
import pytest

from mockvoice.testing import InProcessServer, Sandbox
from mockvoice.web.document import DocumentedOperation
from tests.contracts.example_client import (
    CONTRACTS,
    ExampleClient,
    Parameter,
    is_required,
    media_types,
    named_examples,
    rows,
)
from tests.testing.test_webhooks import create_customer, subscribe

# The operation to which this one's example refers: its first example is sent before.
AFTER = {
    "control sandboxes.delete": "sandboxes.create",
    "control snapshots.get": "snapshots.create",
    "control snapshots.delete": "snapshots.create",
    "control snapshots.restore": "snapshots.create",
    "control snapshots.diff": "snapshots.create",
    "control faults.delete": "faults.create",
    "growcrm categories.delete": "categories.migrate",  # all are in use or needed by the system
}

# Examples that are rejected, and why no fixed example can succeed.
REJECTED = {
    "count tokens.grant TokenGrant": "a code is issued by the consent page and used once",
    "count tokens.grant TokenGrantDocs": "a code is issued by the consent page and used once",
    "halo token.grant refresh": "a refresh token is issued with an access token and used once",
    "halo currency.delete": "all currencies of the demo data are in use",
    "optiflow currencies.delete": "all currencies of the demo data are in use",
    "optiflow salesmen.delete": "all salesmen of the demo data are in use",
}

# Filters that need another parameter to match anything.
TOGETHER = {"halo invoice.search purchaseorder_id": "includepoinvoices"}

# Filters that match nothing, and why.
WITHOUT_ROWS = {
    "count transactions.search": (
        "vendorUuid projectUuid tagUuids",
        "no transaction of the demo data has a vendor, a project or a tag",
    ),
    "growcrm refunds.search": ("tags[]", "no refund of the demo data has a tag"),
    "halo invoice.search": (
        "billing_date contract_id quote_status salesorder_id xero_id quickbooks_id",
        "no invoice of the demo data has a schedule, a contract, a quote, an order or these ids",
    ),
    "halo recurring_invoice.search": (
        """asset_id awaiting_approval billing_date billingcategory_ids postedonly purchaseorder_id
        quote_status quickbooks_id salesorder_id site_id third_party_id ticket_id user_id xero_id""",
        "a template of the demo data has none of these properties; invoices share the parameters",
    ),
    "halo invoice_detail_pro_rata.search": ("invoice_id", "no entry of the demo data is billed"),
    "halo tax.search": (
        "kashflowtenantid qbocompanyid xerotenantid",
        "no tax of the demo data belongs to an accounts package",
    ),
    "optiflow invoices.search": (
        "filter[issue_date] issue_date",
        "one day, and the days of the demo data depend on the day of the start",
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[InProcessServer]:
    with InProcessServer() as server:
        yield server


@pytest.fixture(params=CONTRACTS)
def client(request: pytest.FixtureRequest, server: InProcessServer) -> Iterator[ExampleClient]:
    client = ExampleClient(server, request.param)
    yield client
    client.reset()
    client.close()


def collect_deliveries(sandbox: Sandbox) -> None:
    """Create webhook deliveries, which the demo data does not have."""
    sandbox.settings(webhooks="collect")
    subscribe(sandbox, "http://127.0.0.1:9/")
    for name in ("Ann", "Ben"):
        create_customer(sandbox, name)
    sandbox.settings(webhooks="send")


def prepare(client: ExampleClient, operation: DocumentedOperation) -> None:
    client.reset()
    if client.name == "control" and operation.id.startswith("webhooks."):
        collect_deliveries(client.sandbox)
    before = AFTER.get(f"{client.name} {operation.id}")
    if before is not None:
        client.send_first_example(before)


def split(operation: DocumentedOperation) -> tuple[list[Parameter], list[Parameter]]:
    """Return the required and the optional parameters."""
    required = [each for each in operation.parameters if is_required(each)]
    return required, [each for each in operation.parameters if not is_required(each)]


def summary(response: httpx.Response) -> str:
    return f"{response.status_code} {response.text[:200]}"


def test_each_parameter_of_a_read_succeeds_and_matches_rows(client: ExampleClient) -> None:
    failed = []
    for operation in client.document.operations.values():
        if operation.method != "GET":
            continue
        name = f"{client.name} {operation.id}"
        prepare(client, operation)
        required, optional = split(operation)
        response = client.send(operation, required)
        if not response.is_success:
            failed.append(f"{name}: {summary(response)}")
            continue
        has_rows = bool(rows(response))
        for parameter in optional:
            key = f"{name} {parameter['name']}"
            others = [each for each in optional if each["name"] == TOGETHER.get(key)]
            response = client.send(operation, [*required, *others, parameter])
            without_rows = parameter["name"] in WITHOUT_ROWS.get(name, ("",))[0].split()
            if not response.is_success:
                failed.append(f"{key}: {summary(response)}")
            elif has_rows and bool(rows(response)) == without_rows:
                failed.append(f"{key}: {'rows' if without_rows else 'no rows'}")

    assert not failed, "\n".join(failed)


def test_each_body_and_each_parameter_of_a_write_succeeds(client: ExampleClient) -> None:
    failed, sent = [], set()
    for operation in client.document.operations.values():
        if operation.method == "GET":
            continue
        name = f"{client.name} {operation.id}"
        required, optional = split(operation)
        bodies = [
            (media_type, label, body)
            for media_type, media in media_types(client.document, operation).items()
            for label, body in named_examples(client.document, media)
        ] or [(None, "", None)]
        requests = [(label, required, media_type, body) for media_type, label, body in bodies]
        media_type, _, body = bodies[0]
        requests += [
            (each["name"], [*required, each], media_type, body)
            for each in optional
            if name not in REJECTED
        ]
        for label, *arguments in requests:
            prepare(client, operation)
            response = client.send(operation, *arguments)
            key = f"{name} {label}".rstrip()
            sent.add(key)
            if response.is_success != (key not in REJECTED):
                failed.append(f"{key} {arguments[1]}: {summary(response)}")

    assert not failed, "\n".join(failed)
    assert {key for key in REJECTED if key.startswith(f"{client.name} ")} <= sent
