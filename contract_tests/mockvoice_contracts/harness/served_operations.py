"""Operations that a server does not have: it answers them as it answers paths that do not exist."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import requests

from mockvoice_contracts.harness.contract import Contract, Operation

NOT_SERVED_STATUSES = frozenset((404, 405, 501))
# Answers that say nothing about an operation: authentication and limits come before it.
_IGNORED_STATUSES = frozenset((401, 403, 429))
# After this number of such answers, generated tests of an operation end.
MIN_ANSWERS = 5
_VARIABLE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", re.IGNORECASE)


@dataclass
class Answers:
    """The answers of one operation.

    ``undocumented`` are 404, 405 and 501 that the contract does not have for it. ``rejections`` are
    documented ones, such as those of unknown ids, by the digest of their body.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    undocumented: int = 0
    rejections: Counter[str] = field(default_factory=Counter)
    served: int = 0


class ServedOperations:
    """Which operations of a contract a server has answered, and how."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._answers: dict[str, Answers] = defaultdict(Answers)
        # Bodies of answers that can only be those of the server's router.
        self._router_bodies: set[str] = set()

    def record(self, operation: Operation, response: requests.Response, body: Any) -> None:
        """Record an answer; ``body`` is its JSON value."""
        status = response.status_code
        if status in _IGNORED_STATUSES or response.request.method == "HEAD":
            return
        answers = self._answers[operation.id]
        answers.statuses[str(status)] += 1
        if status not in NOT_SERVED_STATUSES:
            answers.served += 1
        elif self._is_documented(operation, response, body):
            answers.rejections[_digest(response)] += 1
        else:
            answers.undocumented += 1
            self._router_bodies.add(_digest(response))

    def _is_documented(self, operation: Operation, response: requests.Response, body: Any) -> bool:
        """Return whether an answer is the documented rejection of a record that does not exist."""
        definition = operation.responses.get(str(response.status_code))
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if definition is None:
            return False
        if not definition.get("content"):
            return not response.content
        if media_type not in definition["content"]:
            return False
        return not self._contract.breaches(operation, response.status_code, media_type, body)

    def is_missing(self, operation_id: str) -> bool:
        """Return whether enough answers say that the server does not have an operation."""
        answers = self._answers.get(operation_id, Answers())
        return sum(answers.statuses.values()) >= MIN_ANSWERS and self.seems_missing(operation_id)

    def seems_missing(self, operation_id: str) -> bool:
        """Return whether an operation has been answered, and only as one that does not exist."""
        answers = self._answers.get(operation_id)
        return answers is not None and _is_missing(answers, self._router_bodies)

    def has_answered(self, operation_id: str) -> bool:
        """Return whether an operation has had an answer that is not 404, 405 or 501."""
        answers = self._answers.get(operation_id)
        return answers is not None and answers.served > 0

    def to_jsonable(self) -> dict[str, Any]:
        """Return the answers as JSON data, to send them between processes."""
        return {
            "router_bodies": sorted(self._router_bodies),
            "answers": {
                name: {
                    "statuses": dict(answers.statuses),
                    "undocumented": answers.undocumented,
                    "rejections": dict(answers.rejections),
                    "served": answers.served,
                }
                for name, answers in self._answers.items()
            },
        }


def not_served(parts: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Return the operations that are missing by the answers of several processes, with statuses."""
    merged: dict[str, Answers] = defaultdict(Answers)
    router_bodies: set[str] = set()
    for part in parts:
        router_bodies.update(part["router_bodies"])
        for name, row in part["answers"].items():
            answers = merged[name]
            answers.statuses.update(row["statuses"])
            answers.rejections.update(row["rejections"])
            answers.undocumented += row["undocumented"]
            answers.served += row["served"]
    return {
        name: dict(sorted(answers.statuses.items()))
        for name, answers in sorted(merged.items())
        if _is_missing(answers, router_bodies)
    }


def _is_missing(answers: Answers, router_bodies: set[str]) -> bool:
    """Return whether all answers are the router's.

    A router may use the vendor's format, too; its body is then the same as for operations whose
    contract has no such answer.
    """
    return not answers.served and set(answers.rejections) <= router_bodies


def _digest(response: requests.Response) -> str:
    """Return a digest of a body without its ids and the path of its request."""
    text = response.content.decode("utf-8", "replace")
    text = text.replace(str(response.request.path_url).partition("?")[0], "")
    return sha256(_VARIABLE.sub("0", text).encode()).hexdigest()[:16]
