"""The file: within its limit, in sRGB, silent unless told otherwise, never over another one."""

from __future__ import annotations

import errno
import io
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from fit_ad.core import saving
from fit_ad.core.errors import FitAdError
from fit_ad.core.saving import Notes, SaveOptions, encode, files, notes_for, place_for, save_ads, write_new
from PIL import Image, ImageCms

NOW = time.struct_time((2026, 3, 9, 7, 5, 2, 0, 0, 0))


def noise(height: int = 300, width: int = 240, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(3).random((height, width, channels), dtype=np.float32)


def flat(color: tuple[float, ...], height: int = 40, width: int = 30) -> np.ndarray:
    return np.broadcast_to(np.float32(color), (height, width, len(color)))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", saving.FORMATS)
def test_format_profile_and_silence(kind: str) -> None:
    encoded = encode(flat((1.0, 0.5, 0.0)), SaveOptions(kind))
    image = opened(encoded.data)
    assert image.format == kind.upper()
    np.testing.assert_allclose(np.asarray(image.convert("RGB"))[20, 15], (255, 128, 0), atol=3)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert not image.getexif()
    assert not getattr(image, "text", {})


def test_jpeg_keeps_full_colour_resolution() -> None:
    layers = opened(encode(noise(), SaveOptions("jpeg")).data).layer
    assert {(layer[1], layer[2]) for layer in layers} == {(1, 1)}


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_quality_is_the_highest_that_fits(kind: str) -> None:
    free = encode(noise(), SaveOptions(kind, max_kb=0, quality=95))
    assert free.quality == 95
    limit_kb = len(free.data) * 6 // 10 // 1000
    held = encode(noise(), SaveOptions(kind, max_kb=limit_kb, quality=95))
    assert len(held.data) <= limit_kb * 1000
    assert held.quality is not None
    assert held.quality < 95
    one_better = encode(noise(), SaveOptions(kind, max_kb=0, quality=held.quality + 1))
    assert len(one_better.data) > limit_kb * 1000


def test_impossible_limit_says_what_it_takes() -> None:
    with pytest.raises(FitAdError, match=r"The JPEG takes \d+ KB even at quality 30, above 5 KB"):
        encode(noise(), SaveOptions("jpeg", max_kb=5))


def test_png_over_the_limit_is_not_ruined() -> None:
    with pytest.raises(FitAdError, match=r"The PNG takes \d+ KB without loss.*webp or jpeg"):
        encode(noise(), SaveOptions("png", max_kb=60))


def test_png_of_few_colours_is_reduced_unseen() -> None:
    steps = np.random.default_rng(1).integers(0, 200, (256, 256, 1)) / np.float32(255)
    picture = np.repeat(steps, 3, axis=2).astype(np.float32)
    data = encode(picture, SaveOptions("png", max_kb=80)).data
    assert len(data) <= 80_000
    np.testing.assert_allclose(np.asarray(opened(data).convert("RGB")) / 255, picture, atol=0.02)


def test_png_keeps_every_pixel_and_alpha() -> None:
    picture = noise(channels=4)
    image = opened(encode(picture, SaveOptions("png", max_kb=0)).data)
    np.testing.assert_array_equal(np.asarray(image), np.rint(picture * 255).astype(np.uint8))


def test_jpeg_flattens_transparency_on_white() -> None:
    image = opened(encode(flat((0.0, 0.0, 0.0, 0.0)), SaveOptions("jpeg")).data)
    assert image.mode == "RGB"
    assert image.getpixel((15, 20)) == (255, 255, 255)


def test_min_side_enlarges_the_shorter_side_only_up() -> None:
    assert encode(noise(300, 240), SaveOptions(min_side=480)).picture.shape == (600, 480, 3)
    assert encode(noise(300, 240), SaveOptions(min_side=100)).picture.shape == (300, 240, 3)
    with pytest.raises(FitAdError, match="smaller min_side"):
        encode(noise(16, 4000), SaveOptions(min_side=8192))


def test_the_picture_is_not_written_into() -> None:
    picture = noise()
    picture.flags.writeable = False
    before = picture.copy()
    encode(picture, SaveOptions())
    np.testing.assert_array_equal(picture, before)


def test_values_outside_the_range_and_gray() -> None:
    odd = np.full((20, 20, 1), 7.0, np.float32)
    odd[0, 0] = np.nan
    image = opened(encode(odd, SaveOptions("png")).data)
    assert image.getpixel((0, 0)) == (0, 0, 0)
    assert image.getpixel((9, 9)) == (255, 255, 255)


def test_same_picture_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = encode(noise(), SaveOptions()).data
    saving.srgb_profile.cache_clear()
    time.sleep(1.1)  # littlecms stamps seconds
    assert encode(noise(), SaveOptions()).data == first


# --- metadata ---

PROMPT = {"1": {"class_type": "AdSave", "inputs": {"copies": "아메리카노"}}}
EXTRA = {"workflow": {"nodes": [], "version": 1}}


def test_policy() -> None:
    assert not notes_for("none", PROMPT, EXTRA, "copy", "#tag")
    assert notes_for("workflow", PROMPT, EXTRA, "copy", "#tag") == Notes(PROMPT, EXTRA, "")
    assert notes_for("full", PROMPT, None, "copy ", "#tag").description == "copy\n\n#tag"


def test_workflow_in_png() -> None:
    text = opened(encode(noise(), SaveOptions("png"), Notes(PROMPT, EXTRA, "라떼 한 잔")).data).text
    assert json.loads(text["prompt"]) == PROMPT
    assert json.loads(text["workflow"]) == EXTRA["workflow"]
    assert text["Description"] == "라떼 한 잔"


@pytest.mark.parametrize("kind", ["webp", "jpeg"])
def test_workflow_in_exif(kind: str) -> None:
    exif = opened(encode(noise(), SaveOptions(kind), Notes(PROMPT, EXTRA, "라떼 한 잔")).data).getexif()
    assert json.loads(exif[0x0110].removeprefix("prompt:")) == PROMPT
    assert json.loads(exif[0x010F].removeprefix("workflow:")) == EXTRA["workflow"]


def test_workflow_too_long_for_jpeg_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    notes = Notes({"1": "x" * 70_000}, {}, "")
    assert not opened(encode(noise(), SaveOptions("jpeg"), notes).data).getexif()
    assert "too long for a JPEG" in caplog.text
    assert opened(encode(noise(), SaveOptions("webp"), notes).data).getexif()


# --- names and folders ---


@pytest.mark.parametrize(
    ("prefix", "subfolder", "stem"),
    [
        ("Fit-AD", "", "Fit-AD"),
        ("ads/spring/cafe", "ads/spring", "cafe"),
        ("ads\\cafe", "ads", "cafe"),
        ("./cafe", "", "cafe"),
        ("%year%-%month%-%day%/%width%x%height%_%hour%%minute%%second%", "2026-03-09", "1080x1350_070502"),
        ("카페 봄: 1+1?", "", "카페 봄_ 1+1_"),
        ("", "", "Fit-AD"),
        ("ads/", "ads", "Fit-AD"),
    ],
)
def test_prefixes(tmp_path: Path, prefix: str, subfolder: str, stem: str) -> None:
    place = place_for(prefix, tmp_path, 1080, 1350, NOW)
    assert (place.subfolder, place.stem) == (subfolder, stem)
    assert place.folder == tmp_path.resolve() / subfolder


@pytest.mark.parametrize("prefix", ["/etc/x", "../x", "a/../../x", "C:\\x", "C:x", "..\\x", "a/../x", "\\\\server\\x"])
def test_prefixes_that_lead_out(tmp_path: Path, prefix: str) -> None:
    with pytest.raises(FitAdError, match="leads out of the output folder"):
        place_for(prefix, tmp_path, 1, 1)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "away").symlink_to(tmp_path)
    with pytest.raises(FitAdError, match="link to another place"):
        place_for("away/x", tmp_path / "out", 1, 1)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    place = place_for("ad", tmp_path, 1, 1)
    names = [write_new(place, {".jpg": b"1", ".txt": b"2"}) for _ in range(2)]
    assert names == ["ad_00001_", "ad_00002_"]
    (tmp_path / "ad_00007_.png").write_bytes(b"other")
    assert write_new(place, {".jpg": b"3"}) == "ad_00008_"
    (tmp_path / "ad_x_.jpg").write_bytes(b"not a number")
    assert write_new(place, {".jpg": b"4"}) == "ad_00009_"
    assert not [p for p in tmp_path.iterdir() if p.suffix == ".part"]


def test_two_writers_at_once_never_share_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_for("ad", tmp_path, 1, 1)
    (tmp_path / "ad_00001_.txt").write_bytes(b"mine")  # came after the counting
    monkeypatch.setattr(files, "_next_counter", lambda *_: 1)
    assert write_new(place, {".jpg": b"1", ".txt": b"2"}) == "ad_00002_"
    assert (tmp_path / "ad_00001_.txt").read_bytes() == b"mine"
    assert not (tmp_path / "ad_00001_.jpg").exists()


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(os, "link", refuse)
    place = place_for("ad", tmp_path, 1, 1)
    assert write_new(place, {".jpg": b"1"}) == "ad_00001_"
    monkeypatch.setattr(files, "_next_counter", lambda *_: 1)
    assert write_new(place, {".jpg": b"2"}) == "ad_00002_"
    assert (tmp_path / "ad_00001_.jpg").read_bytes() == b"1"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ad_00001_.jpg", "ad_00002_.jpg"]


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "ads").write_text("I am no folder")
    with pytest.raises(FitAdError, match=r"Nothing can be saved in .*ads.* in the way"):
        write_new(place_for("ads/x", tmp_path, 1, 1), {".jpg": b"1"})


@pytest.mark.parametrize(
    ("code", "reason"),
    [(errno.EACCES, "read-only for you"), (errno.ENOSPC, "disk is full"), (errno.EROFS, "disk is read-only")],
)
def test_folder_trouble_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    def fail(draft: Path, target: Path) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files, "_move_to_new", fail)
    with pytest.raises(FitAdError, match=reason):
        write_new(place_for("ad", tmp_path, 1, 1), {".jpg": b"1"})
    assert list(tmp_path.iterdir()) == []


def test_batch_with_words(tmp_path: Path) -> None:
    saved = save_ads(
        [flat((1.0, 0.0, 0.0)), flat((0.0, 0.0, 1.0))],
        SaveOptions("png"),
        Notes(),
        prefix="ads/%batch_num%",
        output_folder=tmp_path,
        words=("오늘은 라떼", "#카페 #라떼"),
    )
    assert [s.path for s in saved] == ["ads/0_00001_.png", "ads/1_00001_.png"]
    assert (tmp_path / "ads/1_00001_.txt").read_text(encoding="utf-8") == "오늘은 라떼\n\n#카페 #라떼\n"
    assert opened((tmp_path / saved[1].path).read_bytes()).getpixel((0, 0)) == (0, 0, 255)
