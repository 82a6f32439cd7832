"""Every line that the rule writer has ready in a language: of the trades, the feasts and what is told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from fit_ad.core.copywriting.data import voice
from fit_ad.core.copywriting.trades import trades


def leaves(node: object) -> Iterator[str]:
    """Yield the texts of nested lists and mappings."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, child in node.items():
            if key != "words":
                yield from leaves(child)
    elif isinstance(node, (list, tuple)):
        for child in node:
            yield from leaves(child)


@cache
def written_lines(language: str) -> tuple[str, ...]:
    """Return the lines without the marks of emphasis."""
    of_trades = [
        text
        for trade in trades().values()
        for tone in trade.lines[language].values()
        for text in (*(part for line in (*tone.product, *tone.mood) for part in (line.headline, line.sub)), *tone.close)
    ]
    return tuple(line.replace("*", "") for line in (*leaves(voice(language)), *of_trades))
