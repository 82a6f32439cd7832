"""Pictures in ComfyUI's folders, as LoadImage names them, for what is shown before a run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...core.errors import FitAdError
from ...core.infra.cancellation import checkpoint

_TYPES = ("input", "output", "temp")
_MOST_PIXELS = 64_000_000  # of a picture, all frames counted


def picture_file(file: Mapping[str, Any]) -> tuple[str, Callable[[], Any]]:
    """Return the key of a picture in ComfyUI's folders, and what loads it as LoadImage does.

    Raises:
        FitAdError: No such picture, or a path that leads out of the folder.
    """
    import folder_paths

    name, subfolder = str(file.get("name", "")), str(file.get("subfolder", "") or "")
    kind = str(file.get("type", "input") or "input")
    root = folder_paths.get_directory_by_type(kind) if kind in _TYPES else None
    if not root or not name:
        raise FitAdError(f"There is no picture {name!r} in {kind!r}", fix="Choose a picture in Load Image")
    root = os.path.realpath(root)
    path = os.path.realpath(os.path.join(root, subfolder, name))
    if not inside(path, root) or not os.path.isfile(path):
        raise FitAdError(f"There is no picture {name!r} in ComfyUI's {kind} folder", fix="Choose another picture")
    _check_size(path)
    state = os.stat(path)
    annotated = f"{os.path.relpath(path, root)} [{kind}]"
    return f"file-{_digest(path, state.st_mtime_ns, state.st_size)}", lambda: _loaded(annotated, path)


def _check_size(path: str) -> None:
    """Let only pictures pass that a preview can hold; others are still made by the run.

    Raises:
        FitAdError: It has too many pixels, all its frames counted.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            pixels = image.width * image.height * int(getattr(image, "n_frames", 1))
    except (OSError, ValueError, Image.DecompressionBombError):
        return  # LoadImage says what is wrong with it
    if pixels > _MOST_PIXELS:
        raise FitAdError(
            f"The picture is too large for a preview: {pixels // 1_000_000} megapixels",
            fix=f"Choose a picture of at most {_MOST_PIXELS // 1_000_000} megapixels, or run the graph",
        )


def inside(path: str, root: str) -> bool:
    """Whether a real path lies in a real folder."""
    try:
        return os.path.commonpath([path, root]) == root
    except ValueError:  # another drive
        return False


def _digest(*parts: object) -> str:
    from ...core.placement.placer_preview import digest

    return digest(*parts)


def _loaded(annotated: str, path: str) -> Any:
    """Return the pixels [H,W,3] that ComfyUI's own LoadImage gives for a file, in sRGB as the nodes get them."""
    from ...core.raster.color_profile import to_srgb, wide_profile

    checkpoint()
    loader = sys.modules["nodes"].NODE_CLASS_MAPPINGS["LoadImage"]
    try:
        image = loader().load_image(annotated)[0]
    except Exception as exc:
        raise FitAdError(
            "The picture could not be read", why=f"{type(exc).__name__}: {exc}", fix="Choose another picture"
        ) from exc
    picture = np.asarray(image[0].float().cpu().numpy(), np.float32)
    profile = wide_profile(Path(path))
    return picture if profile is None else to_srgb(picture, profile)
