"""Every statement is tried, or has a reason why not; every decision is on the vendor's page."""

import ast
import re
from pathlib import Path

import pytest

from tests.documents.checks import NAMED_CHECKS, REQUEST_CHECKS
from tests.documents.statements import VENDORS, Statement, covered_ids, load_all

ROOT = Path(__file__).parents[2]
STATEMENTS = load_all()
HEADING = "## Readings of the documents"
CODE = re.compile(r"`([^`]+)`")


@pytest.fixture(scope="module")
def covered() -> set[str]:
    """The ids that test functions of this folder cover."""
    return covered_ids()


def test_ids_are_unique_and_begin_with_their_vendor() -> None:
    ids = [statement.id for statement in STATEMENTS]

    assert len(set(ids)) == len(ids), sorted({name for name in ids if ids.count(name) > 1})
    assert {statement.vendor for statement in STATEMENTS} == set(VENDORS)


def test_every_statement_is_either_tried_or_has_a_reason(covered: set[str]) -> None:
    for statement in STATEMENTS:
        is_tried = bool(statement.check or statement.tried_by or statement.id in covered)
        assert is_tried is (statement.not_tried is None), statement.id


def test_every_statement_that_a_test_covers_exists(covered: set[str]) -> None:
    assert covered
    assert covered - {statement.id for statement in STATEMENTS} == set()


def test_every_check_exists() -> None:
    named = {statement.check for statement in STATEMENTS if statement.check}

    assert named <= set(REQUEST_CHECKS) | set(NAMED_CHECKS)


@pytest.mark.parametrize(
    "node", sorted({node for statement in STATEMENTS for node in statement.tried_by})
)
def test_the_cited_test_exists(node: str) -> None:
    file, name = node.split("::")
    functions = {
        part.name
        for part in ast.walk(ast.parse((ROOT / file).read_text()))
        if isinstance(part, ast.FunctionDef)
    }

    assert name.startswith("test_")
    assert name in functions


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_page_has_the_decision_for_each_open_statement(vendor: str) -> None:
    open_ids = {_short(statement) for statement in STATEMENTS if statement.vendor == vendor and statement.is_open}  # fmt: skip

    decided = _decided_ids(vendor)

    assert len(decided) == len(set(decided)), "a statement has two decisions"
    assert set(decided) == open_ids


def _short(statement: Statement) -> str:
    return statement.id.removeprefix(f"{statement.vendor}/")


def _decided_ids(vendor: str) -> list[str]:
    """Return the ids in the first cells of the page's table of readings; each has a decision."""
    page = (ROOT / "docs" / "vendors" / f"{vendor}.md").read_text()
    assert HEADING in page
    section = page.split(HEADING)[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    decisions = [decision.strip() for _, decision in rows]
    assert all(decisions)
    assert len(set(decisions)) == len(decisions), "two rows have the same decision"
    return [name for first_cell, _ in rows for name in CODE.findall(first_cell)]
