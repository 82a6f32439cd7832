"""Workflows out of files: JSON, and the pictures in which ComfyUI keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.validation.workflow_files import lines_of, load
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from small_comfyui import api, editor


def png(file: Path, **texts: str) -> Path:
    kept = PngInfo()
    for name, text in texts.items():
        kept.add_text(name, text)
    Image.new("RGB", (2, 2)).save(file, "PNG", pnginfo=kept)
    return file


def test_a_png_gives_its_editor_graph_before_its_api_graph(tmp_path: Path) -> None:
    both = png(tmp_path / "a.png", prompt=json.dumps(api()), workflow=json.dumps(editor()))
    document = load(both)
    assert (document.format, document.size, document.name) == ("editor", 4, "a.png")
    assert lines_of(both, document) == {}
    assert load(png(tmp_path / "b.png", prompt=json.dumps(api()))).format == "api"
    renamed = png(tmp_path / "c.json", workflow=json.dumps(editor()))
    assert load(renamed).format == "editor"


def test_a_webp_gives_the_graph_in_its_exif(tmp_path: Path) -> None:
    file = tmp_path / "a.webp"
    exif = Image.Exif()
    exif[0x0110] = "prompt:" + json.dumps(api())
    exif[0x010F] = "workflow:" + json.dumps(editor())
    Image.new("RGB", (2, 2)).save(file, "WEBP", exif=exif)
    assert load(file).format == "editor"


@pytest.mark.parametrize(("content", "why"), [(b"", "the file is empty"), (b" \n", "the file is empty")])
def test_an_empty_file_is_told_as_that(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(content)
    assert [fault.why for fault in load(file).faults] == [why]


def test_pictures_without_a_workflow_or_damaged_are_told(tmp_path: Path) -> None:
    assert "contains no workflow" in load(png(tmp_path / "a.png", Software="x")).faults[0].why
    damaged = tmp_path / "b.png"
    damaged.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    with pytest.raises(FitAdError, match="cannot be read"):
        load(damaged)
