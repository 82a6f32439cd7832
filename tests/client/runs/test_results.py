"""Files are written whole or not at all, and what stands in the way is told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fit_ad.client.cli import report
from fit_ad.client.runs.results import FetchedImage, result_files, write_whole
from fit_ad.client.score.table import write
from fit_ad.core.errors import FitAdError


def test_a_file_is_written_over(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        write_whole(tmp_path / "new" / "a.jpg", data)
    assert [(file.name, file.read_bytes()) for file in (tmp_path / "new").iterdir()] == [("a.jpg", b"two")]


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FitAdError, match=r"Nothing can be saved in .*file"):
        write_whole(tmp_path / "file" / "a.jpg", b"")
    with pytest.raises(FitAdError, match=r"a\.csv cannot be written"):
        write(tmp_path / "file" / "a.csv", b"")
    with pytest.raises(FitAdError, match=r"a\.html cannot be written"):
        report._write(tmp_path / "file" / "a.html", "")


def test_what_was_there_stays_where_the_new_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise PermissionError("in use")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(FitAdError):
        write_whole(tmp_path / "a.jpg", b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.jpg", b"old")]


def test_a_caption_for_stock_sites_stands_in_the_record_or_by_itself() -> None:
    picture = FetchedImage(".jpg", b"ad", ("copy", "#tag"), {".json": b'{"title": "Latte"}'})
    assert json.loads(result_files(picture, {"seed": 1})[".json"]) == {"seed": 1, "stock": {"title": "Latte"}}
    assert result_files(picture, None)[".json"] == b'{"title": "Latte"}'
    assert result_files(picture, None)[".txt"] == b"copy\n\n#tag\n"
    assert ".json" not in result_files(FetchedImage(".jpg", b"ad"), None)
