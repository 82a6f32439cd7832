"""How long every regular expression in the package takes on the text that is hardest for it.

    python benchmarks/patterns.py [--under core/text] [--most-ms 50]

Each pattern is tried on the texts that are hardest for it, of 1,000 characters; the three on which it takes longest are
made 64,000 characters long, or as long as what its reader looks at. CPU time is given; the slowest come first.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from pattern_attacks import attacks, longest, seconds_at  # noqa: E402
from patterns_in_tree import Found, made_of_data, patterns  # noqa: E402

SHORT, TEXTS, ENOUGH_S = 1_000, 100, 2.0


def hardest(found: Found) -> tuple[float, str]:
    """Return the CPU seconds that a pattern takes on the text that is hardest for it, and the text's beginning."""
    hard = longest(found.pattern, islice(attacks(found.pattern, SHORT), TEXTS), found.ways)
    timed = [(seconds_at(found.pattern, text, way, found.most, ENOUGH_S), text[:30]) for text, way in hard]
    return max(timed, default=(0.0, ""))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--under", default="", help="only patterns in files whose path begins so")
    parser.add_argument("--most-ms", type=float, default=50, help="patterns that take longer are a failure")
    options = parser.parse_args()
    found, _ = patterns()
    wanted = [one for one in (*found, *made_of_data()) if one.where.startswith(options.under)]
    timed = sorted(((*hardest(one), one) for one in wanted), key=lambda row: -row[0])
    for seconds, text, one in timed[:10]:
        print(f"{1e3 * seconds:7.1f} ms  {one.where} on {text!r}: {one.pattern.pattern[:60]}")
    slow = sum(1e3 * seconds > options.most_ms for seconds, *_ in timed)
    print(f"{slow} of {len(timed)} patterns take longer than {options.most_ms:g} ms")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
