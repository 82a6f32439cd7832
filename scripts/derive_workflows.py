"""From the graphs of the bundle: their API files, and from the model registry what their cards say of memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from derived import ROOT, DerivedFile, json_text, read_json

WORKFLOWS = ROOT / "workflows"
_INDENT = 1


def files() -> Iterator[DerivedFile]:
    graphs = {path.stem: read_json(path) for path in sorted(WORKFLOWS.glob("*.json"))}
    for name, graph in graphs.items():
        yield DerivedFile(WORKFLOWS / f"{name}.json", json_text(with_memory(name, graphs), _INDENT))
        yield DerivedFile(WORKFLOWS / "api" / f"{name}.json", json_text(api_graph(name, graph), _INDENT))


def with_memory(name: str, graphs: Mapping[str, Any]) -> dict[str, Any]:
    """Return a graph whose card says what it takes on each size of graphics card."""
    from fit_ad.core.models.vram import by_card

    cards = {other: graph["extra"]["fit_ad"] for other, graph in graphs.items()}
    card = cards[name]
    family = card.get("variant_of", name)
    others = {
        other: one["models"]
        for other, one in cards.items()
        if other != name and one.get("variant_of", other) == family and one["commercial"] in ("yes", card["commercial"])
    }
    card["memory"] = by_card(card["models"], others)
    return dict(graphs[name])


def api_graph(name: str, graph: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the editor would send to the server.

    Raises:
        ValueError: The graph's values cannot be matched with their fields for certain.
    """
    from fit_ad.core.validation import from_catalogue
    from fit_ad.core.workflow.conversion import convert
    from fit_ad.core.workflow.document import read

    made = convert(read(graph, name), from_catalogue().nodes)
    if made.refusals:
        raise ValueError(f"{name}: {'; '.join(map(str, made.refusals))}")
    nodes = {key: _node(made.graph[key]) for key in sorted(made.graph, key=_by_id)}
    for level in (graph, *graph.get("definitions", {}).get("subgraphs", ())):
        for node in level["nodes"]:
            if node["type"] == "CustomCombo":
                for key, sent in nodes.items():
                    if sent["class_type"] == "CustomCombo" and key.rpartition(":")[2] == str(node["id"]):
                        sent["inputs"].update(_custom_combo(node["widgets_values"]))
    return nodes


def _by_id(key: str) -> list[int]:
    return [int(part) for part in key.split(":")]


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    return {"inputs": dict(node["inputs"]), "class_type": node["class_type"], "_meta": dict(node["_meta"])}


def _custom_combo(values: list[Any]) -> dict[str, Any]:
    """Return the inputs that only the editor's script fills in: the place in the list, and the list."""
    return {"index": values[1], **{f"option{number}": value for number, value in enumerate(values[2:], 1)}}
