"""What goes wrong in a cluster while clients use it."""

import time
from random import Random

from tools.cluster import Cluster


class Disturbances:
    """Disturbances in a random order. Each one ends before the next begins."""

    def __init__(self, cluster: Cluster, seed: str) -> None:
        self._cluster = cluster
        self._rng = Random(seed)
        self._kinds = [
            self.kill, self.pause, self.terminate, self.restart_database, self.reload_balancer
        ]  # fmt: skip

    def run(self, number: int) -> list[str]:
        """Disturb so many times, each kind about as often; return what was done."""
        order = [self._kinds[index % len(self._kinds)] for index in range(number)]
        self._rng.shuffle(order)
        for disturb in order:
            time.sleep(self._rng.uniform(0.5, 1.5))
            disturb()
        return [each.__name__ for each in order]

    def kill(self) -> None:
        """Kill a node, and start it again."""
        node = self._rng.choice(self._cluster.nodes)
        node.kill()
        time.sleep(self._rng.uniform(0, 3))
        node.restart()

    def terminate(self) -> None:
        """Let a node end, and start it again."""
        node = self._rng.choice(self._cluster.nodes)
        node.terminate()
        node.restart()

    def pause(self) -> None:
        """Pause a node until its leases have expired, or not quite."""
        node = self._rng.choice(self._cluster.nodes)
        node.pause()
        time.sleep(self._rng.choice((1, 3, 4)))
        node.resume()

    def restart_database(self) -> None:
        """Let the database crash, and start it again."""
        self._cluster.postgresql.control("stop", "-m", "immediate")
        time.sleep(self._rng.uniform(0, 3))
        self._cluster.postgresql.control("start")

    def reload_balancer(self) -> None:
        """Let HAProxy read its configuration again."""
        self._cluster.haproxy.reload()
