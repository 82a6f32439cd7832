"""What the files that are written from others have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class DerivedFile(NamedTuple):
    """A file and the text that it should have."""

    path: Path
    text: str


Writer = Callable[[], Iterator[DerivedFile]]


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def json_text(data: Any, indent: int) -> str:
    return json.dumps(data, ensure_ascii=False, indent=indent) + "\n"
