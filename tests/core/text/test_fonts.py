"""The font list: stable names, near misses, what each font covers, broken files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.text import fonts

BUNDLED = [
    "Pretendard ExtraBold",
    "Pretendard Medium",
    "Nanum Square Round ExtraBold",
    "Black Han Sans",
    "Nanum Myeongjo ExtraBold",
    "Nanum Brush",
    "Nanum Pen",
    "Noto Emoji Bold",
]
PEN = fonts.BUNDLED_FOLDER / "nanum-pen" / "NanumPen.ttf"


def test_bundled_fonts_keep_the_names_that_graphs_saved() -> None:
    assert [face.id for face in fonts.bundled()] == BUNDLED


def test_every_bundled_font_is_there_with_its_licence() -> None:
    for face in fonts.bundled():
        assert face.path.is_file()
        assert "SIL OPEN FONT LICENSE" in (face.path.parent / "OFL.txt").read_text(encoding="utf-8").upper()


def test_bundled_fonts_come_first_and_rias_bold_leads_its_folder(tmp_path: Path) -> None:
    for name in ("Aaa.ttf", "RiaSans-Bold.ttf", "notes.txt"):
        shutil.copy(PEN, tmp_path / name)
    listed = [face.id for face in fonts.catalogue([tmp_path], system=False)]
    assert listed == [*BUNDLED, "RiaSans-Bold", "Aaa"]


def test_a_new_file_in_the_folder_is_seen(tmp_path: Path) -> None:
    assert len(fonts.catalogue([tmp_path], system=False)) == len(BUNDLED)
    (tmp_path / "sub").mkdir()
    shutil.copy(PEN, tmp_path / "sub" / "Mine.ttf")
    assert fonts.catalogue([tmp_path], system=False)[-1].id == "Mine"


def test_a_missing_folder_is_no_error(tmp_path: Path) -> None:
    assert len(fonts.catalogue([tmp_path / "nowhere"], system=False)) == len(BUNDLED)


@pytest.mark.parametrize(
    "name", ["black han sans", "BlackHanSans-Regular", "BlackHanSans-Regular.ttf", "Black-Han_Sans"]
)
def test_a_font_answers_to_its_file_name_too(name: str) -> None:
    assert fonts.find(name, fonts.bundled()).id == "Black Han Sans"


def test_an_unknown_font_is_answered_with_close_names() -> None:
    with pytest.raises(FitAdError, match=r"'Nanum Bursh' is not here.*Did you mean Nanum Brush"):
        fonts.find("Nanum Bursh", fonts.bundled())


def test_a_number_picks_a_face_of_a_collection() -> None:
    assert fonts.find("Nanum Pen#1", fonts.bundled()).index == 1
    with pytest.raises(FitAdError, match="number of a face"):
        fonts.find("Nanum Pen#x", fonts.bundled())


def test_coverage_knows_what_a_font_lacks() -> None:
    black = fonts.coverage(fonts.find("Black Han Sans", fonts.bundled()))
    assert ord("한") in black
    assert ord("쀍") not in black
    assert sum(0xAC00 <= code <= 0xD7A3 for code in black) == 2581
    assert len(list(black)) == len(black)


def test_all_syllables_are_covered_by_the_bundled_fonts_together() -> None:
    face = fonts.find("Black Han Sans", fonts.bundled())
    chain = fonts.fallbacks(face, fonts.bundled())
    covers = [fonts.coverage(other) for other in chain]
    assert chain[0] == face
    assert all(any(code in cover for cover in covers) for code in range(0xAC00, 0xD7A4))


def test_the_fallback_comes_from_the_nearest_style() -> None:
    pen = fonts.find("Nanum Pen", fonts.bundled())
    assert [face.kind for face in fonts.fallbacks(pen, fonts.bundled())].count("pen") == 1
    medium = fonts.find("Pretendard Medium", fonts.bundled())
    assert [face.kind for face in fonts.fallbacks(medium, fonts.bundled())][:3] == ["sans"] * 3


@pytest.mark.parametrize("content", [b"", b"no font at all", PEN.read_bytes()[:3000]])
def test_a_broken_font_names_its_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "Broken.ttf"
    path.write_bytes(content)
    with pytest.raises(FitAdError, match=r"Broken\.ttf"):
        fonts.coverage(fonts.FontFace("Broken", "Broken", path))


def test_a_font_that_went_away_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match=r"Gone\.ttf cannot be read"):
        fonts.coverage(fonts.FontFace("Gone", "Gone", tmp_path / "Gone.ttf"))
