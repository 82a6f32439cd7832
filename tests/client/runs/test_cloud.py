"""The bundle's graphs, painted in the cloud instead of on the server's card."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fit_ad.client.failures import MemoryFailedError
from fit_ad.client.runs.cloud import can_paint, in_the_cloud
from fit_ad.client.runs.execute import retry_with_less
from fit_ad.client.runs.out_of_memory import MAX_RETRIES
from fit_ad.client.runs.preflight import needed_part
from fit_ad.client.runs.results import Attempt
from fit_ad.core.workflow.card import load_card, load_workflow, workflow_names


class Server:
    """Offers these profiles."""

    def __init__(self, *profiles: str) -> None:
        self.profiles = profiles

    def has_node(self, class_type: str) -> bool:
        return class_type not in ("UnetLoaderGGUF", "FaceDetailer", "SAMLoader", "DualCLIPLoaderGGUF")

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None:
        return self.profiles if (class_type, input_name) == ("AdImageAPI", "profile") else None


PAINTS = Server("auto", "mine")


def clouded(name: str) -> tuple[dict[str, Any], list[str]] | None:
    graph, card = load_workflow(name)
    return in_the_cloud(graph, card, PAINTS)


def painters(graph: dict[str, Any]) -> list[dict[str, Any]]:
    return [node["inputs"] for node in graph.values() if node["class_type"] == "AdImageAPI"]


@pytest.mark.parametrize("server", [Server(), Server("auto")])
def test_nothing_is_done_unless_the_server_names_a_profile(server: Server) -> None:
    graph, card = load_workflow("t2i")
    assert not can_paint(server)
    assert in_the_cloud(graph, card, server) is None


def test_words_become_a_picture_without_a_model() -> None:
    found = clouded("t2i")
    assert found is not None
    graph, changes = found
    classes = {node["class_type"] for node in graph.values()}
    assert not classes & {"UnetLoaderGGUF", "VAEDecode", "FaceDetailer", "SAMLoader"}
    needed = {node["class_type"] for node in needed_part(graph, load_card("t2i")).values()}
    assert not needed & {"KSampler", "PromptClamp77", "VAELoader"}
    assert {"AdCopyLLM", "AdCanvas", "TextPlacer", "AdSave"} <= classes
    before, _ = load_workflow("t2i")
    latent = next(node["inputs"] for node in before.values() if node["class_type"] == "EmptySD3LatentImage")
    clamp = next(node["inputs"] for node in before.values() if node["class_type"] == "PromptClamp77")
    expected = {"profile": "auto", "quality": "auto", "prefer": "cloud", "prompt": clamp["text"]}
    assert painters(graph) == [{**expected, "width": latent["width"], "height": latent["height"]}]
    assert changes == ["Pictures · 그림: 1 picture, painted in the cloud"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("t2i-free", [set()]),
        ("t2i-sdxl", [set()]),
        ("i2i", [{"image"}]),
        ("i2i-free", [{"image"}]),
        ("fill", [{"image", "mask"}]),
        ("fill-free", [{"image", "mask"}]),
        ("product", [set(), {"image", "mask"}]),
        ("portrait-free", [{"image", "mask"}]),
        ("hybrid", [{"image", "mask"}]),
    ],
)
def test_pictures_are_changed_where_they_were_and_masks_hold(name: str, given: list[set[str]]) -> None:
    found = clouded(name)
    assert found is not None
    assert [set(one) & {"image", "mask"} for one in painters(found[0])] == given
    needed = needed_part(found[0], load_card(name))
    assert not any(re.search("unet|clip|vae|checkpoint", node["class_type"], re.I) for node in needed.values())


@pytest.mark.parametrize("name", ["express", "place", "calligraphy"])
def test_what_needs_no_model_or_has_no_like_stays(name: str) -> None:
    assert clouded(name) is None


def test_the_graph_that_was_given_is_not_touched() -> None:
    graph, card = load_workflow("fill")
    in_the_cloud(graph, card, PAINTS)
    assert graph == load_workflow("fill")[0]


@pytest.mark.parametrize("name", workflow_names())
def test_every_workflow_is_either_understood_or_left_alone(name: str) -> None:
    found = clouded(name)
    assert found is None or painters(found[0])


def test_the_cloud_is_the_last_try_after_memory_ran_out_and_only_once() -> None:
    graph, card = load_workflow("t2i")
    attempt, error = Attempt(graph, ["smaller"], retries=MAX_RETRIES, cloud=True), MemoryFailedError("memory ran out")
    retry_with_less(PAINTS, attempt, card, error)  # type: ignore[arg-type]
    assert len(painters(attempt.graph)) == 1
    assert attempt.changes == ["smaller", "Pictures · 그림: 1 picture, painted in the cloud"]
    with pytest.raises(MemoryFailedError):
        retry_with_less(PAINTS, attempt, card, error)  # type: ignore[arg-type]
    with pytest.raises(MemoryFailedError):
        retry_with_less(PAINTS, Attempt(graph, [], retries=MAX_RETRIES), card, error)  # type: ignore[arg-type]
