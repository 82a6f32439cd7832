"""No regular expression of the package takes more than linear time, whatever text reaches it."""

from __future__ import annotations

import re
from itertools import islice

import pytest
from pattern_attacks import attacks, longest, seconds_at
from patterns_in_tree import Found, made_of_data, patterns

MOST_S = 0.25  # of CPU; 0.05 on a machine of its own, and a quadratic pattern takes seconds


def slow(found: Found) -> list[str]:
    """Return the beginnings of the texts on which a pattern takes too long."""
    hard = longest(found.pattern, islice(attacks(found.pattern, 300), 60), found.ways)
    return [text[:40] for text, way in hard if seconds_at(found.pattern, text, way, found.most, MOST_S) > MOST_S]


def test_every_pattern_in_the_code_is_linear() -> None:
    found, unreadable = patterns()
    assert len(found) > 300
    assert {one.where: texts for one in found if (texts := slow(one))} == {}
    covered = {one.where for one in made_of_data()}
    assert [one for one in unreadable if one.where.partition(":")[0] not in covered] == []


def test_every_pattern_made_of_data_is_linear() -> None:
    found = made_of_data()
    assert len(found) > 150
    assert {(one.where, one.pattern.pattern[:80]): texts for one in found if (texts := slow(one))} == {}


@pytest.mark.parametrize("text", [r"\d+$", r"\s*,\s*$", r"\(.*\)$", r"(?:a|b|ab)*c"])
def test_a_pattern_that_is_not_is_found(text: str) -> None:
    assert slow(Found("here", re.compile(text), frozenset({"search"})))
