import numpy as np
import pytest
from fit_ad.core.color.palette import palette_of, weighted_palette
from fit_ad.core.color.spaces import parse_hex, to_hex


def stripes(*parts: tuple[str, int]) -> np.ndarray:
    rows = [np.full((n, 80, 3), parse_hex(color), np.float32) for color, n in parts]
    return np.concatenate(rows)


def test_sorts_colours_by_how_much_of_the_picture_they_fill() -> None:
    picture = stripes(("#1A5FB4", 20), ("#F6D32D", 50), ("#FFFFFF", 10))
    assert [to_hex(c) for c in palette_of(picture, k=3)] == ["#F6D32D", "#1A5FB4", "#FFFFFF"]


def test_gives_shares_that_sum_to_one() -> None:
    found = weighted_palette(stripes(("#000000", 30), ("#FFFFFF", 50)), k=2)
    assert [round(share, 3) for _, share in found] == [0.625, 0.375]


def test_a_picture_with_fewer_colours_gives_fewer() -> None:
    assert [to_hex(c) for c in palette_of(stripes(("#336699", 40)), k=5)] == ["#336699"]


def test_counts_only_what_the_mask_selects() -> None:
    picture = stripes(("#FF0000", 40), ("#00AA00", 40))
    mask = np.zeros((80, 80), np.float32)
    mask[60:] = 1
    assert [to_hex(c) for c in palette_of(picture, mask=mask)] == ["#00AA00"]
    assert palette_of(picture, mask=np.zeros((80, 80), np.float32)) == []


def test_alpha_counts_as_a_mask() -> None:
    picture = np.dstack([stripes(("#FF0000", 40), ("#00AA00", 40)), np.r_[np.zeros((40, 80)), np.ones((40, 80))]])
    assert [to_hex(c) for c in palette_of(picture)] == ["#00AA00"]


def test_same_picture_and_seed_same_palette_and_the_input_stays() -> None:
    picture = np.random.default_rng(1).random((50, 70, 3)).astype(np.float32)
    before = picture.copy()
    assert palette_of(picture, seed=3) == palette_of(picture, seed=3)
    assert np.array_equal(picture, before)


@pytest.mark.parametrize("k", [0, 1, 5])
def test_never_gives_more_than_asked(k: int) -> None:
    picture = np.random.default_rng(2).random((40, 40, 3)).astype(np.float32)
    assert len(palette_of(picture, k)) <= k
