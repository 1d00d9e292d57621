"""The GitHub action: its schema, and its scripts, which run as on a runner."""

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
PAGES = [ROOT / "docs/how-to/check-in-ci.md", ROOT / "docs/tutorials/ci.md"]
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")

# The schema of a composite action.
TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "required": ["name", "description", "inputs", "outputs", "runs"],
    "additionalProperties": False,
    "properties": {
        "name": TEXT,
        "description": {"type": "string", "maxLength": 125},
        "branding": {"type": "object"},
        "inputs": {
            "additionalProperties": {
                "type": "object",
                "required": ["description"],
                "additionalProperties": False,
                "properties": {
                    "description": TEXT,
                    "required": {"type": "boolean"},
                    "default": {"type": "string"},
                },
            }
        },
        "outputs": {
            "additionalProperties": {
                "type": "object",
                "required": ["description", "value"],
                "additionalProperties": False,
                "properties": {"description": TEXT, "value": TEXT},
            }
        },
        "runs": {
            "type": "object",
            "required": ["using", "steps"],
            "properties": {
                "using": {"const": "composite"},
                "steps": {
                    "type": "array",
                    "items": {
                        "oneOf": [
                            {
                                "required": ["name", "run", "shell"],
                                "not": {"required": ["uses"]},
                            },
                            {
                                "required": ["name", "uses"],
                                "not": {"required": ["run"]},
                            },
                        ],
                        "additionalProperties": False,
                        "properties": {
                            "name": TEXT, "id": TEXT, "if": TEXT, "run": TEXT, "uses": TEXT,
                            "shell": {"const": "bash"}, "with": {"type": "object"},
                            "env": {"type": "object"},
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip


def test_the_action_matches_the_schema_of_a_composite_action():
    jsonschema.validate(ACTION, SCHEMA)


def test_scripts_get_inputs_only_as_environment_variables():
    for name, step in STEPS.items():
        assert "${{" not in step.get("run", ""), name


def test_expressions_refer_to_existing_steps_and_every_input_is_used():
    text = yaml.safe_dump(ACTION["runs"]) + yaml.safe_dump(ACTION["outputs"])
    inputs = set(re.findall(r"inputs\.([\w-]+)", text))
    steps = set(re.findall(r"steps\.([\w-]+)\.outputs", text)) - {"mock"}

    assert inputs == set(ACTION["inputs"])
    assert steps == {step["id"] for step in STEPS.values() if "id" in step}


def test_every_output_is_written_by_a_script():
    for output in ACTION["outputs"].values():
        step, name = re.fullmatch(r"steps\.(\w+)\.outputs\.([\w-]+)", EXPRESSION.search(output["value"])[1]).groups()  # fmt: skip
        (script,) = [item["run"] for item in STEPS.values() if item.get("id") == step]

        assert f"{name}=" in script


def test_the_workflows_of_the_pages_use_existing_inputs():
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    blocks = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    uses = [
        step
        for block in blocks
        for job in yaml.safe_load(block)["jobs"].values()
        for step in job["steps"]
        if "mockvoice@" in step.get("uses", "")
    ]

    assert {step["with"]["run"] for step in uses} == {"serve", "check"}
    for step in uses:
        assert set(step["with"]) <= set(ACTION["inputs"])


class Runner:
    """Runs scripts of the action like a runner, with files in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "workspace"
        self.workspace.mkdir()

    def run(self, step: str, path: str = "", **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run a step's script, with defaults for missing inputs.

        Commands are searched in ``path`` first.
        """
        values = {name: spec.get("default", "") for name, spec in ACTION["inputs"].items()}
        values |= {name.replace("_", "-"): value for name, value in inputs.items()}
        context = {
            **{f"inputs.{name}": value for name, value in values.items()},
            "github.action_path": str(ROOT),
            "runner.temp": str(self.folder),
        }
        script = self.folder / "script.sh"
        script.write_text(STEPS[step]["run"], "utf-8")
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace, env={**self._environment(path), **{
                name: EXPRESSION.sub(lambda match: context[match[1]], str(value))
                for name, value in STEPS[step]["env"].items()
            }},
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip

    def written(self, file: str) -> str:
        """Return the text that steps have written to OUTPUT, PATH, ENV or STEP_SUMMARY."""
        path = self.folder / file
        return path.read_text("utf-8") if path.exists() else ""

    def outputs(self) -> dict[str, str]:
        """Return the outputs so far."""
        return dict(line.split("=", 1) for line in self.written("OUTPUT").splitlines())

    def _environment(self, path: str) -> dict[str, str]:
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("MOCKVOICE", "PYTEST"))
        }
        environment |= dict(line.split("=", 1) for line in self.written("ENV").splitlines())
        files = {f"GITHUB_{name}": str(self.folder / name) for name in ("OUTPUT", "PATH", "ENV", "STEP_SUMMARY")}  # fmt: skip
        paths = [path, *self.written("PATH").splitlines()[::-1], os.environ["PATH"]]
        # pip downloads nothing, since the packages are already installed.
        offline = {
            "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "false", "PIP_NO_INDEX": "1",
            "PYTHONPATH": sysconfig.get_path("purelib"),
        }  # fmt: skip
        return {**environment, **files, **offline, "PATH": os.pathsep.join(filter(None, paths))}


@pytest.fixture(scope="module")
def runner(tmp_path_factory) -> Iterator[Runner]:
    """A runner on which the action has installed Mockvoice and serves it on free ports."""
    runner = Runner(tmp_path_factory.mktemp("runner"))
    installed = runner.run("Install Mockvoice", run="serve", python=sys.executable)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    served = runner.run("Serve", port="0", data="empty", vendors="growcrm\nhalo", now="2026-03-01T09:00:00Z")  # fmt: skip
    assert served.returncode == 0, served.stdout + served.stderr
    yield runner
    for ready in runner.folder.glob("mockvoice/serve.*/ready.json"):
        os.kill(json.loads(ready.read_text())["pid"], signal.SIGTERM)


def request_growcrm(
    runner: Runner, path: str, method: str = "GET", **body: Any
) -> requests.Response:
    key = json.loads(runner.outputs()["credentials"])["growcrm"]["api_key"]
    url = json.loads(runner.outputs()["urls"])["growcrm"]
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Bearer {key}"}
        return session.request(method, url + path, headers=headers, **body, timeout=30)


def test_serve_outputs_urls_and_credentials(runner):
    assert set(json.loads(runner.outputs()["urls"])) == {"growcrm", "halo"}
    assert runner.written("ENV") == f"MOCKVOICE_URL={runner.outputs()['url']}\n"
    assert request_growcrm(runner, "/api/invoices").json()["meta"]["total"] == 0
    assert Path(runner.outputs()["log"]).is_file()


def test_only_the_command_is_on_the_path(runner):
    (folder,) = runner.written("PATH").splitlines()

    assert [path.name for path in Path(folder).iterdir()] == ["mockvoice"]


def test_a_failed_start_is_reported_with_its_reason(runner):
    result = runner.run("Serve", port="0", vendors="xero")

    assert result.returncode == 2
    assert "::error title=Mockvoice::the server did not start: mockvoice: unknown vendor 'xero'" in result.stdout  # fmt: skip


def test_a_successful_check_exits_with_0_and_writes_reports(runner):
    url = json.loads(runner.outputs()["urls"])["growcrm"]
    result = runner.run(
        "Check", vendors="growcrm", url=url, select="test_routes", report_dir="out", seed="3"
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert runner.outputs()["exit-code"] == "0"
    report = json.loads((runner.workspace / "out/report.json").read_text())
    assert (report["outcome"], report["seed"]) == ("holds", 3)
    assert (runner.workspace / "out/junit.xml").is_file()
    sarif = json.loads((runner.workspace / runner.outputs()["sarif"]).read_text())
    assert sarif["version"] == "2.1.0"
    assert "    Grow CRM" in runner.written("STEP_SUMMARY")


def test_a_broken_contract_exits_with_1_and_no_response_is_a_workflow_command(runner, tmp_path):
    command = tmp_path / "mockvoice"
    command.write_text("#!/bin/sh\necho '  response: ::error::a workflow command'; exit 1")
    command.chmod(0o755)
    result = runner.run("Check", path=str(tmp_path), vendors="growcrm")

    assert result.returncode == 1
    assert runner.outputs()["exit-code"] == "1"
    lines = result.stdout.splitlines()
    stop, response, resume = lines[:3]
    assert (stop, resume) == (f"::stop-commands::{stop[17:]}", f"::{stop[17:]}::")
    assert "::error::a workflow command" in response
    assert lines[3:] == ["::error title=Mockvoice::the contract is broken; see the reports"]


def test_a_check_that_cannot_run_exits_with_2(runner):
    result = runner.run("Check", vendors="growcrm", url="http://127.0.0.1:9")

    assert result.returncode == 2
    assert runner.outputs()["exit-code"] == "2"
    assert "::error title=Mockvoice::the contract could not be checked: mockvoice: http://127.0.0.1:9" in result.stdout  # fmt: skip


@pytest.mark.parametrize("evil", ["$(touch evil)", "`touch evil`", "'; touch evil; '", '"; touch evil; "'])  # fmt: skip
@pytest.mark.parametrize("step", ["Install Mockvoice", "Serve", "Check"])
def test_the_text_of_an_input_is_never_executed(runner, step, evil):
    inputs = dict.fromkeys(ACTION["inputs"], evil) | {"run": "serve"}
    result = runner.run(step, **inputs)

    assert result.returncode == 2, result.stdout + result.stderr
    assert not list(runner.folder.rglob("evil*"))


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"run": "test"}, "run must be serve or check"),
        ({"run": "serve", "version": "--index-url=x"}, "version must be a release such as 0.1.0"),
        ({"run": "serve", "python": "false"}, "Mockvoice needs Python 3.11 or newer"),
    ],
)
def test_invalid_inputs_are_reported(runner, inputs, message):
    result = runner.run("Install Mockvoice", **inputs)

    assert result.returncode == 2
    assert result.stdout.strip().startswith(f"::error title=Mockvoice::{message}")
