"""Terminal output of a check: progress while it runs, and a summary at the end."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from errno import EPIPE
from typing import Any, Self

from rich.console import Console
from rich.markup import escape as escape_markup
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from mockvoice.printable import escape_controls
from mockvoice_contracts.check import asked, finding_text
from mockvoice_contracts.check.recorder import Result

MAX_FINDINGS = 8
MAX_ASSUMPTIONS = 3
MAX_MESSAGE_LINES = 6
MAX_EXCHANGE_CHARS = 240
MAX_NOT_SERVED = 12
MAX_UNDELETED = 10
LOG_WIDTH = 140
OUTCOME_LABELS = {
    "holds": "[green]holds",
    "broken": "[red]broken",
    "unchecked": "[yellow]not checked",
}


class _Console(Console):
    """A console whose closed pipe is an error like any other, and not an exit with code 1."""

    def on_broken_pipe(self) -> None:
        """Raise ``BrokenPipeError``; the command line handles it."""
        raise BrokenPipeError(EPIPE, "the reader of the output has ended")


class Terminal:
    """Output to a terminal or a log."""

    def __init__(self) -> None:
        # pytest captures standard output while it runs, so write to a copy of its descriptor.
        # Redirected output on Windows has an encoding without some characters of responses.
        self._output = os.fdopen(os.dup(sys.stdout.fileno()), "w", errors="backslashreplace")
        self.console = _Console(file=self._output, highlight=False, soft_wrap=True)
        if not self.console.is_terminal:
            self.console.width = LOG_WIDTH
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=self.console, transient=True, disable=not self.console.is_terminal,
        )  # fmt: skip
        self._task = self._progress.add_task("starting", total=None)
        self._failed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        self._output.close()

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Show a progress bar while the block runs."""
        with self._progress:
            yield

    def print_line(self, text: str) -> None:
        """Print a line of plain text."""
        self.console.print(escape(text))

    def update_progress(self, done: int, total: int, result: Result) -> None:
        """Update the progress bar after a test."""
        self._failed += result.outcome == "failed"
        failed = f", {self._failed} failed" if self._failed else ""
        self._progress.update(
            self._task, completed=done, total=total, description=f"{result.vendor}{failed}"
        )

    def print_summary(self, report: Mapping[str, Any]) -> None:
        """Print a summary of a report."""
        self._print_asked(report["asked"])
        self._print_findings(report["findings"])
        self._print_not_served(report)
        self.console.print(_summary_table(report))
        for vendor in report["vendors"]:
            if undeleted := [" ".join(record) for record in vendor["left_behind"]]:
                more = len(undeleted) - MAX_UNDELETED
                suffix = f" and {more} more" if more > 0 else ""
                records = escape(", ".join(undeleted[:MAX_UNDELETED]) + suffix)
                self.console.print(
                    f"[red]not deleted, because {escape(vendor['title'])} rejected it or "
                    f"does not serve the deletion: {records}"
                )
        for warning in report["warnings"]:
            self.console.print(f"[bold red]WARNING: {escape(warning)}")
        for problem in report["trouble"]:
            self.console.print(f"[yellow]{escape(problem.splitlines()[0])}")

    def _print_asked(self, part: Mapping[str, Any]) -> None:
        """Print how much was asked; more stands out if it was not all."""
        head, *others = asked.lines(part)
        self.console.print(f"[bold{' yellow' if asked.is_partial(part) else ''}]{escape(head)}")
        for line in others:
            self.console.print(f"  {escape(line)}")

    def _print_findings(self, findings: list[Mapping[str, Any]]) -> None:
        breaches = [finding for finding in findings if finding["kind"] == "breach"]
        for breach in breaches[:MAX_FINDINGS]:
            self._print_finding(breach)
        if len(breaches) > MAX_FINDINGS:
            self.console.print(f"… and {len(breaches) - MAX_FINDINGS} more in the report")
        unmet = [finding for finding in findings if finding["kind"] == "assumption"]
        for finding in unmet[:MAX_ASSUMPTIONS]:
            title = finding["operation"] or finding["test"]
            message = "; ".join(finding["message"].splitlines()[:2])
            self.console.print(
                f"[yellow]assumption not met: {escape(title)}:[/] {escape(message[:300])}"
            )
        if (more := len(unmet) - MAX_ASSUMPTIONS) > 0:
            self.console.print(f"… and {more} more assumption{'s' * (more != 1)} in the report")

    def _print_finding(self, finding: Mapping[str, Any]) -> None:
        title = finding["operation"] or finding["test"]
        place, counts = finding_text.location(finding), finding_text.test_counts(finding)
        details = f"{counts}, {place}, finding {finding['id']}"
        self.console.print(f"[bold red]✗ {escape(title)}[/] [dim]{escape(details)}")
        for line in finding["message"].splitlines()[:MAX_MESSAGE_LINES]:
            self.console.print(f"  {escape(line[:300])}")
        if sent := finding["sent"]:
            text = f"{sent['method']} {sent['path']} {sent['body'] or ''}"
            self.console.print(f"  [dim]request: {escape(_one_line(text))}")
        if received := finding["came_back"]:
            text = f"{received['status']} {received['body']}"
            self.console.print(f"  [dim]response: {escape(_one_line(text))}")
        if finding["curl"]:
            self.console.print(f"  [dim]repeat with: {escape(finding['curl'][:600])}")

    def _print_not_served(self, report: Mapping[str, Any]) -> None:
        for vendor in report["vendors"]:
            names = [row["operation"] for row in vendor["not_served"]]
            if names:
                more = len(names) - MAX_NOT_SERVED
                suffix = f" and {more} more" if more > 0 else ""
                text = ", ".join(names[:MAX_NOT_SERVED]) + suffix
                self.console.print(
                    f"[red]{escape(vendor['title'])} does not serve {len(names)} operation{'s' * (len(names) != 1)}:[/] "
                    f"{escape(text)}"
                )
        if rows := report["not_run"]:
            total = sum(row["count"] for row in rows)
            self.console.print(
                f"[dim]{total} tests were not run because of missing operations or other findings, "
                f"for example {rows[0]['count']}: {escape(rows[0]['reason'])}"
            )


def _one_line(text: str) -> str:
    return " ".join(text.split())[:MAX_EXCHANGE_CHARS]


def escape(text: str) -> str:
    """Return a text as it is shown: neither markup nor control characters have an effect."""
    return escape_markup(escape_controls(text))


def _summary_table(report: Mapping[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "contract", "passed", "failed", "assumptions", "skipped", "not run",
                    "requests", "operations", "seed"):  # fmt: skip
        table.add_column(heading, justify="left" if heading in ("", "contract") else "right")
    for vendor in report["vendors"]:
        tests, operations = vendor["tests"], _asked_of(vendor, report["asked"])["operations"]
        table.add_row(
            f"[bold]{escape(vendor['title'])}[/] ({vendor['mode'] or 'not run'})",
            _outcome_label(vendor, report["asked"]),
            str(tests["passed"]), str(tests["failed"]), str(tests["assumption"]),
            str(tests["skipped"]), str(tests["not_run"]), str(vendor["requests"]),
            f"{operations['asked']}/{operations['all']}", str(report["seed"]),
        )  # fmt: skip
    return table


def _asked_of(vendor: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    row: Mapping[str, Any] = next(
        row for row in part["vendors"] if row["vendor"] == vendor["vendor"]
    )
    return row


def _outcome_label(vendor: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    row = _asked_of(vendor, part)
    if vendor["outcome"] == "holds" and asked.is_partial(row):
        return f"[yellow]holds as far as asked: {asked.extent(row)}"
    return OUTCOME_LABELS[vendor["outcome"]]
