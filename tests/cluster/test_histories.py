"""Whatever happens to the servers: what clients see fits requests that happen one after the other."""

import threading
from concurrent.futures import ThreadPoolExecutor

import requests

from conftest import DEPTH
from tests.cluster.disturbances import Disturbances, Nodes
from tests.cluster.histories import FIRST_DAY, Worker, violation

SANDBOXES = 4
WORKERS_PER_SANDBOX = 3
DISTURBANCES = 40 if DEPTH == "deep" else 4


def create_sandboxes(nodes):
    """Create sandboxes; return the keys of Grow CRM by name."""
    keys = {}
    for number in range(SANDBOXES):
        url = nodes.addresses()[number % 3].control
        body = {"name": f"s{number}", "data": "empty", "now": FIRST_DAY, "frozen": True}
        created = requests.post(f"{url}/_mock/sandboxes", json=body, timeout=30)
        created.raise_for_status()
        keys[f"s{number}"] = created.json()["credentials"]["growcrm"]["api_key"]
    return keys


def test_every_history_fits_requests_one_after_the_other(
    mockvoice, tmp_path, postgresql, pytestconfig
):
    seed = str(pytestconfig.option.hypothesis_seed)
    nodes = Nodes(mockvoice, tmp_path, postgresql.new_database(), 3)
    keys = create_sandboxes(nodes)
    workers = [
        Worker(number, name, keys[name], nodes.addresses, f"{seed}-{number}")
        for number, name in enumerate(sorted(keys) * WORKERS_PER_SANDBOX)
    ]
    is_over = threading.Event()
    with ThreadPoolExecutor(len(workers)) as pool:
        runs = [pool.submit(worker.run, is_over) for worker in workers]
        try:
            done = Disturbances(nodes, postgresql, seed).run(DISTURBANCES)
        finally:
            is_over.set()
        for run in runs:
            run.result()
    for worker in workers:
        worker.list()
    for name in keys:
        operations = [
            each for worker in workers if worker.sandbox == name for each in worker.operations
        ]
        assert violation(operations) is None, (name, seed, done)
        responses = [each for each in operations if each.has_response]
        assert len(responses) > 20
        assert workers[-1].operations[-1].has_response
