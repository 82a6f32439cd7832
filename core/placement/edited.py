"""What a placer keeps in its field ``edited``: who said where the words go, and on which pictures.

Twin of js/lib/edited.mjs, which writes it:

- empty: nobody did; a connected layout says it;
- fingerprints parted by spaces: a person did, with the box in the fields, while these pictures were shown; what is no
  fingerprint stands for a picture that was not known;
- ``held:`` and JSON: a person changed something else, and the words stay where they stood, on each picture in its own
  place: a list of ``[fingerprint, x, y, width, height, anchor, color]``, in percent from the top left corner.
"""

from __future__ import annotations

import json
import math
from typing import Any

from ..color.spaces import parse_hex
from ..errors import FitAdError
from ..layout.model import ANCHORS, TextBox
from ..raster.fingerprint import changed

_HELD = "held:"
_FARTHEST = 1000.0


def by_hand(edited: str) -> bool:
    """Whether a person set the box in the fields."""
    return bool(edited) and not edited.startswith(_HELD)


def is_stale(edited: str, picture: str) -> bool:
    """Whether the box was set by hand, and on other pictures than this one."""
    return by_hand(edited) and all(changed(one, picture) for one in edited.split())


def held_place(edited: str, picture: str) -> TextBox | None:
    """Return where the words are held on a picture; None where they are not, or on another one.

    Args:
        edited: The field; a saved graph is untrusted, so what is wrong in it is passed over.
        picture: The picture's fingerprint.
    """
    if not edited.startswith(_HELD):
        return None
    try:
        places = json.loads(edited[len(_HELD) :])
    except (ValueError, RecursionError):
        return None
    found = (_place(one) for one in places if _is_of(one, picture)) if isinstance(places, list) else ()
    return next((place for place in found if place is not None), None)


def _is_of(place: Any, picture: str) -> bool:
    named = isinstance(place, list) and len(place) == 7 and isinstance(place[0], str)
    return named and bool(place[0]) and not changed(place[0], picture)


def _place(values: list[Any]) -> TextBox | None:
    _, *numbers, anchor, color = values
    if not all(_is_number(value) for value in numbers) or min(numbers[2:]) <= 0 or anchor not in ANCHORS:
        return None
    try:
        parse_hex(color)
    except (FitAdError, TypeError, AttributeError):
        return None
    x, y, width, height = map(float, numbers)
    return TextBox(x, y, width, height, anchor, color)


def _is_number(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(value) and abs(value) < _FARTHEST
