"""The commands of the generators, and the checks of the clients that they write."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build/clients"

Commands = list[list[str | Path]]


@dataclass(frozen=True)
class Generator:
    """A generator of clients, with the commands for one client.

    ``generate`` receives the file of the contract and the folder of the client.
    """

    name: str
    language: str
    generate: Callable[[Path, Path], list[str | Path]]
    # Those that are not required only show what else works.
    is_required: bool = True
    needs_java: bool = False


def npm_tool(name: str) -> Path:
    """Return the path of an npm package's program."""
    return BUILD / "node_modules/.bin" / name


def python_tool(name: str) -> Path:
    """Return the path of a program of ``requirements.txt``."""
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return BUILD / ".venv" / folder / name


def type_checks(generator: Generator, folder: Path) -> Commands:
    """Return the commands that check the types of a client and of its flow."""
    client = folder / "client"
    match generator.language:
        case "typescript":
            return [[npm_tool("node"), BUILD / "node_modules/typescript-7/bin/tsc", "-p", folder]]
        case "python":
            # With --strict, mypy complains about the style of some generators.
            programs = [path for path in folder.glob("*.py") if path.name != "modules.py"]
            return [
                [python_tool("python"), folder / "modules.py"],
                [python_tool("mypy"), "--no-error-summary", client, *programs],
            ]
        case "php" if shutil.which("php"):
            return [["sh", "-c", "find lib -name '*.php' -print0 | xargs -0 -n 1 php -l"]]
    return []


def flow(generator: Generator, vendor: str, folder: Path) -> Commands:
    """Return the commands that run create → read → pay; none for a client without this flow."""
    if not (HERE / "flows" / generator.name).is_dir():
        return []
    if generator.language == "python":
        return [[python_tool("python"), folder / f"{vendor}.py"]]
    bundle = folder / "flow.mjs"
    bundling = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning"]
    return [
        [npm_tool("esbuild"), folder / f"{vendor}.ts", *bundling, f"--outfile={bundle}"],
        [npm_tool("node"), bundle],
    ]


def _openapi_typescript(contract: Path, client: Path) -> list[str | Path]:
    return [npm_tool("openapi-typescript"), contract, "-o", client / "index.ts"]


def _hey_api(contract: Path, client: Path) -> list[str | Path]:
    return [npm_tool("openapi-ts"), "--no-log-file", "-i", contract, "-o", client]


def _orval(_: Path, client: Path) -> list[str | Path]:
    return [npm_tool("orval"), "--config", client.parent / "orval.config.mjs"]


def _openapi_python_client(contract: Path, client: Path) -> list[str | Path]:
    options = ["--meta", "none", "--overwrite", "--config", HERE / "openapi-python-client.yaml"]
    tool = python_tool("openapi-python-client")
    return [tool, "generate", "--path", contract, "--output-path", client, *options]


def _datamodel_code_generator(contract: Path, client: Path) -> list[str | Path]:
    kind = ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel"]
    style = ["--target-python-version", "3.11", "--use-annotated", "--use-schema-description"]
    output = client / "__init__.py"
    return [
        python_tool("datamodel-codegen"),
        "--input",
        contract,
        "--output",
        output,
        *kind,
        *style,
    ]


def _openapi_generator(name: str, properties: str = "") -> Callable[[Path, Path], list[str | Path]]:
    def command(contract: Path, client: Path) -> list[str | Path]:
        folder = client.parent if name == "python" else client
        tool = python_tool("openapi-generator-cli")
        options: list[str | Path] = [tool, "generate", "-g", name, "-i", contract, "-o", folder]
        # Tests of each operation are not needed, and pages about each model take a second.
        options += [
            "--global-property",
            "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
        ]
        return [*options, f"--additional-properties={properties}"] if properties else options

    return command


def generators() -> Iterator[Generator]:
    """Return all generators."""
    yield Generator("openapi-typescript", "typescript", _openapi_typescript)
    yield Generator("hey-api", "typescript", _hey_api)
    yield Generator("orval", "typescript", _orval)
    # Without this, it writes duplicate imports for an object or an array of such objects.
    properties = "withoutRuntimeChecks=true,modelPropertyNaming=original"
    command = _openapi_generator("typescript-fetch", properties)
    yield Generator("typescript-fetch", "typescript", command, needs_java=True)
    yield Generator("openapi-python-client", "python", _openapi_python_client)
    command = _openapi_generator("python", "packageName=client")
    yield Generator("openapi-generator-python", "python", command, needs_java=True)
    yield Generator(
        "datamodel-code-generator", "python", _datamodel_code_generator, is_required=False
    )
    for language in ("php", "csharp", "java"):
        command = _openapi_generator(language)
        yield Generator(language, language, command, is_required=False, needs_java=True)
