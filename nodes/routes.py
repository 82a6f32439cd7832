"""The placer's address on ComfyUI's server: ``POST /fit_ad/place``."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ..core.errors import FitAdError
from . import _previews

PLACE = "/fit_ad/place"
_MOST_BODY = 512 * 1024  # bytes of a question; only values are in it, no pictures
_TYPES = ("input", "output", "temp")
_log = logging.getLogger("fit_ad.routes")
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="fit_ad_preview")


def register() -> bool:
    """Add the address to ComfyUI's server; False where there is none, as in tests and in the command."""
    module = sys.modules.get("server")
    server = getattr(getattr(module, "PromptServer", None), "instance", None)
    if module is None or server is None or not hasattr(module, "web"):
        return False
    server.routes.post(PLACE)(_handler(module.web))
    _previews.RUNS.wanted = True
    return True


def _handler(web: Any) -> Callable[[Any], Any]:
    async def place(request: Any) -> Any:
        status, body = await _answered(request)
        return web.json_response(body, status=status)

    return place


async def _answered(request: Any) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the JSON of an answer; nothing that is asked can raise here."""
    if request.content_length is None or request.content_length > _MOST_BODY:
        return 413, _error(FitAdError("The question is too large", fix="Shorten the text"))
    try:
        question = await request.json()
        if not isinstance(question, dict):
            raise FitAdError("The question is no JSON object", fix="Send one")
        _previews.newest(question)
        return 200, await asyncio.get_running_loop().run_in_executor(_pool, _previews.answer, question, SOURCES)
    except _previews.StaleTurnError:
        return 409, {"stale_turn": True}
    except _previews.UnknownRunError:
        return 410, _error(FitAdError("This run is no longer kept", fix="Run the graph again"))
    except FitAdError as exc:
        return 400, _error(exc)
    except ValueError as exc:
        return 400, _error(FitAdError("The question could not be read", why=str(exc), fix="Send JSON"))
    except Exception as exc:  # noqa: BLE001  # whatever goes wrong, the editor gets an answer
        _log.exception("A preview failed")
        return 500, _error(FitAdError("The preview failed", why=type(exc).__name__, fix="See ComfyUI's log"))


def _error(exc: FitAdError) -> dict[str, Any]:
    return {"error": {"what": exc.what, "why": exc.why, "fix": exc.fix}}


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
    if not _inside(path, root) or not os.path.isfile(path):
        raise FitAdError(f"There is no picture {name!r} in ComfyUI's {kind} folder", fix="Choose another picture")
    state = os.stat(path)
    annotated = f"{os.path.relpath(path, root)} [{kind}]"
    return f"file-{_digest(path, state.st_mtime_ns, state.st_size)}", lambda: _loaded(annotated)


def _inside(path: str, root: str) -> bool:
    try:
        return os.path.commonpath([path, root]) == root
    except ValueError:  # another drive
        return False


def _digest(*parts: object) -> str:
    from ..core.previewing import digest

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
    from ..core.lettering import render
    from ._fonts import fonts
    from .calligraphy_render import style_of

    known = inspect.signature(style_of).parameters
    style = style_of(**{name: value for name, value in values.items() if name in known})
    return render(str(values.get("text", "")), style, fonts()).rgba


SOURCES = _previews.Sources(background=_file, lettering=_lettering)
