"""The bundle's graphs for tests: what each needs, and the same graph made small enough for a CPU."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / "workflows"
NAMES = sorted(path.stem for path in WORKFLOWS.glob("*.json"))
ARCHIVE = WORKFLOWS / "archive"
ARCHIVED = sorted(path.stem for path in ARCHIVE.glob("*.json"))
MODEL_FILES = (".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".onnx", ".gguf")
SMALL_PX = (256, 320)
NOTES = ("Note", "MarkdownNote")
CANVAS_LATENTS = (2, 3)  # AdCanvas' outputs latent_width and latent_height
SMALL_INPUTS = {
    "steps": 1,
    "guide_size": 256,
    "max_size": 256,
    "end_at_step": 1,
    "start_at_step": 0,
    "megapixels": 0.08,
}

Graph = dict[str, dict[str, Any]]


def editor(name: str) -> dict[str, Any]:
    return json.loads((WORKFLOWS / f"{name}.json").read_text(encoding="utf-8"))


def archived(stem: str) -> dict[str, Any]:
    """Return a released version that is no longer the latest: NAME-VERSION."""
    return json.loads((ARCHIVE / f"{stem}.json").read_text(encoding="utf-8"))


def api(name: str) -> Graph:
    return json.loads((WORKFLOWS / "api" / f"{name}.json").read_text(encoding="utf-8"))


def card(name: str) -> dict[str, Any]:
    return editor(name)["extra"]["fit_ad"]


def levels(graph: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the graph itself and the definitions of its subgraphs."""
    return [graph, *graph.get("definitions", {}).get("subgraphs", [])]


def subgraphs(graph: Mapping[str, Any]) -> set[str]:
    """Return the types of the nodes that stand for subgraphs."""
    return {level["id"] for level in levels(graph)[1:]}


def links(level: Mapping[str, Any]) -> dict[int, list[Any]]:
    """Return the links of a level: id -> [source, slot, target, slot]; in definitions -10 and -20 are its edges."""
    keys = ("origin_id", "origin_slot", "target_id", "target_slot")
    listed = [link if isinstance(link, list) else [link["id"], *(link[key] for key in keys)] for link in level["links"]]
    return {link[0]: list(link[1:5]) for link in listed}


def fingerprint(graph: Mapping[str, Any]) -> str:
    """Return a hash of what a graph does and offers: nodes, links, values and roles, not its layout."""
    told = graph["extra"]["fit_ad"]
    inside = [_content(level) for level in levels(graph)[1:]]
    content = [_content(graph), told["inputs"], told["outputs"], *([inside] if inside else [])]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _content(level: Mapping[str, Any]) -> list[Any]:
    into = {key: ends[:2] for key, ends in links(level).items()}
    nodes = [
        [
            node["id"],
            node["type"],
            node.get("mode", 0),
            [[slot["name"], into.get(slot.get("link"))] for slot in node.get("inputs", [])],
            node.get("widgets_values"),
        ]
        for node in level["nodes"]
        if node["type"] not in NOTES
    ]
    return sorted(nodes, key=lambda node: str(node[0]))


def model_values(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Yield node id, input and value of everything that names a model file."""
    for node_id, node in graph.items():
        for key, value in node["inputs"].items():
            if isinstance(value, str) and value.lower().endswith(MODEL_FILES):
                yield node_id, key, value


def offered(info: Mapping[str, Any], class_type: str, key: str) -> list[Any]:
    """Return a combo's options on that server."""
    inputs = info[class_type]["input"]
    spec = {**inputs.get("required", {}), **inputs.get("optional", {})}.get(key, [[]])
    return spec[0] if isinstance(spec[0], list) else list(spec[1].get("options", []))


def lacking(graph: Graph, info: Mapping[str, Any]) -> str:
    """Return what that server lacks to run the graph; empty where nothing."""
    nodes = sorted({node["class_type"] for node in graph.values()} - set(info))
    if nodes:
        return "no such nodes here: " + ", ".join(nodes)
    files = [v for n, key, v in model_values(graph) if v not in offered(info, graph[n]["class_type"], key)]
    return "no such model files here: " + ", ".join(sorted(set(files))) if files else ""


def small(graph: Graph) -> Graph:
    """Return the graph at a size and a number of steps that a CPU can do; everything else stays."""
    made = copy.deepcopy(graph)
    canvases = {n for n, node in made.items() if node["class_type"] == "AdCanvas"}
    for node in made.values():
        for key, value in node["inputs"].items():
            if isinstance(value, list) and value[0] in canvases and value[1] in CANVAS_LATENTS:
                node["inputs"][key] = SMALL_PX[value[1] - CANVAS_LATENTS[0]]
            elif key in SMALL_INPUTS and not isinstance(value, list):
                node["inputs"][key] = SMALL_INPUTS[key]
    return made


def filled(graph: Graph, inputs: Mapping[str, Any], photo: str, values: Mapping[str, Any]) -> Graph:
    """Put values, and a photo for every picture, where the roles of a card point; return the graph."""
    photos = {role: photo for role, end in inputs.items() if end["kind"] in ("image", "mask")}
    for role, value in {**values, **photos}.items():
        if role in inputs:
            graph[inputs[role]["node"]]["inputs"][inputs[role]["input"]] = value
    return graph
