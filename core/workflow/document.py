"""Workflow files as one typed model, whichever of ComfyUI's formats they are in.

A file of the graph editor (schema 0.4 and 1) becomes levels of nodes and links: the graph itself, and one level per
subgraph definition. An API file stays the graph it is. Files are untrusted: what has a wrong shape is left out and
named among the faults; reading raises nothing.

Source: docs.comfy.org/specs/workflow_json (schemas 0.4 and 1.0) and files saved by the front end up to 1.58.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

INPUT_NODE, OUTPUT_NODE = "-10", "-20"
ALWAYS, MUTED, BYPASSED = 0, 2, 4
MAX_DEPTH = 32  # of subgraphs in subgraphs
MOST_NODES = 10_000  # of a file, and of a graph whose subgraphs are unfolded


@dataclass(frozen=True)
class FormatFault:
    """A part of a file that has not the shape it should have."""

    code: str
    why: str
    node: str = ""


@dataclass(frozen=True)
class NodePort:
    """An input (one ``link``) or output (several ``links``); ``widget`` names the field that an input stands for."""

    name: str
    type: Any = "*"
    link: str | None = None
    widget: str | None = None
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Node:
    """A node of the graph editor as its file describes it; ``values`` are its fields by position or by name."""

    id: str
    type: str
    title: str = ""
    mode: int = ALWAYS
    inputs: tuple[NodePort, ...] = ()
    outputs: tuple[NodePort, ...] = ()
    values: list[Any] | dict[str, Any] | None = None
    named: Mapping[str, Any] | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    order: float = 0.0

    @property
    def label(self) -> str:
        """What a designer calls the node."""
        return self.title or str(self.properties.get("Node name for S&R") or self.type)

    @property
    def off(self) -> bool:
        """Whether the node is muted or bypassed."""
        return self.mode in (MUTED, BYPASSED)


@dataclass(frozen=True)
class EditorLink:
    """A link from an output slot to an input slot of one level."""

    id: str
    source: str
    source_slot: int
    target: str
    target_slot: int
    type: Any = "*"


@dataclass(frozen=True)
class SubgraphSlot:
    """A slot through which a subgraph takes or gives something."""

    id: str
    name: str
    type: Any
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class GraphLevel:
    """The graph itself (id "") or a subgraph's definition."""

    id: str
    name: str
    nodes: Mapping[str, Node]
    links: Mapping[str, EditorLink]
    inputs: tuple[SubgraphSlot, ...] = ()
    outputs: tuple[SubgraphSlot, ...] = ()


@dataclass(frozen=True)
class WorkflowDocument:
    """A workflow file. ``graph`` is set for the API format, ``root`` and ``subgraphs`` for the editor's."""

    name: str
    format: str
    root: GraphLevel = field(default_factory=lambda: GraphLevel("", "", {}, {}))
    subgraphs: Mapping[str, GraphLevel] = field(default_factory=dict)
    graph: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[FormatFault, ...] = ()
    raw: Any = None

    @property
    def size(self) -> int:
        """How many nodes the file has."""
        return len(self.graph) + sum(len(level.nodes) for level in self.levels())

    def levels(self) -> Iterator[GraphLevel]:
        """Yield the graph and every subgraph's definition."""
        yield self.root
        yield from self.subgraphs.values()


def read(data: object, name: str = "workflow") -> WorkflowDocument:
    """Return plain data as a document; a prompt wrapped in ``{"prompt": …}`` is unwrapped."""
    if isinstance(data, dict) and isinstance(data.get("nodes"), list):
        return _DocumentReader(name, data).document()
    raw = data
    if isinstance(data, dict) and isinstance(data.get("prompt"), dict) and "class_type" not in data["prompt"]:
        data = data["prompt"]
    if not isinstance(data, dict):
        return WorkflowDocument(
            name, "none", faults=(FormatFault("format", f"{_kind(data)} where an object was expected"),)
        )
    if not data or not any(isinstance(node, dict) and "class_type" in node for node in data.values()):
        why = "it has neither a list of nodes (graph editor) nor nodes with a class_type (API)"
        return WorkflowDocument(name, "none", faults=(FormatFault("format", why),), raw=raw)
    return WorkflowDocument(name, "api", graph=data, faults=tuple(_api_faults(data)), raw=raw)


def _api_faults(data: Mapping[str, Any]) -> Iterator[FormatFault]:
    for node_id, node in data.items():
        if not isinstance(node, dict):
            yield FormatFault("format", f"{_kind(node)} where a node was expected", node_id)
        elif not isinstance(node.get("class_type"), str):
            yield FormatFault("unknown-node", "it has no class_type", node_id)
        elif not isinstance(node.get("inputs"), dict):
            yield FormatFault("format", "its inputs are not an object", node_id)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")


class _DocumentReader:
    """Reads a file of the graph editor, gathering faults as it goes."""

    def __init__(self, name: str, data: dict[str, Any]) -> None:
        self.name, self.data = name, data
        self.faults: list[FormatFault] = []

    def document(self) -> WorkflowDocument:
        definitions = _mapping(self.data.get("definitions"))
        root = self.level(self.data, "")
        subgraphs: dict[str, GraphLevel] = {}
        for one in _objects(definitions.get("subgraphs")):
            level = self.level(one, _text(one.get("id")))
            if level.id in subgraphs:
                self.faults.append(FormatFault("duplicate-id", f"two subgraphs have the id {level.id}"))
            subgraphs.setdefault(level.id, level)
        extra = _mapping(self.data.get("extra"))
        return WorkflowDocument(
            self.name, "editor", root, subgraphs, extra=extra, faults=tuple(self.faults), raw=self.data
        )

    def level(self, data: Mapping[str, Any], level_id: str) -> GraphLevel:
        nodes: dict[str, Node] = {}
        for one in self.list_of(data.get("nodes"), "nodes"):
            node = self.node(one)
            if node is None:
                continue
            if node.id in nodes:
                self.faults.append(FormatFault("duplicate-id", f"two nodes have the id {node.id}", node.id))
                continue
            nodes[node.id] = node
        links = {link.id: link for one in _list(data.get("links")) if (link := self.link(one)) is not None}
        inputs = tuple(map(_boundary, _objects(data.get("inputs")))) if level_id else ()
        outputs = tuple(map(_boundary, _objects(data.get("outputs")))) if level_id else ()
        return GraphLevel(level_id, _text(data.get("name")), nodes, links, inputs, outputs)

    def list_of(self, value: object, what: str) -> list[Any]:
        if isinstance(value, list):
            return value
        self.faults.append(FormatFault("format", f"{what}: {_kind(value)} where a list was expected"))
        return []

    def node(self, data: object) -> Node | None:
        if not isinstance(data, dict) or not _is_id(data.get("id")) or not isinstance(data.get("type"), str):
            self.faults.append(FormatFault("format", "an entry of nodes is not a node: it needs an id and a type"))
            return None
        values = data.get("widgets_values")
        named = data.get("widgets_values_named")
        mode = data.get("mode")
        order = data.get("order")
        return Node(
            id=_id(data["id"]),
            type=data["type"],
            title=_text(data.get("title")),
            mode=mode if isinstance(mode, int) else ALWAYS,
            inputs=tuple(_port(one, "link") for one in _objects(data.get("inputs"))),
            outputs=tuple(_port(one, "") for one in _objects(data.get("outputs"))),
            values=values if isinstance(values, (list, dict)) else None,
            named=named if isinstance(named, dict) else None,
            properties=_mapping(data.get("properties")),
            order=order if isinstance(order, (int, float)) else 0,
        )

    def link(self, data: object) -> EditorLink | None:
        if isinstance(data, list) and len(data) >= 5:
            parts = [*data[:5], data[5] if len(data) > 5 else "*"]
        elif isinstance(data, dict):
            keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
            parts = [data.get(key) for key in keys]
        else:
            parts = [None]
        slots = [_slot(parts[i]) for i in (2, 4)] if len(parts) == 6 else [None]
        if None in slots or not all(_is_id(parts[i]) for i in (0, 1, 3)):
            self.faults.append(FormatFault("format", "an entry of links is not a link"))
            return None
        return EditorLink(_id(parts[0]), _id(parts[1]), slots[0] or 0, _id(parts[3]), slots[1] or 0, parts[5])


def _port(data: Mapping[str, Any], link_key: str) -> NodePort:
    link = data.get(link_key) if link_key else None
    widget = data.get("widget")
    name = widget.get("name") if isinstance(widget, dict) else None
    return NodePort(
        _text(data.get("name")),
        data.get("type", "*"),
        _id(link) if _is_id(link) else None,
        name if isinstance(name, str) else None,
        tuple(_id(one) for one in _list(data.get("links")) if _is_id(one)),
    )


def _boundary(data: Mapping[str, Any]) -> SubgraphSlot:
    links = tuple(_id(one) for one in _list(data.get("linkIds")) if _is_id(one))
    return SubgraphSlot(_text(data.get("id")), _text(data.get("name")), data.get("type", "*"), links)


def _is_id(value: object) -> bool:
    return isinstance(value, (int, str)) and not isinstance(value, bool)


def _id(value: object) -> str:
    return str(value)


def _slot(value: object) -> int | None:
    """Return a slot's number; files also hold numbers written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
