"""The font list: stable names, near misses, what each font covers, broken files."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import yaml
from built_fonts import builder, collection, variable_font
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
    "Wanted Sans ExtraBlack",
    "BM Do Hyeon",
    "BM Hanna Pro",
    "BM Euljiro",
    "BM Jua",
    "BM Yeonsung",
    "Bagel Fat One",
    "Gasoek One",
    "Gowun Batang",
    "Gowun Batang Bold",
    "Hahmlet Black",
    "Gaegu Bold",
    "Anton",
    "Abril Fatface",
    "Noto Emoji Bold",
]
PEN = fonts.BUNDLED_FOLDER / "nanum-pen" / "NanumPen.ttf"


def test_bundled_fonts_keep_the_names_that_graphs_saved() -> None:
    assert [face.id for face in fonts.bundled()] == BUNDLED


def test_every_bundled_font_is_there_with_its_licence() -> None:
    for face in fonts.bundled():
        assert face.path.is_file()
        assert "SIL OPEN FONT LICENSE" in (face.path.parent / "OFL.txt").read_text(encoding="utf-8").upper()


def test_every_bundled_font_is_the_file_that_was_looked_at() -> None:
    entries = yaml.safe_load((fonts.BUNDLED_FOLDER / "fonts.yaml").read_text(encoding="utf-8"))["fonts"]
    for entry in entries:
        content = (fonts.BUNDLED_FOLDER / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["id"]


def test_every_file_in_the_fonts_folder_is_listed() -> None:
    files = {path for path in fonts.BUNDLED_FOLDER.rglob("*") if path.suffix in fonts.SUFFIXES}
    assert files == {face.path for face in fonts.bundled()}
    assert sum(path.stat().st_size for path in files) < 40_000_000


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
    with pytest.raises(FitAdError, match=r"'Nanum Bursh' is not installed.*Did you mean Nanum Brush"):
        fonts.find("Nanum Bursh", fonts.bundled())


def test_a_number_picks_a_face_of_a_collection() -> None:
    assert fonts.find("Nanum Pen#1", fonts.bundled()).index == 1
    with pytest.raises(FitAdError, match="number of a face"):
        fonts.find("Nanum Pen#x", fonts.bundled())


def test_the_other_faces_of_a_collection_have_entries_of_their_own(tmp_path: Path) -> None:
    three = [builder({"A": (0, 0, 500, 700)}, family="Trio", style=style) for style in ("Light", "Bold", "Black")]
    collection(tmp_path / "Trio.ttc", *three)
    listed = fonts.catalogue([tmp_path], system=False)[len(BUNDLED) :]
    assert [(face.id, face.index) for face in listed] == [("Trio", 0), ("Trio Bold", 1), ("Trio Black", 2)]
    assert fonts.find("Trio Light", listed).index == 0
    assert fonts.find("Trio.ttc", listed).index == 0
    assert fonts.find("trio-black", listed).index == 2
    assert fonts.find("Trio#2", listed).index == 2


def test_the_named_weights_of_a_variable_font_have_entries_of_their_own(tmp_path: Path) -> None:
    variable_font(tmp_path, family="Varia", name="Varia[wght].ttf")
    listed = fonts.catalogue([tmp_path], system=False)[len(BUNDLED) :]
    assert [(face.id, face.variations) for face in listed] == [
        ("Varia[wght]", ()),
        ("Varia Regular", (("wght", 400.0),)),
        ("Varia Black", (("wght", 900.0),)),
    ]
    assert fonts.find("Varia Thin", listed).id == "Varia[wght]"
    assert [fonts.weight_of(face) for face in listed] == [100, 400, 900]
    assert fonts.weight_range(listed[0]) == (100, 900)
    assert fonts.family_of(listed[1]) == "Varia"


def test_any_weight_of_a_variable_font_can_be_asked_for(tmp_path: Path) -> None:
    variable_font(tmp_path)
    listed = fonts.catalogue([tmp_path], system=False)
    assert fonts.find("Variable#wght=650", listed).variations == (("wght", 650.0),)
    assert fonts.find("Variable Black#wght=120.5", listed).variations == (("wght", 120.5),)
    with pytest.raises(FitAdError, match="the axes of a variable font"):
        fonts.find("Variable#wght", listed)


def test_a_file_in_two_folders_and_two_files_of_one_name_are_listed_once(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        shutil.copy(PEN, tmp_path / folder / "Mine.ttf")
    variable_font(tmp_path, family="Mine")
    shutil.copy(PEN, tmp_path / "Mine Black.ttf")
    listed = [face.id for face in fonts.catalogue([tmp_path], system=False)[len(BUNDLED) :]]
    assert listed == ["Mine", "Mine Black", "Variable", "Mine Regular"]


def test_a_torn_collection_is_listed_under_its_file_name(tmp_path: Path) -> None:
    (tmp_path / "Torn.ttc").write_bytes(b"ttcf\0\1\0\0\xff\xff\xff\xff")
    (face,) = fonts.catalogue([tmp_path], system=False)[len(BUNDLED) :]
    assert face.id == "Torn"
    with pytest.raises(FitAdError, match=r"Torn\.ttc is not a usable font"):
        fonts.coverage(face)


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
    assert [face.kind for face in fonts.fallbacks(pen, fonts.bundled())][:4] == ["pen", "brush", "pen", "brush"]
    batang = fonts.find("Gowun Batang", fonts.bundled())
    assert {face.kind for face in fonts.fallbacks(batang, fonts.bundled())[:5]} == {"serif"}


def test_a_far_heavier_face_of_the_same_kind_comes_after_a_related_kind() -> None:
    black = fonts.find("Black Han Sans", fonts.bundled())
    chain = [face.id for face in fonts.fallbacks(black, fonts.bundled())]
    assert chain.index("Wanted Sans ExtraBlack") < chain.index("BM Hanna Pro") < chain.index("Pretendard Medium")
    assert chain.index("Pretendard Medium") < chain.index("Hahmlet Black")


def test_of_one_kind_the_nearest_weight_comes_first_and_korean_fonts_before_other_strangers() -> None:
    def stranger(name: str) -> fonts.FontFace:
        return fonts.FontFace(name, name, Path(f"{name}.ttf"), 0, "system")

    strangers = [stranger("Noto Sans CJK JP"), stranger("Noto Sans CJK KR")]
    chain = fonts.fallbacks(fonts.find("Nanum Square Round ExtraBold"), [*fonts.bundled(), *strangers])
    assert chain[1].id == "Pretendard ExtraBold"
    assert [face.id for face in chain[-2:]] == ["Noto Sans CJK KR", "Noto Sans CJK JP"]


@pytest.mark.parametrize("content", [b"", b"no font at all", PEN.read_bytes()[:3000]])
def test_a_broken_font_names_its_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "Broken.ttf"
    path.write_bytes(content)
    with pytest.raises(FitAdError, match=r"Broken\.ttf"):
        fonts.coverage(fonts.FontFace("Broken", "Broken", path))


def test_a_font_that_went_away_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match=r"Gone\.ttf cannot be read"):
        fonts.coverage(fonts.FontFace("Gone", "Gone", tmp_path / "Gone.ttf"))
