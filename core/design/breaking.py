"""Words broken into lines by meaning, in the em."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ..text.fonts import FontFace
from ..text.line_breaks import balanced, units
from .glyphs import em_line


class Lines(NamedTuple):
    """Lines of a text, and how ugly their breaks are (0 = not at all)."""

    texts: tuple[str, ...]
    cost: float


@lru_cache(maxsize=2048)
def broken(text: str, count: int, face: FontFace, tracking: float = 0.0, limit_em: float = 0.0) -> Lines | None:
    """Return a text in that many lines, or None where it has not so many units or one is over ``limit_em``.

    Newlines in the text are breaks that stand.
    """
    paragraphs = [part for part in text.split("\n") if part.strip()]
    if len(paragraphs) > 1:
        return _paragraphs(tuple(paragraphs), count, face, tracking, limit_em)
    text = paragraphs[0] if paragraphs else ""
    whole = em_line(text, face, tracking)
    if count == 1:
        return None if limit_em and whole.advance > limit_em else Lines((text.replace("\u200b", "").strip(),), 0.0)
    parts = units(text) if len(units(text)) >= count else units(text, avoid=False)
    if len(parts) < count:
        return None
    rights = [em_line(text[: part.stop], face, tracking).advance for part in parts]
    lefts = [
        right - em_line(text[part.start : part.stop], face, tracking).advance
        for part, right in zip(parts, rights, strict=True)
    ]
    limit = limit_em or whole.advance
    if max(r - left for r, left in zip(rights, lefts, strict=True)) > limit:
        return None
    starts, cost = balanced(rights, lefts, [part.cost for part in parts], limit, count)
    if len(starts) != count:
        return None
    ends = [*(parts[start - 1].stop for start in starts[1:]), parts[-1].stop]
    return Lines(tuple(text[parts[s].start : e].strip() for s, e in zip(starts, ends, strict=True)), cost)


def _paragraphs(paragraphs: tuple[str, ...], count: int, face: FontFace, tracking: float, limit: float) -> Lines | None:
    if len(paragraphs) == count:
        found = [broken(part, 1, face, tracking, limit) for part in paragraphs]
        return Lines(tuple(f.texts[0] for f in found if f), 0.0) if all(found) else None
    return broken(" ".join(paragraphs), count, face, tracking, limit) if len(paragraphs) > count else None
