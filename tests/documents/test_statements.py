"""Every statement of the documents that a kind of check can try."""

import pytest

from tests.documents.checks import run_check
from tests.documents.conftest import NewContext
from tests.documents.statements import Statement, load_all

CHECKED = [statement for statement in load_all() if statement.check]


@pytest.mark.parametrize("statement", CHECKED, ids=lambda statement: statement.id)
def test_the_statement_holds(new_context: NewContext, statement: Statement) -> None:
    run_check(new_context(statement.vendor), statement)
