"""One workflow under examination: its API graph, what is known, and the findings so far."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..workflow.catalogue import InputSpec, NodeClass
from ..workflow.conversion import convert
from ..workflow.document import WorkflowDocument
from ..workflow.graph import as_link, title
from .environment import Environment
from .findings import ERROR, WARNING, Finding, Fix, NodeLocation

_DEFINITION = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_GUESSES = 100  # words for which a like one is looked for: it takes milliseconds each
_MOST = 2_000  # findings; whoever mends those checks again


class CheckContext:
    """A document with its API graph; rules add findings to it."""

    def __init__(self, document: WorkflowDocument, environment: Environment) -> None:
        self.document, self.environment = document, environment
        self.conversion = convert(document, environment.nodes)
        self.graph = self.conversion.graph
        self.findings: list[Finding] = []
        self.left_out = 0
        self.guessed: dict[str, str] = {}
        self.told: set[str] = set()  # nodes whose class is missing, which a finding on their pack has said
        self.places: dict[str, NodeLocation] = {}
        self.unsure = {one.node for one in self.conversion.refusals if one.kind in ("uncertain", "value", "shifted")}
        self.outputs = [node_id for node_id in self.graph if self.gives_result(node_id)]
        self.running = self.reached([node_id for node_id in self.graph if self.may_give_result(node_id)])

    def cls(self, node_id: str) -> NodeClass | None:
        """Return the class of a node of the graph, None where it is unknown."""
        class_type = self.graph[node_id].get("class_type") if node_id in self.graph else None
        return self.environment.nodes.get(class_type) if isinstance(class_type, str) else None

    def gives_result(self, node_id: str) -> bool:
        """Whether a run may end at a node."""
        cls = self.cls(node_id)
        return cls is not None and cls.is_output

    def may_give_result(self, node_id: str) -> bool:
        """Whether a run may end at a node, or the node is not known."""
        cls = self.cls(node_id)
        return cls is None or cls.is_output

    def reached(self, starts: list[str]) -> set[str]:
        """Return the nodes that a run to those would run."""
        found, left = set(starts), list(starts)
        while left:
            for value in self.inputs(left.pop()).values():
                link = as_link(value)
                if link and link.source in self.graph and link.source not in found:
                    found.add(link.source)
                    left.append(link.source)
        return found

    def near(self, word: str, known: Iterable[str], cutoff: float) -> str:
        """Return the known word that is most like another, "" where none is; the first hundred times it is asked."""
        if len(self.guessed) < _GUESSES and word not in self.guessed:
            close = difflib.get_close_matches(word[:100], list(known)[:2000], 1, cutoff)
            self.guessed[word] = close[0] if close else ""
        return self.guessed.get(word, "")

    def inputs(self, node_id: str) -> dict[str, Any]:
        """Return the inputs of a node of the graph."""
        inputs = self.graph[node_id].get("inputs")
        return inputs if isinstance(inputs, dict) else {}

    def place(self, node_id: str) -> NodeLocation:
        """Return where a node of the graph stands."""
        if node_id not in self.places:
            class_type = str(self.graph.get(node_id, {}).get("class_type") or "")
            level, node = self.conversion.places.get(node_id, ("", None))
            local = node.id if node else node_id
            self.places[node_id] = NodeLocation(node_id, title(self.graph, node_id), class_type, level, local)
        return self.places[node_id]

    def severity(self, node_id: str) -> str:
        """Return an error for nodes that run, a warning for those that lead nowhere."""
        return ERROR if node_id in self.running else WARNING

    def add(
        self,
        message_key: str,
        node_id: str = "",
        name: str = "",
        severity: str = "",
        repair: Fix | None = None,
        **values: Any,
    ) -> None:
        """Add a finding; by default as grave as its node is important."""
        if len(self.findings) >= _MOST:
            self.left_out += 1
            return
        place = self.place(node_id) if node_id in self.graph else NodeLocation(node_id, node_id)
        grave = severity or (self.severity(node_id) if node_id in self.graph else ERROR)
        if name:
            values.setdefault("input", name)
        self.keep(Finding(message_key, grave, place, name, values, repair))

    def keep(self, finding: Finding) -> None:
        """Add a finding that is made already, up to as many as anyone would read."""
        if len(self.findings) < _MOST:
            self.findings.append(finding)
        else:
            self.left_out += 1

    def fields(self) -> Iterator[tuple[str, NodeClass, InputSpec, Any]]:
        """Yield every declared input of the known nodes that has a value or link."""
        for node_id in self.graph:
            cls = self.cls(node_id)
            if cls is None:
                continue
            given = self.inputs(node_id)
            for name, spec in cls.live(given).items():
                if name in given:
                    yield node_id, cls, spec, given[name]


def names(words: Sequence[str]) -> str:
    """Return up to five words in a row, with "…" where there are more."""
    return ", ".join(words[:5]) + (" …" if len(words) > 5 else "")


def is_definition(class_type: str) -> bool:
    """Whether a node's class is the id of a subgraph's definition."""
    return bool(_DEFINITION.fullmatch(class_type))


def unwrapped(value: Any) -> Any:
    """Return a value as the server reads it: lists come wrapped, since a bare list is a link."""
    return value["__value__"] if isinstance(value, dict) and "__value__" in value else value


def is_link(value: Any) -> bool:
    """Whether the server takes a value for a link."""
    return isinstance(value, list)
