"""Clamps a thousand prompts by CLIP's own vocabulary: how many, how long, how sure.

Run in the pack's folder with the extras `dev` installed: `python benchmarks/prompt.py`. The prompts are drawn by a
seeded generator from what people write: phrases, repeats in other words, quality words, weights, nested brackets,
embeddings, BREAK, choices, sentences, Korean.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
import time
from collections import Counter
from statistics import median

from fit_ad.core.prompt.clamp import FILLER, Clamped, Count, clamp
from fit_ad.core.prompt.clip_tokens import counter

LIMIT = 77
RUNS = 3
THINGS = [
    "cup",
    "coffee",
    "cake",
    "table",
    "window",
    "flower",
    "dress",
    "bread",
    "lamp",
    "garden",
    "street",
    "plate",
    "chair",
    "curtain",
    "glass",
    "basket",
]
LOOKS = [
    "red",
    "warm",
    "wooden",
    "soft",
    "vintage",
    "glossy",
    "tiny",
    "golden",
    "linen",
    "marble",
    "steaming",
    "fresh",
    "cozy",
    "blurred",
]
LINKS = ["on", "beside", "in front of", "under", "with"]
KOREAN = ["따뜻한 아침 햇살", "아이스 아메리카노", "나무 테이블 위의 케이크", "감성 카페"]
PRAISE = sorted(FILLER)


def main() -> None:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=1000)
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    rng = random.Random(77)
    prompts = [prompt(rng) for _ in range(asked.prompts)]
    count = counter()
    long = [text for text in prompts if count(text) > LIMIT]
    seconds, results = min((timed(prompts, count) for _ in range(RUNS)), key=lambda run: sum(run[0]))
    print(f"prompts {len(prompts)}, longer than {LIMIT} tokens {len(long)}")
    print(f"tokens given {median(map(count, prompts)):.0f} (median), {max(map(count, prompts))} (most)")
    print(f"over the limit {sum(count(result.text) > LIMIT for result in results)}")
    print(f"words lost or added {sum(lost(text, result) for text, result in zip(prompts, results, strict=True))}")
    print(f"not settled {sum(clamp(result.text, count).text != result.text for result in results)}")
    filled = [result.token_count for text, result in zip(prompts, results, strict=True) if count(text) > LIMIT]
    print(f"tokens kept of long prompts {median(filled):.0f} (median), {min(filled)} (least)")
    print(f"time {sum(seconds):.2f} s, {1000 * median(seconds):.2f} ms (median), {1000 * max(seconds):.1f} ms (most)")


def timed(prompts: list[str], count: Count) -> tuple[list[float], list[Clamped]]:
    """Return the seconds for each prompt, and what became of it."""
    seconds, results = [], []
    for text in prompts:
        start = time.perf_counter()
        results.append(clamp(text, count))
        seconds.append(time.perf_counter() - start)
    return seconds, results


def lost(text: str, result: Clamped) -> bool:
    """Return whether a word of the prompt is neither kept nor dropped, or is there twice."""
    return words(result.text) + words(result.dropped) != words(text)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\s,，、()]+", re.sub(r":\d*\.?\d+(?=\))", " ", text)))


def prompt(rng: random.Random) -> str:
    """Return one prompt of 1 to 60 phrases."""
    phrases: list[str] = []
    for _ in range(rng.randint(1, 60)):
        kind = rng.random()
        if phrases and kind < 0.15:
            phrases.append(varied(rng, rng.choice(phrases)))
        else:
            phrases.append(phrase(rng, kind))
    ends = rng.choices([", ", ". ", "\n", " , "], [12, 1, 1, 1], k=len(phrases))
    return "".join(text + end for text, end in zip(phrases, ends, strict=True))


def varied(rng: random.Random, text: str) -> str:
    """Return a phrase once more, as it is, in another order, in plural or cut short."""
    parts = text.split()
    return rng.choice([text, " ".join(reversed(parts)), text + "s", parts[-1], f"a {text}"])


def phrase(rng: random.Random, kind: float) -> str:
    plain = " ".join([*rng.sample(LOOKS, rng.randint(0, 3)), rng.choice(THINGS)])
    if kind < 0.3:
        return rng.choice(PRAISE)
    if kind < 0.4:
        return f"({plain}:{rng.choice(['0.7', '1.1', '1.3'])})"
    if kind < 0.44:
        return f"(({plain}), {rng.choice(LOOKS)}:1.2)"
    if kind < 0.5:
        return rng.choice(["BREAK", "embedding:ink", "{red|light blue} cup", *KOREAN])
    return f"{plain} {rng.choice(LINKS)} a {rng.choice(THINGS)}" if kind < 0.75 else plain


if __name__ == "__main__":
    main()
