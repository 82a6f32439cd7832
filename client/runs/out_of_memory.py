"""What to run with less memory: smaller models, tiles, fewer and smaller pictures."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import PureWindowsPath
from typing import Any, NamedTuple

from ...core.errors import FitAdError, MissingModelError
from ...core.infra.paths import environment
from ...core.layout.formats import canvas_sizes, latent_size
from ...core.models.registry import Model, in_order, missing_model, primary_model, registry
from ...core.workflow.card import Card
from ...core.workflow.graph import Graph, as_link, title
from .runner import ComboOptions

MAX_RETRIES = 2
_TILED = {"tile_size": 512, "overlap": 64, "temporal_size": 64, "temporal_overlap": 8}
_SMALLER = 0.75  # of each side, so a little over half the pixels
_ONE_AT_A_TIME = "count"  # the role that says how many pictures a run makes


class ModelUse(NamedTuple):
    """A model file in a graph: where it is named, and the registry's entry for it."""

    node: str
    input: str
    value: str
    model: Model


def models_used(graph: Graph) -> Iterator[ModelUse]:
    """Yield the graph's model files that the registry knows."""
    known = {file.name: model for model in reversed(tuple(registry().values())) for file in model.files}
    for node_id, node in graph.items():
        for name, value in node["inputs"].items():
            model = known.get(PureWindowsPath(value).name) if isinstance(value, str) else None
            if model is not None:
                yield ModelUse(node_id, name, value, model)


def with_models_there(graph: Graph, runner: ComboOptions, card_gb: float = 0.0) -> tuple[Graph, list[str]]:
    """Return a copy of the graph whose model files are on the server, and what was taken instead of what.

    Args:
        card_gb: Memory of the card; a model that needs more gives way to an alternative that fits. 0: not known.

    Raises:
        FitAdError: Neither a model nor one of its alternatives is there; all such are named.
    """
    chosen, changes, lacking = copy.deepcopy(graph), [], []
    for use in models_used(graph):
        offered = runner.choices(graph[use.node]["class_type"], use.input)
        if offered is None:
            continue
        available = list(_available(use, offered))
        if not available:
            lacking.append(use.model.id)
            continue
        model, value = next((one for one in available if not card_gb or one[0].vram_gb <= card_gb), available[-1])
        chosen[use.node]["inputs"][use.input] = value
        if model.id != use.model.id:
            changes.append(f"{model.id} instead of {use.model.id}")
    if lacking:
        raise _missing(tuple(dict.fromkeys(lacking)))
    return chosen, list(dict.fromkeys(changes))


def _missing(ids: tuple[str, ...]) -> FitAdError:
    first = missing_model(ids[0])
    if len(ids) == 1:
        return first
    names = ", ".join(registry()[one].files[0].name for one in ids)
    return MissingModelError(
        f"{len(ids)} model files are not installed: {names}",
        why=first.why,
        fix="fit-ad models says where to get them and which folder they go into",
    )


def lighter_graph(graph: Graph, card: Card, runner: ComboOptions, retry: int) -> tuple[Graph, list[str]]:
    """Return a copy of the graph that needs less memory, and what changed; the look suffers last.

    The first retry takes the next model alternative and decodes in tiles. The second, or the first where neither is
    to be had, makes one picture only; where it made no more anyway, it is generated smaller, and enlarged.
    """
    changed = copy.deepcopy(graph)
    changes = [*_smaller_models(changed, runner), *_tiled_decoding(changed)]
    if retry > 1 or not changes:
        changes += _one_picture(changed, card) or list(_smaller_size(changed))
    return changed, changes


def _available(use: ModelUse, offered: tuple[str, ...]) -> Iterator[tuple[Model, str]]:
    """Yield the model and its alternatives that are on offer, in the registry's order; a primary model first."""
    by_name = {PureWindowsPath(value).name: value for value in reversed(offered)}
    for model in in_order(use.model, primary_model(environment())):
        if model is use.model and use.value in offered:
            yield model, use.value
        value = next((by_name[file.name] for file in model.files if file.name in by_name), None)
        if value is not None and value != use.value:
            yield model, value


def _smaller_models(graph: Graph, runner: ComboOptions) -> Iterator[str]:
    """Put the next smaller alternative that the server has in the place of the largest model."""
    uses = sorted(models_used(graph), key=lambda use: use.model.vram_gb, reverse=True)
    for use in uses:
        offered = runner.choices(graph[use.node]["class_type"], use.input) or ()
        smaller = [one for one in _available(use, offered) if one[0].vram_gb < use.model.vram_gb]
        if smaller:
            model, value = smaller[0]
            for other in uses:
                if other.value == use.value:
                    graph[other.node]["inputs"][other.input] = value
            yield f"{model.id} instead of {use.model.id}"
            return


def _tiled_decoding(graph: Graph) -> list[str]:
    nodes = [node_id for node_id, node in graph.items() if node["class_type"] == "VAEDecode"]
    for node_id in nodes:
        graph[node_id] = {
            **graph[node_id],
            "class_type": "VAEDecodeTiled",
            "inputs": {**graph[node_id]["inputs"], **_TILED},
        }
    return [f"{title(graph, nodes[0])} works in tiles"] if nodes else []


def _one_picture(graph: Graph, card: Card) -> list[str]:
    role = card.inputs.get(_ONE_AT_A_TIME)
    if role is None or role.node not in graph:
        return []
    inputs = graph[role.node]["inputs"]
    count = inputs.get(role.input)
    if not isinstance(count, int) or count <= 1:
        return []
    inputs[role.input] = 1
    return [f"1 picture instead of {count}"]


def _smaller_size(graph: Graph) -> Iterator[str]:
    """Put three quarters of the size to generate at where it stands; the size of the finished ad stays."""
    for node_id, node in graph.items():
        if node["class_type"] == "AdCanvas":
            sizes = _sizes_to_generate(node["inputs"])
            spots = list(_wired_to(graph, node_id, sizes))
            for spot, name, slot in spots:
                spot[name] = sizes[slot]
            if spots:
                yield f"generated at {sizes[2]} × {sizes[3]}"
        elif "megapixels" in node["inputs"] and isinstance(node["inputs"]["megapixels"], (int, float)):
            node["inputs"]["megapixels"] = round(node["inputs"]["megapixels"] * _SMALLER**2, 2)
            yield f"generated at {node['inputs']['megapixels']} megapixels"


def _sizes_to_generate(inputs: Mapping[str, Any]) -> dict[int, int]:
    """Return the outputs of AdCanvas for the size to generate at, each made smaller; {} where that is not plain."""
    wanted = tuple(inputs.get(name) for name in ("format", "width", "height"))
    if inputs.get("also") or not isinstance(wanted[0], str) or not all(isinstance(side, int) for side in wanted[1:]):
        return {}
    try:
        ((width, height),) = canvas_sizes(*wanted)  # type: ignore[arg-type]
    except FitAdError:  # a format that only the server's version knows
        return {}
    sides = (max(64, int(side * _SMALLER) // 16 * 16) for side in latent_size(width, height))
    return dict(zip((2, 3), sides, strict=True))


def _wired_to(graph: Graph, source: str, slots: Mapping[int, int]) -> Iterator[tuple[dict[str, Any], str, int]]:
    for node in graph.values():
        for name, value in list(node["inputs"].items()):
            link = as_link(value)
            if link is not None and link.source == source and link.slot in slots:
                yield node["inputs"], name, link.slot


def card_memory_gb(stats: Mapping[str, object]) -> float:
    """Return the memory of the server's first card in GB; 0 where it computes without one."""
    devices = stats.get("devices")
    first = devices[0] if isinstance(devices, list) and devices else {}
    if not isinstance(first, dict) or first.get("type") in (None, "cpu", "mps"):
        return 0.0
    total = first.get("vram_total")
    return float(total) / 2**30 if isinstance(total, (int, float)) else 0.0
