"""Measures the rule writer: the offer in the headline, facts kept, nothing invented, ideas, claims, parser, time.

Run in the pack's folder with the extras `dev`: `python benchmarks/copywriting.py --briefs FILE --claims FILE`.
A line of the briefs is JSON with shop, offer, features, region, audience and language; one of the claims has text,
shop and flag. Without briefs, the offers of the held-back table are written from. `--show` prints the words to read.
What only a reader can judge (natural, printable, useful hashtags) is not counted here.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from fit_ad.core.copywriting import CopySet, ShopBrief, as_text, write
from fit_ad.core.copywriting.brief import TONES, checked
from fit_ad.core.copywriting.claims import scan
from fit_ad.core.copywriting.fact_guard import GivenFacts, figures
from fit_ad.core.copywriting.nominal import thing
from fit_ad.core.copywriting.rule_writer import context_of
from fit_ad.core.copywriting.sentences import alike
from fit_ad.core.copywriting.trades import detect, trade

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
SEEDS = 3
_TOLD = ("closed", "hiring", "notice")


def briefs(path: Path | None, tone: str) -> Iterator[ShopBrief]:
    """Yield the briefs of a file in a tone, or those of the held-back table."""
    if path is None:
        from offer_table import rows

        yield from (
            ShopBrief(row.brief.shop, row.brief.offer, row.brief.features, tone=tone) for row in rows("held_back")
        )
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        features = tuple(data.get("features", ()))
        place = (data.get("region", ""), data.get("audience", ""))
        yield ShopBrief(data["shop"], data["offer"], features, *place, tone, data.get("language", "ko"))


def measured(words: CopySet, brief: ShopBrief) -> Iterator[tuple[str, bool]]:
    """Yield (what is measured, whether it is right) for one set of copies."""
    facts = words.facts
    if facts is None:
        return
    first = words.copies[0]
    if facts.offer or facts.product:
        head = _close(first.headline)
        offer = _close(re.sub(r"\s?(?:드려요|드립니다)$", "", facts.discount or facts.price_now))
        product = _close(thing(facts.product))
        if facts.purpose not in _TOLD:
            yield (
                "A holds product or offer",
                any(part and part in head for part in (offer, product, _close(facts.product))),
            )
            if facts.offer and facts.product:
                yield "A holds both", bool(figures(first.headline)) or offer in head
    said = as_text(words, brief) + " ".join(part.as_json() for part in words.parts)
    typed = figures(" ".join((brief.offer, *brief.features)))
    yield "every figure stands in copies or parts", all(_close(one) in _close(said) for one in typed)
    given = GivenFacts(checked(brief), (facts.shop, facts.region))
    lines = [line for copy in words.copies for line in (copy.headline, copy.sub, copy.body, copy.call_to_action)]
    yield "nothing invented", not any(given.strangers(line, brief.language) for line in lines)
    heads = [copy.headline for copy in words.copies]
    yield (
        "three ideas",
        len(set(heads)) == 3 and not any(alike(heads[a], heads[b]) for a, b in ((0, 1), (0, 2), (1, 2))),
    )


def _close(text: str) -> str:
    return re.sub(r"\s+", "", text)


def copies(path: Path | None, show: bool) -> None:
    """Print the figures of all briefs, tones and seeds."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    times = []
    for tone in TONES:
        for brief in briefs(path, tone):
            for seed in range(SEEDS):
                start = time.perf_counter()
                context_of(checked(brief))
                words = write(brief, seed)
                times.append(time.perf_counter() - start)
                for name, good in measured(words, brief):
                    asked[name] += 1
                    right[name] += good
                    if show and not good:
                        print(f"NOT {name}: {brief.shop} | {brief.offer} | {[copy.headline for copy in words.copies]}")
                if show:
                    print(as_text(words, brief), "\n#", " ".join(words.hashtags), "\n", words.image_prompt, "\n")
    for name, count in asked.items():
        print(f"{name:42} {right[name]:5} of {count:5}  {right[name] / count:6.1%}")
    print(f"{'time, median and longest':42} {median(times) * 1e3:.1f} ms, {max(times) * 1e3:.1f} ms")


def parse() -> None:
    """Print how much of the table of offers is read right, field by field."""
    from offer_table import compared, rows

    for name in ("seen", "held_back"):
        table = rows(name)
        fields = [field for row in table for field in compared(row)]
        good = sum(found == wanted for _, found, wanted in fields)
        print(f"{f'parse, {len(table)} offers {name}':42} {good:5} of {len(fields):5}  {good / len(fields):6.1%}")


def claims(path: Path) -> None:
    """Print the misses and false alarms of a file of claims."""
    missed = false = 0
    lines = path.read_text(encoding="utf-8").splitlines()
    for line in lines:
        data = json.loads(line)
        kind = trade(detect(ShopBrief(data["shop"], data["text"])))
        flagged = bool(scan({"text": data["text"]}, kind, "ko", data["shop"]))
        missed += data["flag"] and not flagged
        false += flagged and not data["flag"]
    print(f"{f'claims, {len(lines)} texts':42} {missed} missed, {false} false alarms")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--briefs", type=Path)
    parser.add_argument("--claims", type=Path)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    copies(arguments.briefs, arguments.show)
    parse()
    if arguments.claims:
        claims(arguments.claims)


if __name__ == "__main__":
    main()
