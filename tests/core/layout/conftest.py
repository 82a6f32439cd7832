"""What the layout tests share."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.layout import saliency
from fit_ad.core.matting.protected import ProtectedAreas


@pytest.fixture(autouse=True)
def _nobody_on_drawn_pictures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for faces and hands on photos only: on what is drawn here there are none, and looking takes a while."""
    if "astronaut" not in request.fixturenames:
        monkeypatch.setattr(saliency, "find_protected", _nobody)


def _nobody(rgb: np.ndarray) -> ProtectedAreas:
    size = rgb.shape[:2]
    return ProtectedAreas(size, (), (), (), np.zeros(size, np.float32))
