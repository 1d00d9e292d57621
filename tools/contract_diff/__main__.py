"""``python -m tools.contract_diff --tool PACKAGE@VERSION [--base REVISION]`` (``make contract-diff``).

The exit status is 1 if a change breaks clients and the changelog does not name it, and 2 if the
contracts cannot be compared.
"""

import argparse
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.contract_diff.changelog import FRAGMENT_TYPE, breaking_entries, is_named
from tools.contract_diff.changes import ContractChanges, compare_contracts, join_contracts
from tools.contract_diff.errors import ComparisonError
from tools.contract_diff.revisions import export, is_shallow, last_release, resolve

OUTPUT = Path("build/contract-diff")
NO_RELEASE = (
    "This clone has no earlier release (a tag such as v0.1.0), so there is nothing to compare with; "
    "'git fetch --tags' gets the tags that it lacks, and BASE=REVISION compares with another revision."
)
SHALLOW = (
    "this clone is shallow and has no earlier release (a tag such as v0.1.0); "
    "get the history with 'git fetch --unshallow --tags', or compare with a commit by BASE=REVISION"
)


def main() -> int:
    """Compare the contracts of the current folder's working tree and print the changes."""
    parser = argparse.ArgumentParser(prog="contract-diff")
    parser.add_argument("--tool", required=True, help="Redocly CLI with its version, for npx")
    parser.add_argument("--base", help="a git revision (default: the last release)")
    options = parser.parse_args()
    try:
        return run(Path.cwd(), options.tool, options.base)
    except ComparisonError as error:
        print(f"contract-diff: {error}", file=sys.stderr)
        return 2


def run(root: Path, tool: str, base: str | None) -> int:
    """Compare a working tree with a revision, or with the last release; return the exit status."""
    revision = base or last_release(root)
    if revision is None:
        if is_shallow(root):
            raise ComparisonError(SHALLOW)
        print(NO_RELEASE)
        return 0
    output = root / OUTPUT
    commit = resolve(root, revision)
    shutil.rmtree(output, ignore_errors=True)
    export(root, commit, output / "sources")
    print(f"Changes of the contracts since {revision}:")
    changes = compare(root, tool, output)
    # An entry of the base names a change that the base already has.
    entries = breaking_entries(root) - breaking_entries(output / "sources")
    return check_changelog(changes, entries)


def compare(root: Path, tool: str, output: Path) -> list[ContractChanges]:
    """Join the contracts of both sides, and print the changes of each one as soon as it is compared."""
    base = join_contracts(output / "sources", output / "base")
    head = join_contracts(root, output / "head")
    changes = []
    for each in compare_contracts(tool, base, head, output / "changes"):
        print("\n".join(format_changes(each)), flush=True)
        changes.append(each)
    return changes


def format_changes(changes: ContractChanges) -> list[str]:
    """Return the lines about one contract: the breaking changes, then the number of others."""
    if changes.note:
        return [f"{changes.name}: {changes.note}"]
    if not changes.breaking and not changes.others:
        return [f"{changes.name}: no changes"]
    report = OUTPUT / "changes" / f"{changes.name}.json"
    return [
        f"{changes.name}: {len(changes.breaking)} breaking, {changes.others} other ({report})",
        *(f"  breaking: {line}" for line in changes.breaking),
    ]


def check_changelog(changes: Iterable[ContractChanges], entries: Iterable[str]) -> int:
    """Check whether the changelog names the breaking changes; return the exit status."""
    breaking = [each.name for each in changes if each.breaking]
    unnamed = [name for name in breaking if not is_named(name, entries)]
    if not breaking:
        print("Nothing breaks clients.")
    elif not unnamed:
        print("The changelog names the breaking changes.")
    else:
        print(
            f"The changelog does not name the breaking changes of {', '.join(unnamed)}. For each of "
            f"these APIs, add changelog.d/+words-of-the-change.{FRAGMENT_TYPE}.md: one or two sentences that "
            "begin with the API's name and a colon ('Grow CRM: …') and say what clients must change."
        )
    return 1 if unnamed else 0


if __name__ == "__main__":
    sys.exit(main())
