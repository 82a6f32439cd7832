"""`fit-ad score`: exact figures on drawn ads, engines that are missing, and ratings that are never lost."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from fit_ad.client.cli import main as command
from fit_ad.client.score import clip_similarity, ocr, scored_ads
from fit_ad.client.score.legibility import contrast, lowest_contrast, subject_overlap
from fit_ad.client.score.ocr import Word, best, expected_in, found, plain, sure_words, words_beside
from fit_ad.client.score.score_page import page
from fit_ad.client.score.scored_ads import AdScore, ScoringTools, find_ads, prompt_beside, score_ad
from fit_ad.client.score.table import as_csv, rated_before, with_ratings
from fit_ad.core.errors import FitAdError
from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).resolve().parents[3] / "fonts" / "pretendard" / "Pretendard-Medium.otf"
COPIES = "A안\n오늘은 카페 봄날\n첫 줄\n\nB안\n한 잔에도 기준\n둘째 줄\n\n#카페 #봄날"
TSV = """level\tpage_num\tleft\ttop\twidth\theight\tconf\ttext
5\t1\t10\t20\t30\t40\t91.5\t오늘은
5\t1\t50\t20\t30\t40\t88\t카페
5\t1\t0\t0\t9\t9\t-1\t
5\t1\t0\t0\t9\t9\t12\t—
5\t1\t0\t60\t9\t9\t70\tBLUR
4\t1
"""


def ad(color: str = "#222222", back: str = "#ffffff") -> np.ndarray:
    """A picture [200,600,3] with one word at (40,60)-(…)."""
    image = Image.new("RGB", (600, 200), back)
    ImageDraw.Draw(image).text((40, 60), "Latte", fill=color, font=ImageFont.truetype(str(FONT), 72))
    return np.asarray(image, np.float32) / 255


BOX = (40, 65, 230, 130)

# --- words ---


def test_words_of_tesseracts_table() -> None:
    assert ocr._words(TSV, 2) == [
        Word("오늘은", (5, 10, 20, 30), 91.5),
        Word("카페", (25, 10, 40, 30), 88.0),
        Word("BLUR", (0, 30, 4, 34), 70.0),
    ]
    assert ocr._words("", 1) == []


def test_expected_words_are_the_headlines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(COPIES, encoding="utf-8")
    assert expected_in(words_beside(tmp_path / "a.jpg")) == ["오늘은 카페 봄날", "한 잔에도 기준"]
    assert words_beside(tmp_path / "b.jpg") == ""
    assert expected_in("Come in\nnow") == ["Come in"]
    assert expected_in("") == []


def test_words_are_found_whatever_their_spaces_signs_and_case() -> None:
    read = [Word("오늘", (0, 0, 1, 1), 90), Word("은카", (0, 0, 1, 1), 90), Word("페", (0, 0, 1, 1), 90)]
    assert found("오늘은 카페, 봄날!", read) == (["오늘은", "카페,"], ["봄날!"])
    assert found("LATTE 1+1 - 30%", [Word("latte1+130%", (0, 0, 1, 1), 9)]) == (["LATTE", "1+1", "30%"], [])
    assert plain("ＬＡＴＴＥ\u1112\u1161\u11ab?") == "latte한"
    assert best(["한 잔", "오늘은 카페"], read) == "오늘은 카페"
    assert best([], read) == ""


def test_sure_words() -> None:
    read = ocr._words(TSV, 1)
    assert [word.text for word in sure_words("오늘은 카페", read)] == ["오늘은", "카페"]
    assert [word.text for word in sure_words("", read)] == ["오늘은", "카페", "BLUR"]


@pytest.mark.parametrize(
    ("there", "languages", "told"),
    [
        (False, "", "Tesseract is not installed"),
        (True, "eng\nosd", "does not have the language kor"),
        (True, "kor\neng", ""),
    ],
)
def test_what_tesseract_lacks(there: bool, languages: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/tesseract" if there else None)
    monkeypatch.setattr(ocr, "_run", lambda arguments: languages)
    assert told in ocr.missing()
    assert bool(ocr.missing()) == bool(told)


def test_a_second_look_only_where_words_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    ways: list[str] = []
    monkeypatch.setattr(ocr, "_read", lambda grey, scale, way: ways.append(way) or TSV)
    ocr.read_words(ad(), ["오늘은 카페"])
    assert ways == ["11"]
    ocr.read_words(ad(), ["한 잔", ""])
    assert ways == ["11", "11", "6"]


@pytest.mark.tesseract
@pytest.mark.skipif(bool(ocr.missing()), reason=ocr.missing())
def test_tesseract_reads_a_drawn_ad() -> None:
    (word,) = sure_words("Latte", ocr.read_words(ad(), ["Latte"]))
    assert word.text == "Latte"
    drawn = ImageFont.truetype(str(FONT), 72).getbbox("Latte")
    assert np.abs(np.subtract(word.box, drawn) - (40, 60, 40, 60)).max() <= 6


# --- pixels ---


@pytest.mark.parametrize(
    ("color", "back", "ratio"),
    [("#000", "#fff", 21.0), ("#fff", "#000", 21.0), ("#767676", "#fff", 4.54), ("#999", "#777", 1.57)],
)
def test_contrast_of_drawn_words(color: str, back: str, ratio: float) -> None:
    assert contrast(ad(color, back), BOX) == pytest.approx(ratio, rel=0.03)


def test_the_worst_word_counts_and_what_is_no_word_does_not() -> None:
    picture = np.concatenate([ad(), ad("#999999")])
    low = (40, 265, 230, 330)
    assert lowest_contrast(picture, [BOX, low]) == pytest.approx(2.85, rel=0.03)
    assert contrast(np.full((50, 50, 3), 0.5, np.float32), (10, 10, 40, 40)) is None
    assert contrast(picture, (0, 0, 1, 1)) is None
    assert lowest_contrast(picture, []) is None


def test_words_on_the_subject(coffee: np.ndarray) -> None:
    small = np.ascontiguousarray(coffee[::2, ::2])
    cup, corner = (115, 70, 185, 100), (3, 3, 45, 17)
    on, off = subject_overlap(small, [cup]), subject_overlap(small, [corner])
    assert on is not None
    assert on > 0.9
    assert off == pytest.approx(0.0, abs=0.02)
    assert subject_overlap(coffee, []) is None


# --- picture and prompt ---


def test_open_clip_models_by_their_files_names(tmp_path: Path) -> None:
    known = ["ViT-B-32", "ViT-B-32-quickgelu", "RN50"]
    assert clip_similarity.name_of(Path("vit-b-32-quickgelu.openai.pt"), known) == "ViT-B-32-quickgelu"
    assert clip_similarity.name_of(Path("ViT-B-32.safetensors"), known) == "ViT-B-32"
    with pytest.raises(FitAdError, match="Let the file's name begin with the model's"):
        clip_similarity.name_of(Path("model.pt"), known)
    assert clip_similarity.weights_in(tmp_path) is None
    (tmp_path / "open_clip").mkdir()
    (tmp_path / "open_clip" / "notes.txt").touch()
    (tmp_path / "open_clip" / "RN50.pt").touch()
    assert clip_similarity.weights_in(tmp_path) == tmp_path / "open_clip" / "RN50.pt"


class TinyModel:
    """Sees the mean colour; reads "red" and "blue"."""

    def eval(self) -> TinyModel:
        return self

    def encode_image(self, image: torch.Tensor) -> torch.Tensor:
        return image.mean((2, 3)) * 7

    def encode_text(self, text: torch.Tensor) -> torch.Tensor:
        return text * 3


@pytest.fixture
def open_clip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    def prepare(image: Image.Image) -> torch.Tensor:
        return torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255

    def tokenize(texts: list[str]) -> torch.Tensor:
        return torch.tensor([[float("red" in t), 0.0, float("blue" in t)] for t in texts])

    def create(name: str, pretrained: str, weights_only: bool) -> Any:
        assert weights_only
        if Path(pretrained).stat().st_size:
            raise RuntimeError("not a model\nat all")
        return TinyModel(), None, prepare

    module = SimpleNamespace(
        list_models=lambda: ["RN50"],
        create_model_and_transforms=create,
        get_tokenizer=lambda name: tokenize,
        __spec__=SimpleNamespace(),
    )
    monkeypatch.setitem(sys.modules, "open_clip", module)
    clip_similarity._model.cache_clear()
    (tmp_path / "RN50.pt").touch()
    return tmp_path / "RN50.pt"


def test_pictures_are_compared_with_prompts(open_clip: Path) -> None:
    red = np.zeros((8, 8, 3), np.float32)
    red[..., 0] = 1
    assert clip_similarity.missing(open_clip) == ""
    assert clip_similarity.similarity(red, "a red wall", open_clip) == pytest.approx(1.0)
    assert clip_similarity.similarity(red, "a blue wall", open_clip) == pytest.approx(0.0)
    open_clip.write_bytes(b"x")
    clip_similarity._model.cache_clear()
    with pytest.raises(FitAdError, match=r"RN50\.pt cannot be loaded as RN50\. not a model\."):
        clip_similarity.similarity(red, "red", open_clip)


def test_what_clip_lacks(open_clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is no open_clip model in models/open_clip" in clip_similarity.missing(None)
    monkeypatch.delitem(sys.modules, "open_clip")
    monkeypatch.setattr(clip_similarity, "find_spec", lambda name: None)
    assert 'pip install "comfyui-fit-ad[score]"' in clip_similarity.missing(open_clip)


# --- one ad ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two ads, one with words and record beside it, and a file that is not a picture."""
    Image.fromarray((ad() * 255).astype(np.uint8)).save(tmp_path / "one.png")
    (tmp_path / "one.txt").write_text("Copy A\nLatte today\n\n#latte", encoding="utf-8")
    (tmp_path / "one.json").write_text(json.dumps({"roles": {"prompt": "red", "shop": "봄날"}}))
    Image.fromarray((ad() * 255).astype(np.uint8)).save(tmp_path / "two.png")
    (tmp_path / "zero.jpg").write_bytes(b"no picture")
    return tmp_path


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tesseract, as far as these tests need it."""
    read = [Word("Latte", BOX, 95.0)]
    monkeypatch.setattr(ocr, "read_words", lambda picture, candidates: read)
    monkeypatch.setattr(ocr, "missing", lambda: "")


def test_one_ad(folder: Path, reading: None, open_clip: Path) -> None:
    one = score_ad(folder / "one.png", ScoringTools(weights=open_clip))
    assert (one.width_px, one.height_px, one.expected) == (600, 200, "Latte today")
    assert (one.word_accuracy, one.lacking, one.note) == (0.5, ("today",), "")
    assert one.contrast == pytest.approx(15.9, rel=0.05)
    assert one.overlap is not None
    assert 0 <= one.overlap <= 1
    assert one.clip is not None
    assert -1 <= one.clip <= 1


def test_what_is_not_known_is_not_made_up(folder: Path, reading: None) -> None:
    two = score_ad(folder / "two.png", ScoringTools(no_clip="no"))
    assert (two.word_accuracy, two.clip, two.note) == (None, None, "no words are known: give --words")
    assert two.contrast is not None  # of what was read well
    blind = score_ad(folder / "one.png", ScoringTools("no Tesseract", None, "no CLIP"))
    assert (blind.word_accuracy, blind.contrast, blind.overlap, blind.clip) == (None, None, None, None)
    broken = score_ad(folder / "zero.jpg", ScoringTools())
    assert broken.width_px == 0
    assert "zero.jpg" in broken.note


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"roles": [1]}', '{"roles": {"prompt": 7}}', "\xff"])
def test_records_that_say_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="latin-1")
    assert prompt_beside(tmp_path / "a.png") == ""


def test_pictures_in_folders(folder: Path) -> None:
    files = find_ads([folder / "two.png", folder])
    assert [file.name for file in files] == ["two.png", "one.png", "zero.jpg"]


# --- table and page ---


def test_ratings_are_kept_from_one_scoring_to_the_next(folder: Path) -> None:
    table = folder / "t.csv"
    scores = [AdScore(folder / "one.png"), AdScore(folder / "two.png", rating="")]
    table.write_bytes(as_csv(scores, folder))
    text = table.read_text(encoding="utf-8-sig").replace("one.png,,,,,,", "one.png,,,,,4 ☕,")
    table.write_text(text, encoding="utf-8-sig")
    again = with_ratings([AdScore(folder / "two.png"), AdScore(folder / "one.png")], table, folder)
    assert [one.rating for one in again] == ["", "4 ☕"]
    assert with_ratings(again, folder / "none.csv", folder) == again
    table.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FitAdError, match="Save it as CSV in UTF-8"):
        with_ratings(again, table, folder)


def test_ratings_of_other_ads_stay_in_the_table(folder: Path) -> None:
    table = folder / "t.csv"
    table.write_bytes(as_csv([AdScore(folder / "one.png", rating="4"), AdScore(folder / "two.png")], folder))
    now = [AdScore(folder / "zero.jpg", rating="2")]
    table.write_bytes(as_csv(now, folder, rated_before(now, table, folder)))
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["file"], row["rating"]) for row in rows] == [("zero.jpg", "2"), ("one.png", "4")]
    assert rated_before(now, folder / "none.csv", folder) == []


def test_a_table_of_something_else_is_not_written_over(folder: Path) -> None:
    table = folder / "jobs.csv"
    for text in ("file;words;rating\none.png;1;5\n", "headline,photo\nToday,a.png\n"):
        table.write_text(text, encoding="utf-8")
        with pytest.raises(FitAdError, match="lacks the columns file and rating"):
            with_ratings([AdScore(folder / "one.png")], table, folder)


def test_no_spreadsheet_takes_a_name_for_a_formula(folder: Path) -> None:
    data = as_csv([AdScore(folder / "=1+1.png", expected="+cmd", note="-x")], folder).decode("utf-8-sig")
    (row,) = csv.DictReader(data.splitlines())
    assert (row["file"], row["expected"], row["note"]) == ("'=1+1.png", "'+cmd", "'-x")
    table = folder / "t.csv"
    table.write_bytes(data.replace("'=1+1.png,,,,,", "'=1+1.png,,,,,3").encode())
    assert with_ratings([AdScore(folder / "=1+1.png")], table, folder)[0].rating == "3"


@pytest.mark.parametrize(("language", "told"), [("en", "Words on the subject"), ("ko", "제품을 가린 글자")])
def test_the_page_loads_nothing_and_escapes(folder: Path, language: str, told: str) -> None:
    one = AdScore(folder / "one.png", 600, 200, "<b>", ("<i>",), 0.5, 2.9, 0.25, 0.31, "5", "<u>")
    text = page([one, AdScore(folder / "zero.jpg", note="broken")], folder, language)
    assert text.count("<img ") == 1
    assert 'src="data:image/jpeg;base64,' in text
    for part in (told, "50%", "2.9", "25%", "0.31", "broken"):
        assert part in text
    assert not any(tag in text for tag in ("<b>", "<i>", "<u>", "<script", "http:", "https:"))


# --- the command ---


def run(*arguments: str) -> int:
    return command._run(["score", *arguments])


def test_the_command(
    folder: Path, reading: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(scored_ads.clip_similarity, "missing", lambda weights: "no CLIP")
    assert run("one.png", "zero.jpg", "--html", "s.html") == 0
    said = capsys.readouterr()
    assert said.out.split() == ["fit-ad-scores.csv", "s.html"]
    assert "not measured: picture and prompt: no CLIP" in said.err
    rows = list(csv.DictReader((folder / "fit-ad-scores.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["file"], row["words"], row["clip"]) for row in rows] == [("one.png", "0.5", ""), ("zero.jpg", "", "")]
    assert run("one.png", "--json", "--words", "Latte") == 0
    assert json.loads(capsys.readouterr().out)[0]["words"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.png"], "There is no picture nowhere.png"),
        (["empty"], "There is no picture in empty"),
        (["one.png", "--clip", "nowhere.pt"], "There is no model nowhere.pt"),
        (["one.png", "--lang", "fr"], "Choose en or ko"),
    ],
)
def test_bad_use(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    assert run(*arguments) == 2
    assert message in capsys.readouterr().err
