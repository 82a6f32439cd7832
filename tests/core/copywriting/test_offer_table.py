"""Offers as people type them, taken apart field by field, and how often that is right."""

from __future__ import annotations

import re

import pytest
from fit_ad.core.copywriting.facts import read_facts
from offer_table import close, compared, got, rows


@pytest.mark.parametrize(("name", "least"), [("seen", 0.99), ("held_back", 0.965)])
def test_offers_are_taken_apart(name: str, least: float) -> None:
    fields = [(row.brief.offer, *field) for row in rows(name) for field in compared(row)]
    wrong = [field for field in fields if field[2] != field[3]]
    assert len(fields) > 650
    assert 1 - len(wrong) / len(fields) >= least, wrong


def test_every_span_stands_in_what_was_typed() -> None:
    for row in (*rows("seen"), *rows("held_back")):
        typed = close(row.brief.offer + "".join(row.brief.features))
        for field, found in got(read_facts(row.brief), row.brief).items():
            if field == "purpose":
                continue
            pieces = found.replace("=>", ";").replace(" · ", ";").split(";")
            whole = [piece for piece in pieces if close(piece) not in typed]
            # a name may be put together around what stood inside it: 파티룸 대관 평일 4시간
            assert all(close(word) in typed for piece in whole for word in piece.split()), (field, found)
            assert field in ("product", "items") or not whole, (field, found)


def test_nothing_that_was_typed_is_dropped() -> None:
    """Every number of the offer stands in some field."""
    for row in (*rows("seen"), *rows("held_back")):
        facts = read_facts(row.brief)
        said = close(" ".join((*got(facts, row.brief).values(), *facts.labels, *facts.features, *facts.gifts)))
        missing = [number for number in re.findall(r"\d[\d,./:~-]*\d|\d", row.brief.offer) if close(number) not in said]
        assert missing == [], row.brief.offer
