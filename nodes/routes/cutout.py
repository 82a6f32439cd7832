"""The cut-out's routes: ``POST /fit_ad/cutout`` (what a click may mean), ``POST /fit_ad/cutout/models``."""

from __future__ import annotations

import base64
import math
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ...core.errors import FitAdError
from ._pictures import picture_file
from ._registration import Route

BETTER = ("ben2", "u2net")
"""The models that are offered, the best first: both run without a further package."""

_GHOST_PX = 512
_LOOK_PX = 1600
_VIOLET = (124, 92, 255)


class _LastPicture:
    """The picture that was asked about last, so that a second click does not read it again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, Any] = ("", None)

    def get(self, file: Mapping[str, Any]) -> Any:
        """Return the pixels [H,W,3] of a file, at most 1600 px on the longer side."""
        from ...core.raster.scaling import reduced

        key, load = picture_file(file)
        with self._lock:
            if self._kept[0] != key:
                self._kept = key, reduced(load()[..., :3], _LOOK_PX)
            return self._kept[1]


def _candidates(question: Mapping[str, Any]) -> dict[str, Any]:
    from ...core.matting.click_choice import candidates
    from ...core.matting.networks import shipped_network
    from ...core.matting.u2net import asking

    file = question.get("file")
    rgb = _PICTURE.get(file if isinstance(file, Mapping) else {})
    found = candidates(rgb, _share(question, "x"), _share(question, "y"), asking(shipped_network("u2netp")))
    return {
        "size": list(rgb.shape[1::-1]),
        "candidates": [
            {"choice": [round(value, 4) for value in one.choice], "image": _ghost(one.alpha)} for one in found
        ],
    }


def _share(question: Mapping[str, Any], name: str) -> float:
    value = question.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise FitAdError(f"{name} is {value!r}, which is not a number", fix="Give the place as shares between 0 and 1")
    return min(max(float(value), 0.0), 1.0)


def _ghost(alpha: Any) -> str:
    """Return a small picture of one colour whose alpha is the mask, as a data address."""
    from ...core.placement.placer_preview import encoded
    from ...core.raster.scaling import reduced

    small = reduced(alpha, _GHOST_PX)
    plane = np.empty((*small.shape, 4), np.uint8)
    plane[..., :3] = _VIOLET
    plane[..., 3] = np.round(np.clip(small, 0, 1) * 255)
    kind, data = encoded(plane)
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _better(question: Mapping[str, Any]) -> dict[str, Any]:
    from ...core.models.registry import registry
    from .. import _models

    there = {"ben2": bool(_models.ben2_files()), **dict.fromkeys(_models.rembg_files(), True)}
    folders = _models.folder_names()
    return {
        "models": [
            {
                "id": model.id,
                "file": file.name,
                "size_mb": file.size_mb,
                "licence": model.licence,
                "address": file.url,
                "page": model.page,
                "folder": model.folder,
                "path": folders.get(model.folder, f"ComfyUI/models/{model.folder}"),
                "there": there.get(model.id, False),
            }
            for model in (registry()[key] for key in BETTER)
            for file in model.files[:1]
        ]
    }


_PICTURE = _LastPicture()
_POOL = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fit_ad_cutout")
_TOO_LARGE = FitAdError("The request body is too large", fix="Send one point of one picture")
ROUTE = Route(
    "/fit_ad/cutout",
    _candidates,
    most_bytes=16 * 1024,
    too_large=_TOO_LARGE,
    failed="The object could not be found",
    pool=_POOL,
)
MODELS = Route(
    "/fit_ad/cutout/models",
    _better,
    most_bytes=16 * 1024,
    too_large=_TOO_LARGE,
    failed="The models could not be listed",
    pool=_POOL,
)
