"""Out of memory: which texts mean it, and what is changed before another try."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from fit_ad.client.runs.out_of_memory import (
    card_memory_gb,
    lighter_graph,
    models_used,
    with_models_there,
)
from fit_ad.core.errors import MissingModelError
from fit_ad.core.workflow.card import as_card

Q8, Q4 = "flux1-dev-Q8_0.gguf", "flux1-dev-Q4_0.gguf"
GRAPH: dict[str, dict[str, Any]] = {
    "1": {"class_type": "UnetLoaderGGUF", "inputs": {"unet_name": Q8}},
    "2": {"class_type": "VAEDecode", "inputs": {"samples": ["4", 0], "vae": ["3", 0]}, "_meta": {"title": "Decode"}},
    "3": {"class_type": "VAELoader", "inputs": {"vae_name": "ae.safetensors"}},
    "4": {"class_type": "PrimitiveInt", "inputs": {"value": 3}},
}
CARD = as_card(
    {
        "name": "t2i",
        "mode": "create",
        "version": "1.0.0",
        "inputs": {"count": {"node": "4", "input": "value", "kind": "int"}},
        "outputs": {},
    },
    "t2i",
)


class Offers:
    """What a server's loaders offer."""

    def __init__(self, *unets: str) -> None:
        self.unets = unets

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None:
        return {"unet_name": self.unets, "vae_name": ("ae.safetensors",)}.get(input_name)


def test_first_retry_takes_a_smaller_model_and_tiles() -> None:
    before = copy.deepcopy(GRAPH)
    graph, changes = lighter_graph(GRAPH, CARD, Offers(Q8, f"small/{Q4}"), 1)
    assert before == GRAPH
    assert graph["1"]["inputs"] == {"unet_name": f"small/{Q4}"}
    assert graph["2"]["class_type"] == "VAEDecodeTiled"
    assert graph["2"]["inputs"]["samples"] == ["4", 0]
    assert graph["2"]["inputs"]["tile_size"] == 512
    assert graph["4"]["inputs"] == {"value": 3}
    assert changes == ["flux1-dev-q4 instead of flux1-dev-q8", "Decode works in tiles"]


def test_second_retry_makes_one_picture() -> None:
    once, _ = lighter_graph(GRAPH, CARD, Offers(Q8, Q4), 1)
    twice, changes = lighter_graph(once, CARD, Offers(Q8, Q4), 2)
    assert twice["4"]["inputs"] == {"value": 1}
    assert changes == ["1 picture instead of 3"]


def test_nothing_left_to_change() -> None:
    graph = {"3": GRAPH["3"]}
    assert lighter_graph(graph, CARD, Offers(), 2) == (graph, [])


def test_models_are_known_by_their_files() -> None:
    assert [(use.node, use.model.id) for use in models_used(GRAPH)] == [("1", "flux1-dev-q8"), ("3", "flux-vae")]


@pytest.mark.parametrize(
    ("offered", "card_gb", "value", "changes"),
    [
        ((Q8, Q4), 0.0, Q8, []),
        ((Q8, Q4), 24.0, Q8, []),
        ((Q8, Q4), 12.0, Q4, ["flux1-dev-q4 instead of flux1-dev-q8"]),
        ((Q4,), 0.0, Q4, ["flux1-dev-q4 instead of flux1-dev-q8"]),
        ((f"flux\\{Q8}",), 0.0, f"flux\\{Q8}", []),
        ((Q8,), 4.0, Q8, []),
    ],
)
def test_models_that_are_there_and_fit(
    offered: tuple[str, ...], card_gb: float, value: str, changes: list[str]
) -> None:
    graph, said = with_models_there(GRAPH, Offers(*offered), card_gb)
    assert graph["1"]["inputs"]["unet_name"] == value
    assert said == changes


def test_a_model_that_is_nowhere() -> None:
    with pytest.raises(MissingModelError, match=r"flux1-dev-Q8_0\.gguf is not installed.*diffusion_models"):
        with_models_there(GRAPH, Offers("other.gguf"))


@pytest.mark.parametrize(
    ("stats", "gb"),
    [
        ({}, 0.0),
        ({"devices": [{"type": "cpu", "vram_total": 2**34}]}, 0.0),
        ({"devices": [{"type": "cuda", "vram_total": 24 * 2**30}]}, 24.0),
        ({"devices": ["?"]}, 0.0),
    ],
)
def test_memory_of_the_card(stats: dict[str, Any], gb: float) -> None:
    assert card_memory_gb(stats) == gb


CANVAS: dict[str, dict[str, Any]] = {
    "1": {"class_type": "AdCanvas", "inputs": {"format": "feed-4x5", "width": 1, "height": 1}},
    "2": {"class_type": "EmptySD3LatentImage", "inputs": {"width": ["1", 2], "height": ["1", 3], "batch_size": 1}},
    "3": {"class_type": "ImageScale", "inputs": {"width": ["1", 0], "height": ["1", 1]}},
}


def test_where_nothing_else_helps_it_is_generated_smaller() -> None:
    graph, changes = lighter_graph(CANVAS, CARD, Offers(), 1)
    assert graph["2"]["inputs"] == {"width": 672, "height": 832, "batch_size": 1}  # of 896 x 1120
    assert graph["3"]["inputs"] == CANVAS["3"]["inputs"]  # the finished ad keeps its size
    assert changes == ["generated at 672 × 832"]
    assert lighter_graph(graph, CARD, Offers(), 2) == (graph, [])


def test_one_picture_comes_before_a_smaller_one() -> None:
    graph = {**CANVAS, "4": {"class_type": "PrimitiveInt", "inputs": {"value": 3}}}
    once, changes = lighter_graph(graph, CARD, Offers(), 1)
    assert changes == ["1 picture instead of 3"]
    assert lighter_graph(once, CARD, Offers(), 2)[1] == ["generated at 672 × 832"]


@pytest.mark.parametrize("inputs", [{"also": "story"}, {"format": ["9", 0]}, {"format": "of-tomorrow"}])
def test_sizes_that_are_not_plain_stay(inputs: dict[str, Any]) -> None:
    graph = {**CANVAS, "1": {"class_type": "AdCanvas", "inputs": {**CANVAS["1"]["inputs"], **inputs}}}
    assert lighter_graph(graph, CARD, Offers(), 2) == (graph, [])


def test_megapixels_become_fewer() -> None:
    graph = {"1": {"class_type": "ImageScaleToTotalPixels", "inputs": {"image": ["2", 0], "megapixels": 1}}}
    changed, changes = lighter_graph(graph, CARD, Offers(), 1)
    assert changed["1"]["inputs"]["megapixels"] == 0.56
    assert changes == ["generated at 0.56 megapixels"]


def test_all_models_that_are_nowhere_are_named() -> None:
    class Nothing:
        def choices(self, class_type: str, input_name: str) -> tuple[str, ...]:
            return ()

    with pytest.raises(MissingModelError, match=r"^2 model files are not installed: flux1-dev-Q8_0\.gguf, ae\.safe"):
        with_models_there(GRAPH, Nothing())
