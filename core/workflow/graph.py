"""Graphs in ComfyUI's API format: ``{node id: {"class_type": …, "inputs": {…}, "_meta": {"title": …}}}``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import FitAdError

Graph = dict[str, dict[str, Any]]


class ApiLink(NamedTuple):
    """A link: the output ``slot`` (from 0) of the node ``source``."""

    source: str
    slot: int


def load_api(path: Path) -> Graph:
    """Return the graph in an API file.

    Raises:
        FitAdError: The file is missing or holds no API graph.
    """
    return as_graph(read_json(path), path.name)


def read_json(path: Path) -> Any:
    """Return what a JSON file holds; errors name file, line and reason."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise FitAdError(f"There is no workflow file {path}") from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise FitAdError(f"The workflow file {path.name} cannot be read", why=str(exc)) from exc
    except (ValueError, RecursionError) as exc:  # ValueError also for a number of thousands of digits
        raise FitAdError(f"The workflow file {path.name} is not valid JSON", why=str(exc)) from exc


def as_graph(data: object, name: str = "the graph") -> Graph:
    """Return plain data as a graph after checking its shape.

    Raises:
        FitAdError: The data have another shape; a file that came from elsewhere is untrusted.
    """
    if isinstance(data, dict) and isinstance(data.get("nodes"), list):
        raise FitAdError(
            f"{name} is in the graph editor's format, not in the API format", fix="In ComfyUI use File, Export (API)"
        )
    if not isinstance(data, dict) or not data:
        raise FitAdError(f"{name} holds no API graph", why="An object of nodes was expected")
    for node_id, node in data.items():
        inputs = node.get("inputs", {}) if isinstance(node, dict) else None
        if not isinstance(node, dict) or not isinstance(node.get("class_type"), str) or not isinstance(inputs, dict):
            raise FitAdError(f"{name} holds no API graph", why=f"Node {node_id} has no class_type or no inputs")
    return {str(node_id): {**node, "inputs": dict(node.get("inputs", {}))} for node_id, node in data.items()}


def as_link(value: object) -> ApiLink | None:
    """Return the link that an input value stands for, or None where it is a plain value."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], (str, int)) and _is_slot(value[1]):
        return ApiLink(str(value[0]), int(value[1]))
    return None


def _is_slot(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def title(graph: Mapping[str, Mapping[str, Any]], node_id: str) -> str:
    """Return what a designer calls the node: its title, else its class."""
    node = graph.get(node_id, {})
    meta = node.get("_meta")
    named = meta.get("title") if isinstance(meta, dict) else None
    return str(named or node.get("class_type") or node_id)


def links(node: Mapping[str, Any]) -> Iterator[tuple[str, ApiLink]]:
    """Yield the connected inputs of a node."""
    for name, value in node["inputs"].items():
        if (link := as_link(value)) is not None:
            yield name, link


def run_order(graph: Graph, targets: Iterable[str]) -> list[str]:
    """Return the nodes that the targets need, each after everything it takes from.

    Raises:
        FitAdError: A link comes from a node that is not there, or the links form a loop.
    """
    order: dict[str, None] = {}
    for target in targets:
        _visit(graph, target, order)
    return list(order)


def _visit(graph: Graph, target: str, order: dict[str, None]) -> None:
    """Append the target after its sources; a walk with a stack, since a graph may be deeper than Python's."""
    path: dict[str, Iterator[tuple[str, ApiLink]]] = {target: links(graph[target])}
    while path:
        node_id = next(reversed(path))
        step = next(path[node_id], None)
        if step is None:
            order.setdefault(node_id)
            del path[node_id]
            continue
        name, (source, _) = step
        if source not in graph:
            raise FitAdError(
                f"{title(graph, node_id)}: its input {name} is connected to node {source}, which is not there"
            )
        if source in path:
            loop = [*path][[*path].index(source) :]
            raise FitAdError(
                "The links form a loop", why=" → ".join(title(graph, n) for n in [*loop, source]), fix="Remove one link"
            )
        if source not in order:
            path[source] = links(graph[source])
