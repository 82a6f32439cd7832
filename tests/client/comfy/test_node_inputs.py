"""Types meet as the server lets them meet."""

from __future__ import annotations

import pytest
from fit_ad.client.comfy.node_inputs import suggestion, types_meet


@pytest.mark.parametrize(
    ("offered", "wanted", "meet"),
    [
        ("IMAGE", "IMAGE", True),
        ("IMAGE", "MASK", False),
        ("*", "MASK", True),
        ("IMAGE", "*", True),
        ("INT", "INT,FLOAT", True),
        ("INT, STRING", "FLOAT,STRING", True),
        ("INT", "FLOAT", False),
    ],
)
def test_types(offered: str, wanted: str, meet: bool) -> None:
    assert types_meet(offered, wanted) is meet


def test_suggestions() -> None:
    assert suggestion("feed45", ["feed-1x1", "feed-4x5"]) == "Did you mean feed-4x5?"
    assert suggestion("PAPER", ["wood", "paper"]) == "Did you mean paper?"
    assert suggestion("?", [f"model {i}" for i in range(20)]).endswith("model 11 and 8 more")
    assert suggestion("?", []) == "There is nothing to choose from"
