"""Each tutorial works as it is written, step by step, in an empty folder."""

import pytest

from tests.project import tutorials

IN_PYTHON = ["ci.md", "python.md"]
# Run by tests/project/test_typescript_client.py, where npm's packages are.
IN_TYPESCRIPT = ["typescript.md"]


def test_every_tutorial_is_run():
    assert sorted(IN_PYTHON + IN_TYPESCRIPT) == sorted(
        page.name for page in tutorials.FOLDER.glob("*.md")
    )


@pytest.mark.parametrize("page", IN_PYTHON)
def test_every_command_of_a_tutorial_runs_and_prints_the_documented_output(page, tmp_path):
    outputs = tutorials.run(page, tmp_path)

    commands = [step for step in tutorials.steps_of(page) if not step.name]
    assert len(outputs) == len(commands) > 3
    for step, output in zip(commands, outputs, strict=True):
        for expected in step.expected:
            assert expected in output, output
