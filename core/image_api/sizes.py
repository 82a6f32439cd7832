"""The size to ask an image model for, so that a picture of the wanted size can be cut out of what it gives."""

from __future__ import annotations

import re
from math import ceil, log, sqrt

from ..layout import formats

Size = tuple[int, int]  # width, height in px

STANDARD: tuple[Size, ...] = ((1024, 1024), (1536, 1024), (1024, 1536))

_STEP_PX = 16
_WIDEST = 3.0  # the longer side in shares of the shorter
_LEAST_PX, _MOST_PX = 655_360, 2560 * 1440
_LONGEST_PX = 3840
_OPENAI = re.compile(r"(?:[\w.-]+/)?(?:gpt-image|chatgpt-image)", re.IGNORECASE)
_ANY_SIZE = re.compile(r"(?:[\w.-]+/)?gpt-image-[2-9]", re.IGNORECASE)


def is_openai(model: str) -> bool:
    """Return whether a model is one of OpenAI's own, which know more than the interface that others copy."""
    return bool(_OPENAI.match(model))


def best_size(model: str, wanted: Size) -> Size:
    """Return the size to ask a model for.

    gpt-image-2 and its successors make any size whose sides divide by 16, from 1:3 to 3:1, between 0.66 and 8.3
    megapixels, experimentally above 3.7; the ones before only three sizes. Models behind other servers are mostly
    trained around one megapixel.

    Source: OpenAI API reference, images, parameter ``size``, as of openai-python 3.52 (November 2026).
    """
    if _ANY_SIZE.match(model):
        return _free(wanted)
    return standard_size(wanted) if is_openai(model) else formats.latent_size(*wanted)


def standard_size(wanted: Size) -> Size:
    """Return the one of the three sizes that everybody knows whose shape is nearest."""
    aspect = wanted[0] / wanted[1]
    return min(STANDARD, key=lambda size: abs(log(size[0] / size[1] / aspect)))


def _free(wanted: Size) -> Size:
    short = float(min(wanted))
    long = min(float(max(wanted)), short * _WIDEST)
    area = min(max(short * long, _LEAST_PX), _MOST_PX)
    factor = min(sqrt(area / (short * long)), _LONGEST_PX / long)
    short_px = _stepped(short * factor)
    long_px = min(_stepped(long * factor), int(short_px * _WIDEST), _LONGEST_PX)
    return (short_px, long_px) if wanted[0] <= wanted[1] else (long_px, short_px)


def _stepped(side: float) -> int:
    return ceil(round(side, 6) / _STEP_PX) * _STEP_PX
