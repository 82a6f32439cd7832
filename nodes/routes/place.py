"""The placer's address on ComfyUI's server: ``POST /fit_ad/place``."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ...core.errors import FitAdError
from . import _previews, _registration
from ._pictures import picture_file


def register() -> bool:
    """Add the address to ComfyUI's server; False where there is none, as in tests and in the command."""
    _previews.RUNS.wanted = _registration.register(ADDRESS)
    return _previews.RUNS.wanted


async def handle(request: Any) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the JSON of an answer."""
    return await _registration.handle(ADDRESS, request)


def _payload(question: Mapping[str, Any]) -> dict[str, Any]:
    return _previews.answer(question, SOURCES)


def _lettering(values: Mapping[str, Any]) -> Any:
    """Return the lettering [h,w,4] that CalligraphyRender makes of its values; what it does not know is left out."""
    from ...core.lettering import render
    from .._fonts import fonts
    from ..calligraphy_render import style_of

    known = inspect.signature(style_of).parameters
    style = style_of(**{name: value for name, value in values.items() if name in known})
    return render(str(values.get("text", "")), style, fonts()).rgba


SOURCES = _previews.PreviewSources(background=picture_file, lettering=_lettering)
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
