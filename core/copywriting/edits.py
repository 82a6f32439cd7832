"""What was changed by hand in the words of a copy, put into it again."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

from .brief import Copy, CopySet
from .parts import AdParts, read_parts

_log = logging.getLogger("fit_ad.copywriting")
_COPY_FIELDS = {"headline": "headline", "sub": "sub", "body": "body", "call_to_action": "cta", "eyebrow": "eyebrow"}


def edited(words: CopySet, pick: int, edits: str) -> CopySet:
    """Return the words with what was changed by hand in one copy.

    Args:
        words: What was written.
        pick: The copy, from 1.
        edits: JSON of fields of the parts and their new text; from a saved graph, so that unknown fields, other types
            and text that is no JSON object are left out.
    """
    changes = _changes(edits)
    if not changes:
        return words
    at = pick - 1
    part = read_parts({**words.parts[at].model_dump(), **changes})
    copies = tuple(_with(copy, part) if place == at else copy for place, copy in enumerate(words.copies))
    parts = tuple(part if place == at else one for place, one in enumerate(words.parts))
    return replace(words, copies=copies, parts=parts)  # type: ignore[arg-type]


def _with(copy: Copy, part: AdParts) -> Copy:
    texts = {name: getattr(part, field) for name, field in _COPY_FIELDS.items()}
    return replace(copy, **texts, emphasis=part.emphasis)


def _changes(edits: str) -> dict[str, str]:
    try:
        data = json.loads(edits) if edits.strip() else {}
    except (ValueError, RecursionError) as exc:
        _log.warning("Ad Copy left out what was changed by hand, since it is no JSON: %s", exc)
        return {}
    if not isinstance(data, dict):
        return {}
    fields = AdParts.model_fields
    return {name: text for name, text in data.items() if name in fields and name != "items" and isinstance(text, str)}
