"""The question to a vision model, and the picture that goes with it."""

from __future__ import annotations

from math import floor, sqrt
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..formats import KeepOut
from .proposals import PromptContext

Array = NDArray[Any]

STEP_PX = 28  # Qwen2-VL sees 28 × 28 px as one token: patches of 14 px, two by two (arXiv:2409.12191, section 2.1)
LEAST_TOKENS = 64
MOST_TOKENS = 1024  # within the 256..1280 that the model's authors advise for a balance of speed and detail
_MOST_STEPS = 120  # a side; the models' own preparation refuses pictures over 200:1
_MAX_TEXT = 600  # characters of the words that are quoted


def model_size(width: int, height: int, most_tokens: int = MOST_TOKENS) -> tuple[int, int]:
    """Return the size in px at which a picture is shown: sides of a multiple of 28 px, within the token budget.

    The aspect is kept as far as the steps allow; an extreme one is compressed. Answers count in shares of the
    sides, so that moves no box.
    """
    area = STEP_PX * STEP_PX
    scale = min(1.0, sqrt(most_tokens * area / (width * height)))
    scale = max(scale, sqrt(LEAST_TOKENS * area / (width * height)))
    across = min(max(round(width * scale / STEP_PX), 1), _MOST_STEPS)
    down = min(max(round(height * scale / STEP_PX), 1), _MOST_STEPS)
    if across * down > most_tokens:
        across, down = _within(across, down, most_tokens)
    return across * STEP_PX, down * STEP_PX


def _within(across: int, down: int, most: int) -> tuple[int, int]:
    """Return the sides with the longer one shortened until they are within the budget."""
    if across >= down:
        return max(floor(most / down), 1), down
    return across, max(floor(most / across), 1)


def resized_for_model(rgb: Array, most_tokens: int = MOST_TOKENS) -> Array:
    """Return the copy [h,w,3] of a picture [H,W,C] that a model is shown."""
    size = model_size(rgb.shape[1], rgb.shape[0], most_tokens)
    smaller = size[0] < rgb.shape[1]
    picture = np.ascontiguousarray(rgb[..., :3], np.float32)
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.clip(cv2.resize(picture, size, interpolation=how), 0, 1)


def seen_by_model(rgb: Array, picture: Array, unit: str) -> PromptContext:
    """Return what the model is shown of a picture: ``picture`` is the copy, ``unit`` what it is asked to count in."""
    return PromptContext(picture.shape[1], picture.shape[0], rgb.shape[1], rgb.shape[0], unit)


def question(
    text: str, language: str, seen: PromptContext, keep_out: KeepOut | None = None, subject: list[float] | None = None
) -> str:
    """Return what a model is asked, in Korean or English.

    Args:
        text: The words to place; empty stands for a short headline.
        language: ``ko`` or ``en``.
        seen: What it is shown, and the unit it is to count in.
        keep_out: The frame that words stay out of.
        subject: Left, top, width, height of the subject in percent, where it is known.
    """
    lines = _KO if language != "en" else _EN
    across, down = (seen.width, seen.height) if seen.unit == "pixels" else (1000, 1000)
    words = " / ".join(line.strip() for line in text.splitlines() if line.strip())[:_MAX_TEXT]
    parts = [
        lines["role"],
        lines["words"].format(words) if words else lines["headline"],
        lines["unit"].format(across, down),
    ]
    if keep_out is not None and any(keep_out):
        x, y = round(keep_out.left / 100 * across), round(keep_out.top / 100 * down)
        right, bottom = round((1 - keep_out.right / 100) * across), round((1 - keep_out.bottom / 100) * down)
        parts.append(lines["frame"].format(x, y, right, bottom))
    if subject:
        left, top, wide, high = (v / 100 * k for v, k in zip(subject, (across, down) * 2, strict=True))
        parts.append(lines["subject"].format(round(left), round(top), round(left + wide), round(top + high)))
    return "\n".join([*parts, lines["rules"], lines["form"]])


_FORM = '{"boxes": [{"box": [x1, y1, x2, y2], "text_color": "#RRGGBB"}], "mood": "MOOD"}'
_KO = {
    "role": "당신은 광고 디자이너입니다. 이 사진 위에 글자를 얹을 자리를 정해 주세요.",
    "words": "얹을 문구: 「{}」",
    "headline": "얹을 문구: 짧은 제목 한 줄",
    "unit": "좌표는 왼쪽 위가 (0, 0), 오른쪽 아래가 ({}, {})입니다.",
    "frame": "글자는 [{}, {}, {}, {}] 안에만 놓을 수 있습니다.",
    "subject": "주인공은 [{}, {}, {}, {}]에 있습니다. 가리지 마세요.",
    "rules": "주인공과 얼굴, 이미 있는 글자를 가리지 않고, 배경이 조용하며, 문구가 크게 들어가는 자리를 좋은 순서대로 "
    "최대 3개 고르고, 자리마다 또렷하게 읽히는 글자색을 정하세요. 분위기는 한국어 낱말 두세 개로 쓰세요.",
    "form": "다른 말 없이 이 JSON만 답하세요: " + _FORM.replace("MOOD", "낱말, 낱말"),
}
_EN = {
    "role": "You are an advertising designer. Decide where words go on this picture.",
    "words": 'The words: "{}"',
    "headline": "The words: one short headline",
    "unit": "Coordinates run from (0, 0) at the top left to ({}, {}) at the bottom right.",
    "frame": "Words may only stand inside [{}, {}, {}, {}].",
    "subject": "The subject is at [{}, {}, {}, {}]. Do not cover it.",
    "rules": "Choose up to 3 places, the best first, that cover neither subject nor faces nor words that are there "
    "already, where the ground is calm and the words can be large; for each a text colour that reads clearly. "
    "Give the mood in two or three English words.",
    "form": "Answer with this JSON and nothing else: " + _FORM.replace("MOOD", "word, word"),
}
