"""What was changed by hand in the words of a copy, put into it again."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

from .brief import Copy, CopySet
from .parts import AdParts, read_parts

_log = logging.getLogger("fit_ad.copywriting")
_COPY_FIELDS = {"headline": "headline", "sub": "sub", "body": "body", "call_to_action": "cta", "eyebrow": "eyebrow"}


def edited(words: CopySet, edits: str) -> CopySet:
    """Return the words with what was changed by hand.

    Args:
        words: What was written.
        edits: JSON such as ``{"2": {"headline": "…"}}``: by the number of the copy, fields of the parts and their new
            text. It comes from a saved graph: unknown fields, other types and text that is not JSON are left out.
    """
    data = _read(edits)
    changes = [_texts(data.get(str(pick))) for pick in (1, 2, 3)]
    if not any(changes):
        return words
    parts = tuple(
        read_parts({**part.model_dump(), **change}) for part, change in zip(words.parts, changes, strict=True)
    )
    first, second, third = map(_with, words.copies, parts)
    return replace(words, copies=(first, second, third), parts=parts)


def _with(copy: Copy, part: AdParts) -> Copy:
    texts = {name: getattr(part, field) for name, field in _COPY_FIELDS.items()}
    return replace(copy, **texts, emphasis=part.emphasis)


def _read(edits: str) -> dict[str, object]:
    try:
        data = json.loads(edits) if edits.strip() else {}
    except (ValueError, RecursionError) as exc:
        _log.warning("Ad Copy left out what was changed by hand, since it is not JSON: %s", exc)
        return {}
    return data if isinstance(data, dict) else {}


def _texts(change: object) -> dict[str, str]:
    if not isinstance(change, dict):
        return {}
    fields = AdParts.model_fields
    return {name: text for name, text in change.items() if name in fields and name != "items" and isinstance(text, str)}
