"""The names of the designs, found without reading any: what a menu needs while ComfyUI starts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

BUNDLED_DESIGNS = Path(__file__).resolve().parents[2] / "designs"
PHOTO_USES = ("auto", "cut-out", "full", "frame")
_NO_DESIGNS = frozenset(["colourways"])
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def design_files(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Return the files of all designs by name; those of ``folders`` stand before the bundled ones of that name."""
    found: dict[str, Path] = {}
    for folder in (BUNDLED_DESIGNS, *reversed(folders)):
        if folder.is_dir():
            files = (file for file in sorted(folder.glob("*.yaml")) if _NAME.fullmatch(file.stem))
            found.update((file.stem, file) for file in files if file.stem not in _NO_DESIGNS)
    return found


def design_names(folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """Return the names of all designs, the bundled ones first."""
    return tuple(design_files(folders))
