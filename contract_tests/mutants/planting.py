"""Faults inside the server: a function's text is edited in memory, and its code swapped.

Whoever has imported the function meets the fault, since the function object stays the same. An
edit whose text the function no longer has is refused, so that a catalogue cannot rot unnoticed.
"""

import __future__

import inspect
import textwrap
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

from contract_tests.mutants.catalogue import BadEntry, Edit

_FUTURES = __future__.annotations.compiler_flag
# A fault may take several edits of one function, whose text no file has after the first.
_EDITED: dict[FunctionType, str] = {}


def plant(package: str, edit: Edit) -> None:
    """Put the fault into a function of this package. Raises ``BadEntry`` if it does not fit."""
    function = _function(package, edit.function)
    source = _EDITED.get(function) or textwrap.dedent(inspect.getsource(function))
    found = source.count(edit.old)
    if found != 1:
        raise BadEntry(f"{edit.function} has the text {edit.old!r} {found} times, not once")
    _EDITED[function] = source.replace(edit.old, edit.new)
    function.__code__ = _code(function, _EDITED[function])


def _function(package: str, name: str) -> FunctionType:
    module, _, path = name.partition(":")
    try:
        within = "" if module.startswith("mock_server.") else f"{package}."
        found: Any = import_module(within + module)
        for step in path.split("."):
            found = inspect.getattr_static(found, step)
    except (ImportError, AttributeError) as error:
        raise BadEntry(f"there is no function {name}: {error}") from error
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    found = inspect.unwrap(found)
    if not isinstance(found, FunctionType):
        raise BadEntry(f"{name} is no function")
    return found


def _code(function: FunctionType, source: str) -> CodeType:
    """The code of the one function that a source defines, compiled as its module was."""
    flags = function.__code__.co_flags & _FUTURES
    try:
        compiled = compile(source, f"<fault in {function.__qualname__}>", "exec", flags, True)
    except SyntaxError as error:
        raise BadEntry(f"{function.__qualname__}: {error}") from error
    code = next(
        each
        for each in compiled.co_consts
        if isinstance(each, CodeType) and each.co_name == function.__name__
    )
    if code.co_freevars != function.__code__.co_freevars:
        raise BadEntry(f"{function.__qualname__}: the fault needs other free names")
    return code
