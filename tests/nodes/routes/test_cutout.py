"""The cut-out's routes: what a click may mean, and which better models there are."""

from __future__ import annotations

import base64
from typing import Any

import cv2
import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.routes import cutout
from requests_to_us import asked


def bright(part: np.ndarray, side: int) -> np.ndarray:
    """See what is bright."""
    small = cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA)
    return (small[..., 0] > 0.5).astype(np.float32)


@pytest.fixture(autouse=True)
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the pictures that were read: a bright disc on black, 1200 px wide."""
    read: list[str] = []

    def picture(file: Any) -> Any:
        if not file.get("name"):
            raise FitAdError("There is no picture '' in 'input'", fix="Choose a picture in Load Image")

        def load() -> np.ndarray:
            read.append(file["name"])
            disc = np.zeros((800, 1200, 3), np.float32)
            return cv2.circle(disc, (600, 400), 150, (1, 1, 1), -1)

        return f"file-{file['name']}", load

    monkeypatch.setattr(cutout, "picture_file", picture)
    monkeypatch.setattr(cutout, "_PICTURE", cutout._LastPicture())
    monkeypatch.setattr("fit_ad.core.matting.networks.shipped_network", lambda model_id: None)
    monkeypatch.setattr("fit_ad.core.matting.u2net.asking", lambda network: bright)
    return read


def test_a_click_is_answered_with_ghosts_and_the_picture_is_read_once(loads: list[str]) -> None:
    for _ in range(2):
        status, answer = asked(cutout.ROUTE, {"file": {"name": "cup.png"}, "x": 0.5, "y": 0.5})
    assert (status, answer["size"], loads) == (200, [1200, 800], ["cup.png"])
    one = answer["candidates"][0]
    assert one["choice"] == [0.5, 0.5, 1.0]
    data = np.frombuffer(base64.b64decode(one["image"].partition(",")[2]), np.uint8)
    ghost = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    assert ghost.shape == (341, 512, 4)
    assert (ghost[170, 256, 3], ghost[10, 10, 3]) == (pytest.approx(255, abs=2), 0)


@pytest.mark.parametrize("x", [None, "0.5", True, float("nan")])
def test_a_place_that_is_no_number_is_refused(x: object) -> None:
    status, answer = asked(cutout.ROUTE, {"file": {"name": "cup.png"}, "x": x, "y": 0.5})
    assert status == 400
    assert answer["error"]["what"].startswith("x is ")


def test_no_picture_is_told() -> None:
    assert asked(cutout.ROUTE, {"file": "cup.png", "x": 0, "y": 0})[0] == 400


def test_better_models_come_with_file_size_licence_address_and_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fit_ad.nodes._models.ben2_files", lambda: ())
    monkeypatch.setattr("fit_ad.nodes._models.rembg_files", lambda: {"u2net": "u2net.onnx"})
    monkeypatch.setattr("fit_ad.nodes._models.folder_names", lambda: {"rembg": "/models/rembg"})
    status, answer = asked(cutout.MODELS, {})
    assert status == 200
    ben2, u2net = answer["models"]
    assert (ben2["file"], ben2["licence"], ben2["there"]) == ("BEN2_Base.pth", "MIT", False)
    assert (ben2["size_mb"], ben2["path"]) == (1130, "ComfyUI/models/background_removal")
    assert (u2net["file"], u2net["path"], u2net["there"]) == ("u2net.onnx", "/models/rembg", True)
    assert all(one["address"].startswith("https://") for one in answer["models"])
