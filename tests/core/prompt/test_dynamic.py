"""Dynamic prompts: the longest of what they can become."""

from __future__ import annotations

import pytest
from fit_ad.core.prompt.dynamic import longest


@pytest.mark.parametrize(
    ("text", "resolved", "choice"),
    [
        ("a cup", "a cup", False),
        ("a {red|light blue} cup", "a light blue cup", True),
        ("{a|b {c|d e f}} g", "b d e f g", True),
        ("{one|two three", "two three", True),
        (r"\{a\|b\} c", "{a|b} c", False),
        (r"{a\|b|c}", "a|b", True),
        ("cup // a note\nfog /* two\nlines */, rain", "cup \nfog , rain", False),
        ("", "", False),
        ("{}", "", True),
        ("tail\\", "tail\\", False),
    ],
)
def test_the_longest_is_found(text: str, resolved: str, choice: bool) -> None:
    assert longest(text, lambda option: len(option.split())) == (resolved, choice)


def test_a_deep_nest_ends() -> None:
    assert longest("{" * 5000, len)[1] is True
