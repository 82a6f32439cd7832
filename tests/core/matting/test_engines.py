"""Which engine does the work, and that nothing is ever downloaded."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fit_ad.core.errors import FitAdError, MissingModelError
from fit_ad.core.matting import AUTO_ORDER, ENGINES, REMBG_MODELS, InstalledModels, cut, engines, u2net
from fit_ad.core.matting.engine_names import OPENCV_MODELS
from fit_ad.core.models.registry import registry

PICTURE = np.random.default_rng(0).random((40, 50, 3), np.float32)
MASK = np.full((40, 50), 0.75, np.float32)


def shelf(*names: str, broken: tuple[str, ...] = ()) -> tuple[InstalledModels, list[str]]:
    """Return a shelf with these models, and the list of those that were run."""
    run: list[str] = []

    def answer(name: str) -> np.ndarray:
        run.append(name)
        if name in broken:
            raise FitAdError(f"{name} is broken")
        return MASK

    return InstalledModels(
        ben2=(Path("BEN2_Base.pth"),) if "ben2" in names else (),
        rembg={name: Path(f"{name}.onnx") for name in names if name != "ben2"},
        run_ben2=lambda path, rgb, progress: answer("ben2"),
        run_rembg=lambda name, path, rgb: answer(name),
        read_network=lambda path: answer(path.stem),
    ), run


RUN_ELSEWHERE = [name for name in ENGINES if name not in ("auto", "grabcut", *OPENCV_MODELS)]


@pytest.fixture(autouse=True)
def opencv(monkeypatch: pytest.MonkeyPatch) -> None:
    """U²-Nets that answer at once; those of the shelf that are called broken cannot be read."""
    monkeypatch.setattr(u2net, "find", lambda network, rgb, progress, hints: (MASK, 0.9))


@pytest.mark.parametrize("name", RUN_ELSEWHERE)
def test_a_named_engine_does_the_work(name: str) -> None:
    models, run = shelf("ben2", *REMBG_MODELS)
    done = cut(PICTURE, name, shelf=models)
    assert (done.engine, run) == (name, [name])
    assert np.array_equal(done.mask, MASK)


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        (("ben2", "u2net"), "ben2"),
        (("u2netp", "isnet-general-use", "birefnet-general"), "birefnet-general"),
        (("u2netp", "silueta"), "silueta"),
        (("u2netp",), "u2netp"),
        (("birefnet-portrait",), "u2netp"),
        ((), "u2netp"),
    ],
)
def test_auto_takes_the_best_that_is_there(there: tuple[str, ...], taken: str) -> None:
    assert cut(PICTURE, shelf=shelf(*there)[0]).engine == taken


def test_auto_goes_on_when_an_engine_fails_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    models, run = shelf("ben2", "u2net", "silueta", broken=("ben2", "u2net"))
    assert cut(PICTURE, shelf=models).engine == "silueta"
    assert run == ["ben2", "u2net", "silueta"]
    assert "ben2 cannot be used" in caplog.text


def test_auto_ends_at_grabcut_where_opencv_reads_no_network(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(model_id: str) -> None:
        raise FitAdError(f"OpenCV cannot use {model_id}")

    monkeypatch.setattr("fit_ad.core.matting.networks.shipped_network", broken)
    assert cut(PICTURE).engine == "grabcut"
    assert "u2netp cannot be used" in caplog.text


def test_a_named_engine_that_fails_is_an_error() -> None:
    with pytest.raises(FitAdError, match="u2net is broken"):
        cut(PICTURE, "u2net", shelf=shelf("u2net", broken=("u2net",))[0])


def test_all_engines_are_in_the_registry_with_file_folder_and_address() -> None:
    assert set(AUTO_ORDER) < set(REMBG_MODELS)
    for name in ("ben2", *REMBG_MODELS):
        model = registry()[name]
        assert model.files[0].name.endswith((".pth", ".onnx"))
        assert model.page.startswith("https://")
        assert model.folder == ("background_removal" if name == "ben2" else "rembg")


def test_an_unknown_engine_names_the_known_ones() -> None:
    with pytest.raises(FitAdError, match="Choose one of auto, ben2, grabcut"):
        cut(PICTURE, "sam3")


def test_without_the_package_a_model_file_alone_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "has_rembg", lambda: False)
    models = InstalledModels(rembg={"isnet-general-use": Path("isnet-general-use.onnx")})
    with pytest.raises(MissingModelError, match="pip install"):
        cut(PICTURE, "isnet-general-use", shelf=models)
    assert cut(PICTURE, shelf=models).engine == "u2netp"


def test_rembg_is_given_the_file_and_never_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    class Isnet:
        """Laid out as rembg's sessions are."""

        def __init__(self, name: str, options: object) -> None:
            self.file = self.download_models()

        @classmethod
        def name(cls) -> str:
            return "isnet-general-use"

        @classmethod
        def download_models(cls, *args: Any, **kwargs: Any) -> str:
            raise AssertionError("it downloads")

        def predict(self, picture: Image.Image) -> list[Image.Image]:
            assert self.file == str(Path("/models/isnet.onnx"))
            return [picture.getchannel("R")]

    rembg, sessions = types.ModuleType("rembg"), types.ModuleType("rembg.sessions")
    sessions.sessions_class = [Isnet]  # type: ignore[attr-defined]
    runtime = types.ModuleType("onnxruntime")
    runtime.SessionOptions = object  # type: ignore[attr-defined]
    for name, module in (("rembg", rembg), ("rembg.sessions", sessions), ("onnxruntime", runtime)):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(engines, "has_rembg", lambda: True)
    models = InstalledModels(
        rembg={"isnet-general-use": Path("/models/isnet.onnx"), "birefnet-general": Path("x.onnx")}
    )
    done = cut(PICTURE, "isnet-general-use", shelf=models)
    assert np.abs(done.mask - PICTURE[..., 0]).max() < 1 / 255
    with pytest.raises(FitAdError, match="does not have the model birefnet-general"):
        cut(PICTURE, "birefnet-general", shelf=models)


def test_what_is_not_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "has_rembg", lambda: False)
    at_least = {"auto", "grabcut", "u2netp"}
    assert set(engines.not_installed(InstalledModels())) == {*ENGINES} - at_least
    files = dict.fromkeys(REMBG_MODELS, tmp_path / "x.onnx")
    with_ben2 = InstalledModels(ben2=(tmp_path,), rembg=files)
    assert set(engines.not_installed(with_ben2)) == {"birefnet-general", "birefnet-portrait", "isnet-general-use"}
    runs = InstalledModels(ben2=(tmp_path,), rembg=files, run_rembg=lambda name, path, rgb: rgb)
    assert engines.not_installed(runs) == ()
