"""Planted faults: each fits the code and has a probe and an operation; the suites catch a sample."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.mutants import run, server_process
from mockvoice_contracts.mutants.catalogue import VENDORS, Edit, InvalidEntry, load_catalogue
from mockvoice_contracts.mutants.patching import patched_code
from mockvoice_contracts.mutants.results import CAUGHT, INVALID, NO_EFFECT, MutantResult
from mockvoice_contracts.mutants.server_process import ServerFailed, running_server
from mockvoice_contracts.mutants.suite_run import SuiteFailure, SuiteRunError

ROOT = Path(__file__).parents[2]
IN_EVERY_CATALOGUE = "half-cent-to-even"


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_fault_still_fits_the_code(vendor: str) -> None:
    for mutant in load_catalogue(vendor).values():
        patched_code(f"mockvoice.vendors.{vendor}", mutant.edits)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_fault_has_an_operation_of_the_contract_and_a_probe(vendor: str) -> None:
    contract = Contract(targets.document(vendor), closed=True)
    probes = import_module(f"mockvoice_contracts.mutants.probes.{vendor}")
    mutants = load_catalogue(vendor).values()

    assert len(mutants) >= 18
    for mutant in mutants:
        assert mutant.operation in contract.operations, mutant.id
        assert mutant.evidence in ("seed", "public", "choice"), mutant.id
        assert callable(getattr(probes, mutant.probe, None)), mutant.id


@pytest.mark.parametrize(
    "edit",
    [
        Edit("rules.totals:line_figures", "no such text", ""),
        Edit("rules.totals:line_figures", "price = quantize(gross)", "price = ("),
        Edit("rules.totals:no_such_function", "", ""),
        Edit("rules.no_such_module:line_figures", "", ""),
        Edit("rules.totals:LineFigures", "price", "net"),
    ],
)
def test_an_edit_that_does_not_fit_is_rejected(edit: Edit) -> None:
    with pytest.raises(InvalidEntry):
        patched_code("mockvoice.vendors.halo", [edit])


def test_a_fault_that_its_probe_does_not_show_has_no_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "running_server", lambda vendor, _="": running_server(vendor))
    reported: list[MutantResult] = []

    run.run_mutants([load_catalogue("halo")["net-echoed"]], 1, reported.append)

    assert [(result.verdict, result.test) for result in reported] == [(NO_EFFECT, None)]


def test_a_fault_is_invalid_if_its_test_also_fails_on_a_healthy_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failure = SuiteFailure(
        "contract_tests/mockvoice_contracts/suites/halo/test_totals.py::test_that_is_wrong",
        "1 is not 2",
        False,
    )
    monkeypatch.setattr(run, "first_failure", lambda *_: failure)
    monkeypatch.setattr(run, "failing_tests", lambda *_: {failure.node_id})
    reported: list[MutantResult] = []

    results = run.run_mutants([load_catalogue("halo")["net-echoed"]], 1, reported.append)

    assert [result.verdict for result in reported] == [CAUGHT, INVALID]
    assert [result.verdict for result in results] == [INVALID]


def test_results_are_reported_if_the_final_check_on_a_healthy_server_fails(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = SuiteRunError("no such option")

    def fail(*_: Any) -> set[str]:
        raise error

    failure = SuiteFailure(
        "contract_tests/mockvoice_contracts/suites/halo/test_totals.py::test_a_sum", "1 is 2", False
    )
    monkeypatch.setattr(run, "first_failure", lambda *_: failure)
    monkeypatch.setattr(run, "failing_tests", fail)
    report = tmp_path / "mutants.json"
    main = import_module("mockvoice_contracts.mutants.__main__").main

    code = main(["--vendor", "halo", "--only", "net-echoed", "--report", str(report)])

    message = f"the tests could not be run on a healthy server: {error}"
    (result,) = json.loads(report.read_text("utf-8"))
    assert code == 1
    assert (result["verdict"], result["message"]) == (INVALID, message)
    assert message in capsys.readouterr().out


def test_suites_catch_a_wrong_rounding(tmp_path: Path) -> None:
    """A sample; ``make mutants`` runs all faults of all vendors."""
    vendors = ("growcrm", "optiflow")
    report = tmp_path / "mutants.json"
    command = [sys.executable, "-m", "mockvoice_contracts.mutants", "--only", IN_EVERY_CATALOGUE]
    command += [f"--vendor={vendor}" for vendor in vendors]
    process = subprocess.run(
        [*command, "--report", str(report)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert process.returncode == 0, process.stdout + process.stderr
    results = json.loads(report.read_text("utf-8"))
    assert [result["verdict"] for result in results] == ["caught"] * len(vendors)
    assert all(result["test"] and result["message"] for result in results)


def test_a_server_that_cannot_start_is_reported_with_its_output() -> None:
    message = "KeyError: 'no-such-fault'"

    with pytest.raises(ServerFailed, match=message), running_server("halo", "no-such-fault"):
        pass


def test_a_server_that_ends_during_a_run_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    processes: list[subprocess.Popen[bytes]] = []

    class RecordedPopen(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            processes.append(self)

    monkeypatch.setattr(server_process.subprocess, "Popen", RecordedPopen)

    with pytest.raises(ServerFailed, match="ended with exit code -9"), running_server("halo"):
        processes[0].kill()
        processes[0].wait()


def test_a_fault_on_the_wire_changes_the_responses() -> None:
    vendor, fault = "halo", load_catalogue("halo")["id-as-text"]

    with running_server(vendor) as healthy, running_server(vendor, fault.id) as faulty:
        assert fault.wire
        assert run.run_probe(vendor, fault.probe, healthy) != run.run_probe(
            vendor, fault.probe, faulty
        )


def test_an_unknown_fault_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    main = import_module("mockvoice_contracts.mutants.__main__").main

    assert main(["--vendor", "halo", "--only", "no-such-fault"]) == 2
    assert "no-such-fault" in capsys.readouterr().err
