"""Arguments of commands that send few requests: of Schemathesis, of a scenario, and of the seeder."""

import json

# One generated test and one scenario that only read.
CHECK = (
    "check", "halo", "--mode", "read-only", "--max-examples", "1",
    "--select", "test_auth_info_and_instance_info or (generated and TaxRule and GET)",
)  # fmt: skip


def check(*arguments, report_dir):
    """Return the arguments of a check that writes reports."""
    return (*CHECK, *arguments, "--report-dir", report_dir)


def assert_both_kinds_of_tests_passed(report_dir):
    tests = json.loads((report_dir / "report.json").read_text())["tests"]
    passed = {test["layer"] for test in tests if test["outcome"] == "passed"}

    assert passed == {"schema", "behaviour"}, tests


def seed(*arguments, number=0, folder="."):
    """Return the arguments of a run with one invoice; each number gives other records."""
    size = ("--clients", "1", "--invoices", "1", "--seed", number)
    return (
        "seed",
        "halo",
        *size,
        *arguments,
        "--yes",
        "--checkpoint",
        f"{folder}/checkpoint.jsonl",
    )
