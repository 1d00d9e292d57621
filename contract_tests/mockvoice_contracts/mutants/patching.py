"""Faults inside the server: functions' texts are edited in memory, and their code swapped.

Whoever has imported a function meets the fault, since the function object stays the same. An
edit whose text the function no longer has is refused, so that a catalogue cannot rot unnoticed.
"""

import __future__

import inspect
import textwrap
from collections.abc import Iterable
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

from mockvoice_contracts.mutants.catalogue import Edit, InvalidEntry

_FUTURES = __future__.annotations.compiler_flag


def apply(package: str, edits: Iterable[Edit]) -> None:
    """Put a fault into the functions of this package. Raises ``BadEntry`` if it does not fit."""
    for function, code in patched_code(package, edits).items():
        function.__code__ = code


def patched_code(package: str, edits: Iterable[Edit]) -> dict[FunctionType, CodeType]:
    """What the edited functions would do; nothing is changed yet. Raises ``BadEntry``."""
    sources: dict[FunctionType, str] = {}
    for edit in edits:
        function = _import_function(package, edit.function)
        source = sources.get(function) or textwrap.dedent(inspect.getsource(function))
        found = source.count(edit.old)
        if found != 1:
            raise InvalidEntry(f"{edit.function} has the text {edit.old!r} {found} times, not once")
        sources[function] = source.replace(edit.old, edit.new)
    return {function: _compile(function, source) for function, source in sources.items()}


def _import_function(package: str, name: str) -> FunctionType:
    module, _, path = name.partition(":")
    try:
        found: Any = import_module(f"{package}.{module}")
        for step in path.split("."):
            found = inspect.getattr_static(found, step)
    except (ImportError, AttributeError) as error:
        raise InvalidEntry(f"there is no function {name}: {error}") from error
    found = inspect.unwrap(getattr(found, "fget", None) or found)  # a property is what it runs
    if not isinstance(found, FunctionType):
        raise InvalidEntry(f"{name} is no function")
    return found


def _compile(function: FunctionType, source: str) -> CodeType:
    """The code of the one function that a source defines, compiled as its module was."""
    flags = function.__code__.co_flags & _FUTURES
    try:
        compiled = compile(source, f"<fault in {function.__qualname__}>", "exec", flags, True)
    except SyntaxError as error:
        raise InvalidEntry(f"{function.__qualname__}: {error}") from error
    code = next(
        each
        for each in compiled.co_consts
        if isinstance(each, CodeType) and each.co_name == function.__name__
    )
    if code.co_freevars != function.__code__.co_freevars:
        raise InvalidEntry(f"{function.__qualname__}: the fault needs other free names")
    return code
