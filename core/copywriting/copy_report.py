"""The words as text to paste, and where they came from as JSON."""

from __future__ import annotations

from typing import Any

from .brief import Copy, CopySet, ShopBrief, checked
from .draft import COPY_FIELDS
from .writer import Origin


def as_text(words: CopySet, brief: ShopBrief, phone: str = "") -> str:
    """Return all three copies to read and paste, then the facts that a copy leaves out, then the phone number.

    Args:
        words: What was written.
        brief: What it was written from.
        phone: The shop's number; left out where a copy or the offer says it already.
    """
    korean = words.language == "ko"
    label = "{}안" if korean else "Copy {}"
    blocks = [
        "\n".join(line for line in (label.format(letter), *_lines(copy)) if line)
        for letter, copy in zip("ABC", words.copies, strict=True)
    ]
    details = _details(checked(brief), blocks)
    if details:
        blocks.append("\n".join(("안내" if korean else "Details", *details)))
    if phone and not any(phone in block for block in blocks):
        blocks.append(f"{'문의' if korean else 'Call us'}\n{phone}")
    return "\n\n".join(blocks)


def _lines(copy: Copy) -> tuple[str, ...]:
    return copy.headline, copy.sub, copy.body, copy.call_to_action


def _details(brief: ShopBrief, blocks: list[str]) -> list[str]:
    """Return the offer and every other fact that a copy leaves out, as typed."""
    given = (brief.offer, *brief.features, brief.period, brief.hours, brief.address, brief.contact, brief.link)
    kept: list[str] = []
    for span in given:
        if span and not all(span in block for block in blocks) and span not in "\n".join(kept):
            kept.append(span)
    return kept


def report(
    words: CopySet, *, profile: str, seed: int, pick: int, origin: Origin | None = None, notes: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return where every word came from and what to look at, as plain JSON data without address and key.

    Args:
        words: What was written.
        profile: What the graph asked for.
        seed: The seed.
        pick: Which copy was picked, from 1.
        origin: Where the words came from; None for the rules.
        notes: Remarks on the choice of the profile.
    """
    origin = origin or Origin()
    sources = origin.copies or (dict.fromkeys(COPY_FIELDS, "rules"),) * 3
    return {
        "version": 1,
        "source": {**sources[pick - 1], "hashtags": origin.hashtags, "image_prompt": origin.image_prompt},
        "sources": [dict(source) for source in sources],
        "profile": profile,
        "profile_used": origin.profile,
        "model": origin.model,
        "answer": origin.answer,
        "requests": origin.requests,
        "tokens": origin.tokens,
        "trade": words.trade,
        "tone": words.tone,
        "language": words.language,
        "seed": seed,
        "pick": pick,
        "call_to_action": words.copies[pick - 1].call_to_action,
        "flags": [flag.__dict__ for flag in words.flags],
        "notes": [*notes, *origin.notes, *words.notes],
    }
