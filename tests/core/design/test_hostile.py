"""Words, photos, designs and drawings from anywhere: an ad, or one clear error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fit_ad.core.copywriting.parts import read_parts
from fit_ad.core.design.art import checked_element
from fit_ad.core.design.engine import DesignRequest, design_ad
from fit_ad.core.design.library import LARGEST_BYTES, read_design
from fit_ad.core.errors import FitAdError

PHOTO = np.random.default_rng(3).random((90, 120, 3), dtype=np.float32)
SIZE = (324, 405)
FIELDS = ("shop", "headline", "sub", "body", "discount", "badge", "period", "conditions", "contact", "address")
WORDS: dict[str, dict[str, Any]] = {
    "5,000 characters each": dict.fromkeys(FIELDS, "가나다 " * 1700),
    "60 items": {"shop": "순대국", "items": [{"name": f"메뉴 {n}", "price": f"{n},000원"} for n in range(1, 61)]},
    "emoji": {"shop": "☕️🎉", "headline": "오늘만 🥐✨ 1+1", "discount": "1+1"},
    "right to left": {"shop": "مقهى", "headline": "خصم 30%", "discount": "30%"},
    "none": {},
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_of_any_kind_become_an_ad(words: dict[str, Any]) -> None:
    made = design_ad(DesignRequest(read_parts(words), *SIZE, PHOTO, design="caption-card"))
    assert made.image.shape == (SIZE[1], SIZE[0], 3)
    assert np.isfinite(made.image).all()
    told = made.report["left_out"]
    if len(words) > 5:
        assert told["headline"] == "no design has room for it"


@pytest.mark.parametrize("photo", [None, PHOTO[:1, :1], np.tile(PHOTO[:1], (1, 30, 1))], ids=["none", "dot", "strip"])
def test_photos_of_any_size_become_an_ad(photo: Any) -> None:
    made = design_ad(
        DesignRequest(read_parts({"shop": "카페 봄날", "headline": "1+1", "discount": "1+1"}), *SIZE, photo)
    )
    assert made.image.std() > 0.02


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name: a\nlayers: &x [*x]\n", "uses YAML anchors"),
        ("name: a\nlayers: [{id: g, kind: fill, paint: ground, rolle: ground}]\n", "rolle"),
        ("name: a\nlayers: [{id: w, kind: wrds}]\n", "wrds"),
        ("[1, 2]", "not a mapping of fields"),
        ("name: [", "not readable YAML"),
        ("#" * (LARGEST_BYTES + 1), "bytes"),
    ],
)
def test_a_wrong_design_is_one_clear_error(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FitAdError, match=why):
        read_design(tmp_path / "a.yaml")


def test_a_design_that_does_not_exist_is_named() -> None:
    with pytest.raises(FitAdError, match="no design 'gone'"):
        design_ad(DesignRequest(read_parts({"headline": "1+1"}), *SIZE, PHOTO, design="gone"))


HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "<script>alert(1)</script></svg>",
        HEAD + '<image href="file:///etc/passwd" width="1" height="1"/></svg>',
        HEAD + '<a href="https://example.com"><rect width="9" height="9"/></a></svg>',
        HEAD + '<rect width="9" height="9" onload="x()"/></svg>',
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + HEAD + "<text>&a;</text></svg>",
        HEAD + " " * 50_000_000 + "</svg>",
        HEAD,
    ],
    ids=["script", "file", "link", "event", "entity", "50 MB", "cut off"],
)
def test_a_drawing_that_is_not_harmless_is_refused(text: str) -> None:
    with pytest.raises(FitAdError):
        checked_element("drawing", text)
