"""Words on fifty backgrounds, good and bad: all legible after ``fix``, measured on the finished pixels alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from backgrounds import background, names
from fit_ad.core.color.spaces import luminance
from fit_ad.core.legibility.contrast import REQUIRED, REQUIRED_LARGE, large_type_px
from fit_ad.core.lettering import LetteringStyle, render
from fit_ad.core.lettering.effects import Effects
from fit_ad.core.placement.render import PlacedOverlay, Placement, place

BACKGROUNDS = names()
LARGE = render("오늘의 커피\n2,000원", LetteringStyle(width_px=600, height_px=200, color="#D9C3A0"))
SMALL = render("매일 아침 7시부터 갓 볶은 원두로 내립니다", LetteringStyle(size_px=23, color="#FFFFFF"))


def measured(placed: PlacedOverlay) -> float:
    """Return the contrast of the face with the pixels within 4 % of an em of it (3 px at least), worst 5 % left out.

    Taken from the finished picture: nothing of what the placer measures is used.
    """
    import cv2

    face = (placed.mask > 0.98).astype(np.uint8)
    near = max(3, round(0.04 * placed.report["type_px"]))
    wide = cv2.dilate(face, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * near + 1, 2 * near + 1)))
    edge = cv2.dilate((placed.mask > 0.02).astype(np.uint8), np.ones((3, 3), np.uint8))
    light = luminance(placed.image)
    text = np.median(light[face > 0])
    behind = light[(wide > 0) & (edge == 0)]
    return float(np.quantile((np.maximum(text, behind) + 0.05) / (np.minimum(text, behind) + 0.05), 0.05))


def required(placed: PlacedOverlay) -> float:
    large = placed.report["type_px"] >= large_type_px(placed.image.shape[1])
    assert placed.report["large"] is large
    return REQUIRED_LARGE if large else REQUIRED


def test_there_are_fifty() -> None:
    assert len(set(BACKGROUNDS)) == 50


@pytest.mark.parametrize("name", BACKGROUNDS)
def test_all_words_are_legible(name: str) -> None:
    picture = background(name)
    small_box = Placement(50, 88, 100 * SMALL.rgba.shape[1] / picture.shape[1], 6)
    cases = (
        place(picture, LARGE.rgba, Placement(50, 20, 80, 22), legibility="fix"),
        place(picture, None, Placement(50, 55, 80, 10), text="예약 문의 02-123-4567", legibility="fix"),
        place(picture, SMALL.rgba, small_box, legibility="fix"),
    )
    for placed in cases:
        assert placed.report["legible"] is True, (placed.report["contrast"], placed.report["added"])
        assert placed.report["contrast"] >= required(placed)
        assert measured(placed) >= required(placed), placed.report


LOOKS = {
    "emboss": LetteringStyle(color="#D9C3A0", style="emboss"),
    "carved": LetteringStyle(color="#D9C3A0", style="carved"),
    "floating": LetteringStyle(color="#D9C3A0", style="floating"),
    "gradient": LetteringStyle(color="#E8336D", effects=Effects(gradient=1, gradient_color="#FFD23F")),
    "outline": LetteringStyle(color="#FFFFFF", outline_px=4, outline_color="#222222"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_lettering_with_effects_is_legible_too(look: str) -> None:
    overlay = render("오늘의 커피\n2,000원", replace(LOOKS[look], width_px=600, height_px=200)).rgba
    for name in BACKGROUNDS[::9]:
        report = place(background(name), overlay, Placement(50, 20, 80, 22), legibility="fix").report
        assert report["legible"] is True, (name, report["contrast_before"], report["contrast"], report["added"])


@pytest.mark.parametrize(("opacity", "blend"), [(0.6, "normal"), (1, "screen"), (1, "multiply"), (1, "difference")])
def test_what_is_added_never_makes_it_worse(opacity: float, blend: str) -> None:
    for name in BACKGROUNDS[::9]:
        placement = Placement(50, 20, 80, 22, opacity=opacity, blend=blend)
        report = place(background(name), LARGE.rgba, placement, legibility="fix").report
        assert report["contrast"] > report["contrast_before"] or not report["added"]


def test_what_is_not_on_the_picture_has_no_contrast() -> None:
    report = place(background("plain-0"), LARGE.rgba, Placement(-100, 200, 20, 20), legibility="fix").report
    assert (report["contrast"], report["legible"], report["added"]) == (None, None, [])
