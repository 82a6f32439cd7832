"""Offers as people type them, taken apart field by field, and how often that is right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from fit_ad.core.copywriting.brief import ShopBrief
from fit_ad.core.copywriting.facts import Facts, read_facts

FIELDS = ("product", "items", "before", "now", "discount", "period", "cond", "contact", "address", "hours", "link")


class Row(NamedTuple):
    brief: ShopBrief
    want: dict[str, str]


def rows(name: str) -> list[Row]:
    lines = (Path(__file__).parent / f"offers_{name}.txt").read_text(encoding="utf-8").splitlines()
    return [parsed(line) for line in lines if "||" in line and not line.startswith("#")]


def parsed(line: str) -> Row:
    offer, *cells = (cell.strip() for cell in line.split("||"))
    options = dict(cell[1:].split("=", 1) for cell in cells if cell.startswith("+"))
    purpose, *rest = (cell for cell in cells if not cell.startswith("+"))
    outer = {name[3:]: options.pop(name) for name in ("outshop", "outregion") if name in options}
    features = tuple(line.strip() for line in options.get("features", "").split(" / ") if line.strip())
    brief = ShopBrief(options.get("shop", ""), offer, features, language=options.get("lang", "ko"))
    return Row(brief, {"purpose": purpose, **outer, **dict(cell.split("=", 1) for cell in rest)})


def got(facts: Facts, brief: ShopBrief) -> dict[str, str]:
    items = [f"{item.name}=>{item.price}" if item.price else item.name for item in facts.items]
    return {
        "purpose": facts.purpose,
        "shop": "" if brief.shop else facts.shop,
        "region": facts.region,
        "product": facts.product,
        "items": ";".join(items),
        "before": facts.price_before,
        "now": facts.price_now,
        "discount": facts.discount,
        "period": facts.period,
        "cond": ";".join(facts.conditions),
        "contact": facts.contact,
        "address": facts.address,
        "hours": facts.hours,
        "link": facts.link,
    }


def close(text: str) -> str:
    return "".join(char for char in text if not char.isspace() and char not in ";·")


def compared(row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield (field, found, wanted) for every field that was found or wanted."""
    for field, found in got(read_facts(row.brief), row.brief).items():
        wanted = row.want.get(field, "")
        if found or wanted:
            yield field, close(found), close(wanted)


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
