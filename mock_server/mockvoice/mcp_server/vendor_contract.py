"""Contracts of vendors as agents read them: operations, found by words, by path or by id."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from mockvoice.control.suggestions import suggestion
from mockvoice.mcp_server.fields import Field, fields, merge
from mockvoice.mcp_server.texts import one_line
from mockvoice.web.document import Document

EVIDENCE = {
    "seed": "the vendor's documents",
    "public": "another public source",
    "choice": "an assumption",
}
_MIN_SIMILARITY = 0.6
_ENDING = re.compile(r"(?<=\w{3})(ing|ed|es|s|e)$")


class UnknownOperation(Exception):
    """The contract has no operation with this id."""


@dataclass(frozen=True)
class VendorOperation:
    """One operation of a vendor's contract."""

    contract: "VendorContract" = field(repr=False)
    id: str
    method: str
    path: str
    data: Mapping[str, Any] = field(repr=False)
    shared_parameters: tuple[Any, ...] = field(repr=False)  # of all operations of the path

    @property
    def line(self) -> str:
        """Its id, method, path and summary."""
        return f"{self.id}  {self.method} {self.path} — {self.data.get('summary', '')}"

    @property
    def evidence(self) -> str:
        """The evidence for the operation, as in ``EVIDENCE``."""
        level: str = self.data.get("x-evidence", self.contract.document.get("x-evidence", ""))
        return level

    @property
    def credentials(self) -> list[str]:
        """The credentials that a request needs: ``header x-client-id``, ``bearer token``."""
        document = self.contract.document
        schemes = document.get("components", {}).get("securitySchemes", {})
        needed = self.data.get("security", document.get("security", []))
        names = dict.fromkeys(name for alternative in needed for name in alternative)
        return [_credential(self.contract.resolve(schemes[name])) for name in names]

    @cached_property
    def parameters(self) -> list[Field]:
        """The parameters of path, query and headers."""
        resolve = self.contract.resolve
        parameters = [
            resolve(each) for each in (*self.shared_parameters, *self.data.get("parameters", ()))
        ]
        return [
            Field(
                each["name"],
                {**merge(resolve, each.get("schema", {})), "description": each.get("description")},
                each.get("required", False),
                each["in"],
            )
            for each in parameters
        ]

    @cached_property
    def bodies(self) -> Mapping[str, Any]:
        """The media types of the request body."""
        body = self.contract.resolve(self.data.get("requestBody", {}))
        content: Mapping[str, Any] = body.get("content", {})
        return content

    @cached_property
    def body_fields(self) -> list[Field]:
        """The fields of the request body, those of JSON if it has several media types."""
        for media in self.bodies.values():
            return list(fields(self.contract.resolve, media.get("schema", {})))
        return []

    def responses(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Iterate over statuses and responses."""
        for status, response in self.data.get("responses", {}).items():
            yield status, self.contract.resolve(response)


class VendorContract:
    """The contract of one vendor, as the server publishes it."""

    def __init__(self, vendor: str, document: Mapping[str, Any]) -> None:
        self.vendor = vendor
        self.document = document
        self._source = Document(document)
        self.operations = {operation.id: operation for operation in self._all_operations()}

    def _all_operations(self) -> Iterator[VendorOperation]:
        """Iterate over the operations, and over the requests that deliver webhook events."""
        webhooks = self.document.get("x-webhooks", {}).items()
        requests = {f"webhook {event}": item for event, item in webhooks}
        for path, item in {**self.document["paths"], **requests}.items():
            shared = tuple(item.get("parameters", ()))
            for method, data in item.items():
                if isinstance(data, Mapping) and "operationId" in data:
                    yield VendorOperation(
                        self, data["operationId"], method.upper(), path, data, shared
                    )

    def resolve(self, node: Any) -> Any:
        """Return a part of the contract, followed if it is a reference."""
        return self._source.resolve(node)

    def operation(self, operation_id: str) -> VendorOperation:
        """Return the operation with this id. Raises ``UnknownOperation``."""
        if operation_id not in self.operations:
            otherwise = "search_contract lists the operations"
            hint = suggestion(operation_id, self.operations, otherwise)
            raise UnknownOperation(f"{self.vendor} has no operation {operation_id!r}{hint}")
        return self.operations[operation_id]

    def search(self, words: str) -> list[VendorOperation]:
        """Return the operations with at least one of these words, the best first."""
        stems = [_ENDING.sub("", word) for word in re.findall(r"\w+", words.lower())]
        scores = {key: self._score(operation, stems) for key, operation in self.operations.items()}
        best = sorted(scores, key=lambda key: scores[key], reverse=True)
        return [self.operations[key] for key in best if not stems or scores[key][0]]

    @staticmethod
    def _score(operation: VendorOperation, stems: list[str]) -> tuple[int, int]:
        """Return how many words the operation has, and how many are in its id and its summary."""
        head = operation.line.lower()
        names = [each.path for each in (*operation.parameters, *operation.body_fields)]
        text = f"{head} {operation.data.get('description', '')} {' '.join(names)}".lower()
        return sum(stem in text for stem in stems), sum(stem in head for stem in stems)

    def nearest(self, path: str) -> list[VendorOperation]:
        """Return the operations of the path that is most similar to the path of a request."""
        requested = unquote(urlsplit(path).path).removeprefix(f"/{self.vendor}/").strip("/")
        ranked = {
            template: _similarity(requested, template.strip("/"))
            for template in self.document["paths"]
        }
        best = max(ranked, key=lambda template: ranked[template], default="")
        if ranked.get(best, 0) < _MIN_SIMILARITY:
            return []
        return [each for each in self.operations.values() if each.path == best]


def _credential(scheme: Mapping[str, Any]) -> str:
    if scheme["type"] == "apiKey":
        return f"{scheme['in']} {scheme['name']}"
    return f"{scheme.get('scheme', scheme['type'])} token"


def _similarity(path: str, template: str) -> float:
    """Return how similar a path is to a template, whose parameters stand for any segment."""
    sent, expected = path.split("/"), template.split("/")
    if len(sent) != len(expected):
        return SequenceMatcher(None, path, template).ratio() * 0.9
    pairs = zip(sent, expected, strict=True)
    ratios = [
        0.95 if name.startswith("{") else SequenceMatcher(None, part, name).ratio()
        for part, name in pairs
    ]
    return sum(ratios) / len(ratios)


def evidence_text(level: str) -> str:
    """Return a level of evidence in words."""
    return EVIDENCE.get(level, level)


def example_of(contract: VendorContract, media: Mapping[str, Any]) -> Any:
    """Return the first example of a body, or ``None``."""
    if "example" in media:
        return media["example"]
    for example in media.get("examples", {}).values():
        return contract.resolve(example).get("value")
    return None


def described(text: str | None) -> str:
    """Return the description of a part of a contract on one line."""
    return one_line(text, 900)
