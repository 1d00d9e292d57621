"""``python -m tools.reference_pages``: write the generated pages and tables (``make reference``)."""

from pathlib import Path

from tools.reference_pages import cli, contracts, control_api, plugin, tables, target_file

ROOT = Path(__file__).parents[2]
REFERENCE = Path("docs/reference")
# Pages with a table of the vendors, and the path from them to docs/.
VENDOR_TABLES = {Path("README.md"): "docs/", Path("docs/index.md"): ""}


def pages() -> dict[Path, str]:
    """Return the generated files, relative to the root of the checkout."""
    return {
        **{page: _with_vendors(page, docs) for page, docs in VENDOR_TABLES.items()},
        REFERENCE / "cli.md": cli.render(),
        REFERENCE / "control-api.md": control_api.render(),
        REFERENCE / "pytest-plugin.md": plugin.render(),
        REFERENCE / "target-file.md": target_file.render(),
        REFERENCE / "contracts/README.md": contracts.render_overview(),
        **{REFERENCE / f"contracts/{key}.md": text for key, text in contracts.render_vendors()},
    }


def _with_vendors(page: Path, docs: str) -> str:
    return tables.update((ROOT / page).read_text("utf-8"), docs)


def main() -> None:
    """Write the files that are not current, and print their names."""
    for path, text in pages().items():
        file = ROOT / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            print(path)


if __name__ == "__main__":
    main()
