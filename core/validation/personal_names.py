"""Names of files that tell of a person: found in fields that name files, and cut out of a clean copy."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

_PATTERNS = Path(__file__).with_name("personal.yaml")
_FIELD = re.compile(r"(?:^|_)(?:file|files|filename|prefix|path|folder)(?:_|$)", re.I)
_SUFFIX = re.compile(
    r"(\.(?:png|jpe?g|webp|gif|bmp|tiff?|hei[cf]|avif|svg|psd|pdf|docx?|hwpx?|mp4|mov|webm|mkv|avi|wav|mp3|m4a|flac|ogg"
    r"|glb|obj|safetensors|ckpt|pt|pth|bin|gguf|latent))(?: \[(?:input|output|temp)\])?$",
    re.I,
)
_LONGEST = 300  # characters; what is longer is not a name


def personal_in(name: str, value: Any) -> str:
    """Return what a field's value tells of a person, in the words of personal.yaml; "" where it names no file."""
    if not isinstance(value, str) or not names_file(name, value):
        return ""
    stem = _SUFFIX.sub("", value)
    return next((kind for kind, pattern in _patterns() if pattern.search(stem)), "")


def names_file(name: str, value: str) -> bool:
    """Whether a field holds the name of a file: by the field's own name, or by the look of the value."""
    if not 3 < len(value) <= _LONGEST or "\n" in value:
        return False
    return bool(_SUFFIX.search(value) or _FIELD.search(name))


def is_file(value: Any) -> bool:
    """Whether a value looks like the name of a file."""
    return isinstance(value, str) and bool(_SUFFIX.search(value))


def without_person(name: str, value: str) -> str:
    """Return a file's name without what tells of a person: only its suffix stays."""
    if not personal_in(name, value):
        return value
    suffix = _SUFFIX.search(value)
    return f"file{suffix[1]}" if suffix else "file"


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    import yaml

    entries = yaml.safe_load(_PATTERNS.read_text(encoding="utf-8"))
    return tuple((one["kind"], re.compile(one["pattern"], re.I)) for one in entries)
