"""The workflow of this repository: it tests the supported Python versions on three systems."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
# YAML 1.1 reads the key "on" as true.
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text("utf-8"))
JOBS = WORKFLOW["jobs"]
CLASSIFIERS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
PYTHON = re.compile(r"Programming Language :: Python :: (3\.\d+)$")


@pytest.mark.parametrize("job", JOBS)
def test_every_supported_python_version_is_tested(job):
    versions = [match[1] for text in CLASSIFIERS if (match := PYTHON.match(text))]

    assert JOBS[job]["strategy"]["matrix"]["python"] == versions


def test_linux_macos_and_windows_are_tested():
    systems = {job["runs-on"] for job in JOBS.values()} - {"${{ matrix.system }}"}

    assert systems | {*JOBS["portable"]["strategy"]["matrix"]["system"]} == {
        "ubuntu-latest",
        "macos-latest",
        "windows-latest",
    }


def test_the_workflow_may_only_read():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert {"push", "pull_request"} == {*WORKFLOW[True]}


@pytest.mark.parametrize("job", JOBS)
def test_every_path_and_target_of_a_command_exists(job):
    commands = [step["run"] for step in JOBS[job]["steps"] if "run" in step]
    makefile = (ROOT / "Makefile").read_text("utf-8")

    paths = [
        word
        for line in commands
        for word in line.split()
        if "tests/" in word or word.endswith("_tests")
    ]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    targets = [line.split()[1] for line in commands if line.startswith("make ")]
    assert [target for target in targets if f"\n{target}:" not in makefile] == []
    assert paths or targets
    page = (ROOT / "docs/platforms.md").read_text("utf-8")
    assert all(path in page for path in paths)


@pytest.mark.parametrize("job", JOBS)
def test_actions_are_from_github_and_have_a_version_and_packages_are_cached(job):
    steps = [step for step in JOBS[job]["steps"] if "uses" in step]

    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]) for step in steps)
    (python,) = [step["with"] for step in steps if step["uses"].startswith("actions/setup-python@")]
    assert python["cache"] == "pip"
    assert (ROOT / python["cache-dependency-path"]).is_file()


def test_a_new_commit_ends_the_run_of_the_one_before():
    assert WORKFLOW["concurrency"]["cancel-in-progress"] is True
