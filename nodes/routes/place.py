"""The placer's route on ComfyUI's server: ``POST /fit_ad/place``."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ...core.errors import FitAdError
from ...core.infra.cancellation import checkpoint
from . import _previews
from ._pictures import picture_file
from ._registration import Route, error_json
from ._schema_values import taken_by

_MOST_LETTERING_PIXELS = 20_000_000
_MOST_LETTERS = 4000


def _payload(question: Mapping[str, Any]) -> dict[str, Any]:
    return _previews.answer(question, SOURCES)


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


SOURCES = _previews.PreviewSources(background=picture_file, lettering=_lettering)
ROUTE = Route(
    "/fit_ad/place",
    _payload,
    most_bytes=64 * 1024,  # only values are in a request, no pictures
    too_large=FitAdError("The request body is too large", fix="Shorten the text"),
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
