"""No tofu: every character has a glyph that matches its neighbours, or is named; kerning and ligatures as Raqm's."""

from __future__ import annotations

import unicodedata
from itertools import product
from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.lettering import glyphs
from fit_ad.core.lettering.glyphs import clusters, measures, open_font
from fit_ad.core.text import fonts
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import ImageFont, features

FACES = fonts.bundled()
TEXT_FACES = [face for face in FACES if face.kind != "emoji"]
MAIN = fonts.find("Pretendard ExtraBold", FACES)


def by_id(face: fonts.FontFace) -> str:
    return face.id


def ks_x_1001_symbols() -> list[str]:
    """Rows 1 to 12: marks, letters, jamo, units, Greek, Cyrillic, kana; as the EUC-KR codec knows them."""
    codes = (bytes((0xA0 + row, 0xA0 + cell)) for row, cell in product(range(1, 13), range(1, 95)))
    return [char for char in (code.decode("euc_kr", errors="ignore") for code in codes) if char]


def inked(font: ImageFont.FreeTypeFont, char: str) -> bool:
    left, top, right, bottom = font.getbbox(char)
    return right > left and bottom > top


def test_a_mapped_but_blank_syllable_comes_from_another_font() -> None:
    face = fonts.find("Nanum Square Round ExtraBold", FACES)
    assert ord("갂") in fonts.coverage(face)
    assert clusters("갂", face, FACES)[0].face.path != face.path


@pytest.mark.parametrize("face", FACES, ids=by_id)
def test_every_syllable_has_a_glyph_with_ink(face: fonts.FontFace) -> None:
    """FreeType looks at all, which is quick; what is set is looked at in every 29th."""
    chain = [(other, fonts.coverage(other)) for other in fonts.fallbacks(face, FACES)]
    opened = {other.path: open_font(other.path, 0, 32) for other in FACES}
    for code in range(0xAC00, 0xD7A4):
        drawn = (other for other, covered in chain if code in covered and inked(opened[other.path], chr(code)))
        stand_in = next(drawn, None)
        assert stand_in, chr(code)
        if code % 29 == 0:
            (found,) = clusters(chr(code), face, FACES)
            assert found.ink
            assert (found.text, found.face.path) == (chr(code), stand_in.path)


@pytest.mark.parametrize("face", FACES, ids=by_id)
def test_every_ks_x_1001_symbol_and_jamo_has_a_glyph(face: fonts.FontFace) -> None:
    symbols = ks_x_1001_symbols()
    assert len(symbols) == 987
    found = clusters("".join(symbols), face, FACES)
    assert {symbols[cluster.index] for cluster in found if not cluster.ink} == {"\u3000"}
    assert sum(cluster.length for cluster in found) == 987
    assert len(clusters("".join(map(chr, range(0x3131, 0x318F))), face, FACES)) == 94


@pytest.mark.parametrize("face", FACES, ids=by_id)
def test_conjoining_jamo_are_drawn_as_letters_or_named(face: fonts.FontFace) -> None:
    modern = [*map(chr, range(0x1100, 0x1113)), *map(chr, range(0x1161, 0x1176)), *map(chr, range(0x11A8, 0x11C3))]
    for char in modern:
        (found,) = clusters(char, face, FACES)
        assert unicodedata.name(found.text).split()[-1] == unicodedata.name(char).split()[-1]
    with pytest.raises(FitAdError, match=r"\(U\+1113\).*no font here has it"):
        clusters("가\u1113", face, FACES)


def test_old_hangul_is_named_by_its_letters() -> None:
    with pytest.raises(FitAdError, match=r"U\+119E\).*no font here has them"):
        clusters("\u1112\u119e\u11ab글", MAIN, FACES)


@pytest.mark.parametrize("face", TEXT_FACES, ids=by_id)
def test_a_glyph_from_another_font_is_as_high_as_its_own_would_be(face: fonts.FontFace) -> None:
    for foreign, probe in (("쀍", "가한글을"), ("Ǵ", "HEX"), ("ǵ", "xz")):
        (found,) = clusters(foreign, face, FACES)
        if found.face.path == face.path:
            assert found.face.zoom == 1
            continue
        stand_in = next(other for other in FACES if other.path == found.face.path)
        assert measures(stand_in).height(probe) * found.face.zoom == pytest.approx(
            measures(face).height(probe), rel=0.01
        )
        assert found.advance == pytest.approx(measures(stand_in).glyph(foreign)[0] * found.face.zoom)


def test_a_hangul_font_stands_in_by_the_height_of_its_capitals(tmp_path: Path) -> None:
    face = built(tmp_path, {"H": (100, 0, 500, 500), "E": (100, 0, 500, 500), "X": (100, 0, 500, 500)})
    (found,) = clusters("한", face, FACES)
    stand_in = next(other for other in FACES if other.path == found.face.path)
    assert found.face.zoom == pytest.approx(0.5 / measures(stand_in).height("HEX"))


@pytest.mark.skipif(not features.check("raqm"), reason="this Pillow lacks Raqm")
@pytest.mark.parametrize("face", TEXT_FACES, ids=by_id)
def test_advances_of_latin_pairs_are_those_of_raqm(face: fonts.FontFace) -> None:
    """Without contextual forms: those need Raqm, so they are left out on every machine."""
    font = ImageFont.truetype(str(face.path), 2048, layout_engine=ImageFont.Layout.RAQM)
    letters = [char for char in map(chr, range(33, 127)) if ord(char) in fonts.coverage(face)]
    for pair in map("".join, product(letters, letters[::5])):
        own = sum(cluster.advance for cluster in clusters(pair, face, FACES))
        assert own == pytest.approx(font.getlength(pair, features=["-calt", "-clig", "-liga"]) / 2048, abs=1 / 1024), (
            pair
        )


@pytest.mark.parametrize("pair", ["AV", "To", "fi", "한A"])
def test_kerning_and_ligatures_are_the_same_without_raqm(pair: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_raqm = clusters(pair, MAIN, FACES, ligatures=True)
    monkeypatch.setattr(glyphs.features, "check", lambda feature: False)
    assert clusters(pair, MAIN, FACES, ligatures=True) == with_raqm


def test_kerning_is_there() -> None:
    kerned, plain = clusters("AV", MAIN, FACES)[0].advance, clusters("A", MAIN, FACES)[0].advance
    assert kerned - plain == pytest.approx(-192 / 2048)


def test_a_standard_ligature_is_drawn_by_its_code_point(tmp_path: Path) -> None:
    shapes = dict.fromkeys("fil", (100, 0, 300, 700)) | {"\ufb01": (100, 0, 500, 700), "\ufb03": (100, 0, 700, 700)}
    face = built(tmp_path, shapes, "feature liga { sub f f i by uniFB03; sub f i by uniFB01; } liga;")
    assert [(c.text, c.index, c.length) for c in clusters("fil", face, FACES, ligatures=True)] == [
        ("\ufb01", 0, 2),
        ("l", 2, 1),
    ]
    assert [c.text for c in clusters("ffil", face, FACES, ligatures=True)] == ["\ufb03", "l"]
    assert [c.text for c in clusters("fil", face, FACES)] == ["f", "i", "l"]


@pytest.mark.parametrize(
    ("char", "letter", "mark"), [("é", "e", "´"), ("Ü", "U", "¨"), ("ç", "c", "¸"), ("å", "a", "˚")]
)
def test_an_accented_letter_is_made_of_the_fonts_own_parts(char: str, letter: str, mark: str) -> None:
    face = fonts.find("Nanum Myeongjo ExtraBold", FACES)
    assert ord(char) not in fonts.coverage(face)
    (found,) = clusters(char, face, FACES)
    assert (found.text, found.face) == (letter, face)
    assert found.ink
    assert found.accent
    assert found.accent.text == mark
    base, over = found.ink, measures(face).glyph(mark)[1]
    assert over
    assert over.left + over.right + 2 * found.accent.x == pytest.approx(base.left + base.right)
    if char != "ç":
        assert over.bottom + found.accent.y == pytest.approx(base.top - 0.06)


def test_an_accent_that_the_font_lacks_takes_the_letter_from_another_font() -> None:
    (found,) = clusters("é", fonts.find("Black Han Sans", FACES), FACES)
    assert (found.text, found.accent) == ("é", None)


EMOJI = {
    "one emoji": "😀",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "skin tone": "👩🏽",
    "profession": "👩🏽\u200d🚀",
    "flag": "🇰🇷",
    "keycap": "1\ufe0f\u20e3",
    "heart": "❤\ufe0f",
}


@pytest.mark.parametrize("text", EMOJI.values(), ids=EMOJI)
def test_an_emoji_sequence_is_one_glyph(text: str) -> None:
    if len(text.replace("\ufe0f", "")) > 2 and not features.check("raqm"):
        pytest.skip("this Pillow lacks Raqm")
    (single,), (found,) = clusters("😀", MAIN, FACES), clusters(text, MAIN, FACES)
    assert found.face.path.name == "NotoEmoji-Bold.ttf"
    assert found.advance == pytest.approx(single.advance, rel=0.01)
    assert found.length == len(text)


@pytest.mark.parametrize("face", TEXT_FACES, ids=by_id)
def test_an_emoji_stands_at_the_middle_of_the_hangul_and_a_little_over_it(face: fonts.FontFace) -> None:
    (found,) = clusters("😀", face, FACES)
    assert found.ink
    assert (found.ink.top + found.ink.bottom) / 2 - found.lift == pytest.approx(measures(face).middle("가한글을"))
    assert found.ink.bottom - found.ink.top == pytest.approx(1.2 * measures(face).height("가한글을"))


def test_keycaps_and_flags_need_no_raqm(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = clusters("1\ufe0f\u20e3🇰🇷", MAIN, FACES)
    monkeypatch.setattr(glyphs.features, "check", lambda feature: False)
    assert clusters("1\ufe0f\u20e3🇰🇷", MAIN, FACES) == expected
    family = clusters(EMOJI["family"], MAIN, FACES)[0]
    assert family.text == "👨👩👧👦"  # side by side, each drawn


@pytest.mark.skipif(not features.check("raqm"), reason="this Pillow lacks Raqm")
@pytest.mark.parametrize("text", [EMOJI["family"], EMOJI["flag"], EMOJI["keycap"], EMOJI["skin tone"]])
def test_a_colour_font_gives_one_coloured_glyph_a_sequence(tmp_path: Path, text: str) -> None:
    face = colour_font(tmp_path, text)
    (found,) = clusters(text, MAIN, [*FACES, face])
    assert found.colour
    assert found.face.path == face.path
    assert found.advance == pytest.approx(1.0, abs=0.01)


def test_a_font_that_maps_nothing_is_named(tmp_path: Path) -> None:
    face = built(tmp_path, {})
    with pytest.raises(FitAdError, match=r"Built\.ttf.*maps no character"):
        clusters("가", face, FACES)


def test_old_and_odd_blanks_take_room_but_draw_nothing() -> None:
    filler, blank = clusters("\u3164\u2800", MAIN, FACES)
    assert filler.ink is None
    assert filler.advance > 0
    assert blank.ink is None
    assert [c.advance for c in clusters("\u200b\ufeff\u115f", MAIN, FACES)] == [0.0, 0.0]


def built(folder: Path, shapes: dict[str, tuple[int, int, int, int]], rules: str = "") -> fonts.FontFace:
    """Return a font of boxes (left, bottom, right, top), 1000 units to the em, 600 wide."""
    return saved(builder(shapes), folder, rules)


def builder(shapes: dict[str, tuple[int, int, int, int]], more: tuple[str, ...] = ()) -> FontBuilder:
    names = {char: char if char.isalpha() and char.isascii() else f"uni{ord(char):04X}" for char in shapes}
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", *names.values(), *more])
    made.setupCharacterMap({ord(char): name for char, name in names.items()})
    boxes = {names[char]: box(*sides) for char, sides in shapes.items()}
    made.setupGlyf({".notdef": box(0, 0, 500, 500), **boxes, **{name: box(100, 0, 900, 800) for name in more}})
    widths = dict.fromkeys([".notdef", *names.values()], (600, 100)) | dict.fromkeys(more, (1000, 100))
    made.setupHorizontalMetrics(widths)
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Built", "styleName": "Regular"})
    made.setupOS2()
    made.setupPost()
    return made


def box(left: int, bottom: int, right: int, top: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((left, bottom))
    for point in ((left, top), (right, top), (right, bottom)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def colour_font(folder: Path, text: str) -> fonts.FontFace:
    """Return a colour font whose only rule makes one glyph, an em wide, of the sequence."""
    made = builder(dict.fromkeys(text, (100, 0, 500, 700)), ("whole",))
    made.setupCOLR({"whole": [("whole", 0)]})
    made.setupCPAL([[(1.0, 0.0, 0.0, 1.0)]])
    parts = " ".join(f"uni{ord(char):04X}" for char in text)
    return saved(made, folder, f"feature ccmp {{ sub {parts} by whole; }} ccmp;", "Emoji.ttf")


def saved(made: FontBuilder, folder: Path, rules: str, name: str = "Built.ttf") -> fonts.FontFace:
    if rules:
        addOpenTypeFeaturesFromString(made.font, rules)
    path = folder / name
    made.save(path)
    return fonts.FontFace(path.stem, path.stem, path, 0, "folder")
