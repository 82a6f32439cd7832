"""The table of offers as people type them, and what was read of them beside what each says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fit_ad.core.copywriting.brief import ShopBrief
from fit_ad.core.copywriting.facts import Facts, read_facts

FOLDER = Path(__file__).resolve().parents[1] / "core" / "copywriting"


class Row(NamedTuple):
    brief: ShopBrief
    want: dict[str, str]


def rows(name: str) -> list[Row]:
    lines = (FOLDER / f"offers_{name}.txt").read_text(encoding="utf-8").splitlines()
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
