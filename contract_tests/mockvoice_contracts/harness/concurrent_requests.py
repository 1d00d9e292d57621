"""Requests that arrive at the same time, such as two payments of one balance."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import TypeVar

from mockvoice_contracts.harness.client import Api

Result = TypeVar("Result")
START_SECONDS = 10


def send_concurrently(api: Api, *senders: Callable[[Api], Result]) -> list[Result]:
    """Run the senders concurrently, each on its own connection; return their results in order.

    A sender gets a client and sends one request with it. An error of a sender is raised after all
    have ended.
    """
    barrier = Barrier(len(senders))

    def run(sender: Callable[[Api], Result]) -> Result:
        client = api.with_auth(api.auth)
        with closing(client):
            barrier.wait(START_SECONDS)
            return sender(client)

    with ThreadPoolExecutor(len(senders)) as executor:
        futures = [executor.submit(run, sender) for sender in senders]
    return [future.result() for future in futures]
