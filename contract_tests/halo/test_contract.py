"""Generated requests: what the contract allows is served, what it forbids is refused in its words.

Schemathesis makes them, in all of its phases: examples, the bounds of each field, fuzzing, and
chains of operations along the contract's links. ``MOCKVOICE_TEST_DEPTH=deep`` goes further.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.harness import targets
from contract_tests.harness.targets import Target

HERE = Path(__file__).parent
DEEP = os.environ.get("MOCKVOICE_TEST_DEPTH") == "deep"
SEEDS = (1, 2, 3, 5, 8) if DEEP else (1, 2)
EXAMPLES = "40" if DEEP else "2"
# They have so many fields that the bounds of each take minutes; the fields are of the same few
# kinds that other operations have, where their bounds are tried.
LARGE = (
    "invoice.search",
    "invoice.save",
    "invoice.update_lines",
    "recurring_invoice.search",
    "recurring_invoice.save",
    "recurring_invoice.update_lines",
    "recurring_invoice.add_lines",
    "client.save",
    "expense.save",
    "invoice_payment.save",
    "item.save",
    "tax.save",
)


def run(target: Target, folder: Path, seed: int, phases: str, *more: str) -> None:
    """Schemathesis from its command line, which knows more phases than its Python API."""
    contract = folder / "contract.json"
    contract.write_text(json.dumps(targets.document("halo")), encoding="utf-8")
    token = target.credentials["access_token"]
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"),
        "run", str(contract), "--url", target.url, "--header", f"Authorization: Bearer {token}",
        "--phases", phases, "--max-examples", EXAMPLES, "--seed", str(seed),
        "--continue-on-failure", "--no-color", *more,
    ]  # fmt: skip
    environment = {
        **os.environ,
        "PYTHONPATH": str(HERE.parent.parent),
        "SCHEMATHESIS_HOOKS": "contract_tests.halo.generated",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.fixture(autouse=True)
def only_on_a_mock(target: Target) -> None:
    if not target.is_mock:
        pytest.skip("generated requests would change records that are not ours")


@pytest.mark.parametrize("seed", SEEDS)
def test_examples_fuzzing_and_chains_keep_the_contract(
    target: Target, tmp_path: Path, seed: int
) -> None:
    run(target, tmp_path, seed, "examples,fuzzing,stateful")


def test_the_bounds_of_every_field_keep_the_contract(target: Target, tmp_path: Path) -> None:
    left_out = () if DEEP else LARGE
    excluded = [word for name in left_out for word in ("--exclude-operation-id", name)]
    run(target, tmp_path, SEEDS[0], "coverage", *excluded)
