"""Reading workflow files from disk, whatever state they are in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import FitAdError
from ..workflow.document import FormatFault, WorkflowDocument, read
from .line_numbers import node_lines

_LARGEST = 64_000_000  # bytes: a picture may stand inside as text
_MOST_PARTS = 500_000  # objects, lists and values; reading more of them takes seconds


def load(path: Path) -> WorkflowDocument:
    """Return a workflow file as a document; what is wrong with it is among its faults.

    Raises:
        FitAdError: The file cannot be opened.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise FitAdError(f"{path.name} is too large for a workflow", why=f"Over {_LARGEST // 1_000_000} MB")
        found = _workflow_bytes(path)
        if found is None:
            return _broken(path, "the picture contains no workflow, as after editing, sending or uploading it")
        if sum(map(found.count, (b"{", b"[", b","))) > _MOST_PARTS:
            raise FitAdError(f"{path.name} is too large for a workflow", why=f"Over {_MOST_PARTS:,} values")
        text = found.decode("utf-8-sig")
    except FileNotFoundError as exc:
        raise FitAdError(f"There is no workflow file {path}") from exc
    except OSError as exc:
        raise FitAdError(f"{path} cannot be read", why=exc.strerror or str(exc)) from exc
    except UnicodeDecodeError:
        return _broken(path, "it is not UTF-8 text")
    if not text.strip():
        return _broken(path, "the file is empty")
    repeated: list[str] = []
    try:
        data = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, repeated))
    except json.JSONDecodeError as exc:
        return _broken(path, f"{exc.msg}, line {exc.lineno}, column {exc.colno}")
    except (ValueError, RecursionError) as exc:
        return _broken(path, "it is nested too deeply" if isinstance(exc, RecursionError) else str(exc)[:100])
    document = read(data, path.name)
    twice = [FormatFault("duplicate-id", f"{key} is given twice", key) for key in repeated if key in document.graph]
    return replace(document, faults=(*document.faults, *twice)) if twice else document


def is_picture(path: Path) -> bool:
    """Return whether a file is a PNG or a WebP, whatever it is called."""
    with path.open("rb") as file:
        head = file.read(12)
    return head.startswith(b"\x89PNG\r\n\x1a\n") or (head[:4] == b"RIFF" and head[8:] == b"WEBP")


def _workflow_bytes(path: Path) -> bytes | None:
    """Return a file's JSON; of a picture what ComfyUI keeps in it, the editor's graph first, None where nothing is."""
    if not is_picture(path):
        return path.read_bytes()
    kept = _kept_in_picture(path)
    text = next((kept[key] for key in ("workflow", "prompt") if isinstance(kept.get(key), str)), None)
    return None if text is None else text.encode("utf-8", "replace")


def _kept_in_picture(path: Path) -> dict[str, Any]:
    """Return the texts of a picture by their names: PNG's own, or ``name:text`` in the EXIF of a WebP.

    Source: SaveImage and SaveAnimatedWEBP of ComfyUI 0.33.
    """
    from PIL import Image

    try:
        with Image.open(path) as picture:
            texts = {str(key): value for key, value in picture.info.items() if isinstance(value, str)}
            entries = [str(value).partition(":") for value in picture.getexif().values() if isinstance(value, str)]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        raise FitAdError(f"{path.name} cannot be read", why="The picture is damaged") from exc
    return {**{name.strip().lower(): text.rstrip("\0") for name, _, text in entries}, **texts}


def lines_of(path: Path, document: WorkflowDocument) -> dict[tuple[str, str], int]:
    """Return on which line of its file each node of a document stands, nothing where the file is gone."""
    try:
        return {} if is_picture(path) else node_lines(path.read_bytes().decode("utf-8-sig"), document.raw)
    except (OSError, UnicodeDecodeError):
        return {}


def _object(pairs: list[tuple[str, Any]], repeated: list[str]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            repeated += [key] if key in seen else []
            seen.add(key)
    return found


def _broken(path: Path, why: str) -> WorkflowDocument:
    return WorkflowDocument(path.name, "none", faults=(FormatFault("format", why),))
