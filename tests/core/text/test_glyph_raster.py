"""Glyphs and outlines drawn: exact areas, any affine map, emoji in their own colours."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from built_fonts import builder, built, saved
from fit_ad.core.text import fonts
from fit_ad.core.text.affine import Affine
from fit_ad.core.text.glyph_raster import coloured, coverage, fill, glyph_masks
from fit_ad.core.text.lines import PositionedGlyph, set_line
from fit_ad.core.text.outlines import polygons
from fit_ad.core.text.shaping import Span
from PIL import Image

FACES = fonts.bundled()
MAIN = fonts.find("Pretendard ExtraBold", FACES)
TEXT_FACES = [face for face in FACES if face.kind != "emoji"]


def glyphs(text: str, size: float, at: tuple[float, float], face: fonts.FontFace = MAIN) -> tuple[PositionedGlyph, ...]:
    return set_line([Span(text, face, size)], [*FACES, face]).moved(*at).glyphs


@pytest.fixture
def square(tmp_path: Path) -> fonts.FontFace:
    """A font whose A is a square of half an em on the baseline, from a tenth of an em on."""
    return built(tmp_path, {"A": (100, 0, 600, 500)})


@pytest.mark.parametrize("size", [20.0, 100.0, 600.0])
@pytest.mark.parametrize("at", [(3.0, 0.0), (3.25, 0.5), (3.9, -0.3)])
def test_a_square_covers_its_area_anywhere(square: fonts.FontFace, size: float, at: tuple[float, float]) -> None:
    side = size / 2
    drawn = coverage(glyphs("A", size, (at[0], side + 4 + at[1]), square), (int(side) + 12, int(side) + 12)) / 255.0
    assert drawn.sum() == pytest.approx(side * side, rel=2e-3)
    rows, columns = np.nonzero(drawn)
    weights = drawn[rows, columns]
    middle = (np.average(columns, weights=weights) + 0.5, np.average(rows, weights=weights) + 0.5)
    assert middle == pytest.approx((at[0] + side / 2, 4 + at[1] + side / 2), abs=0.01)


@pytest.mark.parametrize("deg", [0, 10, 45, 90, 200])
def test_turned_and_stretched_glyphs_keep_their_area(square: fonts.FontFace, deg: float) -> None:
    matrix = Affine.shift(100, 100) @ Affine.turn(deg) @ Affine.scale(1.5, 0.8)
    drawn = coverage(glyphs("A", 80, (0, 0), square), (200, 200), matrix)
    assert drawn.sum() / 255 == pytest.approx(40 * 40 * 1.2, rel=3e-3)


@pytest.mark.parametrize("face", TEXT_FACES, ids=lambda face: face.id)
@pytest.mark.parametrize("size", [16, 40, 130])
def test_letters_are_true_to_a_picture_sixteen_times_as_large(face: fonts.FontFace, size: int) -> None:
    line = glyphs("가을9,원S@&", size, (4.3, 1.2 * size + 0.6), face)
    canvas = int(9 * size), int(1.7 * size)
    large = coverage(line, (canvas[0] * 16, canvas[1] * 16), Affine.scale(16))
    true = cv2.resize(large.astype(np.float32), canvas, interpolation=cv2.INTER_AREA)
    error = coverage(line, canvas) - true
    assert np.sqrt(np.mean(error**2)) < 1.5
    assert abs(error.mean()) < 0.4


@pytest.mark.parametrize("face", TEXT_FACES, ids=lambda face: face.id)
def test_filled_outlines_are_the_drawn_glyphs(face: fonts.FontFace) -> None:
    line = glyphs("가을9,원S@&", 90, (4.3, 110.6), face)
    drawn, filled = coverage(line, (820, 150)), fill([glyph.outline() for glyph in line], (820, 150))
    assert np.sqrt(np.mean((drawn.astype(float) - filled) ** 2)) < 2
    assert float(filled.sum()) == pytest.approx(float(drawn.sum()), rel=5e-3)


def test_what_leaves_the_canvas_is_cut_off() -> None:
    whole = coverage(glyphs("가나", 60, (20, 80)), (200, 120))
    part = coverage(glyphs("가나", 60, (20 - 40, 80 - 50)), (100, 50))
    assert np.array_equal(part, whole[50:100, 40:140])
    outlines = [glyph.outline() for glyph in glyphs("가나", 60, (20, 80))]
    filled = fill(outlines, (200, 120))
    assert np.abs(fill(outlines, (100, 50), Affine.shift(-40, -50)).astype(int) - filled[50:100, 40:140]).max() <= 1
    assert not coverage(glyphs("가", 60, (900, 900)), (50, 50)).any()
    assert not fill(outlines, (50, 50), Affine.shift(900, 900)).any()


@pytest.mark.parametrize(
    ("contours", "area"),
    [
        ([[(1.25, 1.5), (9.75, 1.5), (9.75, 8.25), (1.25, 8.25)]], 8.5 * 6.75),
        ([[(2, 2), (12, 2), (2, 12)]], 50),
        ([[(2, 2), (12, 2), (12, 12), (2, 12)], [(4, 4), (4, 8), (8, 8), (8, 4)]], 100 - 16),  # a hole
        ([[(2, 2), (12, 2), (12, 12), (2, 12)], [(4, 4), (8, 4), (8, 8), (4, 8)]], 100),  # no hole: the same way round
        ([[(-5, 3), (25, 3), (25, 6), (-5, 6)]], 16 * 3),  # wider than the canvas
        ([[(3, -5), (6, -5), (6, 25), (3, 25)]], 16 * 3),
    ],
)
def test_areas_of_polygons(contours: list[list[tuple[float, float]]], area: float) -> None:
    drawn = fill([polygons(contours)], (16, 16))  # type: ignore[arg-type]
    assert drawn.sum() / 255 == pytest.approx(area, rel=2e-3)


def test_letters_that_meet_leave_no_seam(square: fonts.FontFace) -> None:
    """Two glyphs that share an edge in the middle of a pixel."""
    left, right = glyphs("A", 80, (4.5, 60), square)[0], glyphs("A", 80, (44.5, 60), square)[0]
    middle = coverage([left, right], (100, 80))[40]
    assert middle[40:65].min() > 180


def test_each_glyph_can_be_drawn_alone() -> None:
    line = glyphs("가 나", 60, (10.4, 70.2))
    masks = glyph_masks(line)
    assert len(masks) == len(line) == 2
    canvas = np.zeros((100, 200), np.uint8)
    for mask in masks:
        assert mask is not None
        height, width = mask.cover.shape
        canvas[mask.y : mask.y + height, mask.x : mask.x + width] = mask.cover
    assert np.array_equal(canvas, coverage(line, (200, 100)))


@pytest.fixture
def emoji(tmp_path: Path) -> fonts.FontFace:
    """A font with one emoji: a red square of 0.8 em with a blue one of 0.2 em in it."""
    made = builder({"😀": (100, 0, 900, 800)}, ("red", "blue"))
    made.font["glyf"]["blue"] = builder({"A": (400, 300, 600, 500)}).font["glyf"]["A"]
    made.setupCOLR({"uni1F600": [("red", 0), ("blue", 1)]})
    made.setupCPAL([[(1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)]])
    return saved(made, tmp_path, name="Emoji.ttf")


def test_emoji_keep_their_colours_and_letters_stay_out(emoji: fonts.FontFace) -> None:
    block = set_line([Span("가😀", MAIN, 100)], [*FACES, emoji]).moved(5, 100)
    drawn = coloured(block.glyphs, (300, 130))
    assert drawn is not None
    red, blue = (drawn[..., channel] > 0.95 for channel in (0, 2))
    assert red.sum() == pytest.approx(80 * 80 - 20 * 20, rel=0.05)
    assert blue.sum() == pytest.approx(20 * 20, rel=0.2)
    assert drawn[..., :3].max(axis=-1).max() <= drawn[..., 3].max() == 1
    assert not coverage(block.glyphs, (300, 130))[red].any()
    assert coloured(glyphs("가", 50, (0, 0)), (10, 10)) is None


def test_emoji_of_bitmaps_fill_their_box(tmp_path: Path) -> None:
    face = bitmap_font(tmp_path)
    block = set_line([Span("😀", MAIN, 60)], [*FACES, face]).moved(10, 80)
    drawn = coloured(block.glyphs, (120, 120))
    assert drawn is not None
    assert drawn[..., 3].sum() == pytest.approx(block.ink.width * block.ink.height, rel=0.03)
    left, right = drawn[:, : 10 + int(block.ink.width / 2) - 3], drawn[:, 10 + int(block.ink.width / 2) + 3 :]
    assert left[..., 0].sum() > 100 * left[..., 2].sum()  # the picture's left half is red, its right half blue
    assert right[..., 2].sum() > 100 * right[..., 0].sum()
    turned = coloured(block.glyphs, (120, 120), Affine.shift(110, 0) @ Affine.turn(90))
    assert turned is not None
    assert turned[..., 3].sum() == pytest.approx(drawn[..., 3].sum(), rel=0.03)


def bitmap_font(folder: Path) -> fonts.FontFace:
    """Return a font of Apple's sort, with a picture of 64 px for its one emoji."""
    from fontTools.ttLib import newTable
    from fontTools.ttLib.tables.sbixGlyph import Glyph
    from fontTools.ttLib.tables.sbixStrike import Strike

    picture = np.zeros((64, 64, 4), np.uint8)
    picture[:, :32], picture[:, 32:] = (255, 0, 0, 255), (0, 0, 255, 255)
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "PNG")
    made = builder({"😀": (0, 0, 1000, 1000)})
    table = newTable("sbix")
    table.version, table.flags, table.numStrikes, table.strikes = 1, 1, 1, {}
    strike = Strike(ppem=64, resolution=72)
    name = "uni1F600"
    strike.glyphs = {
        ".notdef": Glyph(glyphName=".notdef"),
        name: Glyph(glyphName=name, originOffsetX=0, originOffsetY=0, graphicType="png ", imageData=data.getvalue()),
    }
    table.strikes[64] = strike
    made.font["sbix"] = table
    return saved(made, folder, name="AppleEmoji.ttf")
