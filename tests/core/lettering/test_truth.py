"""Lettering against the truth: the same drawn eight times larger, colours by CIEDE2000, light turned round."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from fit_ad.core.color import spaces
from fit_ad.core.lettering import Effects, Lettering, LetteringStyle, render
from fit_ad.core.text import fonts
from skimage.color import deltaE_ciede2000, rgb2lab

FACES = fonts.bundled()
TIMES = 8
FONTS = ("Pretendard ExtraBold", "Nanum Myeongjo ExtraBold", "Nanum Pen")
LOOKS: dict[str, dict[str, Any]] = {
    "flat": {},
    "outline": {"outline_px": 4.0, "outline_color": "#102040"},
    "outline on the edge": {"outline_px": 4.0, "effects": Effects(outline_position="center")},
    "outline inside": {"outline_px": 2.0, "effects": Effects(outline_position="inside")},
    "shadow": {"shadow": 0.7},
    "emboss": {"style": "emboss"},
    "carved": {"style": "carved"},
}


def draw(text: str, **look: Any) -> Lettering:
    return render(text, LetteringStyle(**look), FACES)


def premultiplied(rgba: np.ndarray) -> np.ndarray:
    return np.concatenate([rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]], axis=-1)


def truth(text: str, style: LetteringStyle) -> np.ndarray:
    """Return the lettering drawn eight times larger and reduced, premultiplied."""
    sides = {name: getattr(style, name) * TIMES for name in ("size_px", "width_px", "height_px", "outline_px")}
    large = premultiplied(render(text, replace(style, **sides), FACES).rgba)
    return cv2.resize(large, (style.width_px, style.height_px), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("font", FONTS)
def test_no_background_shows_a_fringe(font: str, look: dict[str, Any]) -> None:
    style = LetteringStyle(font=font, size_px=60, width_px=192, height_px=96, color="#E8B04A", **look)
    made, true = premultiplied(render("특가 A", style, FACES).rgba), truth("특가 A", style)
    for ground in ((0, 0, 0), (1, 1, 1), (1, 0, 0)):
        shown, wanted = (p[..., :3] + np.float32(ground) * (1 - p[..., 3:]) for p in (made, true))
        assert np.abs(shown - wanted).mean() < 1 / 255


@pytest.mark.parametrize("style", ["flat", "emboss", "carved", "floating"])
@pytest.mark.parametrize("hexa", ["#E8B04A", "#FFFFFF", "#1A1A1A", "#B3261E", "#1F6B4F"])
def test_the_face_has_the_colour_asked_for(style: str, hexa: str) -> None:
    made = draw("갓 구운 소금빵 Ag", style=style, color=hexa, width_px=700, relief=1.0)
    face = np.median(made.rgba[..., :3][made.mask > 0.99], axis=0)
    assert deltaE_ciede2000(rgb2lab(face), rgb2lab(np.array(spaces.parse_hex(hexa)))) < 2


@pytest.mark.parametrize("style", ["emboss", "carved"])
@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("size_px", [32, 100, 300])
def test_relief_changes_no_silhouette(style: str, font: str, size_px: int) -> None:
    look = {"font": font, "size_px": size_px, "width_px": 4 * size_px, "height_px": 2 * size_px}
    flat, made = (draw("특가 Ag", style=kind, **look).rgba[..., 3] > 0.5 for kind in ("flat", style))
    assert np.logical_and(flat, made).sum() / np.logical_or(flat, made).sum() >= 0.99


def _bevels(style: str, light_deg: float) -> dict[str, float]:
    """Return the luminance of each side's bevel of a square."""
    made = draw("■", style=style, color="#808080", size_px=200, relief=0.8, light_deg=light_deg)
    rows, columns = np.flatnonzero(made.mask.max(axis=1) > 0.5), np.flatnonzero(made.mask.max(axis=0) > 0.5)
    ink = spaces.luminance(made.rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1, :3])
    rim, middle = slice(2, 9), slice(30, -30)
    sides = {"top": ink[rim, middle], "left": ink[middle, rim]}
    sides |= {"bottom": ink[::-1][rim, middle], "right": ink[:, ::-1][middle, rim]}
    return {name: float(values.mean()) for name, values in sides.items()}


@pytest.mark.parametrize("style", ["emboss", "floating", "carved"])
@pytest.mark.parametrize(("light", "towards", "away"), [(0, "top", "bottom"), (90, "right", "left")])
def test_turning_the_light_round_swaps_light_and_dark(style: str, light: float, towards: str, away: str) -> None:
    one, other = _bevels(style, light), _bevels(style, light + 180)
    face = float(spaces.luminance(np.array(spaces.parse_hex("#808080"))))
    lit, dark = (away, towards) if style == "carved" else (towards, away)
    assert one[lit] > 1.15 * face
    assert one[dark] < 0.75 * face
    assert other[lit] == pytest.approx(one[dark], rel=0.05)
    assert other[dark] == pytest.approx(one[lit], rel=0.05)


@pytest.mark.parametrize("style", ["emboss", "floating", "carved"])
def test_depth_rises_steadily_from_the_edge_to_the_face(style: str) -> None:
    made = draw("■", style=style, size_px=200, relief=1.0)
    rows, columns = np.flatnonzero(made.mask.max(axis=1) > 0.5), np.flatnonzero(made.mask.max(axis=0) > 0.5)
    middle = (rows[0] + rows[-1]) // 2
    way = made.depth[middle, columns[0] : (columns[0] + columns[-1]) // 2]
    steps = np.diff(way[1:]) * (-1 if style == "carved" else 1)  # near = bright: what is cut in grows darker
    assert (steps >= -1e-6).all()
    assert abs(way[-1] - way[1]) > 0.5
    assert way[-1] == pytest.approx(0.0 if style == "carved" else 1.0, abs=1e-3)


@pytest.mark.parametrize("angle_deg", [4.0, 12.0])
def test_bevels_have_no_ridges(angle_deg: float) -> None:
    made = draw("■", style="emboss", color="#808080", size_px=400, effects=Effects(slant_deg=angle_deg), light_deg=90)
    grey = np.where(made.mask > 0.99, made.rgba[..., 0], np.nan)
    height = grey.shape[0]
    rim = []
    for row in range(height // 4, 3 * height // 4):  # along the leaning right side, one place of the bevel
        right = np.interp(0.5, made.mask[row, ::-1].cumsum(), np.arange(grey.shape[1]))
        at = grey.shape[1] - 1 - right - 12
        rim.append(np.interp(at, np.arange(grey.shape[1]), np.nan_to_num(grey[row])))
    assert np.mean(rim) > 0.6
    assert np.std(rim) < 0.012


LAYERED: dict[str, dict[str, Any]] = {
    "every effect": {
        "style": "floating",
        "outline_px": 3.0,
        "shadow": 0.5,
        "brush": 0.6,
        "seed": 9,
        "effects": Effects(
            gradient=1,
            glow=0.7,
            inner_shadow=0.5,
            ground="ribbon",
            arc_deg=50,
            slant_deg=8,
            specular=0.5,
            occlusion=0.5,
        ),
    },
    "carved into a pill": {"style": "carved", "effects": Effects(ground="pill", specular=0.4, occlusion=1)},
}


@pytest.mark.parametrize("look", LAYERED.values(), ids=LAYERED)
def test_the_same_inputs_give_the_same_bytes(look: dict[str, Any]) -> None:
    first, second = (draw("여름 특가 Sale", width_px=300, height_px=200, **look) for _ in range(2))
    for name in ("rgba", "mask", "depth"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
        assert getattr(first, name).min() >= 0
        assert getattr(first, name).max() <= 1
