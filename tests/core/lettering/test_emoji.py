"""Emoji in their own colours, from a colour font made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fit_ad.core.lettering import LetteringStyle, render
from fit_ad.core.text import fonts
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def square(left: int, bottom: int, side: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((left, bottom))
    for point in ((left, bottom + side), (left + side, bottom + side), (left + side, bottom)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


@pytest.fixture
def emoji_face(tmp_path: Path) -> fonts.FontFace:
    """A font with one emoji, U+1F600: a red square of 0.8 em with a blue one in it."""
    names = [".notdef", "face", "red", "blue"]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x1F600: "face", 0x2665: "face"})
    shapes = [square(0, 0, 10), square(100, 0, 800), square(100, 0, 800), square(400, 300, 200)]
    builder.setupGlyf(dict(zip(names, shapes, strict=True)))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Test Emoji", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.setupCOLR({"face": [("red", 0), ("blue", 1)]})
    builder.setupCPAL([[(1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)]])
    path = tmp_path / "TestEmoji.ttf"
    builder.save(path)
    return fonts.FontFace("TestEmoji", "TestEmoji", path, 0, "folder")


def test_emoji_keep_their_colours(emoji_face: fonts.FontFace) -> None:
    style = LetteringStyle(color="#00FF00", size_px=100, style="emboss")
    made = render("가😀", style, [*fonts.bundled(), emoji_face])
    red = (made.rgba[..., 0] > 0.95) & (made.rgba[..., 1] < 0.05) & (made.rgba[..., 3] > 0.95)
    blue = (made.rgba[..., 2] > 0.95) & (made.rgba[..., 1] < 0.05) & (made.rgba[..., 3] > 0.95)
    assert red.sum() == pytest.approx(80 * 80 - 20 * 20, rel=0.05)
    assert blue.sum() == pytest.approx(20 * 20, rel=0.2)
    assert made.mask[blue].min() > 0.95
    assert np.argwhere(red)[:, 1].min() > made.rgba.shape[1] / 3


def test_a_heart_is_coloured_only_when_asked_for(emoji_face: fonts.FontFace) -> None:
    faces = [*fonts.bundled(), emoji_face]
    plain, coloured = (render(text, LetteringStyle(color="#00FF00", size_px=100), faces) for text in ("♥", "♥\ufe0f"))
    assert plain.rgba[..., 0].max() == 0
    assert coloured.rgba[..., 0].max() == 1


def test_emoji_alone_can_be_outlined(emoji_face: fonts.FontFace) -> None:
    style = LetteringStyle(size_px=100, outline_px=4, outline_color="#FFFFFF")
    made = render("😀", style, [*fonts.bundled(), emoji_face])
    assert made.rgba.shape[:2] == pytest.approx((88, 88), abs=2)
