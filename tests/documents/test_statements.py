"""Every statement of the documents that a kind of check can try."""

import pytest

from tests.documents.checks import CHECKS
from tests.documents.conftest import NewTrial
from tests.documents.statements import Statement, load_all

CHECKED = [statement for statement in load_all() if statement.check]


@pytest.mark.parametrize("statement", CHECKED, ids=lambda statement: statement.id)
def test_the_statement_holds(new_trial: NewTrial, statement: Statement) -> None:
    assert statement.check is not None
    CHECKS[statement.check](new_trial(statement.vendor), statement.name, **statement.arguments)
