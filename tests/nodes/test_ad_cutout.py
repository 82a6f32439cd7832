"""AdCutout and BEN2Mask: batches, alpha, model files and what is said when one is missing."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.core.matting import REMBG_MODELS, EdgeOptions, InstalledModels
from fit_ad.core.matting.engine_names import SHIPPED
from fit_ad.nodes import _models
from fit_ad.nodes.ad_cutout import AdCutout, BackgroundRemover
from fit_ad.nodes.ben2_mask import BEN2Mask

EDGE = {"refine": True, "threshold": 0.0, "grow": 0, "feather": 0.0, "edge_band": 12}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Model folders that belong to the test, and a home without models."""
    import folder_paths

    known: dict[str, Any] = {"background_removal": ([str(tmp_path / "models/background_removal")], {".safetensors"})}
    monkeypatch.setattr(folder_paths, "models_dir", str(tmp_path / "models"), raising=False)
    monkeypatch.setattr(folder_paths, "folder_names_and_paths", known)
    monkeypatch.setattr(folder_paths, "get_folder_paths", lambda key: known[key][0])
    monkeypatch.setattr(
        folder_paths, "add_model_folder_path", lambda key, path: known.setdefault(key, ([path], set())), raising=False
    )
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    return tmp_path


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"weights")
    return path


def things(count: int) -> torch.Tensor:
    """Return photos of a red box on a grey ground, each somewhere else."""
    photos = torch.full((count, 120, 160, 3), 0.7) + 0.02 * torch.rand(
        (count, 120, 160, 3), generator=torch.Generator().manual_seed(3)
    )
    for index in range(count):
        photos[index, 30:90, 50 + 10 * index : 100 + 10 * index] = torch.tensor([0.8, 0.1, 0.1])
    return photos


def test_a_batch_keeps_its_order_and_its_pictures() -> None:
    photos = things(2)
    before = photos.clone()
    mask, cutout, band, remover, used, confidence = AdCutout.execute(photos, "grabcut", **EDGE).result
    assert (mask.shape, cutout.shape, band.shape) == ((2, 120, 160), (2, 120, 160, 4), (2, 120, 160))
    assert used == "grabcut"
    assert 0.5 < confidence < 1
    assert torch.equal(photos, before)
    for index in range(2):
        true = torch.zeros(120, 160)
        true[30:90, 50 + 10 * index : 100 + 10 * index] = 1
        assert (mask[index] - true).abs().mean() < 0.01
        assert torch.equal(cutout[index, ..., 3], mask[index])
    assert torch.equal(remover.encode_image(photos), mask)


def test_with_nothing_installed_the_small_network_does_the_work(folders: Path) -> None:
    mask, *_, used, confidence = AdCutout.execute(things(2), "auto", **EDGE).result
    assert used == "u2netp"
    for index in range(2):
        assert mask[index, 34:86, 54 + 10 * index : 96 + 10 * index].min() > 0.9
        assert mask[index].mean() == pytest.approx(60 * 50 / (120 * 160), rel=0.08)
    assert confidence > 0.5


def test_random_state_stays() -> None:
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tobytes()
    AdCutout.execute(things(1), "grabcut", **EDGE)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (random.getstate(), np.random.get_state()[1].tobytes()) == before[1:]


def test_what_is_cut_out_already_keeps_its_alpha() -> None:
    picture = torch.rand(1, 20, 30, 4, generator=torch.Generator().manual_seed(1))
    mask, cutout, _, _, used, confidence = AdCutout.execute(picture, "auto", **EDGE).result
    assert (used, confidence) == ("alpha", 1.0)
    assert torch.equal(mask, picture[..., 3])
    assert torch.equal(cutout, picture)


def test_an_empty_scene_gives_an_empty_mask_and_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    mask, cutout, band, *_, confidence = AdCutout.execute(torch.full((1, 90, 160, 3), 0.4), "auto", **EDGE).result
    assert confidence == 0
    assert not mask.any()
    assert not cutout[..., 3].any()
    assert not band.any()
    assert "No subject was found in a picture of 160×90 pixels" in caplog.text


@pytest.mark.parametrize("engine", ["ben2", *(name for name in REMBG_MODELS if name != SHIPPED)])
def test_a_missing_model_names_file_folder_and_address(folders: Path, engine: str) -> None:
    with pytest.raises(FitAdError) as caught:
        AdCutout.execute(things(1), engine, **EDGE)
    folder = "background_removal" if engine == "ben2" else "rembg"
    assert str(folders / "models" / folder) in str(caught.value)
    assert "https://" in str(caught.value)
    assert any(suffix in str(caught.value) for suffix in (".pth", ".onnx"))


def test_ben2mask_names_what_it_misses(folders: Path) -> None:
    with pytest.raises(FitAdError, match=r"BEN2_Base\.pth is not installed"):
        BEN2Mask.execute(things(1), "BEN2_Base.pth", **EDGE)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("background_removal/BEN2_Base.pth", "BEN2_Base.pth"),
        ("ben2/BEN2_Base.safetensors", "BEN2_Base.safetensors"),
        ("RMBG/BEN2/BEN2_Base.pth", "BEN2/BEN2_Base.pth"),
        ("BEN2/model.safetensors", "model.safetensors"),
    ],
)
def test_files_are_found_where_other_packs_keep_them(folders: Path, place: str, name: str) -> None:
    file = put(folders / "models" / place)
    put(folders / "models/RMBG/RMBG-2.0/model.safetensors")
    found = _models.ben2_files()
    assert [path.resolve() for path in found.values()][:1] == [file.resolve()]
    assert name in found
    assert _models.ben2_named(name) == (file,)
    assert _models.ben2_named("elsewhere/" + Path(name).name) == (file,)


def test_another_pack_s_folder_stays_as_it_is(folders: Path) -> None:
    import folder_paths

    theirs = ([str(folders / "theirs")], {".pth"})
    folder_paths.folder_names_and_paths["RMBG"] = theirs
    file = put(folders / "theirs/BEN2_Base.pth")
    assert file in _models.ben2_files().values()
    assert folder_paths.folder_names_and_paths["RMBG"] is theirs
    assert theirs == ([str(folders / "theirs")], {".pth"})


@pytest.mark.parametrize("place", ["models/rembg", "home/.u2net", "home/.rembg/models"])
def test_rembg_models_are_found_by_their_files(folders: Path, place: str) -> None:
    u2net, birefnet = put(folders / place / "u2net.onnx"), put(folders / place / "BiRefNet-general-epoch_244.onnx")
    assert _models.rembg_files() == {"u2net": u2net, "birefnet-general": birefnet}


def test_auto_takes_ben2_when_its_file_is_there(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(folders / "models/ben2/BEN2_Base.pth")
    asked = []

    def run(path: Path, rgb: np.ndarray, progress: Any) -> np.ndarray:
        asked.append(path)
        return np.ones(rgb.shape[:2], np.float32)

    monkeypatch.setattr(_models, "run_ben2", run)
    *_, used, _ = AdCutout.execute(things(2), "auto", **EDGE).result
    assert used == "ben2"
    assert asked == [file, file]


def test_networks_are_loaded_once_and_again_when_their_weights_are_gone(tmp_path: Path) -> None:
    loads: list[Path] = []

    def load(path: Path) -> SimpleNamespace:
        loads.append(path)
        return SimpleNamespace(weights=True)

    one, other = put(tmp_path / "one"), put(tmp_path / "other")
    networks = _models.NetworkCache(load, lambda network: network.weights)
    first = networks.get(one)
    assert networks.get(one) is first
    first.weights = False
    assert networks.get(one) is not first
    networks.get(other)
    networks.get(one)
    assert loads == [one, one, other, one]


HOSTILE = {
    "one pixel": torch.rand(1, 1, 1, 3),
    "one row": torch.rand(1, 1, 5000, 3),
    "one column": torch.rand(2, 5000, 1, 3),
    "black": torch.zeros(1, 64, 64, 3),
    "white rgba": torch.ones(1, 64, 64, 4),
    "clear rgba": torch.zeros(2, 64, 64, 4),
    "nan": torch.full((1, 40, 50, 3), float("nan")),
    "some nan": torch.where(torch.rand(1, 90, 90, 3) < 0.1, float("nan"), torch.rand(1, 90, 90, 3)),
    "infinite": torch.full((1, 40, 50, 3), float("inf")),
    "out of range": torch.randn(1, 80, 70, 3) * 50,
    "grey": torch.rand(1, 60, 60, 1),
    "grey and alpha": torch.rand(1, 60, 60, 2),
    "noise": torch.rand(1, 200, 150, 3),
    "half precision": torch.rand(1, 60, 60, 3).half(),
    "no batch": torch.rand(60, 60, 3),
    "strided": torch.rand(1, 3, 60, 60).permute(0, 2, 3, 1),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("engine", ["auto", "grabcut"])
def test_hostile_pictures_give_a_sound_result(name: str, engine: str) -> None:
    picture = HOSTILE[name]
    edge = {**EDGE, "grow": 3, "feather": 1.5}
    batch, height, width = (picture if picture.ndim == 4 else picture[None]).shape[:3]
    mask, cutout, band, *_ = AdCutout.execute(picture, engine, **edge).result
    assert mask.shape == band.shape == (batch, height, width)
    assert cutout.shape == (batch, height, width, 4)
    for part in (mask, cutout, band):
        assert part.dtype == torch.float32
        assert torch.isfinite(part).all()
        assert 0 <= part.min() <= part.max() <= 1


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_go_through_ben2(name: str) -> None:
    """With a network that answers nonsense of every kind."""
    answers = iter([np.nan, -3.0, 7.0, np.inf])

    def run(path: Path, rgb: np.ndarray, progress: Any) -> np.ndarray:
        assert np.isfinite(rgb).all()
        return np.full(rgb.shape[:2], next(answers), np.float32)

    picture = HOSTILE[name]
    remover = BackgroundRemover("ben2", EdgeOptions(grow=2), InstalledModels(ben2=(Path("x.pth"),), run_ben2=run))
    mask = remover.encode_image(picture)
    assert torch.isfinite(mask).all()
    assert 0 <= mask.min() <= mask.max() <= 1


@pytest.mark.parametrize("shape", [(0, 10, 10, 3), (1, 0, 10, 3), (1, 10, 0, 3)])
def test_nothing_is_a_clear_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(FitAdError, match=r"no pixels|no pictures"):
        AdCutout.execute(torch.zeros(shape), "auto", **EDGE)
