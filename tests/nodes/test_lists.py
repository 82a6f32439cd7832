"""Lists and batches pair one to one, in every node of the pack: N in, N out, each as if it had come alone."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fit_ad
import folder_paths
import numpy as np
import pytest
import torch
from comfy_api.latest import io
from fit_ad.core.errors import FitAdError
from fit_ad.nodes import _lists, _models
from fit_ad.nodes._lists import NodeInputs, plan

NODES: dict[str, Any] = {
    node.__name__: node for node in asyncio.run(asyncio.run(fit_ad.comfy_entrypoint()).get_node_list())
}
COUNT = 3
KNOWN = NodeInputs({"image": 4, "mask": 3}, frozenset({"width"}))


def photos(count: int = COUNT, size: tuple[int, int] = (96, 80), channels: int = 3) -> list[torch.Tensor]:
    """Return pictures of a dark box on a ground, each of another brightness and the box somewhere else."""
    height, width = size
    made = []
    for index in range(count):
        picture = torch.full((1, height, width, channels), (0.95, 0.05, 0.5)[index % 3])
        picture[:, 30:60, 10 + 8 * index : 44 + 8 * index, :3] = torch.tensor([0.8, 0.1, 0.1 + 0.2 * index])
        if channels == 4:
            picture[..., 3] = 0
            picture[:, 30:60, 10 + 8 * index : 44 + 8 * index, 3] = 1
        made.append(picture)
    return made


def masks(count: int = COUNT, size: tuple[int, int] = (96, 80)) -> list[torch.Tensor]:
    made = [torch.zeros(1, *size) for _ in range(count)]
    for index, mask in enumerate(made):
        mask[:, 40:80, 4 * index : 40 + 4 * index] = 1
    return made


EDGE = {"refine": [True], "threshold": [0.0], "feather": [0.0], "edge_band": [12]}
PLACE = {"x": [50.0], "y": [50.0], "width": [80.0], "height": [40.0], "keep_aspect": [True], "anchor": ["center"]}
COMPOSE = {
    "position": ["center"], "x": [50.0], "y": [50.0], "shadow": [0.0], "shadow_angle": [35.0], "edge_blend": [0.0],
    "color_match": [0.0], "sharpen": [0.0], "lock": [True],
}  # fmt: skip
COPY = {
    "features": [""], "region": [""], "audience": [""], "tone": ["friendly"], "language": ["ko"],
    "profile": ["rules"], "pick": [1], "seed": [1],
}  # fmt: skip
DESIGN = {
    "width": [180], "height": [225], "design": ["caption-card"], "photo": ["auto"], "palette": [""], "type": ["auto"],
}  # fmt: skip
SAVE = {
    "format": ["png"], "max_kb": [0], "quality": [92], "min_side": [0], "metadata": ["none"],
    "psd": [False], "filename_prefix": ["ad"],
}  # fmt: skip
LETTERS = {"font": ["Black Han Sans"], "style": ["flat"], "width": [120], "height": [40]}
HEX = ["#FF0000", "#00FF00", "#0000FF"]
WORDS = ["봄", "여름밤", "가을 커피"]
# What each node gets: pictures and values of which there are several, each unlike the others, and what stays the same.
CASES: dict[str, dict[str, list[Any]]] = {
    "AdCopyLLM": {"shop": WORDS, "offer": ["1+1", "반값", "20% 할인"], **COPY},
    "HelperPrompt": {"text": WORDS, "prompt": [""], "mode": ["keywords"], "blend": [0.5], "profile": ["auto"]},
    "PromptClamp77": {"text": ["a cat, rain", "a dog", "tea, a cup"], "must_keep": [""], "max_tokens": [5, 77, 9]},
    "AdCutout": {"image": photos(channels=4), "engine": ["grabcut"], "grow": [0, 4, -2], **EDGE},
    "BEN2Mask": {"image": photos(), "model": ["BEN2_Base.pth"], "grow": [0, 4, -2], **EDGE},
    "AdCanvas": {"format": ["custom"], "width": [100, 200, 300], "height": [200], "also": [""]},
    "AdBackdrop": {
        "width": [64], "height": [48], "kind": ["solid"], "palette": ["", "night", "#102030"], "seed": [1, 2, 3],
        "image": photos(),
    },
    "AdImageAPI": {
        "prompt": WORDS, "profile": ["auto"], "width": [80], "height": [96], "quality": ["auto"], "prefer": ["local"],
        "local": photos(), "seed": [1, 2, 3],
    },
    "AdDesign": {
        "parts": [json.dumps({"headline": word, "shop": "봄날"}) for word in WORDS], "image": photos(size=(240, 180)),
        "seed": [1, 2, 3], **DESIGN,
    },
    "AdCompose": {
        "background": photos(), "cutout": photos(channels=4), "mask": masks(), "scale": [0.3, 0.5, 0.7], **COMPOSE,
    },
    "Qwen2VLLayoutAdvisor": {
        "image": photos(size=(200, 160)), "text": WORDS, "model": ["pixels"], "language": ["ko"],
        "subject_mask": masks(size=(200, 160)),
    },
    "CalligraphyRender": {"text": WORDS, "color": HEX, **LETTERS},
    "LetteringEffects": {"gradient": [0.1, 0.5, 0.9], "ground_color": HEX},
    "TextPlacer": {
        "background": photos(), "overlay": photos(channels=4), "text": [""], "rotation": [0.0, 10.0, 20.0],
        "subject_mask": masks(), **PLACE,
    },
    "AdSave": {"image": photos(), "copies": WORDS, "hashtags": ["#a", "#b", "#c"], **SAVE},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An output folder, a BEN2 that finds what is red, and a file for it."""

    def red(path: Path, rgb: np.ndarray, progress: Any) -> np.ndarray:
        return (rgb[..., 0] - rgb[..., 1] > 0.3).astype(np.float32)

    monkeypatch.setattr(folder_paths, "get_output_directory", lambda: str(tmp_path))
    monkeypatch.setattr(_models, "run_ben2", red)
    monkeypatch.setattr(_models, "ben2_named", lambda name: (tmp_path / name,))


# --- as ComfyUI calls a node --------------------------------------------------------------------------------------


def run(node: Any, lists: Mapping[str, list[Any]]) -> tuple[list[list[Any]], dict[str, list[Any]]]:
    """Return a list for each output, and what is shown, as ComfyUI's own executor makes them of lists."""
    schema = node.GET_SCHEMA()
    clone = node.PREPARE_CLASS_CLONE({"hidden_inputs": {io.Hidden.prompt: {}, io.Hidden.extra_pnginfo: {}}})
    longest = max(map(len, lists.values()))
    each = ({name: items[min(i, len(items) - 1)] for name, items in lists.items()} for i in range(longest))
    made = [clone.execute(**call) for call in ([lists] if schema.is_input_list else each)]
    outputs = [
        [value for one in made for value in one.result[slot]]
        if output.is_output_list
        else [one.result[slot] for one in made]
        for slot, output in enumerate(schema.outputs)
    ]
    shown: dict[str, list[Any]] = {}
    for one in made:
        for name, items in (one.ui or {}).items():
            shown.setdefault(name, []).extend(items)
    return outputs, shown


def flat(items: list[Any]) -> list[Any]:
    """Return pictures one by one, values as they are."""
    return [p for item in items for p in (item if isinstance(item, torch.Tensor) else [item])]


def batched(name: str, items: list[Any]) -> list[Any]:
    """Return a list of single pictures as one batch; values stay a list."""
    return [torch.cat(items)] if isinstance(items[0], torch.Tensor) else items


def comparable(value: Any) -> Any:
    """Return what tells whether two outputs are alike."""
    if isinstance(value, torch.Tensor):
        return value.shape, value.double().sum().item(), value.flatten()[:: max(value.numel() // 97, 1)].tolist()
    if isinstance(value, dict):
        return {name: comparable(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) else type(value).__name__


def told(node: str, slot: int, outputs: list[list[Any]]) -> list[Any]:
    kept = flat(outputs[slot])
    if node == "AdSave" and slot == 1:  # the numbers in the names go on
        root = Path(folder_paths.get_output_directory())
        return [((root / name).read_bytes(), (root / name).with_suffix(".txt").read_text("utf-8")) for name in kept]
    return [comparable(one) for one in kept]


def only(lists: Mapping[str, list[Any]], index: int) -> dict[str, list[Any]]:
    return {name: [items[min(index, len(items) - 1)]] for name, items in lists.items()}


def test_every_node_of_the_pack_is_tried() -> None:
    assert set(CASES) == set(NODES)


@pytest.mark.parametrize("form", ["list", "batch", "batch beside lists of pictures"])
@pytest.mark.parametrize("name", CASES)
def test_as_many_come_out_as_went_in_each_as_if_alone(name: str, form: str) -> None:
    node, lists = NODES[name], CASES[name]
    alone = [run(node, only(lists, index))[0] for index in range(COUNT)]
    given = dict(lists)
    if form != "list":
        pictures = [key for key, items in lists.items() if isinstance(items[0], torch.Tensor)]
        given |= {key: batched(key, lists[key]) for key in (pictures if form == "batch" else pictures[:1])}
    outputs, _ = run(node, given)
    for slot, output in enumerate(node.GET_SCHEMA().outputs):
        wanted = [one for single in alone for one in told(name, slot, single)]
        assert len(wanted) == COUNT
        found = told(name, slot, outputs)
        if name == "AdCutout" and output.id in ("engine_used", "bg_model") and len(found) == 1:
            wanted = wanted[:1]  # one for all
        assert found == wanted, output.id


@pytest.mark.parametrize("name", [name for name, node in NODES.items() if node.GET_SCHEMA().is_input_list])
def test_pictures_come_out_in_the_batches_that_they_came_in(name: str) -> None:
    lists = CASES[name]
    pictures = [key for key, items in lists.items() if isinstance(items[0], torch.Tensor)]
    if not pictures:
        pytest.skip("takes no pictures")
    two = {key: [torch.cat(lists[key][:2]), lists[key][2]] if key in pictures else lists[key][:1] for key in lists}
    outputs, _ = run(NODES[name], two)
    for slot, output in enumerate(NODES[name].GET_SCHEMA().outputs):
        if output.get_io_type() in ("IMAGE", "MASK"):
            assert [len(batch) for batch in outputs[slot]] == [2, 1], output.id


def test_what_all_pictures_show_is_shown_together() -> None:
    _, shown = run(NODES["AdSave"], CASES["AdSave"])
    assert [one["filename"] for one in shown["images"]] == [f"ad_0000{n}_.png" for n in (1, 2, 3)]
    assert shown["text"] == ["봄", "#a", "여름밤", "#b", "가을 커피", "#c"]


# --- what goes with what ------------------------------------------------------------------------------------------


def pictures(*batches: int) -> list[torch.Tensor]:
    """Return batches of pictures of one pixel, each pixel with its number in all."""
    numbers = iter(range(100))
    return [torch.tensor([[[[float(next(numbers))]]] for _ in range(batch)]) for batch in batches]


def calls(inputs: dict[str, Any], each: bool = False) -> list[dict[str, Any]]:
    """Return what each call gets, pictures as their numbers."""
    made = plan(inputs, KNOWN, each)
    return [
        {name: v.flatten().int().tolist() if isinstance(v, torch.Tensor) else v for name, v in call.inputs.items()}
        for call in made
    ]


def test_lists_go_item_by_item_and_the_shorter_repeats_its_last() -> None:
    assert calls({"image": pictures(1, 1, 1), "text": ["a", "b"]}) == [
        {"image": [0], "text": "a"},
        {"image": [1], "text": "b"},
        {"image": [2], "text": "b"},
    ]
    assert calls({"image": pictures(1), "text": ["a", "b"]}) == [{"image": [0], "text": t} for t in "ab"]


def test_a_batch_stays_together_where_nothing_parts_it() -> None:
    assert calls({"image": pictures(3), "text": ["a"]}) == [{"image": [0, 1, 2], "text": "a"}]
    assert calls({"image": pictures(3), "text": ["a"]}, each=True) == [{"image": [n], "text": "a"} for n in range(3)]


def test_a_list_as_long_as_a_batch_goes_along_with_its_pictures() -> None:
    assert calls({"image": pictures(3), "text": ["a", "b", "c"]}) == [
        {"image": [0], "text": "a"},
        {"image": [1], "text": "b"},
        {"image": [2], "text": "c"},
    ]


def test_a_list_as_long_as_all_batches_together_goes_along_with_all_pictures() -> None:
    made = calls({"image": pictures(2, 2), "text": list("abcd")})
    assert made == [{"image": [n], "text": t} for n, t in enumerate("abcd")]


def test_a_list_for_each_batch_and_one_for_each_picture_of_every_batch() -> None:
    made = calls({"image": pictures(3, 3), "text": ["a", "b"], "color": ["x", "y", "z"]})
    assert made == [
        {"image": [n], "text": t, "color": c} for n, (t, c) in enumerate((t, c) for t in "ab" for c in "xyz")
    ]


def test_a_batch_beside_a_list_of_as_many_pictures() -> None:
    mask = torch.arange(3).float().reshape(3, 1, 1)
    assert calls({"image": pictures(1, 1, 1), "mask": [mask]}) == [{"image": [n], "mask": [n]} for n in range(3)]
    singles = [mask[n : n + 1] for n in range(3)]
    assert calls({"image": pictures(3), "mask": singles}) == [{"image": [n], "mask": [n]} for n in range(3)]


def test_a_batch_goes_with_every_item_of_a_list_of_another_length() -> None:
    mask = torch.arange(3).float().reshape(3, 1, 1)
    assert calls({"image": pictures(1, 1), "mask": [mask]}) == [{"image": [n], "mask": [0, 1, 2]} for n in range(2)]
    assert calls({"image": pictures(3, 3), "mask": [mask]}) == [
        {"image": [0, 1, 2], "mask": [0, 1, 2]},
        {"image": [3, 4, 5], "mask": [0, 1, 2]},
    ]


def test_every_picture_of_a_batch_is_made_in_every_size() -> None:
    made = calls({"image": pictures(3), "width": [10, 20, 30]})
    assert made == [{"image": [0, 1, 2], "width": size} for size in (10, 20, 30)]


def test_values_that_are_no_lists_count_as_lists_of_one() -> None:
    assert calls({"image": pictures(1)[0], "text": "ab", "mask": None}) == [{"image": [0], "text": "ab", "mask": None}]


def test_an_empty_list_is_named() -> None:
    with pytest.raises(FitAdError, match="text: the list is empty"):
        plan({"image": pictures(1), "text": []}, KNOWN)


def test_an_empty_batch_reaches_the_node() -> None:
    assert calls({"image": [torch.zeros(0, 4, 4, 3)], "text": ["a"]}) == [{"image": [], "text": "a"}]


def test_pictures_of_several_sizes_are_no_batch() -> None:
    assert [len(one) for one in _lists._batched([torch.zeros(1, 4, 4, 3), torch.zeros(1, 4, 5, 3)])] == [1, 1]


# --- the node's other methods -------------------------------------------------------------------------------------


def test_checks_before_the_run_take_what_comfyui_hands_over() -> None:
    backdrop = NODES["AdBackdrop"]
    assert backdrop.validate_inputs(palette=["shop"]) == backdrop.__mro__[1].validate_inputs(palette="shop")
    assert backdrop.validate_inputs(palette=(None,)) is True
    assert backdrop.fingerprint_inputs(palette=["#102030"], seed=[1]) == "#102030"


PAIRED = {name: node for name, node in NODES.items() if node.__mro__[1].__name__ == name}


@pytest.mark.parametrize("name", [name for name, node in PAIRED.items() if "validate_inputs" in vars(node)])
def test_comfyui_goes_on_checking_what_a_node_does_not_check_itself(name: str) -> None:
    """ComfyUI leaves out its own checks of inputs that ``validate_inputs`` names, and of all where it takes any."""
    spec = inspect.getfullargspec(PAIRED[name].validate_inputs)
    assert (spec.args, spec.varkw) == inspect.getfullargspec(PAIRED[name].__mro__[1].validate_inputs)[:3:2]


def test_a_lazy_picture_is_asked_for_by_every_call() -> None:
    node = NODES["AdImageAPI"]
    inputs = {**CASES["AdImageAPI"], "local": (None,)}
    assert node.check_lazy_status(**inputs) == ["local"]
    assert node.check_lazy_status(**{**inputs, "local": [torch.cat(photos())]}) == []


def test_each_part_of_a_run_is_told_as_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    import comfy.utils
    from fit_ad.nodes._progress import part, reporter

    told: list[tuple[int, int]] = []
    monkeypatch.setattr(comfy.utils.ProgressBar, "update_absolute", lambda self, at, total: told.append((at, total)))
    with part(1, 4):
        reporter(10)(0.5)
    reporter(10)(0.5)
    assert told == [(15, 40), (5, 10)]
