"""Photos of LoadImage reach the nodes in sRGB, whatever profile their file has."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import folder_paths
import numpy as np
import pytest
import torch
from color_profiles import display_p3
from comfy_api.latest import io
from fit_ad.core.raster.color_profile import to_srgb, wide_profile
from fit_ad.nodes import _color_profiles
from PIL import Image, ImageCms

COLOR = (204, 102, 51)
AS_P3 = (221, 94, 24)  # what COLOR in Display P3 is in sRGB


class Taking(io.ComfyNode):
    """A node that gives back what it gets."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        inputs: list[Any] = [
            io.String.Input("text"),
            io.Image.Input("image"),
            io.Mask.Input("mask"),
        ]
        return io.Schema(node_id="Taking", category="test", inputs=inputs)

    @classmethod
    def execute(cls, **inputs: Any) -> Any:
        return inputs


class TakingLater(Taking):
    """The same for a node that is waited for."""

    @classmethod
    async def execute(cls, **inputs: Any) -> Any:
        return inputs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(folder_paths, "get_input_directory", lambda: str(tmp_path / "input"))
    monkeypatch.setattr(
        folder_paths, "get_annotated_filepath", lambda name: str(tmp_path / "input" / name.removesuffix(" [input]"))
    )
    (tmp_path / "input").mkdir()
    picture = Image.new("RGB", (4, 3), COLOR)
    picture.save(tmp_path / "input" / "p3.png", icc_profile=display_p3())
    picture.save(tmp_path / "input" / "plain.png")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(tmp_path / "input" / "srgb.png", icc_profile=srgb)
    picture.save(tmp_path / "input" / "broken.png", icc_profile=b"no profile at all")
    picture.save(tmp_path / "outside.png", icc_profile=display_p3())
    return tmp_path / "input"


def taken(graph: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch, node: Any = Taking, **inputs: Any) -> Any:
    monkeypatch.setattr(_color_profiles, "graph_around", lambda: (graph, "9"))
    right = _color_profiles.with_profiles(type("Node", (node,), {}))
    return right.execute(**inputs)


def wired(source: str, slot: int, name: str, file: str = "p3.png", **inputs: Any) -> dict[str, Any]:
    return {
        "1": {"class_type": source, "inputs": {"image": file}},
        "9": {"class_type": "Taking", "inputs": {name: ["1", slot], **inputs}},
    }


def image() -> torch.Tensor:
    return torch.tensor(COLOR, dtype=torch.float32).div(255).expand(2, 3, 4, 3)


def first(value: torch.Tensor) -> tuple[int, ...]:
    return tuple(round(255 * float(v)) for v in value[0, 0, 0])


@pytest.mark.parametrize(("file", "color"), [("p3.png", AS_P3), ("plain.png", COLOR), ("srgb.png", COLOR)])
@pytest.mark.parametrize("loader", ["LoadImage", "LoadImageOutput"])
def test_a_loaded_photo_looks_as_its_profile_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, file: str, color: tuple[int, ...], loader: str
) -> None:
    got = taken(wired(loader, 0, "image", file), monkeypatch, image=image())["image"]
    assert got.shape == (2, 3, 4, 3)
    assert first(got) == color


@pytest.mark.parametrize("file", ["broken.png", "none.png", "../outside.png", "", 5, None])
def test_what_has_no_profile_that_can_be_read_stays(folder: Path, monkeypatch: pytest.MonkeyPatch, file: Any) -> None:
    got = taken(wired("LoadImage", 0, "image", file), monkeypatch, image=image())["image"]
    assert first(got) == COLOR


def test_a_node_that_is_waited_for_gets_it_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    got = asyncio.run(taken(wired("LoadImage", 0, "image"), monkeypatch, TakingLater, image=image()))
    assert first(got["image"]) == AS_P3


def test_a_picture_of_another_node_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert first(taken(wired("ImageScale", 0, "image"), monkeypatch, image=image())["image"]) == COLOR


def test_a_photo_that_another_packs_node_gets_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours = SimpleNamespace(CATEGORY="Fit-AD")
    classes = SimpleNamespace(NODE_CLASS_MAPPINGS={"AdCutout": ours, "Scale": object()})
    monkeypatch.setitem(sys.modules, "nodes", classes)
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "p3.png"}},
        "2": {"class_type": "Scale", "inputs": {"image": ["1", 0], "again": ["2", 0]}},
        "9": {"class_type": "AdSave", "inputs": {"image": ["2", 0]}},
    }
    monkeypatch.setattr(_color_profiles, "graph_around", lambda: (graph, "9"))
    _color_profiles.warn_of_profiles()
    assert "p3.png is in Display P3" in caplog.text
    caplog.clear()
    graph["2"]["class_type"] = "AdCutout"
    _color_profiles.warn_of_profiles()
    graph["2"] = {"class_type": "Scale", "inputs": {"mask": ["1", 1]}}
    _color_profiles.warn_of_profiles()
    assert caplog.text == ""


def test_only_colours_change_and_alpha_stays(folder: Path) -> None:
    picture = np.dstack([np.full((2, 2), value / 255, np.float32) for value in (*COLOR, 51)])
    profile = wide_profile(folder / "p3.png")
    assert profile is not None
    turned = to_srgb(picture, profile)
    assert turned.dtype == np.float32
    assert tuple(np.rint(255 * turned[0, 0]).astype(int)) == (*AS_P3, 51)
