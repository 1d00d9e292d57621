"""Types and places of values in JSON."""

from typing import Any

Json = Any
Object = dict[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,), "number": (int, float), "string": (str,), "boolean": (bool,), "array": (list,),
    "object": (dict,), "null": (type(None),),
}  # fmt: skip


def has_type(value: Any, names: str) -> bool:
    """Return whether a JSON value is of one of the types, for example ``string|null``."""
    return any(
        isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
        for name in names.split("|")
    )


def at(value: Any, path: str) -> Any:
    """Return the value at a dotted path. Raises ``AssertionError`` if there is none."""
    for name in path.split(".") if path else ():
        if isinstance(value, list):
            assert len(value) > int(name), f"no item {name} in {value}"
            value = value[int(name)]
        else:
            assert name in value, f"{name} is not in {sorted(value)}"
            value = value[name]
    return value
