"""Where an overlay ends up, to the pixel, and what the report says of it."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.layout.formats import zone
from fit_ad.core.layout.model import Layout, TextBox
from fit_ad.core.placement.fields import LEGIBILITY
from fit_ad.core.placement.render import Placement, place, trimmed, with_alpha

W, H = 400, 500


def ground(color: tuple[float, ...] = (0.2, 0.3, 0.4)) -> np.ndarray:
    return np.broadcast_to(np.float32(color), (H, W, len(color))).copy()


def card(width: int, height: int, border: int = 0) -> np.ndarray:
    """A white card with an empty black border around it."""
    rgba = np.zeros((height + 2 * border, width + 2 * border, 4), np.float32)
    rgba[border : border + height, border : border + width] = 1
    return rgba


def extent(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Return left, top, width, height of what is more than half covered."""
    rows, columns = np.nonzero(mask.max(axis=1) > 0.5)[0], np.nonzero(mask.max(axis=0) > 0.5)[0]
    return int(columns[0]), int(rows[0]), int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1


@pytest.mark.parametrize(
    ("placement", "expected"),
    [
        (Placement(50, 50, 50, 20), (150, 200, 100, 100)),
        (Placement(50, 50, 50, 20, anchor="left"), (200, 200, 100, 100)),
        (Placement(0, 0, 50, 20, anchor="top-left"), (0, 0, 100, 100)),
        (Placement(100, 100, 50, 20, anchor="bottom-right"), (300, 400, 100, 100)),
        (Placement(50, 50, 50, 20, keep_aspect=False), (100, 200, 200, 100)),
        (Placement(50, 50, 10, 80, anchor="top"), (180, 250, 40, 40)),
        (Placement(100, 0, 20, 20), (360, 0, 40, 40)),
    ],
)
@pytest.mark.parametrize("overlay", [card(37, 37), card(300, 300, border=25)])
def test_the_overlay_fits_its_box(overlay: np.ndarray, placement: Placement, expected: tuple[int, ...]) -> None:
    placed = place(ground(), overlay, placement)
    assert extent(placed.mask) == expected
    assert np.allclose(placed.image[placed.mask == 1], 1)
    assert np.allclose(placed.image[placed.mask == 0], (0.2, 0.3, 0.4))


def test_the_report_has_the_box_in_px() -> None:
    report = place(ground(), card(40, 20), Placement(50, 50, 50, 20)).report
    assert report["canvas"] == [400, 500]
    assert report["box"] == [100, 200, 200, 100]
    assert report["frame"] == [100, 200, 200, 100]
    assert report["stale"] is False


@pytest.mark.parametrize(
    ("degrees", "expected"), [(90, (150, 150, 100, 200)), (-270, (150, 150, 100, 200)), (180, (100, 200, 200, 100))]
)
def test_right_angles_are_exact(degrees: float, expected: tuple[int, ...]) -> None:
    assert extent(place(ground(), card(80, 40), Placement(50, 50, 50, 50, rotation_deg=degrees)).mask) == expected


def test_rotation_is_clockwise_about_the_middle() -> None:
    overlay = card(80, 40)
    overlay[:, :10, 1:3] = 0  # a red left edge
    image = place(ground(), overlay, Placement(50, 50, 50, 50, rotation_deg=90)).image
    assert image[155, 200] == pytest.approx([1, 0, 0], abs=0.01)  # turned to the top
    assert image[345, 200] == pytest.approx([1, 1, 1], abs=0.01)


def test_turning_keeps_the_middle() -> None:
    mask = place(ground(), card(80, 40), Placement(50, 40, 50, 50, rotation_deg=33)).mask
    y, x = np.mgrid[0.5:H, 0.5:W]
    assert (mask * x).sum() / mask.sum() == pytest.approx(200, abs=0.1)
    assert (mask * y).sum() / mask.sum() == pytest.approx(200, abs=0.1)
    assert mask.sum() == pytest.approx(200 * 100, rel=0.005)


@pytest.mark.parametrize(
    "placement", [Placement(50, 50, 50, 30), Placement(50, 50, 90, 90), Placement(50, 50, 50, 30, rotation_deg=12)]
)
def test_no_dark_fringe_comes_from_the_empty_border(placement: Placement) -> None:
    y, x = np.mgrid[-1:1:300j, -1:1:300j]
    disc = (np.hypot(x, y) < 0.9).astype(np.float32)
    overlay = np.dstack([disc, disc, disc, disc])  # black where it is empty
    image = place(ground((1, 1, 1)), overlay, placement).image
    assert image.min() > 1 - 1 / 255


def test_a_downscale_stays_true_to_the_coverage() -> None:
    rng = np.random.default_rng(5)
    alpha = (rng.random((400, 400)) > 0.5).astype(np.float32)
    overlay = np.dstack([np.ones((400, 400, 3), np.float32), alpha])
    mask = place(ground(), overlay, Placement(50, 50, 25, 25)).mask
    expected = alpha.reshape(100, 4, 100, 4).mean(axis=(1, 3))
    assert mask[200:300, 150:250] == pytest.approx(expected, abs=1e-5)


def test_opacity_and_blend() -> None:
    placed = place(
        ground((0.5, 0.5, 0.5)),
        card(10, 10) * np.float32([0.4, 1, 1, 1]),
        Placement(50, 50, 10, 10, opacity=0.5, blend="multiply"),
    )
    assert placed.image[250, 200] == pytest.approx([0.35, 0.5, 0.5])
    assert placed.mask[250, 200] == pytest.approx(0.5)


def test_the_background_keeps_its_channels_and_its_pixels() -> None:
    background = ground((0.2, 0.3, 0.4, 0.0))
    before = background.copy()
    background.flags.writeable = False
    placed = place(background, card(10, 10), Placement(50, 50, 10, 10))
    assert placed.image.shape == (H, W, 4)
    assert placed.image[250, 200, 3] == 1
    assert placed.image[0, 0, 3] == 0
    assert np.array_equal(background, before)


@pytest.mark.parametrize("overlay", [None, np.zeros((30, 30, 4), np.float32)])
def test_nothing_to_place_leaves_the_picture_as_it_is(overlay: np.ndarray | None) -> None:
    placed = place(ground(), overlay, text="  \n ")
    assert np.array_equal(placed.image, ground())
    assert placed.mask.max() == 0
    assert placed.layers == ()
    assert placed.report["box"] is None


def test_far_outside_is_clipped_away() -> None:
    placed = place(ground(), card(10, 10), Placement(-100, 200, 20, 20))
    assert np.array_equal(placed.image, ground())
    assert placed.mask.max() == 0


def test_an_enormous_box_covers_the_picture() -> None:
    placed = place(ground(), card(10, 10), Placement(50, 50, 300, 300, rotation_deg=45))
    assert placed.mask.min() == pytest.approx(1)
    assert placed.report["box"] == [-649, -599, 1698, 1698]  # 1200 px turned by 45°
    assert placed.layers[-1].rgba.shape[0] <= H + 4


LAYOUT = Layout((TextBox(10, 5, 80, 20, "top", "#402A1E"),), "top", "#402A1E", ("#F0E0D0",), "따뜻한")


def test_the_layout_gives_box_and_anchor() -> None:
    assert extent(place(ground(), card(10, 10), Placement(50, 90, 5, 5), layout=LAYOUT).mask) == (150, 25, 100, 100)


def test_text_is_set_into_the_box_in_the_colour_of_the_layout() -> None:
    placed = place(ground((0.96, 0.9, 0.8)), None, text="오늘의 커피", layout=LAYOUT)
    left, top, width, height = extent(placed.mask)
    assert abs(top - 25) <= 1
    assert left >= 40
    assert left + width <= 360
    assert top + height <= 126
    assert abs(left + width / 2 - 200) <= 2
    assert np.median(placed.image[placed.mask > 0.99], axis=0) * 255 == pytest.approx([0x40, 0x2A, 0x1E], abs=1)


@pytest.mark.parametrize(("color", "dark"), [((0.96, 0.9, 0.8), True), ((0.1, 0.1, 0.15), False)])
def test_text_without_a_layout_takes_a_colour_that_reads(color: tuple[float, ...], dark: bool) -> None:
    placed = place(ground(color), None, text="오늘의 커피", legibility="report")
    assert placed.report["contrast"] >= 4.5
    assert bool(placed.image[placed.mask > 0.99].mean() < 0.5) is dark


@pytest.mark.parametrize(
    "placement", [Placement(50, 2, 84, 22), Placement(5, 99, 200, 90), Placement(50, 2, 84, 22, rotation_deg=30)]
)
@pytest.mark.parametrize("name", ["story", "reels"])
def test_the_safe_zone_holds(name: str, placement: Placement) -> None:
    keep_out = zone(name)
    placed = place(ground(), card(60, 20), placement, safe_zone=name)
    left, top, width, height = extent(placed.mask)
    assert left >= keep_out.left / 100 * W - 1
    assert top >= keep_out.top / 100 * H - 1
    assert left + width <= W - keep_out.right / 100 * W + 1
    assert top + height <= H - keep_out.bottom / 100 * H + 1
    assert placed.report["safe_zone"] == {"name": name, "moved": True}


def test_a_box_inside_the_zone_is_left_alone() -> None:
    report = place(ground(), card(60, 20), Placement(50, 40, 40, 10), safe_zone="reels").report
    assert report["safe_zone"]["moved"] is False
    assert report["box"] == [125, 175, 150, 50]


def test_the_share_on_the_subject_is_reported() -> None:
    subject = np.zeros((50, 40), np.float32)
    subject[:, 20:] = 1
    report = place(ground(), card(10, 10), Placement(50, 50, 20, 20), subject_mask=subject).report
    assert report["subject_overlap"] == pytest.approx(0.5)
    assert report["protected_overlap"] is None


def test_the_share_on_faces_and_hands_is_reported_apart() -> None:
    face = np.zeros((50, 40), np.float32)
    face[:25] = 1
    report = place(ground(), card(10, 10), Placement(50, 50, 20, 20), protected_mask=face).report
    assert (report["subject_overlap"], report["protected_overlap"]) == (None, pytest.approx(0.5))


@pytest.mark.parametrize(
    ("x", "rotation", "cut"),
    [(50, 0, 0), (0, 0, 0.5), (-40, 0, 1), (140, 0, 1), (10, 0, 0), (9, 0, 0.05), (0, 90, 0.5), (1000, 30, 1)],
)
def test_how_much_of_the_words_the_edge_cuts_off(x: float, rotation: float, cut: float) -> None:
    made = place(ground(), card(20, 40), Placement(x, 50, 20, 20, keep_aspect=False, rotation_deg=rotation))
    assert made.report["cut"] == pytest.approx(cut, abs=0.01)


def test_a_shadow_over_the_edge_is_no_cut() -> None:
    overlay = card(20, 40)
    overlay[:, overlay.shape[1] // 2 :, 3] = 0.3
    assert place(ground(), overlay, Placement(95, 50, 20, 20, keep_aspect=False)).report["cut"] == 0


def test_a_huge_overlay_is_cut_by_what_the_picture_leaves_of_it() -> None:
    made = place(ground(), card(20, 40), Placement(50, 50, 300, 300, keep_aspect=False, rotation_deg=0))
    assert made.report["cut"] == pytest.approx(1 - 1 / 9, abs=0.01)


def test_words_that_are_cut_off_are_not_legible() -> None:
    whole, cut = (
        place(ground((1, 1, 1)), None, Placement(x, 50, 40, 20), text="커피", legibility="fix") for x in (50, 4)
    )
    assert (whole.report["cut"], whole.report["legible"]) == (0, True)
    assert cut.report["contrast"] >= cut.report["required"]
    assert 0.2 < cut.report["cut"] < 0.8
    assert cut.report["legible"] is False


def half() -> np.ndarray:
    picture = ground((0.96, 0.92, 0.86))
    picture[:, W // 2 :] = (0.1, 0.1, 0.15)
    return picture


def test_legibility_off_report_and_fix() -> None:
    off, report, fix = (place(half(), None, text="오늘의 커피", legibility=how) for how in LEGIBILITY)
    assert off.report["contrast"] is None
    assert report.report["legible"] is False
    assert np.array_equal(off.image, report.image)
    assert fix.report["legible"] is True
    assert fix.report["contrast"] >= fix.report["required"]
    assert fix.report["contrast_before"] == report.report["contrast"]
    assert [layer.name for layer in fix.layers][-1] == "Text"
    assert fix.report["added"]


def test_small_type_needs_more_than_large_type() -> None:
    small, large = (
        place(half(), None, Placement(height=h, width=w), text="커피", legibility="report")
        for w, h in ((80, 4), (80, 30))
    )
    assert (small.report["large"], small.report["required"]) == (False, 4.5)
    assert (large.report["large"], large.report["required"]) == (True, 3.0)


def test_on_a_good_ground_fix_changes_nothing() -> None:
    off, fix = (place(ground((0.1, 0.1, 0.1)), None, text="커피", legibility=how) for how in ("off", "fix"))
    assert np.array_equal(off.image, fix.image)
    assert fix.report["added"] == []


def test_trimmed_and_with_alpha() -> None:
    assert trimmed(card(8, 4, border=3)).shape == (4, 8, 4)
    assert trimmed(np.ones((4, 8, 3), np.float32)).shape == (4, 8, 4)
    half = np.repeat(np.float32([[1, 1, 0, 0]]), 2, axis=0)
    assert with_alpha(np.ones((4, 8, 3), np.float32), half)[..., 3][:, [0, 7]].tolist() == [[1, 0]] * 4
    assert with_alpha(np.ones((4, 8, 3), np.float32), np.zeros((2, 4), np.float32))[..., 3].min() == 1
    own = card(8, 4, border=1)
    assert with_alpha(own, np.ones((6, 10), np.float32)) is own


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"anchor": "middle"}, "anchor is 'middle'"), ({"blend": "mix"}, "blend is 'mix'"), ({"width": 0}, "0 % × 22 %")],
)
def test_a_wrong_placement_says_what_is_allowed(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        Placement(**wrong)  # type: ignore[arg-type]


def test_an_unknown_legibility_is_named() -> None:
    with pytest.raises(FitAdError, match="legibility is 'FIX'"):
        place(ground(), card(10, 10), legibility="FIX")


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(FitAdError, match="safe_zone is 'billboard'"):
        place(ground(), card(10, 10), safe_zone="billboard")


def test_a_picture_of_one_pixel() -> None:
    placed = place(np.zeros((1, 1, 3), np.float32), card(10, 10), legibility="fix")
    assert placed.image.shape == (1, 1, 3)
