"""What the placer shows is what comes out."""

from __future__ import annotations

import base64

import cv2
import numpy as np
import pytest
from fit_ad.core.color.spaces import oklab
from fit_ad.core.layout.model import Layout, TextBox
from fit_ad.core.lettering import LetteringStyle, render
from fit_ad.core.placement.placer_preview import PREVIEW_PX, dragged, encoded, preview, preview_size, stage, suggestions
from fit_ad.core.placement.render import Placement, PlacementOptions, place
from fit_ad.core.raster.fingerprint import changed, fingerprint
from skimage.color import deltaE_ciede2000, rgb2lab

LAYOUT = Layout((TextBox(10, 5, 80, 20, "top", "#402A1E"), TextBox(10, 70, 80, 20)), "top", "#402A1E", (), "")


def scenery(width: int, height: int) -> np.ndarray:
    """Return waves of colour: no two places alike, soft and busy parts."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    red = 0.5 + 0.4 * np.sin(9 * x + 2 * y)
    green = 0.5 + 0.4 * np.sin(5 * y - 3 * x) * np.cos(30 * x * y)
    blue = 0.45 + 0.3 * np.cos(7 * (x - y))
    return np.dstack([red, green, blue]).astype(np.float32)


@pytest.fixture(scope="module")
def words() -> np.ndarray:
    return render("오늘의 커피\n2,000원", LetteringStyle(width_px=900, height_px=420, color="#F8E9C8")).rgba


@pytest.mark.parametrize(
    "placement",
    [
        Placement(50, 20, 84, 22),
        Placement(62, 55, 61, 17, rotation_deg=17),
        Placement(50, 80, 90, 20, opacity=0.8, blend="screen"),
    ],
)
@pytest.mark.parametrize("typed", [False, True])
def test_the_preview_of_a_4k_picture_is_the_output_made_small(
    placement: Placement, typed: bool, words: np.ndarray
) -> None:
    background = scenery(3840, 2160)
    overlay, text = (None, "오늘의 커피 2,000원") if typed else (words, "")
    out = place(background, overlay, placement, text=text, legibility="fix")
    made = preview(stage(background, overlay), PlacementOptions(placement, text=text, legibility="fix"))
    small = cv2.resize(out.image, preview_size((3840, 2160)), interpolation=cv2.INTER_AREA)
    away = deltaE_ciede2000(rgb2lab(small), rgb2lab(made.image / 255))
    assert (away <= 3).mean() >= 0.99
    assert np.abs(np.array(out.report["box"]) - made.placed.report["box"]).max() <= 1
    assert [a["kind"] for a in out.report["added"]] == [a["kind"] for a in made.placed.report["added"]]


def test_up_to_2048_px_the_preview_is_exactly_the_output_made_small(words: np.ndarray) -> None:
    background = np.round(scenery(1080, 1350) * 255) / np.float32(255)
    overlay = np.round(words * 255) / np.float32(255)
    out = place(background, overlay, legibility="fix")
    made = preview(stage(background, overlay), PlacementOptions(legibility="fix"))
    small = cv2.resize(out.image, (640, 800), interpolation=cv2.INTER_AREA)
    assert made.image.shape == (800, 640, 3)
    assert np.abs(small * 255 - made.image).max() <= 1
    assert made.placed.report == out.report


def test_a_small_picture_is_shown_at_its_own_size() -> None:
    assert preview_size((300, 200)) == (300, 200)
    assert preview_size((4000, 1000)) == (PREVIEW_PX, 200)


def test_what_is_dragged_stands_where_the_words_stand(words: np.ndarray) -> None:
    for overlay, text in ((words, ""), (None, "오늘의 커피")):
        of = stage(scenery(1080, 1350), overlay)
        made = preview(of, PlacementOptions(text=text))
        shown = dragged(of, made)
        assert shown is not None
        _, picture, box, scalable = shown
        assert scalable is (overlay is not None)
        assert abs(picture.shape[1] / picture.shape[0] - box.width / box.height) < 0.02
        rows, columns = box.slices(*made.image.shape[:2])
        changed_px = np.abs(made.image.astype(int) - preview(of, PlacementOptions(text="")).image).max() if text else 1
        assert changed_px > 0
        cover = cv2.resize(made.placed.mask, made.image.shape[1::-1], interpolation=cv2.INTER_AREA)
        assert cover[rows, columns].sum() == pytest.approx(cover.sum(), rel=0.01)


def test_nothing_placed_has_nothing_to_drag() -> None:
    of = stage(scenery(60, 40), None)
    assert dragged(of, preview(of, PlacementOptions())) is None


def test_a_clear_background_shows_squares() -> None:
    image = preview(stage(np.zeros((40, 40, 4), np.float32), None), PlacementOptions()).image
    assert sorted(np.unique(image)) == [209, 237]


def test_files_open_again_nearly_as_they_were() -> None:
    picture = (scenery(80, 60) * 255).astype(np.uint8)
    kind, data = encoded(picture)
    assert kind == "image/jpeg"
    back = cv2.cvtColor(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    assert np.abs(oklab(back / 255) - oklab(picture / 255)).mean() < 0.01
    rgba = np.dstack([picture, picture[..., 0]])
    kind, data = encoded(rgba)
    assert kind == "image/png"
    back = cv2.cvtColor(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)
    assert np.array_equal(back, rgba)


def test_ghosts_are_the_boxes_of_the_layout() -> None:
    assert suggestions(LAYOUT)[0] == {"box": [10, 5, 80, 20], "anchor": "top", "label": "1"}
    assert [g["label"] for g in suggestions(LAYOUT)] == ["1", "2"]
    assert suggestions(None) == []


def test_a_fingerprint_tells_another_picture_but_not_another_encoding() -> None:
    picture = scenery(400, 300)
    own = fingerprint(picture)
    kind, data = encoded((picture * 255).astype(np.uint8))
    again = cv2.cvtColor(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    assert kind == "image/jpeg"
    assert not changed(own, fingerprint(np.float32(again) / 255))
    assert changed(own, fingerprint(1 - picture))
    assert changed(own, fingerprint(picture[:, :399]))
    spot = picture.copy()
    spot[:60, :60] = 0
    assert changed(own, fingerprint(spot))
    assert base64.b64decode(own.partition(":")[2])
    for junk in ("", "by hand", "400x300:???", "400x300:AAAA"):
        assert not changed(junk, own)


def test_edits_by_hand_come_before_the_layout_until_the_picture_changes() -> None:
    background, placement = scenery(400, 500), Placement(50, 90, 40, 10)
    own = fingerprint(background)

    def report(edited: str) -> dict[str, object]:
        return place(background, None, placement, text="커피", layout=LAYOUT, edited=edited).report

    assert report("")["placement"] == {"x": 50, "y": 5, "width": 80, "height": 20, "anchor": "top"}
    assert (report("")["advised"], report("")["stale"]) == (True, False)
    by_hand = report(own)
    assert by_hand["placement"] == {"x": 50, "y": 90, "width": 40, "height": 10, "anchor": "center"}
    assert (by_hand["advised"], by_hand["stale"]) == (False, False)
    stale = report(fingerprint(1 - background))
    assert (stale["advised"], stale["stale"]) == (False, True)
    assert stale["placement"] == by_hand["placement"]
    assert by_hand["fingerprint"] == own
