"""Names that would be too long for the file system: shortened where a reader still knows them, never alike."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fit_ad.core.infra.file_names import APPENDED, has_room, shortened, stem_room


@pytest.mark.parametrize("stem", ["ad", "봄날 카페", "x" * 60, "가" * 20])
def test_what_fits_stays(stem: str) -> None:
    assert shortened(stem, 60) == stem


@pytest.mark.parametrize("stem", ["x" * 300, "가" * 300, "a" + "가" * 300, "😀" * 300, "\ud800" * 300, "e\u0301" * 300])
@pytest.mark.parametrize("most", [24, 60, 143, 207])
def test_what_does_not_fit_is_shortened_between_letters(stem: str, most: int) -> None:
    short = shortened(stem, most)
    assert most - 10 < len(short.encode("utf-8", "replace")) <= most
    begin, _, mark = short.rpartition("~")
    assert stem.startswith(begin.replace("?", "\ud800"))
    assert len(mark) == 6
    assert not stem[len(begin)].startswith("\u0301")


def test_names_that_begin_alike_stay_apart() -> None:
    assert shortened("가" * 100 + "1", 60) != shortened("가" * 100 + "2", 60)
    assert shortened("가" * 100, 60) == shortened("가" * 100, 60)


def test_no_dot_or_space_before_the_mark() -> None:
    assert shortened("ab" + " ." * 100, 24).startswith("ab~")


def test_room_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stem_room(tmp_path / "not" / "there") == 255 - APPENDED
    deep = tmp_path / ("d" * 200) / ("e" * (4096 - len(os.fsencode(tmp_path)) - 300))
    assert stem_room(deep) == 4096 - len(os.fsencode(deep)) - 1 - APPENDED
    monkeypatch.setattr(os, "pathconf", lambda folder, which: 143 if which == "PC_NAME_MAX" else -1)
    assert stem_room(tmp_path) == 143 - APPENDED

    def unknown(folder: Path, which: str) -> int:
        raise OSError

    monkeypatch.setattr(os, "pathconf", unknown)
    assert stem_room(tmp_path) == 255 - APPENDED
    assert stem_room(Path("/" + "x" * 5000)) == 24
    assert not has_room(Path("/" + "x" * 5000))
    assert has_room(tmp_path)
