"""Colours as a model names them: hex, rgb(), numbers, or a word in English or Korean."""

from __future__ import annotations

import colorsys
import re
from typing import Any

import numpy as np

from ...color.spaces import RGB, from_oklab, oklab, parse_hex

_HEX = re.compile(r"(?:#|0x)([0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b")
_BARE_HEX = re.compile(r"[0-9a-fA-F]{6}")
_FUNCTION = re.compile(r"(rgb|hsl)a?\s*\(([^)]*)", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+\.?\d*|-?\.\d+")
_LIGHTER = ("light", "pale", "bright", "밝은", "연한", "옅은")
_DARKER = ("dark", "deep", "짙은", "진한", "어두운", "진 ")
_STEP = 0.16  # of OKLab lightness, for "light" and "dark"
# The words of CSS (https://www.w3.org/TR/css-color-4/#named-colors) and what Korean designers call the same.
_WORDS = {
    "#FFFFFF": "white 하양 흰 하얀 화이트 백색",
    "#000000": "black 검정 검은 블랙 까만 흑색",
    "#808080": "gray grey 회색 그레이",
    "#36454F": "charcoal 차콜",
    "#C0C0C0": "silver 은색",
    "#FF0000": "red 빨강 빨간 레드",
    "#DC143C": "crimson",
    "#800000": "maroon",
    "#800020": "burgundy 버건디",
    "#722F37": "와인",
    "#FFA500": "orange 주황 오렌지",
    "#FF7F50": "coral 코랄",
    "#FA8072": "salmon",
    "#FFFF00": "yellow 노랑 노란 옐로",
    "#FFD700": "gold 골드 금색",
    "#008000": "green 초록 녹색 그린",
    "#9ACD32": "연두",
    "#00FF00": "lime",
    "#808000": "olive 올리브",
    "#98FF98": "mint 민트",
    "#008080": "teal 청록",
    "#00FFFF": "cyan",
    "#40E0D0": "turquoise",
    "#87CEEB": "하늘 sky",
    "#0000FF": "blue 파랑 파란 블루",
    "#000080": "navy 남색 네이비",
    "#4B0082": "indigo",
    "#800080": "purple 보라 퍼플",
    "#EE82EE": "violet",
    "#E6E6FA": "lavender 라벤더",
    "#FFC0CB": "pink 분홍 핑크",
    "#FF00FF": "magenta",
    "#8B4513": "brown 갈색 브라운",
    "#D2691E": "chocolate",
    "#F5F5DC": "beige 베이지",
    "#FFFDD0": "cream 크림",
    "#FFFFF0": "ivory 아이보리",
    "#D2B48C": "tan",
    "#F0E68C": "khaki",
    "#6B6B47": "카키",
}
_NAMES = {name: color for color, names in _WORDS.items() for name in names.split()}


def color_of(value: Any) -> RGB | None:
    """Return the colour that a value of an answer means, 0..1 sRGB; None where it means none."""
    if isinstance(value, str):
        return _by_text(value.strip())
    if isinstance(value, dict):
        plain = {str(key).strip().lower()[:1]: number for key, number in value.items()}
        return _by_numbers([plain.get(key) for key in "rgb"]) or next(
            (color for item in value.values() if isinstance(item, str) and (color := color_of(item))), None
        )
    if isinstance(value, list):
        return _by_numbers(value[:3]) or next((color for item in value if (color := color_of(item))), None)
    return None


def _by_text(text: str) -> RGB | None:
    if found := _HEX.search(text):
        digits = found[1]
        return parse_hex(digits[: 3 if len(digits) < 6 else 6])
    if _BARE_HEX.fullmatch(text):
        return parse_hex(text)
    if found := _FUNCTION.search(text):
        return _by_function(found[1].lower(), found[2])
    return _by_name(text.lower()) or (_by_numbers(_floats(text)) if re.fullmatch(r"[\s\d.,%()]+", text) else None)


def _by_function(kind: str, inside: str) -> RGB | None:
    numbers = _floats(inside)
    if kind == "rgb":
        if inside.count("%") >= 3:
            numbers = [number / 100 * 255 for number in numbers]
        return _by_numbers(numbers[:3])
    if len(numbers) < 3:
        return None
    hue, saturation, lightness = numbers[0] / 360 % 1, *(min(max(v / 100, 0), 1) for v in numbers[1:3])
    return colorsys.hls_to_rgb(hue, lightness, saturation)


def _floats(text: str) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text)]


def _by_numbers(values: list[Any]) -> RGB | None:
    """Return three numbers 0..255, or 0..1 where none is larger, as a colour."""
    try:
        numbers = [float(value) for value in values]
    except (TypeError, ValueError):
        return None
    if len(numbers) != 3 or not all(0 <= number <= 255 for number in numbers):
        return None
    scale = 1.0 if max(numbers) <= 1 else 255.0
    r, g, b = (number / scale for number in numbers)
    return r, g, b


def _by_name(text: str) -> RGB | None:
    """Return the colour of the first colour word in a text, lighter or darker where it says so."""
    found = [(text.index(name), -len(name), name) for name in _NAMES if _has_word(text, name)]
    if not found:
        return None
    color = parse_hex(_NAMES[min(found)[2]])
    step = _STEP * (any(word in text for word in _LIGHTER) - any(word in text for word in _DARKER))
    return _shifted(color, step) if step else color


def _has_word(text: str, name: str) -> bool:
    """Return whether a text has the word: English ones whole, Korean ones with whatever ending."""
    if not name.isascii():
        return name in text
    return re.search(rf"(?<![a-z])(?:dark|light|off)?{name}(?![a-z])", text) is not None


def _shifted(color: RGB, step: float) -> RGB:
    lab = oklab(color)
    lab[0] = np.clip(lab[0] + step, 0, 1)
    r, g, b = (float(v) for v in from_oklab(lab))
    return r, g, b
