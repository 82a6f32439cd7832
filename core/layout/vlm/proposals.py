"""Boxes, colours and words out of a model's answer, whatever names, units and corners it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...color.spaces import RGB
from ...llm.json_answer import fitness, values_in, without_thoughts
from ..model import ANCHORS
from .color_names import color_of

MAX_PROPOSALS = 8
_MAX_MOOD = 40  # characters
_MAX_NESTING = 8
_FITS = 0.5  # of the form that was asked for: the boxes are there, if not the mood
# The form of ``instructions.question``, of which only the boxes are needed.
ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "boxes": {"type": "array", "items": {"type": "object", "properties": {"box": {"type": "array"}}}},
        "mood": {"type": "string"},
    },
    "required": ["boxes", "mood"],
}

_Numbers = tuple[float, float, float, float]


class PromptContext(NamedTuple):
    """What the model was shown and asked for.

    Attributes:
        width, height: The picture as the model saw it, in px.
        full_width, full_height: The picture itself, in px.
        unit: ``thousand`` (0..1000 of each side) or ``pixels`` (of the picture as it was seen).
    """

    width: int
    height: int
    full_width: int
    full_height: int
    unit: str = "thousand"


class Proposal(NamedTuple):
    """A box that was proposed: left, top, right, bottom as shares of the picture, in any order and anywhere."""

    edges: _Numbers
    color: RGB | None = None
    named: str = ""  # the place on the 3×3 grid, where no box was given, only its name


@dataclass(frozen=True)
class ModelAnswer:
    """What a model says.

    Attributes:
        proposals: The boxes, as the model ranked them; empty where none could be read.
        color: The colour for the words, where one was named for all.
        mood: The mood in a few words; empty where none was named.
        unit: How the numbers were read: fraction, percent, thousand, pixels, full (pixels of the whole picture);
            empty where there were none.
    """

    proposals: tuple[Proposal, ...]
    color: RGB | None
    mood: str
    unit: str


class _Found(NamedTuple):
    """Four numbers of an answer, not yet understood. ``unit`` is empty where nothing was said about it."""

    numbers: _Numbers
    form: str  # corners, size, middle, rows (Gemini's y before x) or empty
    unit: str
    color: RGB | None


def parse_answer(text: str, seen: PromptContext) -> ModelAnswer:
    """Return what an answer says; never fails: what cannot be read is not there."""
    prose = without_thoughts(text)
    values = _fitting(values_in(text))
    found = [box for value in values for box in _boxes(value, "", None, 0)] or _boxes_in_prose(prose)
    found = list(dict.fromkeys(found))[:MAX_PROPOSALS]
    unit = _unit(found, seen) if found else ""
    proposals = [Proposal(_edges(box, unit, seen), box.color) for box in found]
    if not proposals and (place := _place(_first(values, _POSITION) or prose)):
        proposals = [Proposal(_PLACES[place], None, place)]
    color = color_of(_first(values, _COLOR)) if values else color_of(_colored(prose))
    return ModelAnswer(tuple(proposals), color, _mood(_first(values, _MOOD)), unit)


def _fitting(values: list[Any]) -> list[Any]:
    """Return the last value that has boxes in the form that was asked for; where none has, all of them.

    What came before it were drafts, or the form given back.
    """
    fitting = [one for one in values if fitness(one, ANSWER) >= _FITS and any(True for _ in _boxes(one, "", None, 0))]
    return fitting[-1:] or values


# --- names of fields ------------------------------------------------------------------------------------------

_LEFT = {"x", "x1", "x0", "xmin", "left", "l", "왼쪽", "좌", "좌측", "startx"}
_TOP = {"y", "y1", "y0", "ymin", "top", "t", "위", "위쪽", "상", "상단", "starty"}
_RIGHT = {"x2", "xmax", "right", "r", "오른쪽", "우", "우측", "endx"}
_BOTTOM = {"y2", "ymax", "bottom", "b", "아래", "아래쪽", "하", "하단", "endy"}
_WIDTH = {"w", "width", "너비", "폭", "가로", "넓이"}
_HEIGHT = {"h", "height", "높이", "세로"}
_MIDDLE_X = {"cx", "centerx", "xcenter", "centrex", "중심x"}
_MIDDLE_Y = {"cy", "centery", "ycenter", "centrey", "중심y"}
_SIDES = (_LEFT, _TOP, _RIGHT, _BOTTOM, _WIDTH, _HEIGHT, _MIDDLE_X, _MIDDLE_Y)
_COLOR = {
    "textcolor", "textcolour", "fontcolor", "fontcolour", "color", "colour", "fill", "글자색", "글자색상", "글자색깔",
    "텍스트색", "텍스트색상", "폰트색", "폰트색상", "색", "색상", "색깔",
}  # fmt: skip
_MOOD = {"mood", "atmosphere", "feeling", "vibe", "분위기", "느낌", "무드"}
_POSITION = {"position", "place", "placement", "location", "anchor", "where", "위치", "배치", "자리"}
_ROWS_FIRST = {"box2d", "yxyx", "yminxminymaxxmax"}  # Gemini: [ymin, xmin, ymax, xmax] 0..1000
_SIZED = {"xywh", "bboxxywh", "rect", "xywidthheight"}
_NOT_FOR_WORDS = {
    "subject", "subjectbox", "object", "objects", "product", "productbox", "avoid", "keepout", "face", "person",
    "palette", "colors", "colours", "size", "imagesize", "picturesize", "margin", "margins", "padding", "safezone",
    "피사체", "제품", "상품", "인물", "얼굴", "팔레트", "여백", "이미지크기", "confidence", "score",
}  # fmt: skip
_TELLS_NOTHING = {"", "value", "values", "coordinates", "coords"}  # the field around it says what it is
_UNITS = {"%": "percent", "percent": "percent", "퍼센트": "percent", "px": "seen", "pixel": "seen", "픽셀": "seen"}


def _plain(key: str) -> str:
    """Return a field's name without its case, spaces, marks and number (``name#2``)."""
    return re.sub(r"[\W_]|#\d+$", "", str(key).split("#")[0].lower())


def _first(values: list[Any], names: set[str], depth: int = 0) -> Any:
    """Return the first field of one of these names, the outer ones before the inner."""
    if depth > _MAX_NESTING:
        return None
    for value in values:
        if isinstance(value, dict):
            for key, item in value.items():
                if _plain(key) in names and item not in (None, ""):
                    return item
    inner = [item for value in values for item in _items(value)]
    return _first(inner, names, depth + 1) if inner else None


def _items(value: Any) -> list[Any]:
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, (dict, list))]


# --- boxes ----------------------------------------------------------------------------------------------------


def _boxes(value: Any, key: str, color: RGB | None, depth: int) -> Iterator[_Found]:
    """Return all boxes in a value that stands under ``key``, with the colour named beside them."""
    name = _plain(key)
    if depth > _MAX_NESTING or name in _NOT_FOR_WORDS or name in _COLOR:
        return
    if isinstance(value, dict):
        yield from _boxes_of_object(value, name, color, depth)
    elif isinstance(value, list):
        yield from _boxes_of_list(value, key, color, depth)
    elif isinstance(value, str) and depth:
        quad = [_measure(part) for part in _MEASURE.findall(value)]
        if len(quad) == 4 and not re.search(r"[g-zG-Z가-힣]{4,}", value):
            yield from _quad(quad, name, color)


def _boxes_of_object(value: dict[str, Any], name: str, color: RGB | None, depth: int) -> Iterator[_Found]:
    own = next((c for k, v in value.items() if _plain(k) in _COLOR and (c := color_of(v))), color)
    if own_box := _by_sides({_plain(k): v for k, v in value.items()}, own):
        yield own_box
        return
    for key, item in value.items():
        yield from _boxes(
            item, key if _plain(key) not in ("", "value", "values", "coordinates") else name, own, depth + 1
        )


def _boxes_of_list(value: list[Any], key: str, color: RGB | None, depth: int) -> Iterator[_Found]:
    flat = [item for part in value for item in (part if isinstance(part, list) else [part])]
    quad = [_measure(item) for item in flat]
    points = all(isinstance(part, list) and len(part) == 2 for part in value)
    if len(quad) == 4 and all(number is not None for number in quad) and (points or len(value) == 4):
        yield from _quad(quad, _plain(key), color)
        return
    if len(quad) == 8 and points and None not in quad:  # four corners
        xs, ys = ([n for n, _ in quad[i::2] if n is not None] for i in (0, 1))  # type: ignore[misc]
        yield _Found((min(xs), min(ys), max(xs), max(ys)), "corners", "", color)
        return
    for item in value:
        yield from _boxes(item, key, color, depth + 1)


def _quad(quad: list[Any], name: str, color: RGB | None) -> Iterator[_Found]:
    """Return four numbers (number, unit) as a box; ``name`` says how they are meant."""
    units = {unit for _, unit in quad if unit}
    form = "rows" if name in _ROWS_FIRST else "size" if name in _SIZED else "corners" if "xyxy" in name else ""
    a, b, c, d = (number for number, _ in quad)
    yield _Found((a, b, c, d), form, units.pop() if units else "", color)


def _by_sides(fields: dict[str, Any], color: RGB | None) -> _Found | None:
    """Return the box that named sides describe."""
    sides = [next((m for k, v in fields.items() if k in names and (m := _measure(v))), None) for names in _SIDES]
    given = [side for side in sides if side is not None]
    unit = next((unit for _, unit in given if unit), "") or _said_unit(fields)
    left, top, right, bottom, width, height, middle_x, middle_y = (None if s is None else s[0] for s in sides)
    if left is not None and top is not None:
        if width is not None and height is not None:
            return _Found((left, top, width, height), "size", unit, color)
        if right is not None and bottom is not None:
            return _Found((left, top, right, bottom), "corners", unit, color)
    if None not in (middle_x, middle_y, width, height):
        return _Found((middle_x, middle_y, width, height), "middle", unit, color)  # type: ignore[arg-type]
    return None


def _said_unit(fields: dict[str, Any]) -> str:
    said = str(fields.get("unit") or fields.get("units") or fields.get("단위") or "").lower()
    return next((unit for word, unit in _UNITS.items() if word in said), "")


_MEASURE = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)\s?(?:%|px|퍼센트|픽셀)?")
_ONE_MEASURE = re.compile(r"(-?(?:\d+(?:\.\d*)?|\.\d+))(?:\s?(%|percent|px|pixels?|퍼센트|픽셀))?", re.IGNORECASE)


def _measure(value: Any) -> tuple[float, str] | None:
    """Return a number and its unit (empty where none is written)."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (float(value), "") if abs(value) < 1e6 else None
    found = _ONE_MEASURE.fullmatch(" ".join(value.split())) if isinstance(value, str) and len(value) < 40 else None
    if not found:
        return None
    unit = (found[2] or "").lower()
    return float(found[1]), "" if not unit else _UNITS.get(unit) or "seen"


# --- boxes in prose -------------------------------------------------------------------------------------------

# In text whose spaces are single ones; numbers as long as any side has.
_N = r" ?(-?\d{1,9}(?:\.\d{0,9})? ?(?:%|px)?) ?"
_PAIRS = re.compile(rf"\({_N},{_N}\) ?(?:,|-|~|to|and|에서|부터|→)? ?\({_N},{_N}\)")  # Qwen-VL: (x1,y1),(x2,y2)
_ROUND = re.compile(rf"\({_N},{_N},{_N},{_N}\)")
_AFTER_BOX = re.compile(
    rf"(?:box|bbox|bbox_2d|박스|상자|영역)\w{{0,20}} ?[:=>]{{1,3}} ?<?{_N}[, ]{_N}[, ]{_N}[, ]{_N}", re.IGNORECASE
)
_LABELLED = re.compile(
    r"(?<![a-z가-힣])(x1|y1|x2|y2|x|y|left|top|right|bottom|width|height|w|h|왼쪽|위쪽|위|오른쪽|아래쪽|아래"
    r"|너비|폭|가로|높이|세로)"
    r" ?(?:[:=]|is|at|은|는|에서|으로)? ?(-?\d{1,9}(?:\.\d{0,9})? ?(?:%|px)?)",
    re.IGNORECASE,
)


def _boxes_in_prose(text: str) -> list[_Found]:
    """Return boxes that stand in running text."""
    text = " ".join(text.split())
    quads = [found.groups() for pattern in (_PAIRS, _ROUND, _AFTER_BOX) for found in pattern.finditer(text)]
    if quads:
        return [box for quad in quads for box in _quad([_measure(n) for n in quad], "xyxy", None)]
    fields: dict[str, Any] = {}
    for label, number in _LABELLED.findall(text):
        fields.setdefault(_plain(label), number)
    box = _by_sides(fields, None)
    return [box] if box else []


# --- units and corners ----------------------------------------------------------------------------------------


def _unit(found: list[_Found], seen: PromptContext) -> str:
    """Return the unit that all boxes of an answer share, by what is written beside them and by their size."""
    said = [box.unit for box in found if box.unit]
    largest = max((abs(number) for box in found for number in box.numbers), default=0.0)
    if said:
        return _fitting_pixels(largest, found, seen) if said[0] == "seen" else said[0]
    if largest <= 1.5:
        return "fraction"
    if largest <= 100 and min(seen.width, seen.height) > 200:
        return "percent"
    if seen.unit == "thousand" and largest <= 1000:
        return "thousand"
    pixels = _fitting_pixels(largest, found, seen)
    return pixels if pixels == "pixels" or largest > 1000 else "thousand"


def _fitting_pixels(largest: float, found: list[_Found], seen: PromptContext) -> str:
    """Return ``pixels`` where the boxes fit the picture that was seen, else ``full``."""
    right = max((max(box.numbers[0], box.numbers[2]) for box in found), default=0.0)
    bottom = max((max(box.numbers[1], box.numbers[3]) for box in found), default=0.0)
    return "pixels" if right <= 1.02 * seen.width and bottom <= 1.02 * seen.height else "full"


def _edges(box: _Found, unit: str, seen: PromptContext) -> _Numbers:
    """Return left, top, right, bottom as shares of the picture."""
    across, down = {
        "fraction": (1.0, 1.0),
        "percent": (100.0, 100.0),
        "thousand": (1000.0, 1000.0),
        "pixels": (float(seen.width), float(seen.height)),
        "full": (float(seen.full_width), float(seen.full_height)),
    }[unit]
    a, b, c, d = box.numbers
    if box.form == "rows":
        a, b, c, d = b, a, d, c
    a, b, c, d = a / across, b / down, c / across, d / down
    if box.form == "middle":
        return a - c / 2, b - d / 2, a + c / 2, b + d / 2
    if box.form == "size" or (box.form == "" and (c <= a or d <= b) and a + c <= 1.05 and b + d <= 1.05):
        return a, b, a + c, b + d
    return min(a, c), min(b, d), max(a, c), max(b, d)


# --- places by name, and the mood -----------------------------------------------------------------------------

_ROW_WORDS = {
    "top": r"top|upper|above|상단|위|윗|맨위",
    "bottom": r"bottom|lower|below|하단|아래|아랫|밑",
}
_SIDE_WORDS = {"left": r"left|왼|좌", "right": r"right|오른|우측|우상|우하|우\b"}
_OF_COLOR = re.compile(r"colou?r|text|글자|색", re.IGNORECASE)
_MIDDLE_WORDS = re.compile(r"center|centre|middle|가운데|중앙|중간", re.IGNORECASE)
_PLACES: dict[str, _Numbers] = {
    anchor: (
        0.52 if "right" in anchor else 0.06,
        0.68 if "bottom" in anchor else 0.06 if "top" in anchor else 0.36,
        0.48 if "left" in anchor else 0.94,
        0.94 if "bottom" in anchor else 0.32 if "top" in anchor else 0.64,
    )
    for anchor in ANCHORS
}


def _place(value: Any) -> str:
    """Return the place on the 3×3 grid that a text names first; empty where it names none."""
    text = value if isinstance(value, str) else ""
    row, side = _earliest(text, _ROW_WORDS), _earliest(text, _SIDE_WORDS)
    name = "-".join(word for word in (row, side) if word)
    return name or ("center" if _MIDDLE_WORDS.search(text) else "")


def _earliest(text: str, words: dict[str, str]) -> str:
    found = {name: match.start() for name, word in words.items() if (match := re.search(word, text, re.IGNORECASE))}
    return min(found, key=found.__getitem__, default="")


def _colored(prose: str) -> str:
    """Return the part of a prose answer that speaks of a colour."""
    return next((part for part in re.split(r"[.\n]", prose) if _OF_COLOR.search(part)), "")


def _mood(value: Any) -> str:
    """Return the mood as a short line of words; empty where there is none in it."""
    words = ", ".join(str(v) for v in value if isinstance(v, str)) if isinstance(value, list) else value
    if not isinstance(words, str):
        return ""
    line = re.sub(r"\s+", " ", re.sub(r"[{}\[\]<>\"#|*_`]", " ", words)).strip(" .,;:")
    if len(line) > _MAX_MOOD:
        line = line[: _MAX_MOOD + 1].rpartition(" " if "," not in line[:_MAX_MOOD] else ",")[0].strip(" ,")
    echoed = re.fullmatch(
        r"(낱말|word|mood)s?(, (낱말|word)s?)*", line, re.IGNORECASE
    )  # the form, filled in with itself
    return line if re.search(r"[A-Za-z가-힣]{2}", line) and not echoed else ""
