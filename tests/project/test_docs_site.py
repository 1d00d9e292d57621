"""The documentation site: built strictly, complete, searchable, and without anything from another host."""

import json
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from mockvoice import __version__
from tools.docs_site.navigation import expand
from tools.docs_site.pages import page_text
from tools.docs_site.versions import write_versions

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
CONFIGURATION = tomllib.loads(
    expand((ROOT / "tools/docs_site/zensical.toml").read_text("utf-8"), DOCS)
)
# What a browser loads by itself; a link waits for its reader.
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}


class PageParser(HTMLParser):
    """The anchors, links and loaded files of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if LOADED.get(tag) in values and values.get("rel") != "canonical":
            self.loaded.append(values[LOADED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The folder of this version in a built site."""
    folder = tmp_path_factory.mktemp("site") / "docs"
    result = subprocess.run(
        [sys.executable, "-m", "tools.docs_site", "--output", folder],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / __version__


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, PageParser]:
    return {file: PageParser(file.read_text("utf-8")) for file in site.rglob("*.html")}


def pages_of(entries) -> list[str]:
    """Return the names of the pages in a part of the navigation."""
    names = []
    for entry in entries:
        parts = entry.values() if isinstance(entry, dict) else [entry]
        for part in parts:
            names += [part] if isinstance(part, str) else pages_of(part)
    return names


def test_every_page_is_in_the_navigation_once():
    names = pages_of(CONFIGURATION["project"]["nav"])

    assert sorted(names) == sorted(PAGES)


def test_every_page_is_on_the_site(site):
    files = {file.relative_to(site).as_posix() for file in site.rglob("*.html")}

    names = {re.sub(r"(^|/)README\.md$", r"\1index.md", page) for page in PAGES}
    assert {name.removesuffix(".md") + ".html" for name in names} | {"404.html"} == files


def test_every_link_of_the_site_leads_to_a_page_and_an_anchor_of_it(pages, site):
    broken, followed = [], 0
    for file, page in pages.items():
        if file.name == "404.html":  # served at any path, so its links begin at the root
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            followed += 1
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            anchor = unquote(parts.fragment)
            if target not in pages or (anchor and anchor not in pages[target].ids):
                broken.append(f"{file.relative_to(site)}: {link}")

    assert followed > len(pages)
    assert broken == []


def test_no_page_loads_anything_from_another_host(pages, site):
    loaded = {(file, link) for file, page in pages.items() for link in page.loaded}
    styles = [file.read_text("utf-8") for file in site.rglob("*.css")]

    assert len(loaded) > len(pages)
    assert sorted(link for _, link in loaded if urlsplit(link).netloc) == []
    assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", "".join(styles))


def test_the_index_of_the_search_has_every_page(site):
    index = json.loads((site / "search.json").read_text("utf-8"))

    indexed = {urlsplit(item["location"]).path for item in index["items"]}
    expected = {page.removesuffix(".md") + ".html" for page in PAGES if "README" not in page}
    assert expected - indexed - {"index.html"} == set()


def test_every_page_has_a_switch_for_dark_mode_and_its_version(pages):
    for file in pages:
        text = file.read_text("utf-8")

        assert 'data-md-color-scheme="slate"' in text, file
        assert "Switch to dark mode" in text, file
        assert f"Mockvoice {__version__}" in text, file


def test_the_selector_lists_all_versions_of_a_site_and_leads_to_the_newest(tmp_path):
    for version in ("0.9.0", "0.10.0"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "index.html").touch()

    assert write_versions(tmp_path) == ["0.10.0", "0.9.0"]
    listed = json.loads((tmp_path / "versions.json").read_text("utf-8"))
    assert [(entry["version"], entry["aliases"]) for entry in listed] == [
        ("0.10.0", ["latest"]), ("0.9.0", []),
    ]  # fmt: skip
    assert "url=0.10.0/" in (tmp_path / "index.html").read_text("utf-8")


def test_links_out_of_the_folder_lead_to_the_repository_and_code_stays(tmp_path):
    page = tmp_path / "docs/a/page.md"
    page.parent.mkdir(parents=True)
    page.write_text(
        "[R](../../README.md#start) [B](b.md#x) [E](https://e.example/)\n"
        "```sh run\n[no](../../link)\n```\n"
    )

    text = page_text(page, tmp_path / "docs")

    repository = "https://github.com/mockvoice/mockvoice/blob/main"
    assert text == (
        f"[R]({repository}/README.md#start) [B](b.md#x) [E](https://e.example/)\n"
        "```sh\n[no](../../link)\n```\n"
    )


def test_a_broken_link_is_named_with_its_page_and_line(tmp_path):
    broken = subprocess.run(
        [sys.executable, "-c", BROKEN_SITE, tmp_path], cwd=ROOT, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip

    assert broken.returncode == 1, broken.stderr
    assert broken.stdout.splitlines()[:2] == [
        "index.md:3:5: page does not exist",
        "index.md:3:22: anchor does not exist",
    ]


BROKEN_SITE = """
import sys
from pathlib import Path
from tools.docs_site import __main__ as docs_site

root = Path(sys.argv[1])
(root / "docs").mkdir()
(root / "docs/index.md").write_text("# A\\n\\n[b](missing.md) [c](#nowhere)\\n")
docs_site.ROOT = root
docs_site.CONFIGURATION = root / "zensical.toml"
docs_site.CONFIGURATION.write_text('[project]\\nsite_name = "VERSION"\\ndocs_dir = "pages"\\nsite_dir = "site"\\n')
sys.argv = ["docs_site", "--output", str(root / "build")]
sys.exit(docs_site.main())
"""
