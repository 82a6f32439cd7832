from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.layout import formats
from fit_ad.core.layout.formats import KeepOut, canvas_size, latent_size, load, read, zone, zone_names


def test_the_fixed_formats_in_menu_order() -> None:
    assert [(f.id, f.width_px, f.height_px) for f in load().formats] == [
        ("feed-1x1", 1080, 1080),
        ("feed-4x5", 1080, 1350),
        ("feed-3x4", 1080, 1440),
        ("story", 1080, 1920),
        ("reels", 1080, 1920),
        ("wide-16x9", 1920, 1080),
        ("kakao-bizboard", 1029, 258),
        ("kakao-thumbnail", 348, 230),
        ("naver-timeboard", 1660, 260),
    ]


def test_limits_of_the_services() -> None:
    assert load().get("kakao-thumbnail").max_kb == 500
    assert load().get("naver-timeboard").min_type_px == 28
    assert load().get("feed-1x1").max_kb is None


def test_every_format_says_where_its_figures_come_from() -> None:
    assert all(f.source and f.date.startswith("20") and f.ko for f in load().formats)


def test_zones_in_percent() -> None:
    assert zone_names()[0] == "none"
    assert zone("none") == KeepOut(0, 0, 0, 0)
    assert zone("feed") == KeepOut(5, 5, 5, 5)
    assert zone("story") == KeepOut(top=14, right=5, bottom=20, left=5)
    assert zone("reels") == KeepOut(top=14, right=6, bottom=35, left=6)
    assert load().get("reels").keep_out == zone("reels")


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(FitAdError, match=r"format is 'poster'.*feed-1x1"):
        load().get("poster")
    with pytest.raises(FitAdError, match=r"safe_zone is 'tiktok'.*none, feed, story"):
        zone("tiktok")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1080, 1080), (1024, 1024)),
        ((1080, 1350), (896, 1120)),
        ((1080, 1440), (864, 1152)),
        ((1080, 1920), (768, 1360)),
        ((1920, 1080), (1360, 768)),
        ((1029, 258), (2048, 512)),
    ],
)
def test_latent_sizes(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert latent_size(*size) == expected


@pytest.mark.parametrize("size", [(64, 64), (64, 8192), (8192, 64), (333, 777), (8191, 8192)])
def test_latent_sizes_are_multiples_of_16_near_a_megapixel(size: tuple[int, int]) -> None:
    width, height = latent_size(*size)
    assert width % 16 == height % 16 == 0
    assert min(width, height) >= 16
    assert 0.8 < width * height / 2**20 < 1.25


def test_custom_takes_the_given_size_and_fixed_formats_do_not() -> None:
    assert canvas_size("custom", 777, 555) == (777, 555)
    assert canvas_size("story", 777, 555) == (1080, 1920)
    with pytest.raises(FitAdError, match="width is 10 px"):
        canvas_size(formats.CUSTOM, 10, 500)


@pytest.mark.parametrize("text", ["", "formats: 3", "formats: []", "zones: [{id: a}]\nformats: []", "a: [", "- 1"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "formats.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(FitAdError, match=r"formats\.yaml could not be read"):
        read(path)
