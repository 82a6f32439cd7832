"""Fonts that are broken or unusual: a picture, or an error that names the file."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.lettering import Lettering, LetteringStyle, render
from fit_ad.core.text import fonts
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

FACES = fonts.bundled()
BLACK = fonts.BUNDLED_FOLDER / "black-han-sans" / "BlackHanSans-Regular.ttf"
PRETENDARD = fonts.BUNDLED_FOLDER / "pretendard" / "Pretendard-Medium.otf"
TEXT = "한글 AV 9,900원"


def drawn(path: Path, font: str | None = None) -> Lettering:
    face = fonts.FontFace(path.stem, path.stem, path, 0, "folder")
    return render(TEXT, LetteringStyle(font=font or path.stem, width_px=300, height_px=120), [*FACES, face])


def attempt(path: Path) -> Lettering | FitAdError:
    try:
        return drawn(path)
    except FitAdError as error:
        return error


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def zero_glyphs(data: bytes) -> bytes:
    start, length = table(data, b"glyf")
    return data[:start] + bytes(length) + data[start + length :]


def noisy_glyphs(data: bytes) -> bytes:
    start, length = table(data, b"glyf")
    return data[:start] + random.Random(3).randbytes(length) + data[start + length :]


def noisy_places(data: bytes) -> bytes:
    start, length = table(data, b"loca")
    return data[:start] + random.Random(4).randbytes(length) + data[start + length :]


def no_cmap(data: bytes) -> bytes:
    return data.replace(b"cmap", b"xmap", 1)


def zero_em(data: bytes) -> bytes:
    start, _ = table(data, b"head")
    return data[: start + 18] + b"\0\0" + data[start + 20 :]


def table(data: bytes, tag: bytes) -> tuple[int, int]:
    entry = data.index(tag, 12, 12 + 16 * 40)
    return int.from_bytes(data[entry + 8 : entry + 12], "big"), int.from_bytes(data[entry + 12 : entry + 16], "big")


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        no_cmap,
        zero_em,
        lambda _: b"",
        lambda _: b"this is not a font",
        lambda data: bytes(len(data)),
        lambda d: d[:11],
    ],
)
@pytest.mark.parametrize("source", [BLACK, PRETENDARD], ids=["glyf", "CFF"])
def test_a_useless_file_is_named(tmp_path: Path, source: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "Useless.ttf"
    path.write_bytes(damage(source.read_bytes()))
    with pytest.raises(FitAdError, match=r"Useless\.ttf"):
        drawn(path)


@pytest.mark.parametrize("damage", [zero_glyphs, noisy_glyphs, noisy_places])
def test_damaged_outlines_give_a_picture_or_name_the_file(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "Damaged.ttf"
    path.write_bytes(damage(BLACK.read_bytes()))
    made = attempt(path)
    if isinstance(made, FitAdError):
        assert "Damaged.ttf" in made.what
    else:
        assert made.rgba.shape == (120, 300, 4)
        assert np.isfinite(made.rgba).all()


@pytest.mark.parametrize("seed", range(12))
def test_random_damage_gives_a_picture_or_names_the_file(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    data = bytearray((BLACK if seed % 2 else PRETENDARD).read_bytes())
    for _ in range(40):
        data[dice.randrange(len(data) if seed % 3 else 4000)] ^= 1 << dice.randrange(8)
    path = tmp_path / "Damaged.ttf"
    path.write_bytes(data)
    made = attempt(path)
    if isinstance(made, FitAdError):
        assert "Damaged.ttf" in made.what
    else:
        assert np.isfinite(made.rgba).all()


def test_a_broken_font_that_nobody_asked_for_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "Useless.ttf"
    path.write_bytes(b"this is not a font")
    assert drawn(path, font="Nanum Pen").mask.max() == 1


def test_both_faces_of_a_collection_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "Both.ttc"
    collection = TTCollection()
    pen = fonts.BUNDLED_FOLDER / "nanum-pen" / "NanumPen.ttf"
    collection.fonts = [TTFont(BLACK), TTFont(pen)]
    collection.save(path)
    both = fonts.FontFace("Both", "Both", path, 0, "folder")
    faces = [*FACES, both]
    looks = {"size_px": 60}
    for name, like in (("Both", "Black Han Sans"), ("Both#1", "Nanum Pen")):
        made = render(TEXT, LetteringStyle(font=name, **looks), faces)
        assert np.array_equal(made.rgba, render(TEXT, LetteringStyle(font=like, **looks), faces).rgba)
    with pytest.raises(FitAdError, match=r"Both\.ttc"):
        render(TEXT, LetteringStyle(font="Both#2", **looks), faces)


def test_a_variable_font_comes_in_its_default_weight(tmp_path: Path) -> None:
    path = tmp_path / "Variable.ttf"
    variable_font(path)
    face = fonts.FontFace("Variable", "Variable", path, 0, "folder")
    made = render("AA", LetteringStyle(font="Variable", size_px=100), [*FACES, face])
    assert made.mask.shape == (70, 140)
    assert made.mask.sum() == pytest.approx(2 * 60 * 70, rel=0.01)


def variable_font(path: Path) -> None:
    """Write a font whose A is a box 0.6 em wide and 0.7 em high, as wide as its weight."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({ord("A"): "A"})
    pen = TTGlyphPen(None)
    for number, point in enumerate(((100, 0), (100, 700), (700, 700), (700, 0))):
        pen.lineTo(point) if number else pen.moveTo(point)
    pen.closePath()
    box = pen.glyph()
    builder.setupGlyf({".notdef": box, "A": box})
    builder.setupHorizontalMetrics({".notdef": (800, 100), "A": (800, 100)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Variable", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.setupFvar([("wght", 400, 400, 900, "Weight")], [])
    builder.save(path)
