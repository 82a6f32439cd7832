"""Fonts made for tests: boxes for letters, with the OpenType rules that a test is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from fit_ad.core.text.fonts import FontFace
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.ttLib.tables.TupleVariation import TupleVariation

Shapes = Mapping[str, tuple[int, int, int, int]]  # left, bottom, right, top; 1000 units to the em


def box(left: int, bottom: int, right: int, top: int) -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((left, bottom))
    for point in ((left, top), (right, top), (right, bottom)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def glyph_name(char: str) -> str:
    return char if char.isalpha() and char.isascii() else f"uni{ord(char):04X}"


def builder(shapes: Shapes, more: Iterable[str] = (), family: str = "Built", style: str = "Regular") -> FontBuilder:
    """Return a font of boxes 600 units wide; ``more`` are glyphs without a character, 1000 wide."""
    names, extra = {char: glyph_name(char) for char in shapes}, tuple(more)
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", *names.values(), *extra])
    made.setupCharacterMap({ord(char): name for char, name in names.items()})
    boxes = {names[char]: box(*sides) for char, sides in shapes.items()}
    made.setupGlyf({".notdef": box(0, 0, 500, 500), **boxes, **{name: box(100, 0, 900, 800) for name in extra}})
    widths = dict.fromkeys([".notdef", *names.values()], (600, 100)) | dict.fromkeys(extra, (1000, 100))
    made.setupHorizontalMetrics(widths)
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": family, "styleName": style, "fullName": f"{family} {style}"})
    made.setupOS2()
    made.setupPost()
    return made


def saved(made: FontBuilder, folder: Path, rules: str = "", name: str = "Built.ttf") -> FontFace:
    if rules:
        addOpenTypeFeaturesFromString(made.font, rules)
    path = folder / name
    made.save(path)
    return FontFace(path.stem, path.stem, path, 0, "folder")


def built(folder: Path, shapes: Shapes, rules: str = "", more: Iterable[str] = ()) -> FontFace:
    return saved(builder(shapes, more), folder, rules)


def colour_font(folder: Path, text: str) -> FontFace:
    """Return a colour font whose only rule makes one glyph, an em wide, of the sequence."""
    made = builder(dict.fromkeys(text, (100, 0, 500, 700)), ("whole",))
    made.setupCOLR({"whole": [("whole", 0)]})
    made.setupCPAL([[(1.0, 0.0, 0.0, 1.0)]])
    parts = " ".join(glyph_name(char) for char in text)
    return saved(made, folder, f"feature ccmp {{ sub {parts} by whole; }} ccmp;", "Emoji.ttf")


def variable_font(folder: Path, chars: str = "A", family: str = "Variable", name: str = "Variable.ttf") -> Path:
    """Return a font whose letters are boxes 0.7 em high, 0.1 em wide when thin (100) and 0.6 em when black (900)."""
    made = builder(dict.fromkeys(chars, (100, 0, 200, 700)), family=family, style="Thin")
    instances = [
        {"location": {"wght": weight}, "stylename": style}
        for weight, style in ((100, "Thin"), (400, "Regular"), (900, "Black"))
    ]
    made.setupFvar([("wght", 100, 100, 900, "Weight")], instances)
    wider = [(0, 0), (0, 0), (500, 0), (500, 0), (0, 0), (500, 0), (0, 0), (0, 0)]  # four corners, then the metrics
    made.setupGvar({glyph_name(char): [TupleVariation({"wght": (0, 1, 1)}, list(wider))] for char in chars})
    path = folder / name
    made.save(path)
    return path


def collection(path: Path, *fonts: FontBuilder | Path) -> Path:
    """Write a collection of fonts."""
    found = TTCollection()
    found.fonts = [TTFont(font) if isinstance(font, Path) else font.font for font in fonts]
    found.save(path)
    return path
