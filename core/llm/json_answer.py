"""Finds the JSON object in what a model wrote, mended where it is broken."""

from __future__ import annotations

import json
import re
from typing import Any

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[A-Za-z]*")
_PAGE = re.compile(r"\s*<(!doctype|html|\?xml)", re.IGNORECASE)
_MOST_MENDED = 12_000  # characters; mending takes long on long nonsense
_DEEPEST = 40


def read_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object in a text, or None where there is none.

    Thoughts, code fences and words around it are left out; what is cut off or misquoted is mended.
    """
    text = _FENCE.sub("", _THOUGHT.sub("", text))
    start = text.find("{")
    if start < 0 or _PAGE.match(text):
        return None
    return _strict(text[start:]) or _mended(text[start : start + _MOST_MENDED])


def _strict(text: str) -> dict[str, Any] | None:
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _mended(text: str) -> dict[str, Any] | None:
    if re.match(r"\{\s*[^\s\"'“{}A-Za-z_]", text) or text.count("{") + text.count("[") > _DEEPEST:
        return None  # no JSON at all, only a brace
    import json_repair

    try:
        found = json_repair.loads(text)
    except Exception:  # noqa: BLE001 - whatever the mender meets, the answer is unreadable
        return None
    if isinstance(found, list):  # words after the object make it a list
        found = next((item for item in found if isinstance(item, dict)), None)
    return found if isinstance(found, dict) and found else None
