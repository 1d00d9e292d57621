"""Every statement is tried, or has a reason why not; every decision is on the vendor's page."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from tests.documents import statements
from tests.documents.checks import CHECKS
from tests.documents.statements import FOLDER, VENDORS, Statement, load_all

ROOT = Path(__file__).parents[2]
STATEMENTS = load_all()
HEADING = "## Readings of the documents"
CODE = re.compile(r"`([^`]+)`")


@pytest.fixture(scope="module")
def cited() -> set[str]:
    """The ids that test functions of this folder cite."""
    for vendor in VENDORS:
        if (FOLDER / f"test_{vendor}.py").exists():
            importlib.import_module(f"tests.documents.test_{vendor}")
    return statements.cited


def test_ids_are_unique_and_begin_with_their_vendor() -> None:
    ids = [statement.id for statement in STATEMENTS]

    assert len(set(ids)) == len(ids), sorted({name for name in ids if ids.count(name) > 1})
    assert {statement.vendor for statement in STATEMENTS} == set(VENDORS)


def test_every_statement_is_tried_or_has_a_reason(cited: set[str]) -> None:
    untried = [
        statement.id
        for statement in STATEMENTS
        if not (statement.check or statement.tried_by or statement.id in cited)
        and len(statement.not_tried) < 20
    ]

    assert untried == []


def test_every_statement_that_a_test_cites_exists(cited: set[str]) -> None:
    assert cited
    assert cited - {statement.id for statement in STATEMENTS} == set()


def test_every_check_exists() -> None:
    named = {statement.check for statement in STATEMENTS if statement.check}

    assert named <= set(CHECKS)


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
    open_ids = {_short(statement) for statement in STATEMENTS if statement.vendor == vendor and statement.reading}  # fmt: skip

    assert _decided(vendor) == open_ids


def _short(statement: Statement) -> str:
    return statement.id.removeprefix(f"{statement.vendor}/")


def _decided(vendor: str) -> set[str]:
    """Return the ids in the first cells of the page's table of readings; each has a decision."""
    page = (ROOT / "docs" / "vendors" / f"{vendor}.md").read_text()
    assert HEADING in page
    section = page.split(HEADING)[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    assert all(len(row) == 2 and len(row[1].strip()) > 10 for row in rows), rows
    return {name for row in rows for name in CODE.findall(row[0])}
