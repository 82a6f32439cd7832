"""The bytes: within their limit, in sRGB, silent unless told otherwise."""

from __future__ import annotations

import io
from types import SimpleNamespace

import numpy as np
import pytest
from fit_ad.core import export
from fit_ad.core.errors import FitAdError
from fit_ad.core.export import SaveOptions, encode
from PIL import Image, ImageCms, features
from saved_pictures import flat, noise, opened

KINDS = [k for k in export.FORMATS if k != "avif" or features.check("avif")]
LOSSY = [k for k in KINDS if k != "png"]


@pytest.mark.parametrize("kind", KINDS)
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


@pytest.mark.parametrize("kind", LOSSY)
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
    with pytest.raises(FitAdError, match=r"The JPEG needs \d+ KB even at quality 30, more than 5 KB"):
        encode(noise(), SaveOptions("jpeg", max_kb=5))


def test_png_over_the_limit_is_not_ruined() -> None:
    with pytest.raises(FitAdError, match=r"The PNG needs \d+ KB losslessly.*webp or jpeg"):
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


@pytest.mark.parametrize(
    ("shape", "mode"),
    [((20, 30, 1), "RGB"), ((20, 30, 2), "RGBA"), ((20, 30, 3), "RGB"), ((20, 30, 4), "RGBA"), ((1, 1, 3), "RGB")],
)
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_channels(kind: str, shape: tuple[int, int, int], mode: str) -> None:
    encoded = encode(np.full(shape, 0.5, np.float32), SaveOptions(kind))
    image = opened(encoded.data)
    assert image.size == (shape[1], shape[0])
    assert encoded.picture.shape == shape
    wanted = (128, 128, 128, 128) if mode == "RGBA" else (128, 128, 128)
    if kind == "jpeg":
        wanted = (191, 191, 191) if mode == "RGBA" else wanted  # half clear gray on white
        assert image.mode == "RGB"
    else:
        image = image.convert(mode)
    np.testing.assert_allclose(image.getpixel((shape[1] // 2, shape[0] // 2)), wanted, atol=2)


@pytest.mark.parametrize("shape", [(0, 30, 3), (20, 0, 3), (20, 30, 0), (20, 30, 5), (20, 30)])
def test_what_is_no_picture(shape: tuple[int, ...]) -> None:
    with pytest.raises(FitAdError, match=r"There is no picture to save in an array of .*Connect an image"):
        encode(np.zeros(shape, np.float32), SaveOptions())


@pytest.mark.parametrize("kind", KINDS)
def test_not_a_number_and_infinity(kind: str) -> None:
    picture = np.full((16, 16, 3), 0.5, np.float32)
    picture[:8] = (np.nan, np.inf, -np.inf)
    encoded = encode(picture, SaveOptions(kind))
    assert np.isfinite(encoded.picture).all()
    np.testing.assert_array_equal(encoded.picture[0, 0], (0, 1, 0))
    np.testing.assert_allclose(opened(encoded.data).convert("RGB").getpixel((3, 3)), (0, 255, 0), atol=9)


@pytest.mark.parametrize("kind", KINDS)
def test_eight_thousand_pixels_wide(kind: str) -> None:
    assert opened(encode(flat((0.2, 0.4, 0.6), 40, 8000), SaveOptions(kind)).data).size == (8000, 40)


@pytest.mark.parametrize(("kind", "side"), [("webp", 16_384), ("jpeg", 65_501)])
def test_longer_than_the_format_can_hold(kind: str, side: int) -> None:
    with pytest.raises(FitAdError, match=rf"A {kind.upper()} has at most \d+ px per side.*{side}×1.*Choose png"):
        encode(flat((0.2, 0.4, 0.6), 1, side), SaveOptions(kind))
    assert opened(encode(flat((0.2, 0.4, 0.6), 1, side), SaveOptions("png")).data).size == (side, 1)


def test_avif_where_pillow_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(
        FitAdError, match=r"AVIF files cannot be written on this system.*pip install 'pillow>=11\.3'.*webp"
    ):
        encode(noise(), SaveOptions("avif"))


def test_an_encoder_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("encoder error -2")

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(FitAdError, match=r"240×300 px cannot be saved as webp\. encoder error -2\. Choose png"):
        encode(noise(), SaveOptions("webp"))


@pytest.mark.parametrize(
    ("bad", "message"), [({"format": "gif"}, "'gif'.*jpeg, png"), ({"quality": 0}, "quality is 0")]
)
def test_options_that_make_no_sense(bad: dict[str, object], message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        SaveOptions(**bad)


def test_enlarging_keeps_clean_edges() -> None:
    """Colour under full transparency must not show in the edge."""
    picture = np.zeros((20, 20, 4), np.float32)
    picture[:, 10:] = (1, 1, 1, 1)
    larger = encode(picture, SaveOptions("png", min_side=60)).picture
    assert larger.shape == (60, 60, 4)
    assert larger[larger[..., 3] > 0.02][:, :3].min() > 0.98


def test_values_outside_the_range_and_gray() -> None:
    odd = np.full((20, 20, 1), 7.0, np.float32)
    odd[0, 0] = np.nan
    image = opened(encode(odd, SaveOptions("png")).data)
    assert image.getpixel((0, 0)) == (0, 0, 0)
    assert image.getpixel((9, 9)) == (255, 255, 255)


def test_same_picture_same_bytes_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    first = encode(noise(), SaveOptions()).data
    export.srgb_profile.cache_clear()
    today = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    stamped = SimpleNamespace(tobytes=lambda: another_day(today))
    monkeypatch.setattr("fit_ad.core.export.encoding.ImageCms.ImageCmsProfile", lambda profile: stamped)
    assert encode(noise(), SaveOptions()).data == first
    export.srgb_profile.cache_clear()


def another_day(profile: bytes) -> bytes:
    """The same profile with another date, and the other checksum that it brings."""
    assert profile[24:36] != bytes(12)
    return profile[:24] + bytes(range(12)) + profile[36:84] + bytes(range(16)) + profile[100:]
