"""What a client may have meant with a path that its API does not have, for messages in the journal."""

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

# How many common prefixes of paths are tried.
MAX_PREFIXES = 4
MAX_PATH_CHARS = 200
# Of 1 for equal paths; below it, a similar path is rather another one.
MIN_SIMILARITY = 0.75


class PathHints:
    """Suggestions for unknown paths from the templates of a contract.

    ``exists`` returns whether the contract has a path, by a parameter's value or literally.
    """

    def __init__(self, templates: Sequence[str], exists: Callable[[str], bool]) -> None:
        self._templates = [template.split("/") for template in dict.fromkeys(templates)]
        self._prefixes = _common_prefixes(templates)
        self._exists = exists
        # Comparing all templates takes a millisecond or two, and clients repeat their mistakes.
        self.hint = lru_cache(maxsize=256)(self._find_hint)

    def _find_hint(self, path: str) -> str:
        """Return the end of a message: what the client may have meant with a path that does not exist."""
        if path.startswith("/_mock"):
            return "; the control API is on the main port"
        # Some base URLs lack the prefix that many paths have, or have it twice.
        for prefix in self._prefixes:
            for meant in (prefix + path, path.removeprefix(prefix)):
                if meant != path and self._exists(meant):
                    return f"; did you mean {meant}?"
        nearest = self._nearest(path[:MAX_PATH_CHARS])
        return f"; the nearest path of the contract is {nearest}" if nearest else ""

    def _nearest(self, path: str) -> str | None:
        """Return the template that is most similar to a path, or ``None`` if none is similar."""
        segments = path.split("/")
        best, best_ratio = None, MIN_SIMILARITY
        matcher = SequenceMatcher(None, "", path)
        for template in self._templates:
            if abs(len(template) - len(segments)) <= 1:
                matcher.set_seq1("/".join(_filled(template, segments)))
                if matcher.real_quick_ratio() > best_ratio and matcher.quick_ratio() > best_ratio:
                    ratio = matcher.ratio()
                    if ratio > best_ratio:
                        best, best_ratio = template, ratio
        return None if best is None else "/".join(best)


def _filled(template: Sequence[str], segments: Sequence[str]) -> list[str]:
    """Return a template with the values that a path has in the places of its parameters."""
    return [
        segments[index] if part.startswith("{") and index < len(segments) else part
        for index, part in enumerate(template)
    ]


def _common_prefixes(paths: Sequence[str]) -> list[str]:
    """Return the commonest prefixes of one or two segments, such as ``/api`` and ``/api/v1``.

    The path of an operation is not among them, since any text could follow it as an id.
    """
    prefixes = Counter(
        "/".join(segments[: number + 1])
        for segments in (path.split("/") for path in paths)
        for number in (1, 2)
        if len(segments) > number + 1
    )
    common = (each for each, _ in prefixes.most_common() if "{" not in each and each not in paths)
    return list(islice(common, MAX_PREFIXES))
