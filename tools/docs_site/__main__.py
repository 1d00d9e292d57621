"""``python -m tools.docs_site``: build the documentation site, strictly."""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from mockvoice import __version__
from tools.docs_site.navigation import expand
from tools.docs_site.pages import copy_pages
from tools.docs_site.versions import write_versions
from tools.pictures import BROWSER, take_pictures

ROOT = Path(__file__).parents[2]
CONFIGURATION = Path(__file__).with_name("zensical.toml")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"^(?:Warning|Error): (.*)\n\s*╭─\[ (\S+) \]", re.MULTILINE)
FAILED = 1


def build(output: Path, version: str, *, pictures: bool = False) -> int:
    """Build the site of a version in ``output``; return the generator's exit status.

    The sites of other versions in this folder stay. With ``pictures``, those of the console are taken
    anew if Chromium is installed; otherwise the site has those of docs/images.
    """
    source = output.parent / f"{output.name}-source"
    copy_pages(ROOT / "docs", source / "pages")
    if pictures and (status := take_pictures(source / "pages" / "images")):
        return status
    configuration = expand(CONFIGURATION.read_text("utf-8"), ROOT / "docs")
    configuration = configuration.replace("VERSION", version)
    (source / "zensical.toml").write_text(configuration, "utf-8")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    result = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    print(*warnings_of(result.stdout + result.stderr), sep="", end="")
    if result.returncode == 0:
        shutil.rmtree(output / version, ignore_errors=True)
        shutil.copytree(source / "site", output / version)
        write_versions(output)
    return result.returncode


def warnings_of(output: str) -> list[str]:
    """Return the generator's warnings, one on a line with its page, without its drawing of the source.

    A failure without warnings is returned as it is.
    """
    text = COLOUR.sub("", output)
    warnings = [f"{place}: {message}\n" for message, place in WARNING.findall(text)]
    return warnings or ([] if "No issues found" in text else [text])


def main() -> int:
    """Build the site, and print where it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.docs_site", description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=ROOT / "build/docs", help="folder of the site"
    )
    parser.add_argument("--version", default=__version__, help="version that the pages describe")
    parser.add_argument("--pictures", action="store_true", help="take the console's pictures anew")
    options = parser.parse_args()
    has_browser = shutil.which(BROWSER) is not None
    if options.pictures and not has_browser:
        print("docs: the pictures are those of docs/images, because chromium is not installed")
    pictures = options.pictures and has_browser
    if build(options.output.resolve(), options.version, pictures=pictures):
        print("The documentation site was not built; the messages above name the pages.")
        return FAILED
    print(f"{options.output}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
