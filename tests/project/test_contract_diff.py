"""``make contract-diff``: the base of the comparison, the changes, and what the changelog must name."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tools.contract_diff import changelog, changes, revisions

ROOT = Path(__file__).parents[2]
TOOL = re.search(r"^REDOCLY := (\S+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1]

OPENAPI = """\
openapi: 3.0.3
info: {title: Grow CRM API, version: '1'}
servers: [{url: 'http://127.0.0.1:8082'}]
paths:
  /api/items:
    post:
      operationId: items.create
      summary: Create an item
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: 'schemas/items.yaml#/ItemInput'}}}
      responses:
        '201':
          description: Created
          content: {application/json: {schema: {$ref: 'schemas/items.yaml#/Item'}}}
"""
# The second revision differs in one line of each kind: one change breaks clients, the other does not.
ITEMS = """\
ItemInput:
  type: object
  required: [name]
  properties:
    name: {type: string, maxLength: 50}
    code: {type: string, maxLength: 20}
Item:
  type: object
  required: [id]
  properties:
    id: {type: integer}
    code: {type: string, nullable: true}
"""
BREAKING = ("maxLength: 50", "maxLength: 40")
HARMLESS = ("maxLength: 20", "maxLength: 30")
SENTENCE = "Grow CRM: names of items have at most 40 characters."


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, *tags: str) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "A revision", "--allow-empty")
    for tag in tags:
        git(folder, "tag", tag)


def replace(folder: Path, old: str, new: str) -> None:
    items = folder / "openapi/growcrm/schemas/items.yaml"
    text = items.read_text("utf-8")
    assert old in text
    items.write_text(text.replace(old, new), "utf-8")


def diff(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.contract_diff", "--tool", TOOL, *options]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def project(tmp_path) -> Path:
    """A checkout with one contract and without a release."""
    folder = tmp_path / "project"
    for path, text in {
        "openapi/growcrm/openapi.yaml": OPENAPI,
        "openapi/growcrm/schemas/items.yaml": ITEMS,
        "changelog.d/README.md": "",
        "CHANGELOG.md": "# Changelog\n",
        ".gitignore": "/build/\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    git(folder, "init", "-q", "-b", "main")
    commit(folder)
    return folder


@pytest.fixture(scope="session")
def npx() -> None:
    """Skip a test where npx cannot fetch the tool; ``make contracts`` does the same."""
    if shutil.which("npx") is None:
        pytest.skip("npx is not installed")
    result = subprocess.run(
        ["npx", "--yes", TOOL, "--version"],
        env={**os.environ, "REDOCLY_TELEMETRY": "off"}, capture_output=True, check=False,
    )  # fmt: skip
    if result.returncode:
        pytest.skip(f"npx cannot run {TOOL}")


def test_without_a_release_one_sentence_says_that_there_is_nothing_to_compare(project):
    result = diff(project)

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("This clone has no earlier release")
    assert result.stdout.count("\n") == 1


def test_a_shallow_clone_without_tags_is_an_error_that_says_what_to_fetch(project, tmp_path):
    commit(project, "v0.1.0")
    commit(project)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project}", "shallow")

    result = diff(tmp_path / "shallow")

    assert result.returncode == 2
    assert "git fetch --unshallow --tags" in result.stderr


def test_an_unknown_base_and_a_missing_npx_are_errors(project, monkeypatch):
    assert "v9.9.9" in diff(project, "--base", "v9.9.9").stderr

    replace(project, *BREAKING)
    programs = project / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(shutil.which("git"))
    monkeypatch.setenv("PATH", str(programs))
    result = diff(project, "--base", "HEAD")

    assert result.returncode == 2
    assert "install Node.js" in result.stderr


def test_a_change_that_breaks_clients_must_be_named(npx, project):
    # An entry that the base has already does not name a later change.
    (project / "changelog.d/+older.breaking.md").write_text("Grow CRM: ids are texts.\n", "utf-8")
    commit(project, "v0.1.0", "v0.2.0rc1")
    replace(project, *HARMLESS)
    replace(project, *BREAKING)

    unnamed = diff(project)
    (project / "changelog.d/+names.breaking.md").write_text(f"{SENTENCE}\n", "utf-8")
    named = diff(project)

    first, second, third, last = unnamed.stdout.splitlines()
    assert first == "Changes of the contracts since v0.1.0:"
    assert second == "growcrm: 1 breaking, 1 other (build/contract-diff/changes/growcrm.json)"
    assert third.startswith("  breaking: POST /api/items: `maxLength` of `name` changed from ")
    assert third.endswith("(components/schemas/ItemInput/properties/name/maxLength)")
    assert unnamed.returncode == 1
    assert "changelog.d/+words-of-the-change.breaking.md" in last
    assert named.returncode == 0, named.stdout + named.stderr


def test_the_base_is_the_last_release_before_the_one_that_is_being_made(project):
    assert revisions.last_release(project) is None
    commit(project, "v0.1.0", "v0.3.0rc1")
    assert revisions.last_release(project) is None

    replace(project, *BREAKING)
    assert revisions.last_release(project) == "v0.1.0"
    commit(project, "v0.2.0")
    assert revisions.last_release(project) == "v0.1.0"

    commit(project)
    assert revisions.last_release(project) == "v0.2.0"


def test_entries_are_read_from_fragments_and_from_released_sections(project):
    (project / "changelog.d/+ids.breaking.md").write_text("Halo: ids are texts.\n", "utf-8")
    (project / "changelog.d/+dates.fixed.md").write_text("Halo: dates are right.\n", "utf-8")
    (project / "CHANGELOG.md").write_text(
        f"# Changelog\n\n## 0.2.0 (2026-12-01)\n\n### Breaking\n\n- {SENTENCE}\n- COUNT: less.\n\n"
        "### Added\n\n- OptiFlow: more.\n\n## 0.1.0 (2026-11-01)\n\n- Halo: all.\n",
        "utf-8",
    )

    expected = {"Halo: ids are texts.", SENTENCE, "COUNT: less."}
    assert changelog.breaking_entries(project) == expected


def test_without_changes_nothing_breaks_clients(project):
    result = diff(project, "--base", "HEAD")

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "Changes of the contracts since HEAD:",
        "growcrm: no changes",
        "Nothing breaks clients.",
    ]


def test_new_and_removed_contracts_need_no_tool(tmp_path):
    before, after, both = (tmp_path / name for name in ("before.json", "after.json", "both.json"))
    both.write_text("{}", "utf-8")

    result = changes.compare_contracts(
        "none", {"count": before, "halo": both}, {"halo": both, "optiflow": after}, tmp_path
    )

    assert list(result) == [
        changes.ContractChanges("count", breaking=(changes.REMOVED,)),
        changes.ContractChanges("halo"),
        changes.ContractChanges("optiflow", note=changes.NEW),
    ]


def test_parameters_of_a_path_become_parameters_of_its_operations():
    item_id, limit = ({"name": name, "in": "query"} for name in ("id", "limit"))
    referred, other_id = {"$ref": "#/components/parameters/Id"}, {**item_id, "example": 7}
    document = {
        "components": {"parameters": {"Id": item_id}},
        "paths": {
            "/items": {
                "parameters": [referred, limit],
                "get": {},
                "put": {"parameters": [other_id]},
            }
        },
    }

    changes.move_parameters_to_operations(document)

    assert document["paths"]["/items"] == {
        "get": {"parameters": [referred, limit]},
        "put": {"parameters": [limit, other_id]},
    }


def reported(path: str, impact: str, message: str, pointer: str) -> dict:
    verdict = {"impact": impact, "message": message, "location": {"pointer": pointer}}
    return {"path": path, "impact": impact, "verdicts": [verdict]}


def test_a_report_is_read_as_lines_of_breaking_changes_and_a_number_of_others():
    report = {
        "changes": [
            reported("#/paths/~1items~1{id}", "major", "Path was removed.", "#/paths/~1items~1{id}"),
            reported("#/paths/~1items/get/responses/404", "major", "Response `404` was removed.",
                     "#/paths/~1items/get/responses/404"),
            reported("#/security", "major", "Authentication became required.", "#/security"),
            reported("#/paths/~1items/post", "minor", "A new operation.", "#/paths/~1items/post"),
            {"path": "#/info", "impact": "patch", "verdicts": []},
        ]
    }  # fmt: skip

    assert changes.parse_report("halo", report) == changes.ContractChanges(
        "halo",
        breaking=(
            "/items/{id}: Path was removed",
            "GET /items: Response `404` was removed (responses/404)",
            "security: Authentication became required",
        ),
        others=2,
    )


@pytest.mark.parametrize(
    ("contract", "entry", "named"),
    [
        ("growcrm", SENTENCE, True),
        ("growcrm", "COUNT and Grow CRM: ids are texts.", True),
        ("count", "COUNT Partner API: ids are texts.", True),
        ("control", "Control API: `clock` has another form.", True),
        ("halo", SENTENCE, False),
        ("count", "Grow CRM: the count of items is a text.", False),
        ("count", "Accounts: ids are texts.", False),
        ("halo", "Ids of Halo are texts.", False),
    ],
)
def test_an_entry_names_an_api_before_its_colon(contract, entry, named):
    assert changelog.is_named(contract, [entry]) is named


def test_the_type_of_the_fragments_is_a_type_of_the_changelog():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["towncrier"]

    assert {
        "directory": changelog.FRAGMENT_TYPE,
        "name": changelog.HEADING,
        "showcontent": True,
    } in settings["type"]


def test_the_rules_that_find_breaking_changes_are_on():
    configuration = yaml.safe_load((ROOT / "redocly.yaml").read_text("utf-8"))

    assert "diff-recommended" in configuration["extends"]


def test_a_release_is_compared_with_the_last_one_before_its_files_are_built():
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    checkout, *steps = workflow["jobs"]["build"]["steps"]
    commands = [step.get("run", "").partition(" PYTHON=")[0] for step in steps]

    assert checkout["with"]["fetch-depth"] == 0
    assert commands.index("make contract-diff") < commands.index("make distributions")
