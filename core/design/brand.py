"""What a shop brings to every ad: its colours, its font, its logo."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..settings import ShopProfile

F32 = NDArray[Any]  # float32, or what an operation widens it to
_log = logging.getLogger("fit_ad.design")
_SEEN = 0.02  # alpha from which a pixel belongs to a logo


@dataclass(frozen=True)
class Brand:
    """What a shop brings.

    Attributes:
        colours: ``#RRGGBB``, the first its main one.
        font: A font's name, used for headlines.
        logo: [h,w,4] float32, trimmed to itself.
    """

    colours: tuple[str, ...] = ()
    font: str = ""
    logo: F32 | None = None

    def with_logo(self, logo: F32 | None) -> Brand:
        """Return the same with another logo."""
        return replace(self, logo=logo)


def brand_of(shop: ShopProfile) -> Brand:
    """Return what a shop's profile in the settings says; a logo that cannot be read is told in the log."""
    from ..raster.photo import read_photo

    logo = None
    if shop.logo:
        try:
            logo = logo_of(read_photo(Path(shop.logo).expanduser()).array)
        except FitAdError as exc:
            _log.warning("The shop's logo is left out: %s", exc)
    return Brand(tuple(shop.colors), shop.font, logo)


def logo_of(picture: F32) -> F32 | None:
    """Return a logo [h,w,4] without its empty border; None where nothing of it is to be seen."""
    rgb = picture[..., :3] if picture.shape[2] >= 3 else np.repeat(picture[..., :1], 3, axis=2)
    alpha = picture[..., -1] if picture.shape[2] in (2, 4) else np.ones(picture.shape[:2], np.float32)
    seen = alpha > _SEEN
    if not seen.any():
        return None
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.dstack([rgb[part], alpha[part]]).astype(np.float32)
