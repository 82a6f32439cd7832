"""No tofu: every character has a glyph that matches its neighbours, or is named."""

from __future__ import annotations

import unicodedata
from itertools import product
from pathlib import Path

import pytest
from built_fonts import built, variable_font
from fit_ad.core.errors import FitAdError
from fit_ad.core.text import fonts
from fit_ad.core.text.font_instance import open_font
from fit_ad.core.text.shaping import Cluster, Span, shape
from fit_ad.core.text.substitutes import SubstituteChain

FACES = fonts.bundled()
TEXT_FACES = [face for face in FACES if face.kind != "emoji"]
HANGUL_FACES = [face for face in TEXT_FACES if ord("가") in fonts.coverage(face)]
MAIN = fonts.find("Pretendard ExtraBold", FACES)


def by_id(face: fonts.FontFace) -> str:
    return face.id


def clusters(text: str, face: fonts.FontFace = MAIN, faces: object = FACES, **options: object) -> list[Cluster]:
    (paragraph,) = shape([Span(text, face, 1.0)], faces, **options).paragraphs  # type: ignore[arg-type]
    return list(paragraph.clusters)


def face_of(cluster: Cluster) -> fonts.FontFace:
    return cluster.glyphs[0].font.face


def ks_x_1001_symbols() -> list[str]:
    """Rows 1 to 12: marks, letters, jamo, units, Greek, Cyrillic, kana; as the EUC-KR codec knows them."""
    codes = (bytes((0xA0 + row, 0xA0 + cell)) for row, cell in product(range(1, 13), range(1, 95)))
    return [char for char in (code.decode("euc_kr", errors="ignore") for code in codes) if char]


@pytest.mark.parametrize("face", FACES, ids=by_id)
def test_every_syllable_has_a_glyph_with_ink(face: fonts.FontFace) -> None:
    chain = [open_font(other) for other in fonts.fallbacks(face, FACES)]
    syllables = list(map(chr, range(0xAC00, 0xD7A4)))
    lacking = [syllable for syllable in syllables if not chain[0].draws(syllable)]
    assert all(any(font.draws(syllable) for font in chain) for syllable in lacking)
    shaped = [*syllables[::211], *lacking[::211]]
    found = clusters("".join(shaped), face)
    assert [cluster.text for cluster in found] == shaped
    for cluster in found:
        assert cluster.ink, cluster.text
        drawing = next(font for font in chain if font.draws(cluster.text))
        assert face_of(cluster).path == drawing.face.path


@pytest.mark.parametrize("face", FACES, ids=by_id)
def test_every_ks_x_1001_symbol_and_jamo_has_a_glyph(face: fonts.FontFace) -> None:
    symbols = ks_x_1001_symbols()
    assert len(symbols) == 987
    found = clusters("".join([*symbols, *map(chr, range(0x3131, 0x318F))]), face)
    assert {cluster.text for cluster in found if not cluster.ink} == {"\u3000", "\u3164"}
    assert sum(len(cluster.text) for cluster in found) == 987 + 94


@pytest.mark.parametrize("face", FACES, ids=by_id)
def test_conjoining_jamo_are_drawn_as_letters_or_named(face: fonts.FontFace) -> None:
    modern = [*map(chr, range(0x1100, 0x1113)), *map(chr, range(0x1161, 0x1176)), *map(chr, range(0x11A8, 0x11C3))]
    for char in modern:
        (found,) = clusters(char, face)
        letter = unicodedata.lookup("HANGUL LETTER " + unicodedata.name(char).split()[-1])
        assert found.glyphs[0].id == found.glyphs[0].font.glyph_id(letter)
    with pytest.raises(FitAdError, match=r"\(U\+1113\).*no installed font has it"):
        clusters("가\u1113", face)


def test_old_hangul_is_named_by_its_letters() -> None:
    with pytest.raises(FitAdError, match=r"U\+119E\).*no installed font has them"):
        clusters("\u1112\u119e\u11ab글")


@pytest.mark.parametrize("face", HANGUL_FACES, ids=by_id)
def test_a_glyph_from_another_font_is_as_high_as_its_own_would_be(face: fonts.FontFace) -> None:
    for foreign, probe in (("쀍", "가한글을"), ("Ǵ", "HEX"), ("ǵ", "xz")):
        (found,) = clusters(foreign, face)
        font, zoom = found.glyphs[0].font, found.glyphs[0].matrix.xx
        if font.face.path == face.path:
            assert zoom == 1
            continue
        assert font.height(probe) * zoom == pytest.approx(open_font(face).height(probe), rel=0.01)
        assert found.advance == pytest.approx(font.advance(font.glyph_id(foreign)) * zoom)


def test_hangul_beside_a_latin_face_is_as_high_as_its_capitals() -> None:
    for name in ("Anton", "Abril Fatface"):
        face = fonts.find(name, FACES)
        (found,) = clusters("한", face)
        font, zoom = found.glyphs[0].font, found.glyphs[0].matrix.xx
        assert font.height("HEX") * zoom == pytest.approx(open_font(face).height("HEX"), rel=0.01)


def test_a_hangul_font_stands_in_by_the_height_of_its_capitals(tmp_path: Path) -> None:
    face = built(tmp_path, {"H": (100, 0, 500, 500), "E": (100, 0, 500, 500), "X": (100, 0, 500, 500)})
    (found,) = clusters("한", face)
    assert found.glyphs[0].matrix.xx == pytest.approx(0.5 / found.glyphs[0].font.height("HEX"))


def test_the_font_nearest_in_weight_stands_in() -> None:
    heavy, light = (fonts.find(name, FACES) for name in ("Black Han Sans", "Nanum Pen"))
    assert face_of(clusters("쀍", heavy)[0]).id == "Wanted Sans ExtraBlack"
    assert face_of(clusters("₸", light)[0]).id == "Pretendard Medium"


@pytest.mark.parametrize("name", ["Black Han Sans", "Gasoek One", "Hahmlet Black", "Gaegu Bold"])
def test_a_syllable_from_another_font_stands_at_the_middle_of_its_neighbours(name: str) -> None:
    face = fonts.find(name, FACES)
    (found,) = clusters("쀍", face)
    font, matrix = found.glyphs[0].font, found.glyphs[0].matrix
    assert font.face.path != face.path
    assert font.middle("가한글을") * matrix.yy + matrix.dy == pytest.approx(
        open_font(face).middle("가한글을"), abs=1e-6
    )


def test_a_character_that_a_font_draws_as_another_counts_as_missing() -> None:
    face = fonts.find("BM Hanna Pro", FACES)
    assert ord("₩") in fonts.coverage(face)
    assert face_of(clusters("₩", face)[0]).id == "BM Do Hyeon"


def test_a_variable_font_stands_in_at_the_weight_of_the_letters_beside_it(tmp_path: Path) -> None:
    face = fonts.FontFace("Variable", "Variable", variable_font(tmp_path, "\u0f00"), 0, "folder")
    for name, width in (("Pretendard ExtraBold", 0.1 + 0.5 * 700 / 800), ("Pretendard Medium", 0.35)):
        (found,) = clusters("\u0f00", fonts.find(name, FACES), [*FACES, face])
        ink = found.glyphs[0].font.ink(found.glyphs[0].id)
        assert ink
        assert ink.width == pytest.approx(width, abs=0.002)


def test_the_fallback_of_a_type_set_comes_before_the_bundled_fonts() -> None:
    face, wanted = fonts.find("Black Han Sans", FACES), fonts.find("Nanum Myeongjo ExtraBold", FACES)
    assert face_of(clusters("쀍", face, fallback=[wanted])[0]) == wanted
    assert face_of(clusters("한", face, fallback=[wanted])[0]) == face


def test_of_a_type_sets_fallback_the_nearest_in_weight_is_asked_first() -> None:
    heavy, light = (fonts.find(name, FACES) for name in ("Wanted Sans ExtraBlack", "Pretendard Medium"))
    assert face_of(clusters("쀍", fonts.find("Black Han Sans", FACES), fallback=[light, heavy])[0]) == heavy
    assert face_of(clusters("₸", fonts.find("Nanum Pen", FACES), fallback=[heavy, light])[0]) == light


def test_a_mapped_but_blank_syllable_comes_from_another_font() -> None:
    face = fonts.find("Nanum Square Round ExtraBold", FACES)
    assert ord("갂") in fonts.coverage(face)
    assert face_of(clusters("갂", face)[0]).path != face.path


def test_a_blank_glyph_counts_as_missing() -> None:
    brush = fonts.find("Nanum Brush", FACES)  # it maps Han characters to empty glyphs
    assert ord("漢") in fonts.coverage(brush)
    with pytest.raises(FitAdError, match=r"漢 \(U\+6F22\)"):
        clusters("漢", brush)


@pytest.mark.parametrize(
    ("char", "letter", "mark"), [("é", "e", "´"), ("Ü", "U", "¨"), ("ç", "c", "¸"), ("å", "a", "˚")]
)
def test_an_accented_letter_is_made_of_the_fonts_own_parts(char: str, letter: str, mark: str) -> None:
    face = fonts.find("Nanum Myeongjo ExtraBold", FACES)
    assert ord(char) not in fonts.coverage(face)
    (found,) = clusters(char, face)
    font = open_font(face)
    assert [glyph.id for glyph in found.glyphs] == [font.glyph_id(letter), font.glyph_id(mark)]
    base, over = (glyph.ink for glyph in found.glyphs)
    assert over.left + over.right == pytest.approx(base.left + base.right)
    if char != "ç":
        assert over.bottom == pytest.approx(base.top - 0.06)


def test_an_accent_that_the_font_lacks_takes_the_letter_from_another_font() -> None:
    (found,) = clusters("é", fonts.find("Black Han Sans", FACES))
    assert len(found.glyphs) == 1
    assert face_of(found).id != "Black Han Sans"


def test_a_font_that_maps_nothing_is_named(tmp_path: Path) -> None:
    face = built(tmp_path, {})
    with pytest.raises(FitAdError, match=r"Built\.ttf.*maps no character"):
        clusters("가", face)


def test_a_broken_font_that_nobody_asked_for_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "Useless.ttf"
    path.write_bytes(b"this is not a font")
    broken = fonts.FontFace("Useless", "Useless", path, 0, "folder")
    chain = SubstituteChain(fonts.find("Black Han Sans", FACES), [broken], FACES)
    assert chain.source("쀍")


def test_all_missing_characters_of_all_spans_are_named_at_once() -> None:
    with pytest.raises(FitAdError, match=r"𒀀 \(U\+12000\), 𒀁 \(U\+12001\): no installed font has them"):
        shape([Span("안녕 𒀀", MAIN, 1), Span("𒀁𒀀", MAIN, 2)], FACES)
