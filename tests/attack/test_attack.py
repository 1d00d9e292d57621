"""A small attack in each run of the tests, always the same one; ``ATTACK_SEED`` chooses another."""

import os

import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.attack.runner import attack
from tests.attack.targets import targets

REQUESTS = 2_000
SEED = int(os.environ.get("ATTACK_SEED") or 1)


def test_no_hostile_request_fails_the_server() -> None:
    with Server(Settings(port=0)) as server:
        result = attack(targets(server.urls), REQUESTS, SEED)
        health = requests.get(f"{server.urls['main']}/_mock/health", timeout=10)

    assert result.failures == []
    assert health.status_code == 200
    assert len({name for name, _ in result.statuses}) == 5
    accepted = sum(number for (_, status), number in result.statuses.items() if status < 300)
    assert accepted > REQUESTS / 50  # the requests reach the handlers
