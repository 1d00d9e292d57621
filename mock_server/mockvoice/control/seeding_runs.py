"""Seeding runs that pages of the console have started: each goes on without its page."""

import asyncio
import logging
import threading
from weakref import WeakKeyDictionary

from mockvoice.control.errors import ControlError, SeedingInProgress
from mockvoice.control.seeding_job import SeedingJob, SeedResult
from mockvoice.kernel.thread_pool import ThreadPool
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.storage_limits import StorageFull
from mockvoice.web.errors import InsufficientStorage, ServerStopping

logger = logging.getLogger("mockvoice")


class SeedingRun:
    """A seeding job in a thread, and how it ended."""

    def __init__(self, job: SeedingJob, threads: ThreadPool) -> None:
        self.vendor = job.vendor
        self.options = job.options
        self.error: Exception | None = None
        self._finished = threading.Event()
        # The job has the sandbox, which must not stay in memory because of a run that has ended.
        self._job: SeedingJob | None = job
        self._task = asyncio.ensure_future(threads.run(job.run))
        self._task.add_done_callback(self._end)

    def _end(self, task: "asyncio.Future[SeedResult]") -> None:
        self.error = _error_of(task)
        self._job = None
        self._finished.set()

    @property
    def is_running(self) -> bool:
        """Whether the job has not ended."""
        return not self._finished.is_set()

    @property
    def requests(self) -> int:
        """The number of requests that have been executed."""
        job = self._job
        return 0 if job is None else job.requests

    @property
    def percent(self) -> int:
        """How much of the time that the data covers has been generated."""
        job = self._job
        return 100 if job is None else int(job.share * 100)

    def wait(self, seconds: float) -> None:
        """Wait in another thread until the run has ended, at most some seconds."""
        self._finished.wait(seconds)


def _error_of(task: "asyncio.Future[SeedResult]") -> Exception | None:
    """Return the error of a run as pages can show it; an unexpected one is logged."""
    try:
        task.result()
    except asyncio.CancelledError:
        return ServerStopping()
    except StorageFull as error:
        return InsufficientStorage(str(error))
    except ControlError as error:
        return error
    except Exception as error:
        logger.exception("seeding failed")
        return error
    return None


class SeedingRuns:
    """The last run of each vendor of each sandbox. Must be used on the event loop."""

    def __init__(self) -> None:
        self._runs: WeakKeyDictionary[Sandbox, dict[str, SeedingRun]] = WeakKeyDictionary()

    def start(self, sandbox: Sandbox, job: SeedingJob, threads: ThreadPool) -> SeedingRun:
        """Start a job. Raises ``SeedingInProgress`` if the last one of this vendor has not ended."""
        runs = self._runs.setdefault(sandbox, {})
        last = runs.get(job.vendor.key)
        if last is not None and last.is_running:
            raise SeedingInProgress(sandbox.name, job.vendor.title)
        run = runs[job.vendor.key] = SeedingRun(job, threads)
        return run

    def last(self, sandbox: Sandbox, vendor: str) -> SeedingRun | None:
        """Return the last run of a vendor; ``None`` if there was none."""
        return self._runs.get(sandbox, {}).get(vendor)

    def running(self, sandbox: Sandbox) -> list[SeedingRun]:
        """Return the runs of a sandbox that have not ended."""
        return [run for run in self._runs.get(sandbox, {}).values() if run.is_running]
