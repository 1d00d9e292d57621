"""Attack a mock that is started for it, and print what came back."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from random import SystemRandom

from tests.attack.runner import Result, attack
from tests.attack.targets import targets
from tests.processes import ready_content


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        command = ["serve", "--port", "0", "--log-level", "error", "--ready-file", str(ready)]
        mock = subprocess.Popen(
            [sys.executable, "-m", "mockvoice", *command], stdout=subprocess.DEVNULL
        )
        try:
            apis = targets(ready_content(mock, ready))
            result = attack(apis, options.requests, options.seed, progress=_print_progress)
        finally:
            mock.terminate()
            mock.wait()
    statuses = {f"{name} {status}": n for (name, status), n in sorted(result.statuses.items())}
    print(json.dumps(statuses, indent=1))
    print("\n".join(result.failures[:20]))
    print(
        f"seed {options.seed}: {result.total} responses, the longest after {result.longest:.2f} s; "
        f"{len(result.failures)} failures"
    )
    return 1 if result.failures else 0


def _print_progress(result: Result) -> None:
    print(f"{result.total} responses, {len(result.failures)} failures", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
