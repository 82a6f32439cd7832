"""Values that come to a route instead of to a node: as untrusted as any, held against the node's own schema."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...core.errors import FitAdError

_MOST_TEXT = 20_000
_MOST_NAME = 500
_MOST_PARTS = 2000  # of a value that is an object


def taken_by(node: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for every input of a node that has one: the given one, else the schema's default.

    Numbers are kept within their range; what the node has no input for is left out.

    Args:
        node: A node class of the V3 interface.
        values: By the name of the input.

    Raises:
        FitAdError: A value is of another kind than its input.
    """
    inputs = {one.id: one for one in node.define_schema().inputs}
    defaults = {name: one.default for name, one in inputs.items() if getattr(one, "default", None) is not None}
    return defaults | {name: _taken(name, value, inputs[name]) for name, value in values.items() if name in inputs}


def _taken(name: str, value: Any, entry: Any) -> Any:
    kind = entry.get_io_type()
    if kind in ("INT", "FLOAT"):
        return _number(name, value, entry, kind)
    if kind == "BOOLEAN":
        return bool(value)
    if kind in ("STRING", "COMBO", "COLOR"):
        return _text(name, value, _MOST_TEXT if kind == "STRING" else _MOST_NAME)
    if value is not None and not (isinstance(value, Mapping) and _count(value) <= _MOST_PARTS):
        raise FitAdError(f"{name} is not something this input accepts", fix="Set it in the node again")
    return value


def _number(name: str, value: Any, entry: Any, kind: str) -> float | int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise FitAdError(f"{name} must be a number", fix="Set it in the node again")
    low = -math.inf if entry.min is None else entry.min
    high = math.inf if entry.max is None else entry.max
    kept = min(max(value, low), high)
    return int(kept) if kind == "INT" else float(kept)


def _text(name: str, value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise FitAdError(f"{name} must be a text", fix="Send a string")
    if len(value) > most:
        raise FitAdError(f"{name} has {len(value)} characters", fix=f"Keep it under {most}")
    return value


def _count(value: Any) -> int:
    """Return how many values an object holds, those within it counted."""
    count, left = 0, [value]
    while left and count <= _MOST_PARTS:
        one = left.pop()
        count += 1
        left += one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ()
    return count
