"""The collections of all vendors as two archives, one for Postman and one for Bruno."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from tools.collections.generate import CollectionFiles
from tools.collections.postman import EXAMPLE_FILE

# Archives of the same files are the same, so the time of the build is not in them.
_TIME = (1980, 1, 1, 0, 0, 0)


def write_archives(collections: Iterable[CollectionFiles], folder: Path) -> list[Path]:
    """Write both archives to a folder; return their paths."""
    listed = list(collections)
    root = listed[0].folder
    postman = [*sorted(root.glob("*.postman_*.json")), root / EXAMPLE_FILE]
    bruno = [path for each in listed for path in sorted(each.bruno.rglob("*")) if path.is_file()]
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _write(folder / "mockvoice-postman-collections.zip", root, postman),
        _write(folder / "mockvoice-bruno-collections.zip", root, bruno),
    ]


def _write(archive: Path, root: Path, paths: Iterable[Path]) -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in paths:
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _TIME)
            entry.external_attr = 0o644 << 16
            file.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive
