"""The npm package ``mockvoice``: its types, its tests with a mock, and the examples of its page.

It is built and packed in ``build/typescript``, and used there by an ES module project and a CommonJS project, as
users would. The packages of the lock file stay there for the next run.
"""

import json
import re
import shutil
import tarfile
from pathlib import Path

import pytest

import mockvoice
from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.project import tutorials
from tests.project.typescript_project import (
    BLOCK,
    FOLDER,
    PACKAGES,
    PAGE,
    SOURCE,
    build_package,
    examples,
    run,
    tool,
    unpack,
    write_javascript,
)

JEST = {"globalSetup": "./setup.js", "globalTeardown": "mockvoice/global-teardown"}
PLAYWRIGHT = """
export default { testDir: "playwright", globalSetup: "mockvoice/global-setup", reporter: "line" };
"""
FAILING = """
import { test } from "mockvoice/MODULE";

test("a test that fails", async ({ sandbox }) => {
  const headers = { Authorization: `Bearer ${sandbox.growcrm.credentials.api_key}` };
  await fetch(`${sandbox.growcrm.baseUrl}/api/invoices/999`, { headers });
  throw new Error("failed");
});
"""
FAILING_RUNS = {
    "vitest": ("vitest/vitest.mjs", "run", "--config=empty.config.js", "failing/vitest"),
    "node-test": ("../esm/failing/node-test.test.js",),
}
REQUIRE = """
const { startMockvoice } = require("mockvoice");
if (typeof require("mockvoice/playwright").test !== "function") throw new Error("playwright");
for (const name of ["global-setup", "global-teardown"]) {
  if (typeof require(`mockvoice/${name}`).default !== "function") throw new Error(name);
}
startMockvoice({ url: "http://127.0.0.1:9" }).catch((error) => console.log(error.name));
"""


@pytest.fixture(scope="module")
def package() -> Path:
    """The packed package."""
    return build_package()


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        yield server


@pytest.fixture(scope="module")
def module_project(package) -> Path:
    """A project of ES modules with the tests of the client and the examples of the page."""
    folder = unpack(package, FOLDER / "esm", "module")
    shutil.copytree(SOURCE / "tests", folder / "tests")
    for kind, suffix in {"vitest": "vitest.test.ts", "playwright": "spec.ts"}.items():
        (folder / kind).mkdir()
        for number, text in enumerate(examples(kind)):
            (folder / kind / f"{number}.{suffix}").write_text(text, "utf-8")
    for name, kind in {"vitest.config.ts": "config", "setup.ts": "setup"}.items():
        (text,) = examples(kind)
        (folder / name).write_text(text, "utf-8")
    (folder / "empty.config.js").write_text("export default {};\n", "utf-8")
    (folder / "playwright.config.js").write_text(PLAYWRIGHT, "utf-8")
    return folder


@pytest.fixture(scope="module")
def common_project(package) -> Path:
    """A project of CommonJS modules."""
    return unpack(package, FOLDER / "cjs", "commonjs")


def test_the_version_is_that_of_the_server():
    lock = json.loads((SOURCE / "package-lock.json").read_text("utf-8"))
    metadata = json.loads((SOURCE / "package.json").read_text("utf-8"))

    assert {metadata["version"], lock["version"], lock["packages"][""]["version"]} == {
        mockvoice.__version__
    }


def test_the_package_has_no_dependencies_and_its_lock_file_names_no_registry():
    metadata = json.loads((SOURCE / "package.json").read_text("utf-8"))

    assert "dependencies" not in metadata
    assert set(metadata["peerDependencies"]) == set(metadata["peerDependenciesMeta"])
    assert all(re.match(r"(npm:.*@)?\d", each) for each in metadata["devDependencies"].values())
    assert '"resolved"' not in (SOURCE / "package-lock.json").read_text("utf-8")


def test_the_first_example_has_eight_lines_and_is_that_of_the_package():
    first, *_ = examples("vitest")

    assert len([line for line in first.splitlines() if line]) == 8
    assert first in (SOURCE / "README.md").read_text("utf-8")


def test_the_package_contains_only_what_its_users_need(package):
    with tarfile.open(package) as tar:
        names = {name.removeprefix("package/") for name in tar.getnames()}
    metadata = json.loads((SOURCE / "package.json").read_text("utf-8"))

    files = {
        path.removeprefix("./")
        for entry in metadata["exports"].values()
        for paths in (entry.values() if isinstance(entry, dict) else [{"": entry}])
        for path in paths.values()
    }
    assert files <= names
    others = {name for name in names if not name.startswith("dist/")}
    assert others == {"LICENSE", "README.md", "package.json"}


def test_sources_and_examples_are_formatted(module_project):
    shutil.copy(SOURCE / ".prettierignore", FOLDER)
    folders = ["src", "scripts", "esm/tests", "esm/vitest", "esm/playwright", "esm/*.ts"]

    tool("prettier/bin/prettier.cjs", "--check", *folders)


def test_types_are_exact_in_modules_of_both_kinds(module_project, common_project):
    for kind in ("jest", "node-test", "program"):
        for number, text in enumerate(examples(kind)):
            (module_project / f"{kind}-{number}.ts").write_text(text, "utf-8")
    shutil.copy(SOURCE / "tests/types.ts", common_project)
    for number, text in enumerate([*examples("vitest"), *examples("jest")]):
        (common_project / f"{number}.ts").write_text(text, "utf-8")

    for folder in (module_project, common_project):
        tool("typescript-7/bin/tsc", "-p", folder)


def test_the_tests_of_the_client_and_the_examples_pass_with_one_server(module_project):
    output = tool(
        "vitest/vitest.mjs", "run", "tests/", "vitest/", "--no-isolate", "--testTimeout=60000",
        folder=module_project,
    )  # fmt: skip

    assert re.search(r"Tests +\d+ passed", output)


def test_the_tutorial_works_as_it_is_written(module_project):
    folder = module_project / "tutorial"
    folder.mkdir()
    shutil.copy(module_project / "empty.config.js", folder)
    for step in tutorials.steps_of("typescript.md"):
        tutorials.write(step, folder)

    output = tool(
        "vitest/vitest.mjs", "run", "--config=empty.config.js", "--testTimeout=60000", folder=folder
    )

    assert re.search(r"Tests +2 passed \(2\)", output)
    sources = ["esm/tutorial/crm.ts", "esm/tutorial/crm.test.ts"]
    tool("prettier/bin/prettier.cjs", "--check", *sources)
    tool("typescript-7/bin/tsc", "-p", module_project)


def test_the_first_example_needs_no_configuration(module_project):
    output = tool(
        "vitest/vitest.mjs", "run", "vitest/0.vitest.test.ts", "--config=empty.config.js",
        folder=module_project,
    )  # fmt: skip

    assert re.search(r"Tests +1 passed \(1\)", output)


def test_the_examples_for_jest_pass(common_project):
    for number, text in enumerate(examples("jest")):
        write_javascript(text, common_project / f"{number}.test.js", "cjs")
    (setup,) = examples("setup")
    write_javascript(setup, common_project / "setup.js", "cjs")
    (common_project / "jest.config.json").write_text(json.dumps(JEST), "utf-8")

    output = tool("jest/bin/jest.js", "--no-cache", "--runInBand", folder=common_project)
    assert re.search(r"Tests: +3 passed, 3 total", output)


def test_the_example_for_the_test_runner_of_node_passes(module_project):
    (text,) = examples("node-test")
    write_javascript(text, module_project / "example.mjs", "esm")

    result = run("node", "--test", "--test-reporter=tap", "example.mjs", folder=module_project)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "# pass 1" in result.stdout


@pytest.fixture(scope="module")
def playwright_output(module_project) -> str:
    """The output of one run with the example, which passes, and a test that fails."""
    failing = FAILING.replace("MODULE", "playwright")
    (module_project / "playwright/failing.spec.ts").write_text(failing, "utf-8")
    result = run("node", PACKAGES / "@playwright/test/cli.js", "test", folder=module_project)
    return result.stdout + result.stderr


def test_the_example_for_playwright_passes(playwright_output):
    assert "1 failed" in playwright_output
    assert "1 passed" in playwright_output


def test_a_failed_test_of_playwright_shows_the_last_requests(playwright_output):
    assert_last_requests(playwright_output)


@pytest.mark.parametrize("module", FAILING_RUNS)
def test_a_failed_test_shows_the_last_requests(module, module_project, server):
    folder = module_project / "failing"
    folder.mkdir(exist_ok=True)
    (folder / f"{module}.test.js").write_text(FAILING.replace("MODULE", module), "utf-8")
    name, *arguments = FAILING_RUNS[module]

    result = run(
        "node",
        PACKAGES / name,
        *arguments,
        folder=module_project,
        MOCKVOICE_URL=server.urls["main"],
    )
    output = result.stdout + result.stderr
    assert result.returncode == 1, output
    assert_last_requests(output)


def assert_last_requests(output: str) -> None:
    assert "mockvoice: last requests to sandbox a-test-that-fails-" in output
    assert re.search(
        r"growcrm invoices.get: GET http://\S+/api/invoices/999 -> 404\n +note: ", output
    )


def test_the_program_prints_the_address_of_a_sandbox(module_project, server):
    (text,) = examples("program")
    write_javascript(text, module_project / "program.mjs", "esm")

    result = run("node", "program.mjs", folder=module_project, MOCKVOICE_URL=server.urls["main"])
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+ \S+\n", result.stdout)


def test_a_program_of_common_modules_can_require_the_package(common_project):
    (common_project / "program.js").write_text(REQUIRE, "utf-8")

    result = run("node", "program.js", folder=common_project)
    assert (result.stdout, result.stderr) == ("ServerUnavailable\n", "")


def test_the_example_in_php_creates_an_invoice(tmp_path, server):
    if shutil.which("php") is None or "curl" not in run("php", "-m", folder=tmp_path).stdout:
        pytest.skip("php with its extension curl is not installed")
    (text,) = [text for language, _, text in BLOCK.findall(PAGE) if language == "php"]
    (tmp_path / "test.php").write_text(text, "utf-8")

    result = run("php", "test.php", folder=tmp_path, MOCKVOICE_URL=server.urls["main"])
    assert (result.stdout, result.returncode) == ("created", 0), result.stdout + result.stderr
