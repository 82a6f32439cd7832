"""Shaping: kerning, ligatures and marks by the fonts' own rules, directions, spans, axes."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from built_fonts import built, colour_font, variable_font
from fit_ad.core.text import fonts
from fit_ad.core.text.shaping import Cluster, Span, script_of, shape
from PIL import ImageFont, features

FACES = fonts.bundled()
TEXT_FACES = [face for face in FACES if face.kind != "emoji"]
HANGUL_FACES = [face for face in TEXT_FACES if ord("가") in fonts.coverage(face)]
MAIN = fonts.find("Pretendard ExtraBold", FACES)
DEVANAGARI = dict.fromkeys("कष्", (100, 0, 500, 700))


def by_id(face: fonts.FontFace) -> str:
    return face.id


def clusters(text: str, face: fonts.FontFace = MAIN, faces: object = FACES, **options: object) -> list[Cluster]:
    """Return the clusters of one paragraph at an em of one px."""
    (paragraph,) = shape([Span(text, face, 1.0, **options)], faces).paragraphs  # type: ignore[arg-type]
    return list(paragraph.clusters)


@pytest.mark.skipif(not features.check("raqm"), reason="this Pillow lacks Raqm")
@pytest.mark.parametrize("face", TEXT_FACES, ids=by_id)
def test_advances_of_latin_pairs_are_those_of_raqm(face: fonts.FontFace) -> None:
    """Signs in a row are left out: those stay as typed, whatever the font makes of them."""
    font = ImageFont.truetype(str(face.path), 2048, layout_engine=ImageFont.Layout.RAQM)
    letters = [char for char in map(chr, range(33, 127)) if ord(char) in fonts.coverage(face)]
    for pair in map("".join, product(letters[::2], letters[::9])):
        if any(char.isalnum() for char in pair):
            own = sum(cluster.advance for cluster in clusters(pair, face))
            assert own == pytest.approx(font.getlength(pair) / 2048, abs=1 / 1024), pair


@pytest.mark.parametrize(
    ("font", "pair", "ems"),
    [
        ("Pretendard ExtraBold", "AV", -192 / 2048),
        ("Nanum Square Round ExtraBold", "AV", -0.09),
        ("Nanum Myeongjo ExtraBold", "AV", -126 / 1024),
        ("Black Han Sans", "AV", 0),
        ("Pretendard ExtraBold", "가나", 0),
    ],
)
def test_pairs_are_kerned(font: str, pair: str, ems: float) -> None:
    face = fonts.find(font, FACES)
    kerned, plain = clusters(pair, face)[0].advance, clusters(pair[0], face)[0].advance
    assert kerned - plain == pytest.approx(ems)


def test_a_ligature_without_a_code_point_is_drawn(tmp_path: Path) -> None:
    rules = "feature liga { sub f f i by ffi; sub f i by fi; } liga;"
    face = built(tmp_path, dict.fromkeys("fil", (100, 0, 300, 700)), rules, ("fi", "ffi"))
    assert [(c.text, c.start, c.advance) for c in clusters("fil", face)] == [("fi", 0, 1.0), ("l", 2, 0.6)]
    assert [c.text for c in clusters("ffil", face)] == ["ffi", "l"]
    assert [c.text for c in clusters("fil", face, tracking_em=0.1)] == ["f", "i", "l"]
    assert [c.text for c in clusters("fil", face, features=(("liga", 0),))] == ["f", "i", "l"]


def test_a_feature_is_off_until_it_is_asked_for(tmp_path: Path) -> None:
    face = built(tmp_path, {"a": (100, 0, 300, 700)}, "feature ss01 { sub a by fancy; } ss01;", ("fancy",))
    assert [c.advance for c in clusters("a", face)] == [0.6]
    assert [c.advance for c in clusters("a", face, features=(("ss01", 1),))] == [1.0]


@pytest.mark.parametrize(("text", "count"), [("->", 2), ("A->B", 4), ("=>", 2), ("!=", 2), ("3x3", 3), ("3 x 3", 5)])
def test_signs_stay_as_they_were_typed(text: str, count: int) -> None:
    """Pretendard would make an arrow of -> and a multiplication sign of the x."""
    font_glyphs = {glyph.id for cluster in clusters(text) for glyph in cluster.glyphs}
    assert len(clusters(text)) == count
    assert font_glyphs == {glyph.id for char in text for cluster in clusters(char) for glyph in cluster.glyphs}


def test_contextual_forms_are_used() -> None:
    """The colon between figures stands at their middle."""
    colon = next(c for c in clusters("10:00") if c.text == ":")
    assert colon.ink
    alone = clusters(":")[0].ink
    assert alone
    assert colon.ink.top < alone.top - 0.05


def test_marks_are_attached_to_their_letters() -> None:
    (found,) = clusters("q\u0307")
    letter, mark = found.glyphs
    assert (mark.ink.left + mark.ink.right) / 2 == pytest.approx((letter.ink.left + letter.ink.right) / 2, abs=0.12)
    assert mark.ink.bottom < letter.ink.top
    assert found.text == "q\u0307"


def test_devanagari_is_reordered_and_joined(tmp_path: Path) -> None:
    rules = "languagesystem dev2 dflt; feature akhn { sub uni0915 uni094D uni0937 by ksha; } akhn;"
    face = built(tmp_path, DEVANAGARI, rules, ("ksha",))
    assert [(c.text, c.advance) for c in clusters("क्षक", face)] == [("क्ष", 1.0), ("क", 0.6)]


def test_arabic_letters_join_across_spans(tmp_path: Path) -> None:
    forms = "".join(f"feature {tag} {{ sub uni0628 by {tag}; }} {tag};" for tag in ("init", "medi", "fina"))
    face = built(
        tmp_path, {"\u0628": (100, 0, 300, 700)}, "languagesystem arab dflt;" + forms, ("init", "medi", "fina")
    )
    order = ["\u0628", *("init", "medi", "fina")]
    (paragraph,) = shape([Span("\u0628", face, 1), Span("\u0628\u0628", face, 2)], [face]).paragraphs
    assert [order[c.glyphs[0].id - 1] for c in paragraph.clusters] == ["init", "medi", "fina"]
    assert [c.level for c in paragraph.clusters] == [1, 1, 1]
    assert [c.span for c in paragraph.clusters] == [0, 1, 1]


def test_brackets_are_mirrored_where_letters_run_leftwards(tmp_path: Path) -> None:
    shapes = {"א": (100, 0, 500, 700), "(": (0, 0, 100, 700), ")": (500, 0, 600, 700)}
    face = built(tmp_path, shapes)
    opening = clusters("(א)", face)[0].glyphs[0]
    assert opening.id == clusters(")", face)[0].glyphs[0].id


def test_spans_have_a_size_a_rise_and_a_stretch_of_their_own() -> None:
    spans = [Span("50", MAIN, 100), Span("%", MAIN, 50, rise_px=30, stretch=1.2)]
    (paragraph,) = shape(spans, FACES).paragraphs
    percent = paragraph.clusters[-1]
    plain = clusters("%")[0]
    assert percent.ink
    assert plain.ink
    assert percent.advance == pytest.approx(plain.advance * 50 * 1.2)
    assert percent.ink.width == pytest.approx(plain.ink.width * 50 * 1.2)
    assert percent.ink.height == pytest.approx(plain.ink.height * 50)
    assert percent.ink.bottom == pytest.approx(plain.ink.bottom * 50 - 30)


def test_everything_scales_with_the_size() -> None:
    text = shape([Span("가 AV é", MAIN, 10, tracking_em=0.1, rise_px=1)], FACES)
    large = shape([Span("가 AV é", MAIN, 30, tracking_em=0.1, rise_px=3)], FACES)
    for one, other in zip(text.scaled(3).paragraphs[0].clusters, large.paragraphs[0].clusters, strict=True):
        assert one.advance == pytest.approx(other.advance)
        assert one.ink == (pytest.approx(other.ink) if other.ink else None)
        assert one.tracking == pytest.approx(other.tracking)


def test_paragraphs_are_parted_by_line_breaks_and_keep_their_places() -> None:
    text = shape([Span("가\r\n", MAIN, 1), Span("\n나", MAIN, 1)], FACES)
    assert text.text == "가\n\n나"
    assert [(p.text, p.start) for p in text.paragraphs] == [("가", 0), ("", 2), ("나", 3)]
    assert text.paragraphs[-1].clusters[0].start == 3


def test_a_variable_font_comes_in_the_weight_asked_for(tmp_path: Path) -> None:
    path = variable_font(tmp_path)
    face = fonts.FontFace("Variable", "Variable", path, 0, "folder")
    widths = {
        weight: ink.width
        for weight in (100, 500, 900)
        if (ink := clusters("A", face, variations=(("wght", float(weight)),))[0].ink)
    }
    assert widths == {100: pytest.approx(0.1), 500: pytest.approx(0.35, abs=0.001), 900: pytest.approx(0.6)}
    assert clusters("A", face)[0].ink == pytest.approx((0.1, -0.7, 0.2, 0.0))


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
    (single,), (found,) = clusters("😀"), clusters(text)
    assert len(found.glyphs) == 1
    assert found.glyphs[0].font.face.path.name == "NotoEmoji-Bold.ttf"
    assert found.advance == pytest.approx(single.advance, rel=0.01)
    assert found.text == text


@pytest.mark.parametrize("face", HANGUL_FACES, ids=by_id)
def test_an_emoji_stands_at_the_middle_of_the_hangul_and_a_little_over_it(face: fonts.FontFace) -> None:
    (found,) = clusters("😀", face)
    hangul = [c.ink for c in clusters("가한글을", face) if c.ink]
    assert found.ink
    middle = sum(ink.top + ink.bottom for ink in hangul) / 8
    assert (found.ink.top + found.ink.bottom) / 2 == pytest.approx(middle)
    assert found.ink.height == pytest.approx(1.2 * sum(ink.height for ink in hangul) / 4)


@pytest.mark.parametrize("text", [EMOJI["family"], EMOJI["flag"], EMOJI["keycap"], EMOJI["skin tone"]])
def test_a_colour_font_gives_one_coloured_glyph_a_sequence(tmp_path: Path, text: str) -> None:
    face = colour_font(tmp_path, text)
    (found,) = clusters(text, MAIN, [*FACES, face])
    assert found.coloured
    assert [glyph.font.face.path for glyph in found.glyphs] == [face.path]
    assert found.advance == pytest.approx(1.0)


def test_old_and_odd_blanks_take_room_but_draw_nothing() -> None:
    filler, blank = clusters("\u3164\u2800")
    assert filler.ink is None
    assert filler.advance > 0
    assert blank.ink is None
    assert [c.advance for c in clusters("\u200b\ufeff\u115f")] == [0.0, 0.0]
    assert [c.advance for c in clusters("\u200b", tracking_em=0.5)] == [0.0]


def test_tracking_follows_each_letter_and_space() -> None:
    plain, wide = clusters("가 나"), clusters("가 나", tracking_em=0.25)
    assert [b.advance - a.advance for a, b in zip(plain, wide, strict=True)] == pytest.approx([0.25] * 3)
    assert [c.tracking for c in wide] == [0.25] * 3


@pytest.mark.parametrize(
    ("char", "script"), [("가", "Hang"), ("A", "Latn"), ("漢", "Hani"), ("א", "Hebr"), ("1", ""), (" ", ""), ("😀", "")]
)
def test_scripts(char: str, script: str) -> None:
    assert script_of(char) == script
