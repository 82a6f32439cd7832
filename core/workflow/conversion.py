"""From a graph-editor file to the API graph that the front end would queue.

Subgraphs are unfolded, reroutes and primitives resolved, muted and bypassed nodes left out. What is not certain is
refused: the node keeps no value of its own then, and the refusal says why.

Source: the behaviour of the front end's graphToPrompt, versions 1.49 to 1.58, measured on the official templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .catalogue import Catalogue, InputSpec
from .document import (
    BYPASSED,
    INPUT_NODE,
    MAX_DEPTH,
    MOST_NODES,
    MUTED,
    OUTPUT_NODE,
    EditorLink,
    GraphLevel,
    Node,
    NodePort,
    SubgraphSlot,
    WorkflowDocument,
)
from .graph import Graph
from .widget_values import WidgetValues, fits, has_control, shown, widget_values

# Nodes that only the editor knows: they are never sent. What goes into the first comes out of it again.
_PASSING = frozenset({"Reroute", "Reroute (rgthree)", "SetNode"})
_GET, _SET = "GetNode", "SetNode"  # links by name, of ComfyUI-KJNodes
VIRTUAL = (
    frozenset({"Note", "MarkdownNote", "PrimitiveNode", _GET, "Label (rgthree)", "Bookmark (rgthree)"})
    | frozenset({"Fast Groups Muter (rgthree)", "Fast Groups Bypasser (rgthree)", "Fast Actions Button (rgthree)"})
    | frozenset({"Fast Muter (rgthree)", "Fast Bypasser (rgthree)", "Mute / Bypass Repeater (rgthree)"})
    | frozenset({"Mute / Bypass Relay (rgthree)", "Random Unmuter (rgthree)", "Node Collector (rgthree)"})
    | _PASSING
)

# Nodes of cg-use-everywhere: what goes into one reaches every free input of its type, by rules of the pack's own.
_EVERYWHERE = re.compile(r"^(?:Anything|Seed|Prompts|Simple) Everywhere")
_MAY_CONNECT = "Use Everywhere may connect it as it queues"


@dataclass(frozen=True)
class Refusal:
    """A part of the graph whose meaning is not certain."""

    node: str
    input: str
    why: str
    kind: str = "uncertain"  # or: value, shifted, wire, loop, nested, large, later, everywhere


@dataclass(frozen=True)
class Conversion:
    """An API graph; ``certain`` where nothing was refused.

    ``places`` says which node of which level each came from, ``pairings`` what each field of it has, by level and node.
    ``cut`` says, by node and input, which node that is off a wire ended at.
    """

    graph: Graph
    refusals: tuple[Refusal, ...] = ()
    places: dict[str, tuple[str, Node]] = field(default_factory=dict)
    pairings: dict[tuple[str, str], WidgetValues] = field(default_factory=dict)
    cut: dict[tuple[str, str], Node] = field(default_factory=dict)

    @property
    def certain(self) -> bool:
        """Whether every value and link is the one that the front end would send."""
        return not self.refusals


class _Frame(NamedTuple):
    """A level as one instance of it: ``host`` is the node that stands for it in the frame outside."""

    level: GraphLevel
    path: tuple[str, ...] = ()
    outer: Any = None
    host: Node | None = None


class _Index:
    """What is looked for often in a level: links by the node they come from or the slot they give to, names set."""

    def __init__(self, level: GraphLevel) -> None:
        self.links_from: dict[str, list[EditorLink]] = {}
        self.given: dict[int, EditorLink] = {}
        for link in level.links.values():
            self.links_from.setdefault(link.source, []).append(link)
            if link.target == OUTPUT_NODE:
                self.given.setdefault(link.target_slot, link)
        self.setters: dict[str, Node] = {}
        for node in level.nodes.values():
            if node.type == _SET:
                self.setters.setdefault(str(_first(node)), node)


class _InnerField(NamedTuple):
    """A field inside a subgraph with its value there."""

    spec: InputSpec
    value: Any


class _Source(NamedTuple):
    """What an input gets: a link from a node's slot, or a promoted field's value."""

    node: str = ""
    slot: int = -1
    value: Any = None


def convert(document: WorkflowDocument, catalogue: Catalogue) -> Conversion:
    """Return the API graph of a document; an API document is returned as it is."""
    if document.format == "api":
        return Conversion({str(key): _api_node(one) for key, one in document.graph.items() if isinstance(one, dict)})
    return _Converter(document, catalogue).run()


def _api_node(node: dict[str, Any]) -> dict[str, Any]:
    inputs = node.get("inputs")
    return {**node, "inputs": dict(inputs) if isinstance(inputs, dict) else {}}


class _Converter:
    def __init__(self, document: WorkflowDocument, catalogue: Catalogue) -> None:
        self.document, self.catalogue = document, catalogue
        self.refusals: dict[Refusal, None] = {}
        self.pairings: dict[tuple[str, str], WidgetValues] = {}
        self.aliases = self.renumbered()
        self.hosts: dict[str, dict[str, Any]] = {}
        self.overrides: dict[tuple[str, str, str], Any] = {}
        self.indexes: dict[str, _Index] = {}
        self.fields: dict[tuple[str, str], _InnerField | None] = {}
        self.unfolded = 0
        self.broadcasts = False
        self.ended: Node | None = None  # the node that is off at which the wire being followed ended
        self.cut: dict[tuple[str, str], Node] = {}

    def index(self, level: GraphLevel) -> _Index:
        if level.id not in self.indexes:
            self.indexes[level.id] = _Index(level)
        return self.indexes[level.id]

    def id(self, frame: _Frame, node: Node) -> str:
        """Return the id that a node has in the API graph: the path of its hosts and its own."""
        return ":".join((*frame.path, self.aliases.get((frame.level.id, node.id), node.id)))

    def run(self) -> Conversion:
        frames = list(self.frames(_Frame(self.document.root)))
        self.broadcasts = self.sent_everywhere()
        graph: Graph = {}
        places: dict[str, tuple[str, Node]] = {}
        for frame in frames:
            self.apply_primitives(frame)
            self.own_values(frame)
        for frame in frames:
            for node in sorted(frame.level.nodes.values(), key=lambda one: one.order):
                if self.runs(node):
                    node_id = self.id(frame, node)
                    graph[node_id] = self.emitted(frame, node)
                    places[node_id] = (frame.level.id, node)
        _drop_dead_links(graph)
        return Conversion(graph, tuple(self.refusals), places, self.pairings, self.cut)

    def frames(self, frame: _Frame) -> Iterator[_Frame]:
        self.unfolded += len(frame.level.nodes)
        yield frame
        for node in frame.level.nodes.values():
            inner = self.document.subgraphs.get(node.type)
            if inner is None or (node.off and not frame.path):
                continue  # inside subgraphs the front end unfolds also what is off
            if len(frame.path) >= MAX_DEPTH or inner.id in _hosts(frame):
                self.refuse(frame, node, "", "the subgraph holds itself", "nested")
                continue
            if self.unfolded + len(inner.nodes) > MOST_NODES:
                self.refuse(frame, node, "", f"expanded, it has more than {MOST_NODES} nodes", "large")
                return
            yield from self.frames(self.within(frame, node))

    def within(self, frame: _Frame, host: Node) -> _Frame:
        return _Frame(self.document.subgraphs[host.type], tuple(self.id(frame, host).split(":")), frame, host)

    def refuse(self, frame: _Frame, node: Node, name: str, why: str, kind: str = "uncertain") -> None:
        self.refusals[Refusal(self.id(frame, node), name, why, kind)] = None

    def renumbered(self) -> dict[tuple[str, str], str]:
        """Return new ids for nodes in subgraphs whose number another level has already, as the front end gives them."""
        used = {int(node_id) for node_id in self.document.root.nodes if node_id.isdecimal()}
        state = (self.document.raw or {}).get("state")
        last = (state if isinstance(state, dict) else {}).get(
            "lastNodeId", (self.document.raw or {}).get("last_node_id")
        )
        last = last if isinstance(last, int) else max(used, default=0)
        aliases = {}
        for level in self.document.subgraphs.values():
            for node_id in level.nodes:
                if not node_id.isdecimal():
                    continue
                number = int(node_id)
                if number in used:
                    last += 1
                    while last in used:
                        last += 1
                    aliases[level.id, node_id] = str(last)
                    number = last
                used.add(number)
        return aliases

    def sent_everywhere(self) -> bool:
        """Whether a node of Use Everywhere is on, which adds wires that no file holds."""
        nodes = (node for level in self.document.levels() for node in level.nodes.values())
        return any(not node.off and _EVERYWHERE.search(node.type) for node in nodes)

    def runs(self, node: Node) -> bool:
        if node.off or node.type in VIRTUAL or node.type in self.document.subgraphs:
            return False
        return node.type in self.catalogue or not _only_in_editor(node)

    # --- values -------------------------------------------------------------------------------------------

    def pairing(self, level: GraphLevel, node: Node) -> WidgetValues:
        key = (level.id, node.id)
        if key not in self.pairings:
            cls = self.catalogue.get(node.type)
            self.pairings[key] = (
                widget_values(node, cls) if cls else WidgetValues(refused=f"the node class {node.type} is unknown")
            )
        return self.pairings[key]

    def apply_primitives(self, frame: _Frame) -> None:
        """Put the value of each primitive into the fields it is connected to."""
        for node in frame.level.nodes.values():
            if node.type != "PrimitiveNode" or not isinstance(node.values, list) or not node.values:
                continue
            links = self.index(frame.level).links_from.get(node.id, ())
            targets = [(one, _port_of(one, w.id)) for w in links for one in [frame.level.nodes.get(w.target)]]
            names = {port.widget or port.name for _, port in targets if port}
            for target, port in targets:
                if target and port and self.runs(target):
                    self.apply_primitive(frame, target, port.widget or port.name, node.values[0], len(names) > 1)

    def apply_primitive(self, frame: _Frame, target: Node, name: str, value: Any, mixed: bool) -> None:
        pairing = self.pairing(frame.level, target)
        if name not in pairing.values:
            return
        pairing.values[name] = value
        if mixed and pairing.specs[name].field_kind == "COMBO":  # the front end may take another field's list
            self.refuse(frame, target, name, "one primitive sets choices of different names")

    def emitted(self, frame: _Frame, node: Node) -> dict[str, Any]:
        pairing = self.pairing(frame.level, node)
        if pairing.refused:
            name = pairing.misfit[0] if pairing.misfit else ""
            kind = "shifted" if pairing.shifted else "value" if name else "uncertain"
            self.refuse(frame, node, name, pairing.refused, kind)
        for name in pairing.made_later:
            self.refuse(frame, node, name, "the graph editor makes it when it queues", "later")
        key = key_of(frame)
        fields = {n: self.overrides.get((key, node.id, n), v) for n, v in pairing.values.items()}
        inputs = {name: _wrapped(value) for name, value in fields.items()} if not pairing.refused else {}
        for index, port in enumerate(node.inputs):
            source = self.followed(frame, node, index)
            if source is None:
                if self.ended is not None:
                    self.cut[self.id(frame, node), port.name] = self.ended
                if self.broadcasts and port.link is None and (port.widget is None or port.name not in inputs):
                    self.refuse(frame, node, port.name, _MAY_CONNECT, "everywhere")
                continue
            name = self.input_name(node, port)
            inputs[name] = [source.node, source.slot] if source.slot >= 0 else _wrapped(source.value)
        return {"class_type": node.type, "inputs": inputs, "_meta": {"title": self.title(node)}}

    def input_name(self, node: Node, port: NodePort) -> str:
        return port.name

    def title(self, node: Node) -> str:
        cls = self.catalogue.get(node.type)
        return node.title or (cls.title if cls else node.label)

    # --- links --------------------------------------------------------------------------------------------

    def followed(self, frame: _Frame, node: Node, index: int) -> _Source | None:
        """Return where an input's data come from; hundreds of reroutes in a row are not followed to their end."""
        self.ended = None
        try:
            return self.source(frame, node, index, set())
        except RecursionError:
            self.refuse(frame, node, node.inputs[index].name, "the path to its source is too long to follow")
            return None

    def source(self, frame: _Frame, node: Node, index: int, seen: set[str], kind: Any = None) -> _Source | None:
        """Return where an input's data come from in the end, None where nothing reaches it."""
        mark = f"{self.id(frame, node)}[I]{index}"
        if mark in seen or index >= len(node.inputs):
            if mark in seen:
                self.refuse(frame, node, node.inputs[index].name, "the links form a loop", "loop")
            return None
        seen.add(mark)
        port = node.inputs[index]
        if port.link is None:
            return None
        link = frame.level.links.get(port.link)
        if link is None:
            if self.broadcasts:
                self.refuse(frame, node, port.name, _MAY_CONNECT, "everywhere")
            else:
                self.refuse(frame, node, port.name, f"its link {port.link} is not in the file", "wire")
            return None
        if link.source == INPUT_NODE and frame.host is not None:
            return self.from_outside(frame, link, seen)
        origin = frame.level.nodes.get(link.source)
        if origin is None:
            self.refuse(frame, node, port.name, f"it is connected to node {link.source}, which is not there", "wire")
            return None
        return self.output(frame, origin, link.source_slot, port.type if kind is None else kind, seen)

    def from_outside(self, frame: _Frame, link: EditorLink, seen: set[str]) -> _Source | None:
        boundary, host = _at(frame.level.inputs, link.source_slot), frame.host
        if boundary is None or host is None:
            return None
        index = next((i for i, port in enumerate(host.inputs) if port.name == boundary.name), None)
        if index is not None and host.inputs[index].link is not None:
            return self.source(frame.outer, host, index, seen)
        found, value = self.promoted(frame, boundary)
        return _Source(value=value) if found else None

    def output(self, frame: _Frame, node: Node, slot: int, kind: Any, seen: set[str]) -> _Source | None:
        """Return what really stands behind an output: bypassed, virtual and subgraph nodes are seen through."""
        mark = f"{self.id(frame, node)}[O]{slot}"
        if mark in seen:
            self.refuse(frame, node, "", "the links form a loop", "loop")
            return None
        seen.add(mark)
        if node.off:
            self.ended = node
        if node.mode == MUTED:
            return None  # whatever it is: a field wired to it keeps its own value
        if node.mode == BYPASSED:
            index = _bypass(node, slot, kind)
            return None if index is None else self.source(frame, node, index, seen)
        if node.type in self.document.subgraphs:
            return self.from_inside(frame, node, slot, kind, seen)
        if node.type == _GET:
            return self.by_name(frame, node, seen, kind)
        if node.type in VIRTUAL:
            return self.source(frame, node, slot, seen, kind)
        return _Source(self.id(frame, node), slot)

    def by_name(self, frame: _Frame, node: Node, seen: set[str], kind: Any) -> _Source | None:
        """Return what the node that sets a name has got; it stands in the same level or in one outside."""
        name = _first(node)
        at: _Frame | None = frame
        while at is not None:
            setter = self.index(at.level).setters.get(str(name))
            if setter is not None:
                return self.source(at, setter, 0, seen, kind)
            at = at.outer
        self.refuse(frame, node, "", f"no node sets {shown(name)}", "wire")
        return None

    def from_inside(self, frame: _Frame, node: Node, slot: int, kind: Any, seen: set[str]) -> _Source | None:
        level = self.document.subgraphs[node.type]
        inner = self.within(frame, node)
        boundary = _at(level.outputs, slot)
        link = next((level.links[w] for w in boundary.links if w in level.links), None) if boundary else None
        link = link or self.index(level).given.get(slot)
        if link is None or len(inner.path) > MAX_DEPTH:
            return None
        if link.source == INPUT_NODE:
            return self.from_outside(inner, link, seen)
        origin = level.nodes.get(link.source)
        return self.output(inner, origin, link.source_slot, kind, seen) if origin else None

    # --- promoted fields ----------------------------------------------------------------------------------

    def promoted(self, frame: _Frame, boundary: SubgraphSlot) -> tuple[bool, Any]:
        """Return whether a subgraph's input stands for a field inside, and the field's value on this instance."""
        inside = self.inside(frame.level, boundary)
        if inside is None:
            return False, None
        return True, self.own_values(frame).get(boundary.name, inside.value)

    def inside(self, level: GraphLevel, boundary: SubgraphSlot, depth: int = 0) -> _InnerField | None:
        """Return the first field inside a subgraph that the input feeds, with the value it has there."""
        key = level.id, f"{boundary.id} {boundary.name}"
        if key not in self.fields:
            self.fields[key] = None  # a subgraph that holds itself ends here
            self.fields[key] = self.first_inside(level, boundary, depth)
        return self.fields[key]

    def first_inside(self, level: GraphLevel, boundary: SubgraphSlot, depth: int) -> _InnerField | None:
        for link_id in boundary.links:
            link = level.links.get(link_id)
            node = level.nodes.get(link.target) if link else None
            port = _port_of(node, link_id)
            if node is None or port is None:
                continue
            if node.type in self.document.subgraphs:
                found = self.deeper(level, node, port, depth)
            else:
                pairing = self.pairing(level, node) if node.type in self.catalogue else WidgetValues()
                name = port.widget or port.name
                found = _InnerField(pairing.specs[name], pairing.values[name]) if name in pairing.specs else None
            if found is not None:
                return found
        return None

    def deeper(self, level: GraphLevel, host: Node, port: NodePort, depth: int) -> _InnerField | None:
        inner = self.document.subgraphs[host.type]
        boundary = next((one for one in inner.inputs if one.name == port.name), None)
        found = self.inside(inner, boundary, depth + 1) if boundary and depth < MAX_DEPTH else None
        if found is None or boundary is None:
            return None
        own = self.own_values(_Frame(inner, (level.id, host.id), None, host))
        return _InnerField(found.spec, own.get(boundary.name, found.value))

    def own_values(self, frame: _Frame) -> dict[str, Any]:
        """Return the values that an instance of a subgraph holds itself, by the name of its input."""
        key = ":".join(frame.path)
        if key not in self.hosts:
            self.hosts[key] = {}  # a subgraph that holds itself ends here
            self.hosts[key] = self.read_own_values(frame)
        return self.hosts[key]

    def read_own_values(self, frame: _Frame) -> dict[str, Any]:
        host, level = frame.host, frame.level
        if host is None:
            return {}
        fields = {b.name: f for b in level.inputs if (f := self.inside(level, b)) is not None}
        if isinstance(host.values, dict):
            values = {name: value for name, value in host.values.items() if name in fields}
        elif host.values and isinstance(host.properties.get("proxyWidgets"), list):
            values = self.by_proxies(frame, host, fields)
        else:
            values = promoted_values(host.values or [], fields)
        values.update({n: v for n, v in quarantined(host).items() if n in fields})
        for name, value in values.items():
            named = (host.named or {}).get(name, value)
            if value is not None and not fits(fields[name].spec, value):
                why = f"its promoted field cannot be {shown(value)}"
                self.refusals[Refusal(key_of(frame), name, why, "value")] = None
            elif named != value:
                why = f"it is {shown(named)} by name and {shown(value)} by position"
                self.refusals[Refusal(key_of(frame), name, why)] = None
        return {name: value for name, value in values.items() if value is not None}

    def by_proxies(self, frame: _Frame, host: Node, fields: dict[str, _InnerField]) -> dict[str, Any]:
        """Return an instance's values by the older list that names a field inside for each of them."""
        targets = {_target(frame.level, b): b.name for b in frame.level.inputs if b.name in fields}
        found: dict[str, Any] = {}
        proxies = [one for one in host.properties["proxyWidgets"] if isinstance(one, list) and len(one) == 2]
        for (origin, name), value in zip(proxies, list(host.values or []), strict=False):
            origin, name = str(origin), str(name)
            known = origin == "-1" or (origin, name) in targets
            lost = origin not in frame.level.nodes and value is not None
            if not known and (lost or name in fields):
                why = f"{name} is promoted from node {origin}, which is not certain"
                self.refusals[Refusal(key_of(frame), name, why)] = None
            boundary = name if origin == "-1" else targets.get((origin, name), "")
            if value is not None and boundary in fields:
                found[boundary] = value
            elif value is not None and origin != "-1":
                self.overrides[key_of(frame), origin, name] = value
        return found


def _target(level: GraphLevel, boundary: SubgraphSlot) -> tuple[str, str]:
    """Return the node and the field that a subgraph's input feeds first."""
    for link_id in boundary.links:
        link = level.links.get(link_id)
        node = level.nodes.get(link.target) if link else None
        port = _port_of(node, link_id)
        if node and port:
            return node.id, port.widget or port.name
    return "", ""


def key_of(frame: _Frame) -> str:
    """Return the id of the node that a frame is the inside of."""
    return ":".join(frame.path)


def promoted_values(values: list[Any], fields: dict[str, _InnerField]) -> dict[str, Any]:
    """Return an instance's values by name: one per promoted field, in some old files also one per seed's control."""
    spare = len(values) > len(fields)
    found, at = {}, 0
    for name, one in fields.items():
        if at < len(values):
            found[name] = values[at]
        at += 2 if spare and has_control(one.spec) else 1
    return found


def quarantined(host: Node) -> dict[str, Any]:
    """Return the values that the front end kept by name when it could not place them."""
    entries = host.properties.get("proxyWidgetErrorQuarantine")
    found = {}
    for one in reversed(entries if isinstance(entries, list) else []):
        origin = one.get("originalEntry") if isinstance(one, dict) else None
        if isinstance(origin, list) and len(origin) == 2 and origin[0] == "-1" and one.get("hostValue") is not None:
            found[str(origin[1])] = one["hostValue"]
    return found


def _first(node: Node) -> Any:
    return node.values[0] if isinstance(node.values, list) and node.values else None


def _hosts(frame: _Frame) -> set[str]:
    found: set[str] = set()
    at: Any = frame
    while at is not None:
        found.add(at.level.id)
        at = at.outer
    return found


def _at(items: tuple[SubgraphSlot, ...], index: int) -> SubgraphSlot | None:
    return items[index] if 0 <= index < len(items) else None


def _port_of(node: Node | None, link_id: str) -> NodePort | None:
    return next((port for port in node.inputs if port.link == link_id), None) if node else None


def _bypass(node: Node, slot: int, kind: Any) -> int | None:
    """Return which input a bypassed node passes on for an output: the same slot, the same type, a type that fits."""
    if not 0 <= slot < len(node.outputs):
        return None
    types = [port.type for port in node.inputs]
    given = node.outputs[slot].type
    if kind in ("*", "", 0):
        return slot if slot < len(types) else (0 if types else None)
    if slot < len(types) and connects(types[slot], given) and connects(types[slot], kind):
        return slot
    if kind in types:
        return types.index(kind)
    return next((i for i, one in enumerate(types) if connects(one, given) and connects(one, kind)), None)


def connects(one: Any, other: Any) -> bool:
    """Whether the editor lets two types be connected: "*" takes all, lists of types need one in common."""
    if one == other or one in ("*", "", 0) or other in ("*", "", 0):
        return True
    mine, theirs = (set(str(kind).lower().split(",")) for kind in (one, other))
    return bool(mine & theirs) or "*" in mine | theirs


def _only_in_editor(node: Node) -> bool:
    """Whether a class that no server knows is one of a pack's JavaScript alone, such as a label or a bookmark.

    Such a node has no sockets, and the front end notes a pack only on nodes that the server has told it of.
    """
    named = node.type.startswith(("workflow>", "workflow/")) or re.fullmatch(r"[0-9a-fA-F-]{36}", node.type)
    return not (node.inputs or node.outputs or named or {"cnr_id", "aux_id"} & node.properties.keys())


def _wrapped(value: Any) -> Any:
    """Return a value as it is sent: a list would read as a link."""
    return {"__value__": value} if isinstance(value, list) else value


def _drop_dead_links(graph: Graph) -> None:
    for node in graph.values():
        for name, value in list(node["inputs"].items()):
            if isinstance(value, list) and value[0] not in graph:
                del node["inputs"][name]
