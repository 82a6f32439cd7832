"""The designs: those that come with Fit-AD and a user's own, read from YAML as untrusted data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import FitAdError
from .design_names import BUNDLED_DESIGNS, design_files
from .resolving import design_error
from .schema import Design

LARGEST_BYTES = 256_000
_BOOLEANS = frozenset(
    ["dashed", "full", "justify", "hero", "optional", "bleed", "keep", "flip", "shadow", "hides", "from_photo", "small"]
)


def design(name: str, folders: Sequence[Path] = ()) -> Design:
    """Return a design.

    Raises:
        FitAdError: There is none of that name, or its file is wrong.
    """
    files = design_files(folders)
    if name not in files:
        raise FitAdError(f"There is no design {name!r}", fix=f"Use one of: {', '.join(files)}, or auto")
    return read_design(files[name])


def read_design(file: Path) -> Design:
    """Return the design of a file.

    Raises:
        FitAdError: The file is missing, too large or wrong; the message names the place.
    """
    try:
        stat = file.stat()
    except OSError as exc:
        raise FitAdError(f"The design {file.name} cannot be read", why=str(exc)) from exc
    return _read(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=256)
def _read(file: Path, mtime_ns: int, size: int) -> Design:
    import yaml

    if size > LARGEST_BYTES:
        raise FitAdError(f"The design {file.name} has {size:,} bytes", fix=f"{LARGEST_BYTES:,} is the limit")
    try:
        text = file.read_text("utf-8")
        if "&" in text and _has_anchors(text):
            raise FitAdError(f"The design {file.name} uses YAML anchors", fix="Write the fields out")
        data = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as exc:
        raise FitAdError(f"The design {file.name} is not readable YAML", why=str(exc)[:300]) from exc
    return design_of(data, file.stem)


def design_of(data: Any, name: str = "") -> Design:
    """Return the design that plain data describe.

    Raises:
        FitAdError: They are none.
    """
    if not isinstance(data, dict):
        raise FitAdError(f"The design {name!r} is not a mapping of fields", fix="docs/designs.md shows one")
    wrong = _wrong_booleans(data, "")
    if wrong:
        raise FitAdError(
            f"The design {data.get('name', name)!r} has true or false at {wrong}",
            why="YAML reads on, off, yes and no as true and false",
            fix="Put the word in quotation marks",
        )
    try:
        return Design.model_validate(data)
    except ValidationError as exc:
        raise design_error(str(data.get("name", name)), exc) from exc
    except RecursionError as exc:
        raise FitAdError(f"The design {name!r} is nested too deep") from exc


def _has_anchors(text: str) -> bool:
    import re

    return bool(re.search(r"(?:^|[\s\[{,:-])[&*][A-Za-z_]", text))


def _wrong_booleans(data: Any, place: str) -> str:
    """Return the place of a true or false that a field other than a switch holds, or a key that became one."""
    if isinstance(data, dict):
        for key, value in data.items():
            here = f"{place}.{key}" if place else str(key)
            if isinstance(key, bool) or (isinstance(value, bool) and key not in _BOOLEANS):
                return here
            found = _wrong_booleans(value, here)
            if found:
                return found
    if isinstance(data, list):
        for number, value in enumerate(data):
            found = f"{place}.{number}" if isinstance(value, bool) else _wrong_booleans(value, f"{place}.{number}")
            if found:
                return found
    return ""


__all__ = ["BUNDLED_DESIGNS", "LARGEST_BYTES", "design", "design_files", "design_of", "read_design"]
