"""Rules on what should not travel with a file: secrets, paths of one machine or that lead out, personal names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..infra.secrets import named_secret, secret_in
from ..workflow.document import GraphLevel, Node
from ..workflow.widget_values import widget_values
from .context import CheckContext, unwrapped
from .findings import ERROR, NOTE, WARNING, Finding, NodeLocation
from .machine_paths import absolute_path, leads_out, shown_root
from .personal_names import personal_in

_LONGEST = 200_000  # characters looked through per text
_MOST_TEXT = 2_000_000  # characters looked through per file


def check_privacy(context: CheckContext) -> None:
    """Add secrets and paths, also those in notes, in bypassed nodes and in what the file keeps beside the graph."""
    search = _Search(context)
    if context.document.format == "api":
        for node_id in context.graph:
            for name, value in context.inputs(node_id).items():
                search.field(context.place(node_id), name, value)
            search.named(context.place(node_id), "title", context.graph[node_id].get("_meta"))
    for level in context.document.levels():
        for node in level.nodes.values():
            search.node(level, node)
    search.elsewhere()
    if search.cut:
        search.add("secret.unseen", WARNING, NodeLocation(), "", limit=_MOST_TEXT // 1_000_000)


class _Search:
    """The search of one file; ``cut`` says that it held more text than is looked through."""

    def __init__(self, context: CheckContext) -> None:
        self.context, self.left, self.cut = context, _MOST_TEXT, False
        self.ids: dict[tuple[str, str], str] = {}  # of nodes in the API graph, the first where there are several
        for node_id, (level, node) in context.conversion.places.items():
            self.ids.setdefault((level, node.id), node_id)

    def add(self, message_key: str, severity: str, place: NodeLocation, name: str, **values: Any) -> None:
        self.context.keep(Finding(message_key, severity, place, name, {"input": name, **values}))

    def texts(self, value: Any) -> Iterator[str]:
        """Yield the texts inside a value, as far as they are looked through."""
        for text in texts(value):
            self.left -= len(text)
            if self.left < 0 or len(text) > _LONGEST:
                self.cut = True
            if self.left < 0:
                return
            yield text[:_LONGEST]

    def node(self, level: GraphLevel, node: Node) -> None:
        place = NodeLocation(self.ids.get((level.id, node.id), node.id), node.label, node.type, level.id, node.id)
        note = node.type in ("Note", "MarkdownNote")
        for name, value in _values(self.context, level, node):
            self.field(place, name, value, note=note)
        for name, value in node.properties.items():
            self.named(place, f"properties.{name}", value)
        self.named(place, "title", node.title)

    def named(self, place: NodeLocation, shown: str, value: Any) -> None:
        """Look for secrets in what a node has besides its fields."""
        for text in self.texts(value):
            if found := secret_in(text):
                self.add("secret.value", ERROR, place, shown, kind=found.kind)

    def field(self, place: NodeLocation, name: str, value: Any, *, note: bool = False) -> None:
        shown = name or ("text" if note else "widgets_values")
        if named_secret(name, unwrapped(value)):
            self.add("secret.named", ERROR if secret_in(value) else WARNING, place, shown)
            return
        for text in self.texts(value):
            if found := secret_in(text):
                self.add("secret.value", ERROR, place, shown, kind=found.kind)
            elif self.path(place, shown, text, note=note):
                continue
            elif not note and (kind := personal_in(name, text)):
                self.add("personal.name", WARNING, place, shown, kind=kind)

    def path(self, place: NodeLocation, name: str, text: str, *, note: bool) -> bool:
        """Add a path of one machine, or one that leads out; return whether there was one."""
        if "/" not in text and "\\" not in text:
            return False
        if not note and len(text) < 1000 and "\n" not in text and leads_out(text) and " " not in text.strip():
            self.add("path-escape.value", WARNING, place, name, value=shown_root(text))
            return True
        if found := absolute_path(text):
            whole = text.startswith(found)
            message_key = "path-absolute.note" if note else "path-absolute.value"
            severity = WARNING if whole and not note else NOTE
            self.add(message_key, severity, place, name, value=shown_root(found))
        return bool(found)

    def elsewhere(self) -> None:
        """Look through what a file keeps beside its nodes: notes of tools, group titles, what is sent with a prompt."""
        document = self.context.document
        raw = document.raw if isinstance(document.raw, dict) and document.raw is not document.graph else {}
        for name in sorted(raw.keys() - {"nodes", "links", "definitions", "prompt"}, key=str):
            self.beside(str(name), raw[name])
        definitions = raw.get("definitions")
        levels = definitions.get("subgraphs") if isinstance(definitions, dict) else None
        for level in levels if isinstance(levels, list) else ():
            if isinstance(level, dict):
                self.beside("definitions", {name: level[name] for name in level.keys() - {"nodes", "links"}})

    def beside(self, where: str, value: Any) -> None:
        for text in self.texts(value):
            if found := secret_in(text):
                self.add("secret.elsewhere", ERROR, NodeLocation(), "", where=where, kind=found.kind)
        for name, one in _pairs(value):
            if named_secret(name, one) and not secret_in(one):
                self.add("secret.elsewhere", WARNING, NodeLocation(), "", where=f"{where}.{name}", kind="a token")


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key of the objects inside a value with what it holds."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            yield from ((str(key), inner) for key, inner in one.items())
        left += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


def _values(context: CheckContext, level: GraphLevel, node: Node) -> Iterator[tuple[str, Any]]:
    """Yield a node's values, by name where the names are certain."""
    cls = context.environment.nodes.get(node.type)
    if isinstance(node.values, dict):
        yield from node.values.items()
    elif cls is not None:
        pairing = context.conversion.pairings.get((level.id, node.id)) or widget_values(node, cls)
        if not pairing.refused:
            yield from pairing.values.items()
            return
        yield from (("", value) for value in node.values or [])
    elif not (node.named and list(node.named.values()) == node.values):
        names = [port.widget for port in node.inputs if port.widget]
        named = names if len(names) == len(node.values or []) else []
        for index, value in enumerate(node.values or []):
            yield named[index] if named else "", value
    yield from ((node.named or {}).items())


def texts(value: Any) -> Iterator[str]:
    """Yield every text inside a value, however deep."""
    left = [value]
    while left:
        one = unwrapped(left.pop())
        if isinstance(one, str):
            yield one
        elif isinstance(one, (list, dict)):
            left += reversed(list(one.values()) if isinstance(one, dict) else one)
