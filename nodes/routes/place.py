"""The placer's address on ComfyUI's server: ``POST /fit_ad/place``."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ...core.errors import FitAdError
from . import _previews, _registration

_TYPES = ("input", "output", "temp")


def register() -> bool:
    """Add the address to ComfyUI's server; False where there is none, as in tests and in the command."""
    _previews.RUNS.wanted = _registration.register(ADDRESS)
    return _previews.RUNS.wanted


async def handle(request: Any) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the JSON of an answer."""
    return await _registration.handle(ADDRESS, request)


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
    state = os.stat(path)
    annotated = f"{os.path.relpath(path, root)} [{kind}]"
    return f"file-{_digest(path, state.st_mtime_ns, state.st_size)}", lambda: _loaded(annotated)


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
    loader = sys.modules["nodes"].NODE_CLASS_MAPPINGS["LoadImage"]
    try:
        image = loader().load_image(annotated)[0]
    except Exception as exc:
        raise FitAdError(
            "The picture could not be read", why=f"{type(exc).__name__}: {exc}", fix="Choose another picture"
        ) from exc
    return np.asarray(image[0].float().cpu().numpy(), np.float32)


def _lettering(values: Mapping[str, Any]) -> Any:
    """Return the lettering [h,w,4] that CalligraphyRender makes of its values; what it does not know is left out."""
    from ...core.lettering import render
    from .._fonts import fonts
    from ..calligraphy_render import style_of

    known = inspect.signature(style_of).parameters
    style = style_of(**{name: value for name, value in values.items() if name in known})
    return render(str(values.get("text", "")), style, fonts()).rgba


SOURCES = _previews.PreviewSources(background=_file, lettering=_lettering)
ADDRESS = _registration.Route(
    "/fit_ad/place",
    _payload,
    ThreadPoolExecutor(max_workers=2, thread_name_prefix="fit_ad_preview"),
    most_bytes=512 * 1024,  # only values are in a question, no pictures
    too_long=FitAdError("The question is too large", fix="Shorten the text"),
    failed="The preview failed",
    arrived=_previews.newest,
    refusals={
        _previews.StaleRequestError: (409, {"stale_turn": True}),
        _previews.UnknownRunError: (
            410,
            _registration.error_json(FitAdError("This run is no longer kept", fix="Run the graph again")),
        ),
    },
    often=True,
)
