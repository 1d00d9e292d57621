"""The threads of a server."""

from mockvoice.kernel.thread_pool import ThreadPool


class Threads:
    """A pool for each kind of slow work, so that none waits for another."""

    def __init__(self) -> None:
        self.bodies = ThreadPool("bodies", 2)  # reads and validates large bodies
        self.handlers = ThreadPool("handlers", 2)  # handles requests that need much work
        self.documents = ThreadPool("documents", 2)  # renders PDF files
        self.states = ThreadPool("states", 2)  # creates the data of sandboxes
        self.stores = ThreadPool("stores", 2)  # reads the data of sandboxes from a store
        self.leases = ThreadPool("leases", 2)  # asks a store which sandboxes this server may use
        self.exports = ThreadPool("exports", 2)  # dumps sandboxes and journals
        self.clocks = ThreadPool("clocks", 8)  # wait for clocks that move on the event loop
        self.seeding = ThreadPool("seeding", 2)  # generates data
        self.metrics = ThreadPool("metrics", 1)  # renders the metrics of the server

    def close(self) -> None:
        """Close all pools."""
        for pool in vars(self).values():
            pool.close()
