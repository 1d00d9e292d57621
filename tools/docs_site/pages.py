"""Pages of docs/ as the generator needs them: links out of docs/ lead to the repository."""

import os
import re
import shutil
from pathlib import Path

REPOSITORY = "https://github.com/mockvoice/mockvoice/blob/main"
LINK = re.compile(r"(?P<start>\]\()(?P<path>(?!https?:|#)[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
# Tests read the second word, for example "sh run"; Zensical takes such a block for text.
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w+) [\w.-]+$", re.MULTILINE)
# A fence in a list, or a link in a block of code, is left as it is.
# GitHub needs the backslash before a bar in code of a table; Zensical shows it.
CODE_IN_CELL = re.compile(r"`[^`\n]*\\\|[^`\n]*`")
CODE_BLOCK = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


def copy_pages(docs: Path, target: Path) -> list[str]:
    """Copy all files of docs/ to a new folder, pages with links for the site; return the pages' names."""
    shutil.rmtree(target, ignore_errors=True)
    names = []
    for file in sorted(docs.rglob("*")):
        if not file.is_file():
            continue
        name = file.relative_to(docs).as_posix()
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".md":
            (target / name).write_text(page_text(file, docs), "utf-8")
            names.append(name)
        else:
            shutil.copy(file, target / name)
    return names


def page_text(file: Path, docs: Path) -> str:
    """Return the text of a page for the generator."""
    text = file.read_text("utf-8")
    parts, end = [], 0
    for block in CODE_BLOCK.finditer(text):
        parts += [_with_links(text[end : block.start()], file, docs), _with_plain_fence(block[0])]
        end = block.end()
    text = "".join([*parts, _with_links(text[end:], file, docs)])
    return CODE_IN_CELL.sub(lambda code: code[0].replace("\\|", "|"), text)


def _with_plain_fence(block: str) -> str:
    return FENCE.sub(r"\g<indent>```\g<language>", block)


def _with_links(text: str, file: Path, docs: Path) -> str:
    """Replace links to files outside docs/, and to folders, by links to the repository."""

    def replace(match: re.Match[str]) -> str:
        target = Path(os.path.normpath(file.parent / match["path"]))
        if target.is_relative_to(docs) and not target.is_dir():
            return match[0]
        path = target.relative_to(docs.parent).as_posix()
        return f"]({REPOSITORY}/{path}{match['anchor'] or ''})"

    return LINK.sub(replace, text)
