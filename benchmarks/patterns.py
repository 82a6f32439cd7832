"""How the work of every regular expression in the package grows with the text: linear is 2, quadratic 4.

    python benchmarks/patterns.py [--under core/text]

Each pattern is tried on the texts that are hardest for it, of 2,000 and of 4,000 characters. Printed are those whose
time grows faster than the text; patterns that are made of data are listed as not read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from pattern_attacks import attacks, cpu_seconds  # noqa: E402
from patterns_in_tree import Found, patterns  # noqa: E402

SHORT, TEXTS = 2_000, 150
NOTHING_S = 0.0015  # below it the measured time is mostly noise
GROWS = 3.0


def growth(found: Found) -> tuple[float, str]:
    """Return how much longer the hardest text of a pattern takes at twice its length, and the text's beginning."""
    timed = [(cpu_seconds(found.pattern, text, way), text, way) for text, way in _tries(found)]
    took, text, way = max(timed, default=(0.0, "", ""))
    if took < NOTHING_S:
        return 1.0, text[:30]
    body = text.rstrip("\0\n") or text
    return cpu_seconds(found.pattern, body * 2 + text[len(body) :], way) / took, text[:30]


def _tries(found: Found) -> Iterator[tuple[str, str]]:
    for text in islice(attacks(found.pattern, SHORT), TEXTS):
        for way in sorted(found.ways):
            yield text, way


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--under", default="", help="only patterns in files whose path begins so")
    options = parser.parse_args()
    found, unreadable = patterns()
    wanted = [one for one in found if one.where.startswith(options.under)]
    slow = 0
    for one in wanted:
        factor, text = growth(one)
        if factor > GROWS:
            slow += 1
            print(f"{one.where}: × {factor:.1f} on {text!r}: {one.pattern.pattern[:80]}", flush=True)
    for other in unreadable:
        print(f"not read: {other.where}: {other.code}")
    print(f"{slow} of {len(wanted)} patterns take longer than linear")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
