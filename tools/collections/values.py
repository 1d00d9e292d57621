"""The values that pass from a response to later requests, by the links of the contract."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tools.collections.operations import Link, Operation


@dataclass
class Values:
    """The variables that responses set, and the path parameters that take them.

    ``stored`` has the JSON pointer of each variable by the operation that sets it, ``used`` the
    variable of each path parameter by the operation that needs it.
    """

    stored: dict[str, dict[str, str]] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)


def passed_values(
    operations: Sequence[Operation], stored: Mapping[str, Mapping[str, str]] | None = None
) -> Values:
    """Return the values of responses that later operations of the same folder use.

    An update and a deletion use the record that was created before them. So the records that
    examples refer to remain as they are for the other requests. ``stored`` are more variables.
    """
    values = Values({name: dict(pointers) for name, pointers in (stored or {}).items()})
    for index, operation in enumerate(operations):
        if operation.is_update or operation.method == "delete":
            _use_first_source(operation, links_to(operation, operations[:index]), values)
    return values


def links_to(operation: Operation, earlier: Iterable[Operation]) -> list[tuple[Operation, Link]]:
    """Return the links from earlier changes in the same folder to an operation's path parameters."""
    return [
        (source, link)
        for source in earlier
        for link in source.links
        if source.tag == operation.tag
        and source.method != "get"
        and not source.is_update
        and link.operation == operation.id
        and link.parameter in operation.parameters
    ]


def _use_first_source(
    operation: Operation, sources: Sequence[tuple[Operation, Link]], values: Values
) -> None:
    for source, link in sources[:1]:
        variable = variable_name(source, link.parameter)
        values.stored.setdefault(source.id, {})[variable] = link.pointer
        values.used.setdefault(operation.id, {})[link.parameter] = variable


def variable_name(source: Operation, parameter: str) -> str:
    """Return the name of a parameter's variable, such as ``paymentId`` or ``paymentIdOfRefund``."""
    action = source.id.rpartition(".")[2].title().replace("_", "")
    return parameter if source.is_create else f"{parameter}Of{action}"
