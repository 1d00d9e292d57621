"""The base of a comparison: the last release before the working tree, and its files."""

import io
import re
import subprocess
import tarfile
from pathlib import Path

from tools.contract_diff.errors import ComparisonError

RELEASE = re.compile(r"v[0-9]+\.[0-9]+\.[0-9]+")
# The files that a comparison reads: the contracts, and what names their changes.
COMPARED = ("openapi/", "changelog.d/", "CHANGELOG.md")


def last_release(root: Path) -> str | None:
    """Return the newest release tag in the history of a working tree, or None if it has none.

    The release workflow runs on the tag of the release that it makes. So a tag of the current
    commit counts only if the contracts have been edited since.
    """
    is_edited = bool(_git(root, "status", "--porcelain", "--", "openapi"))
    others = [] if is_edited else ["--no-contains", "HEAD"]
    newest_first = "--sort=-version:refname"
    tags = _git(root, "tag", "--list", newest_first, "--merged", "HEAD", *others).decode().split()
    return next((tag for tag in tags if RELEASE.fullmatch(tag)), None)


def is_shallow(root: Path) -> bool:
    """Return whether a clone lacks a part of its history, as clones of CI usually do."""
    return _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def resolve(root: Path, revision: str) -> str:
    """Return the id of a revision's commit. Raises ``ComparisonError``."""
    try:
        return (
            _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
            .decode()
            .strip()
        )
    except ComparisonError as error:
        hint = (
            "; it is shallow: 'git fetch --unshallow --tags' gets the rest"
            if is_shallow(root)
            else ""
        )
        raise ComparisonError(f"this clone has no revision {revision!r}{hint}") from error


def export(root: Path, commit: str, folder: Path) -> None:
    """Write the compared files of a commit to a folder."""
    archive = _git(root, "archive", "--format=tar", commit)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = [member for member in tar if member.name.startswith(COMPARED)]
        tar.extractall(folder, members, filter="data")


def _git(root: Path, *arguments: str) -> bytes:
    try:
        result = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except FileNotFoundError:
        raise ComparisonError("git is missing; install it") from None
    if result.returncode:
        reason = result.stderr.decode(errors="replace").strip()
        raise ComparisonError(f"git {' '.join(arguments)} failed: {reason}")
    return result.stdout
