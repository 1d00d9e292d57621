"""Faults inside the server: edit the source of functions in memory and replace their code.

The function object stays the same, so the fault also affects modules that already imported it.
Edits whose text is no longer in the function are rejected.
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
    """Apply edits to the functions of a package. Raises ``InvalidEntry`` if one does not fit."""
    for function, code in patched_code(package, edits).items():
        function.__code__ = code


def patched_code(package: str, edits: Iterable[Edit]) -> dict[FunctionType, CodeType]:
    """Return the code of the edited functions, without applying it. Raises ``InvalidEntry``."""
    sources: dict[FunctionType, str] = {}
    for edit in edits:
        function = _import_function(package, edit.function)
        source = sources.get(function) or textwrap.dedent(inspect.getsource(function))
        count = source.count(edit.old)
        if count != 1:
            raise InvalidEntry(
                f"{edit.function} must contain the text {edit.old!r} once, not {count} times"
            )
        sources[function] = source.replace(edit.old, edit.new)
    return {function: _compile(function, source) for function, source in sources.items()}


def _import_function(package: str, name: str) -> FunctionType:
    module, _, path = name.partition(":")
    try:
        function: Any = import_module(f"{package}.{module}")
        for step in path.split("."):
            function = inspect.getattr_static(function, step)
    except (ImportError, AttributeError) as error:
        raise InvalidEntry(f"unknown function {name}: {error}") from error
    # For a property, edit its getter.
    function = inspect.unwrap(getattr(function, "fget", None) or function)
    if not isinstance(function, FunctionType):
        raise InvalidEntry(f"{name} is not a function")
    return function


def _compile(function: FunctionType, source: str) -> CodeType:
    """Compile the function that a source defines, with the compiler flags of its module."""
    flags = function.__code__.co_flags & _FUTURES
    try:
        compiled = compile(source, f"<fault in {function.__qualname__}>", "exec", flags, True)
    except SyntaxError as error:
        raise InvalidEntry(f"{function.__qualname__}: {error}") from error
    code = next(
        constant
        for constant in compiled.co_consts
        if isinstance(constant, CodeType) and constant.co_name == function.__name__
    )
    if code.co_freevars != function.__code__.co_freevars:
        raise InvalidEntry(
            f"{function.__qualname__}: the fault uses other free variables than the function"
        )
    return code
