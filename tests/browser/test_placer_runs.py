"""The placement editors after runs, in a real browser and both renderers: several pictures, reloads, words in a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from comfyui_server import ComfyUIServer
from editor_page import Editors
from placer_page import PlacerPage

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
BOX = ("x", "y", "width", "height", "anchor")


@pytest.fixture(scope="module")
def opened(editors: Editors, vue: bool) -> PlacerPage:
    return PlacerPage(editors, vue=vue)


@pytest.fixture
def photos(comfyui: ComfyUIServer) -> list[str]:
    return [comfyui.upload(SAMPLES / name) for name in ("coffee.png", "astronaut.png", "coffee.png")]


@pytest.fixture
def placer(opened: PlacerPage) -> Iterator[PlacerPage]:
    opened.errors.clear()
    yield opened
    assert opened.errors == []


def page_shown(placer: PlacerPage) -> str:
    return str(placer.find(".fit-ad-page").text_content())


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and float(np.abs(one - other).mean()) < 1


def test_each_picture_of_a_run_can_be_looked_at_also_after_a_reload(placer: PlacerPage, photos: list[str]) -> None:
    placer.build_chain(photos, ["오늘의 특가"])
    placer.run()
    placer.turn_to(-1)
    assert page_shown(placer) == "1 / 3"
    first = placer.exact()
    placer.find(".fit-ad-pages button").last.click()
    placer.settle()
    second = placer.exact()
    assert page_shown(placer) == "2 / 3"
    assert not alike(first, second)
    placer.find(".fit-ad-stage").focus()
    placer.press("PageDown", "PageDown")
    placer.settle()
    assert page_shown(placer) == "1 / 3"
    assert alike(placer.exact(), first)
    placer.reload()
    placer.look()
    placer.settle()
    assert page_shown(placer) == "1 / 3"
    assert alike(placer.exact(), first)


def test_words_that_nobody_touched_stay_where_they_were_shown(placer: PlacerPage, photos: list[str]) -> None:
    placer.build_chain(photos[:1], ["오늘의 특가", "아메리카노 한 잔을 사면 한 잔 더"])
    placer.run()
    placer.turn_to(-1)
    body = placer.fields()
    shown = placer.frame_percent()
    assert body["edited"] == ""
    placer.turn_to(0)
    headline = placer.fields()
    placer.drag("frame", (0, -60 if headline["y"] > 50 else 60), keys="Alt")
    moved = placer.fields()
    assert moved["y"] != headline["y"]
    placer.run()
    placer.turn_to(-1)
    after = placer.fields()
    assert {name: after[name] for name in BOX} == {name: body[name] for name in BOX}
    assert after["edited"].startswith("held:")
    assert placer.frame_percent() == pytest.approx(shown, abs=0.5)
    assert not placer.find(".fit-ad-notice").is_visible()
    placer.turn_to(0)
    assert {name: placer.fields()[name] for name in BOX} == {name: moved[name] for name in BOX}
    assert not placer.find(".fit-ad-notice").is_visible()
    placer.find(".fit-ad-stage").focus()
    placer.press("Control+z")
    assert placer.fields() == headline
    placer.which = -1
    assert placer.fields()["edited"] == ""


def test_words_that_the_edge_cuts_off_are_not_called_legible(placer: PlacerPage, photos: list[str]) -> None:
    placer.build(photos[0])
    badge = placer.find(".fit-ad-contrast")
    assert badge.get_attribute("data-legible") == "true"
    placer.drag("frame", (-placer.rect(".fit-ad-world").width * 0.4, 0), keys="Alt")
    placer.settle()
    assert badge.get_attribute("data-legible") == "false"
    assert "cut off" in badge.inner_text()
