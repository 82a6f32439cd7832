"""The placer's route on ComfyUI's server: ``POST /fit_ad/place``."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ...core.errors import FitAdError
from ...core.infra.cancellation import checkpoint
from . import _previews
from ._registration import Route, error_json
from ._schema_values import taken_by

_TYPES = ("input", "output", "temp")
_MOST_PIXELS = 64_000_000  # of a picture, all frames counted
_MOST_LETTERING_PIXELS = 20_000_000
_MOST_LETTERS = 4000


def _payload(question: Mapping[str, Any]) -> dict[str, Any]:
    return _previews.answer(question, SOURCES)


# --- pictures that no run has brought -------------------------------------------------------------------------


def _file(file: Mapping[str, Any]) -> tuple[str, Callable[[], Any]]:
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
    return f"file-{_digest(path, state.st_mtime_ns, state.st_size)}", lambda: _loaded(annotated)


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
            fix=f"Choose one of at most {_MOST_PIXELS // 1_000_000} megapixels, or run the graph",
        )


def inside(path: str, root: str) -> bool:
    """Whether a real path lies in a real folder."""
    try:
        return os.path.commonpath([path, root]) == root
    except ValueError:  # another drive
        return False


def _digest(*parts: object) -> str:
    from ...core.placement.preview import digest

    return digest(*parts)


def _loaded(annotated: str) -> Any:
    """Return the pixels [H,W,3] that ComfyUI's own LoadImage gives for a file."""
    checkpoint()
    loader = sys.modules["nodes"].NODE_CLASS_MAPPINGS["LoadImage"]
    try:
        image = loader().load_image(annotated)[0]
    except Exception as exc:
        raise FitAdError(
            "The picture could not be read", why=f"{type(exc).__name__}: {exc}", fix="Choose another picture"
        ) from exc
    return np.asarray(image[0].float().cpu().numpy(), np.float32)


def _lettering(values: Mapping[str, Any]) -> Any:
    """Return the lettering [h,w,4] that CalligraphyRender makes of its values; what it does not know is left out.

    Raises:
        FitAdError: A value is none that the node takes, or the lettering is too large for a preview.
    """
    from ...core.lettering import render
    from .._fonts import fonts
    from ..calligraphy_render import CalligraphyRender, style_of

    known = inspect.signature(style_of).parameters
    checked = taken_by(CalligraphyRender, values)
    text = str(checked.pop("text", ""))
    style = style_of(**{name: value for name, value in checked.items() if name in known})
    _check_lettering(text, style.width_px, style.height_px, style.size_px)
    checkpoint()
    return render(text, style, fonts()).rgba


def _check_lettering(text: str, width_px: int, height_px: int, size_px: int) -> None:
    if len(text) > _MOST_LETTERS:
        raise FitAdError(f"text has {len(text)} characters", fix=f"Keep it under {_MOST_LETTERS}")
    letters = len("".join(text.split())) * float(size_px) ** 2
    if max(width_px * height_px, letters) > _MOST_LETTERING_PIXELS:
        raise FitAdError("The lettering is too large for a preview", fix="Make it smaller, or run the graph")


SOURCES = _previews.PreviewSources(background=_file, lettering=_lettering)
ROUTE = Route(
    "/fit_ad/place",
    _payload,
    most_bytes=64 * 1024,  # only values are in a request, no pictures
    too_large=FitAdError("The question is too large", fix="Shorten the text"),
    failed="The preview failed",
    pool=ThreadPoolExecutor(max_workers=1, thread_name_prefix="fit_ad_preview"),
    arrived=_previews.newest,
    refusals={
        _previews.StaleRequestError: (409, {"stale_turn": True}),
        _previews.UnknownRunError: (
            410,
            error_json(FitAdError("This run is no longer kept", fix="Run the graph again")),
        ),
    },
    often=True,
)
