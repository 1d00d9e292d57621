"""Environment variables as shells and ``.env`` files read them."""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,|=-]*")


def _sh(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _fish(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{escaped}'"


def _powershell(name: str, value: str) -> str:
    doubled = value.replace("'", "''")
    return f"$env:{name} = '{doubled}'"


def _dotenv(name: str, value: str) -> str:
    """Return a line of a ``.env`` file; quotes only where they are needed, since some readers keep them."""
    if _PLAIN.fullmatch(value):
        return f"{name}={value}"
    if "'" not in value:
        return f"{name}='{value}'"
    escaped = re.sub(r'([\\"$`])', r"\\\1", value)
    return f'{name}="{escaped}"'


FORMATS: Mapping[str, Callable[[str, str], str]] = {
    "sh": _sh,
    "fish": _fish,
    "powershell": _powershell,
    "dotenv": _dotenv,
}


def render(form: str, variables: Mapping[str, str], comments: Iterable[str]) -> str:
    """Return a script, or the content of a ``.env`` file, with comments at its end."""
    lines = [FORMATS[form](name, value) for name, value in variables.items()]
    return "\n".join([*lines, *(f"# {comment}" for comment in comments)])
