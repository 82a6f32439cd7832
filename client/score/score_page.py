"""Scores as one HTML page with the ads, small; it loads nothing."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from ...core.text.locale import messages
from ..report.html import rendered
from .scored_ads import LARGE_CONTRAST, AdScore
from .table import shown

_TEMPLATES = Path(__file__).with_name("templates")
_THUMBNAIL_PX = 360


class Thumbnail(NamedTuple):
    """A small picture: its size in px and itself, as a data address."""

    width: int
    height: int
    address: str


class CardFigure(NamedTuple):
    """A figure on an ad's card; ``kind`` is "bad" for what should be better."""

    name: str
    text: str
    kind: str = ""


def page(scores: Sequence[AdScore], root: Path, language: str) -> str:
    """Return the page; files are named as they lie below ``root``."""
    words = messages("score", language)
    return rendered(
        "score.html.j2",
        _TEMPLATES,
        language=language,
        words=words,
        count=words["count"].format(n=len(scores)),
        ads=[_card(score, root, words) for score in scores],
    )


def _card(score: AdScore, root: Path, words: Mapping[str, str]) -> dict[str, Any]:
    lacking = words["lacking"].format(words=" ".join(score.lacking)) if score.lacking else ""
    return {
        "name": shown(score.file, root),
        "thumbnail": _thumbnail(score.file),
        "figures": list(_figures(score, words)),
        "notes": [text for text in (lacking, score.note) if text],
    }


def _figures(score: AdScore, words: Mapping[str, str]) -> Iterator[CardFigure]:
    if score.word_accuracy is not None:
        yield CardFigure(words["words"], f"{score.word_accuracy:.0%}", "bad" if score.word_accuracy < 1 else "")
    if score.contrast is not None:
        yield CardFigure(words["contrast"], f"{score.contrast:.1f}", "bad" if score.contrast < LARGE_CONTRAST else "")
    if score.overlap is not None:
        yield CardFigure(words["overlap"], f"{score.overlap:.0%}", "bad" if score.overlap > 0.1 else "")
    if score.clip is not None:
        yield CardFigure(words["clip"], f"{score.clip:.2f}")
    if score.rating:
        yield CardFigure(words["rating"], score.rating)


def _thumbnail(file: Path) -> Thumbnail | None:
    """Return a small picture; None for what cannot be read, whose note says why."""
    try:
        with Image.open(file) as image:
            image.thumbnail((_THUMBNAIL_PX, 2 * _THUMBNAIL_PX))
            small = io.BytesIO()
            image.convert("RGB").save(small, "JPEG", quality=82)
    except Exception:  # noqa: BLE001 - decoders raise all kinds
        return None
    data = base64.b64encode(small.getvalue()).decode()
    return Thumbnail(image.width, image.height, f"data:image/jpeg;base64,{data}")
