"""From core/placement/fields.py: the defaults, ranges and choices of TextPlacer for its editor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from derived import ROOT, DerivedFile

HEAD = "// @ts-check\n/** Written by `make.py generate` from core/placement/fields.py: change that. */\n\n"


def files() -> Iterator[DerivedFile]:
    from fit_ad.core.layout.model import ANCHORS
    from fit_ad.core.placement.fields import MOST_CUT, NUMBERS, placement_defaults

    numbers = {name: {"low": one.low, "high": one.high, "step": one.step} for name, one in NUMBERS.items()}
    parts = {"NUMBERS": numbers, "DEFAULTS": placement_defaults(), "ANCHORS": list(ANCHORS)}
    lines = [f"export const {name} = Object.freeze({_script(value)})\n" for name, value in parts.items()]
    text = HEAD + "\n".join([*lines, f"export const MOST_CUT = {MOST_CUT}\n"])
    yield DerivedFile(ROOT / "js/lib/placement_fields.mjs", text)


def _script(value: Any) -> str:
    """Return a value as JavaScript: JSON with names that need no quotes, and whole numbers without a point."""
    if isinstance(value, dict):
        parts = [f"{name}: {_script(one)}" for name, one in value.items()]
        nested = any(isinstance(one, dict) for one in value.values())
        return "{\n  " + ",\n  ".join(parts) + ",\n}" if nested else "{ " + ", ".join(parts) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_script(one) for one in value) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "'" + value + "'" if isinstance(value, str) else json.dumps(value)
