"""Whatever happens in a cluster: what clients see fits requests that happen one after the other."""

import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from conftest import DEPTH
from tests.cluster.disturbances import Disturbances
from tests.cluster.histories import FIRST_DAY, Address, Worker, violation
from tools.cluster import Cluster, NotInstalled

logger = logging.getLogger("histories")

SANDBOXES = 4
WORKERS_PER_SANDBOX = 3
ROUNDS, DISTURBANCES = (20, 15) if DEPTH == "deep" else (1, 5)
SECONDS_TO_RECOVER = 20


@pytest.fixture
def cluster(tmp_path):
    """Three nodes of this test, which may stop them."""
    try:
        cluster = Cluster(tmp_path, options=["--data", "empty"])
    except NotInstalled as error:
        pytest.skip(str(error))
    with cluster:
        yield cluster


def addresses_of(cluster):
    """Return the address of the load balancer, and of each node, whose requests move a sandbox there."""
    balancer = Address(cluster.url, cluster.vendor_url("growcrm"))
    nodes = [Address(node.url, f"{node.url}/growcrm") for node in cluster.nodes]
    return [balancer] * len(nodes) + nodes


def create_sandboxes(cluster):
    """Create sandboxes; return the keys of Grow CRM by name."""
    keys = {}
    for number in range(SANDBOXES):
        body = {"name": f"s{number}", "data": "empty", "now": FIRST_DAY, "frozen": True}
        created = requests.post(f"{cluster.url}/_mock/sandboxes", json=body, timeout=30)
        created.raise_for_status()
        keys[f"s{number}"] = created.json()["credentials"]["growcrm"]["api_key"]
    return keys


def disturb(cluster, workers, seed):
    """Disturb the cluster while the workers send requests; return what was done."""
    is_over = threading.Event()
    with ThreadPoolExecutor(len(workers)) as pool:
        runs = [pool.submit(worker.run, is_over) for worker in workers]
        try:
            done = Disturbances(cluster, seed).run(DISTURBANCES)
        finally:
            is_over.set()
        for run in runs:
            run.result()
    return done


def list_all(worker):
    """List everything in the worker's sandbox, as soon as there is a response."""
    end = time.monotonic() + SECONDS_TO_RECOVER
    worker.list()
    while not (worker.operations and worker.operations[-1].has_response):
        assert time.monotonic() < end, "there is no response"
        time.sleep(0.1)
        worker.list()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_every_history_fits_requests_one_after_the_other(cluster, pytestconfig, number):
    seed = f"{pytestconfig.option.hypothesis_seed}-{number}"
    keys = create_sandboxes(cluster)
    addresses = addresses_of(cluster)
    workers = [
        Worker(number, name, keys[name], addresses, f"{seed}-{number}")
        for number, name in enumerate(sorted(keys) * WORKERS_PER_SANDBOX)
    ]
    done = disturb(cluster, workers, seed)
    for worker in workers:
        list_all(worker)
    outcomes = Counter()
    for name in keys:
        operations = [
            each for worker in workers if worker.sandbox == name for each in worker.operations
        ]
        outcomes.update(each.has_response for each in operations)
        assert violation(operations) is None, (name, seed, done)
    logger.info(
        "seed %s: %s responses, %s requests without one; %s",
        seed, outcomes[True], outcomes[False], ", ".join(done),
    )  # fmt: skip
    assert outcomes[True] > 100
