"""The copywriter's data files, each read once, when first needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """Return the content of a YAML file of this folder; callers only read it."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=loader)  # noqa: S506 - both are safe loaders


def voice(language: str) -> dict[str, Any]:
    """Return what the rule writer says around the facts in a language."""
    return load(f"voice_{language}")
