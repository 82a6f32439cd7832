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
        ("kakao-channel", 1200, 380),
        ("kakao-motion", 1029, 258),
        ("karrot-news", 800, 1000),
    ]


def test_limits_of_the_services() -> None:
    assert load().get("kakao-thumbnail").max_kb == 500
    assert load().get("naver-timeboard").min_type_px == 28
    assert load().get("naver-timeboard").max_kb == 200
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


def test_a_frame_of_its_own_is_for_a_formats_very_size() -> None:
    assert zone("auto", 800, 1000) == load().get("karrot-news").keep_out == KeepOut(30, 5, 30, 5)
    assert zone("auto", 1080, 1350) == zone("auto", 864, 1080) == zone("feed")
    assert zone("auto", 1029, 258) == KeepOut(8, 4.48, 8, 4.48)  # two formats share the size


WHOLE = """\
formats:
  - {id: a, label: A, ko: 가, width_px: 100, height_px: 200, zone: feed, source: s, date: 2026-11-01}
  - {id: b, label: B, ko: 나, width_px: 100, height_px: 50, keep_out: {top: 1, right: 2, bottom: 3, left: 4},
     source: s, date: 2026-11-01}
zones:
  - {id: feed, label: Feed, ko: 피드, top: 5, right: 5, bottom: 5, left: 5, source: s, date: 2026-11-01}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("width_px: 100, height_px: 200", "width_px: 8, height_px: 200", 2, "width_px must be a whole number from 16"),
        ("label: A, ", "", 2, "formats[0] has no label"),
        ("label: B", "lable: B", 3, "has no field 'lable'. Did you mean label?"),
        ("zone: feed, ", "zone: fed, ", 2, "There is no zone 'fed'. Use feed"),
        ("zone: feed, ", "", 2, "The format 'a' needs a zone or a keep_out frame"),
        ("top: 1", "top: high", 3, "top must be a number from 0 to 100"),
        ("left: 4", "left: 140", 3, "left must be a number from 0 to 100"),
        ("id: feed", "id: story", 2, "There is no zone 'feed'"),
        ("zones:", "areas:", 5, "has no field 'areas'"),
        ("ko: 나", "ko: [나]", 3, "ko must be text"),
    ],
)
def test_a_mistake_is_named_with_line_and_reason(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    path = tmp_path / "formats.yaml"
    path.write_text(WHOLE, "utf-8")
    assert read(path).get("b").keep_out == KeepOut(1, 2, 3, 4)
    assert WHOLE.count(old) == 1
    path.write_text(WHOLE.replace(old, new), "utf-8")
    with pytest.raises(FitAdError) as caught:
        read(path)
    assert f"formats.yaml, line {line}, has an error. " in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.parametrize("text", ["", "formats: 3", "zones: [{id: a}]\nformats: []", "a: [", "- 1"])
def test_a_file_of_another_kind_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "formats.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(FitAdError, match=r"The list of ad formats .*formats\.yaml, line \d+, has an error"):
        read(path)
    with pytest.raises(FitAdError, match=r"none\.yaml can't be read"):
        read(tmp_path / "none.yaml")
