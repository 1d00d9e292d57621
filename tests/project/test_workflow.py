"""The workflow of this repository: it tests the supported Python versions on three systems."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
# YAML 1.1 reads the key "on" as true.
WORKFLOWS = ROOT / ".github/workflows"
WORKFLOW = yaml.safe_load((WORKFLOWS / "tests.yml").read_text("utf-8"))
JOBS = WORKFLOW["jobs"]
CLASSIFIERS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
# All files with references to actions.
FILES = [
    "action.yml",
    "docs/how-to/check-in-ci.md",
    "docs/how-to/typescript.md",
    "docs/tutorials/ci.md",
    *(path.relative_to(ROOT).as_posix() for path in WORKFLOWS.glob("*.y*ml")),
]
# A tag can be moved to another commit; the name of a commit cannot.
PINNED = re.compile(
    r"(?P<name>(actions|github)/[\w/-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)"
)
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
    page = (ROOT / "docs/how-to/windows.md").read_text("utf-8")
    assert all(path in page for path in paths)


@pytest.mark.parametrize("job", JOBS)
def test_packages_are_cached(job):
    steps = [step for step in JOBS[job]["steps"] if "uses" in step]

    (python,) = [step["with"] for step in steps if step["uses"].startswith("actions/setup-python@")]
    assert python["cache"] == "pip"
    assert (ROOT / python["cache-dependency-path"]).is_file()


def test_a_new_commit_ends_the_run_of_the_one_before():
    assert WORKFLOW["concurrency"]["cancel-in-progress"] is True


@pytest.mark.parametrize("file", FILES)
def test_actions_are_from_github_and_pinned_by_commit_beside_their_version(file):
    lines = re.findall(r"uses: (.*)", (ROOT / file).read_text("utf-8"))
    others = [line for line in lines if not line.startswith("mockvoice/mockvoice@")]

    assert others
    assert [line for line in others if not PINNED.fullmatch(line)] == []


def test_one_action_has_one_commit_in_all_files():
    pins = {
        (match["name"], match["commit"], match["version"])
        for file in FILES
        for match in PINNED.finditer((ROOT / file).read_text("utf-8"))
    }

    assert len(pins) == len({name for name, _, _ in pins})
    assert len(pins) == len({commit for _, commit, _ in pins})


def test_pinned_actions_are_updated_by_proposals():
    settings = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text("utf-8"))

    assert [update["package-ecosystem"] for update in settings["updates"]] == ["github-actions"]


RELEASES = {
    name: yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))
    for name in ("release.yml", "image.yml")
}


@pytest.mark.parametrize("name", RELEASES)
def test_only_a_tag_of_a_version_starts_a_release(name):
    assert RELEASES[name][True] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}


@pytest.mark.parametrize("name", RELEASES)
def test_each_job_of_a_release_has_only_the_permissions_that_it_states(name):
    assert RELEASES[name]["permissions"] == {}
    for job in RELEASES[name]["jobs"].values():
        assert job["permissions"]
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_only_the_job_that_publishes_can_upload_to_the_package_index():
    jobs = RELEASES["release.yml"]["jobs"]

    assert [name for name, job in jobs.items() if job.get("environment") == "pypi"] == ["publish"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["build"]["permissions"] == {"contents": "read"}


def test_only_the_job_that_publishes_on_npm_can_upload_there_and_it_adds_provenance():
    jobs = RELEASES["release.yml"]["jobs"]

    assert [name for name, job in jobs.items() if job.get("environment") == "npm"] == ["npm"]
    assert jobs["npm"]["permissions"] == {"id-token": "write"}
    assert "publish" in jobs["npm"]["needs"]
    (command,) = [step["run"] for step in jobs["npm"]["steps"] if "run" in step]
    assert "--provenance" in command
    archive = re.search(r"dist/(mockvoice-\S+\.tgz)", command)[1]
    assert archive in "".join(step.get("run", "") for step in jobs["build"]["steps"])


def test_the_files_of_a_release_are_those_that_its_target_makes():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    commands = "\n".join(
        step.get("run", "")
        for job in RELEASES["release.yml"]["jobs"].values()
        for step in job["steps"]
    )

    assert "make distributions" in commands
    assert "\ndistributions:" in makefile
    for file in re.findall(r"dist/[\w.-]+\.txt", commands):
        assert file in makefile


def test_the_image_is_built_from_a_file_that_exists():
    (step,) = [s for s in RELEASES["image.yml"]["jobs"]["image"]["steps"] if s.get("id") == "build"]
    (file,) = re.findall(r"--file (\S+)", step["run"])

    assert (ROOT / file).is_file()
