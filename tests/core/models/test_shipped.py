"""The models that come with the pack: all there, with a licence, and nothing else is ever read in their place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError, MissingModelError
from fit_ad.core.models.registry import registry
from fit_ad.core.models.shipped import SHIPPED, shipped_bytes, shipped_file

IDS = [model.id for model in registry().values() if model.shipped]


def test_what_lies_in_the_folder_is_what_the_registry_tells_of() -> None:
    there = {path for path in SHIPPED.rglob("*") if path.suffix in {".onnx", ".tflite"}}
    assert there == {shipped_file(key) for key in IDS}
    assert len(there) == 5
    for folder in {path.parent for path in there}:
        assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", IDS)
def test_each_has_its_sum_and_its_size(key: str) -> None:
    (file,) = registry()[key].files
    content = shipped_bytes(key)
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert round(len(content) / 1e6, 1) == file.size_mb
    assert registry()[key].commercial == "yes"


def test_another_file_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match="Reinstall Fit-AD"):
        shipped_bytes("u2netp", tmp_path)
    file = tmp_path / "u2net" / "u2netp.onnx"
    file.parent.mkdir()
    file.write_bytes(b"version https://git-lfs.github.com/spec/v1")
    with pytest.raises(FitAdError, match="SHA-256 differs"):
        shipped_bytes("u2netp", tmp_path)
