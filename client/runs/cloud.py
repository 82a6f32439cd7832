"""The last resort where a server's card is too small: the same graph, painted by an image model in the cloud.

Ad Image API takes the place of what decodes latents, on the server, whose settings alone hold the key. Nothing here is
done unless those settings name a profile for pictures.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from ...core.workflow.card import Card
from ...core.workflow.graph import Graph, title
from .preflight import needed_part
from .runner import NodeLookup

_NODE = "AdImageAPI"
_DECODERS = ("VAEDecode", "VAEDecodeTiled")
_DETAILERS = ("FaceDetailer", "DetailerForEach")  # they paint with the local model; their picture goes on as it came
_EMPTY = ("EmptyLatentImage", "EmptySD3LatentImage")
_TEXTS = ("t5xxl", "text", "clip_l")
_BACK = ("samples", "latent_image", "positive", "conditioning", "on_false")  # the way back from a decoder


def can_paint(runner: NodeLookup) -> bool:
    """Return whether the runner's settings name a profile that paints."""
    return any(name != "auto" for name in runner.choices(_NODE, "profile") or ())


def in_the_cloud(graph: Graph, card: Card, runner: NodeLookup) -> tuple[Graph, list[str]] | None:
    """Return a copy of the graph that needs no image model on the server, and what changed; running it costs money.

    None where the server's settings name no profile for pictures, or where a picture is made in a way that has no
    like in the cloud: lettering guided by its depth, for one. Nodes that the server lacks and nothing needs any more
    are left out.

    Args:
        graph: An API graph, roles bound.
        card: The workflow's card.
        runner: Knows what its nodes offer.
    """
    decoders = [key for key, node in graph.items() if node["class_type"] in _DECODERS]
    if not decoders or not can_paint(runner):
        return None
    changed, changes = copy.deepcopy(graph), []
    for node_id in decoders:
        inputs = _inputs(graph, node_id)
        if inputs is None:
            return None
        name = title(graph, node_id)
        changed[node_id] = {"class_type": _NODE, "inputs": inputs, "_meta": {"title": name}}
        changes.append(f"{name}: 1 picture, painted in the cloud")
    _past_detailers(changed)
    needed = needed_part(changed, card)
    kept = {key: node for key, node in changed.items() if key in needed or runner.has_node(node["class_type"])}
    return kept, changes


def _inputs(graph: Graph, decoder: str) -> dict[str, Any] | None:
    """Return what Ad Image API is given in the place of a decoder, or None where it can't take it."""
    sampler = next((key for key in _way(graph, [decoder, 0]) if "positive" in graph[key]["inputs"]), None)
    if sampler is None:
        return None
    words = [*_way(graph, graph[sampler]["inputs"]["positive"])]
    latents = [*_way(graph, graph[sampler]["inputs"].get("latent_image"))]
    prompt, source = _prompt(graph, words), _picture(graph, latents)
    guided = any("control_net" in graph[key]["inputs"] for key in words)
    if prompt is None or source is None or (guided and "image" not in source):
        return None
    return {"prompt": prompt, "profile": "auto", "quality": "auto", "prefer": "cloud", **source}


def _way(graph: Graph, link: Any) -> Iterator[str]:
    """Yield the nodes from a link back to where latents or conditioning begin."""
    seen: set[str] = set()
    while isinstance(link, list) and link and link[0] in graph and link[0] not in seen:
        seen.add(link[0])
        yield link[0]
        inputs = graph[link[0]]["inputs"]
        link = next((inputs[name] for name in _BACK if name in inputs), None)


def _prompt(graph: Graph, words: Sequence[str]) -> Any:
    """Return the prompt, a text or a link, as it was before it was cut for an encoder."""
    texts = (graph[key]["inputs"].get(name) for key in words for name in _TEXTS)
    text = next((one for one in texts if one is not None), None)
    behind = graph.get(text[0]) if isinstance(text, list) else None
    return behind["inputs"]["text"] if behind and behind["class_type"] == "PromptClamp77" else text


def _picture(graph: Graph, latents: Sequence[str]) -> dict[str, Any] | None:
    """Return the picture that latents began as, and its mask; or the size of empty ones."""
    inputs = {name: value for key in reversed(latents) for name, value in graph[key]["inputs"].items()}
    if "pixels" in inputs:
        mask = {"mask": inputs["mask"]} if "mask" in inputs else {}
        return {"width": 0, "height": 0, "image": inputs["pixels"], **mask}
    if any(graph[key]["class_type"] in _EMPTY for key in latents):
        return {"width": inputs["width"], "height": inputs["height"]}
    return None


def _past_detailers(graph: Graph) -> None:
    """Let the pictures go past the nodes that would paint with the local model."""
    past = {key: node["inputs"]["image"] for key, node in graph.items() if node["class_type"] in _DETAILERS}
    for node in graph.values():
        for name, value in node["inputs"].items():
            while isinstance(value, list) and value and value[0] in past:
                value = past[value[0]]
            node["inputs"][name] = value
