"""The contract, held against requests that Schemathesis thinks up."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.harness import targets
from contract_tests.harness.targets import Target

CONFIG = Path(__file__).with_name("schemathesis.toml")
DEEP = os.environ.get("MOCKVOICE_TEST_DEPTH") == "deep"
ALL_PHASES = "examples,coverage,fuzzing,stateful"

# By seed, the phases. Coverage draws nothing by chance, so that one seed of it is enough.
RUNS = (
    dict.fromkeys((1, 2, 3, 4, 5), ALL_PHASES) if DEEP else {1: ALL_PHASES, 2: "fuzzing,stateful"}
)


@pytest.fixture
def playground(target: Target, request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """URL and owner's token of a world that these requests may turn upside down."""
    if target.mode != "full" or target.powers is None:
        pytest.skip("thought-up requests change whatever they find: they need a mock")
    named = request.config.getoption("--url") or request.config.getoption("--target")
    if named:
        with target.powers.throw_away(f"contract-{os.getpid()}") as (_, credentials):
            yield target.url, credentials["owner"]
    else:
        with targets.opened("optiflow") as fresh:
            yield fresh.url, fresh.credentials["owner"]


@pytest.mark.parametrize("seed", RUNS)
def test_every_operation_keeps_the_contract(
    playground: tuple[str, str], seed: int, tmp_path: Path
) -> None:
    url, token = playground
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(targets.document("optiflow")), encoding="utf-8")
    command = [
        sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()",
        "--config-file", str(CONFIG), "run", str(document), "--url", url, "--phases", RUNS[seed],
        "--seed", str(seed), "--max-examples", "50" if DEEP else "3", "--no-color",
        "--header", f"Authorization: Bearer {token}",
    ]  # fmt: skip
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2000:]
