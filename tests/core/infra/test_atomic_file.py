"""Files that appear whole or not at all, whatever stops the writer."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest
from fit_ad.core.infra.atomic_file import write_file, write_new_file


def test_a_file_replaces_the_one_before_and_makes_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "ad.txt"
    for text in ("봄\r\n", "여름\n"):
        write_file(file, text.encode())
        assert file.read_bytes() == text.encode()
    assert [path.name for path in file.parent.iterdir()] == ["ad.txt"]


@pytest.mark.parametrize("write", [write_file, write_new_file])
def test_a_full_disk_leaves_what_was_there(write: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.txt").write_text("stays")
    if write is write_file:
        (tmp_path / "ad.txt").write_text("before")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "ad.txt", b"after")  # type: ignore[operator]
    left = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert left == {"other.txt": "stays", **({"ad.txt": "before"} if write is write_file else {})}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_permissions_are_those_that_are_asked_for_or_the_usual_ones(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_file(tmp_path / "secret", b"key", mode=0o600, durable=True)
        write_file(tmp_path / "report", b"page")
        write_new_file(tmp_path / "ad", b"picture")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"secret": 0o600, "report": 0o644, "ad": 0o644}


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_never_goes_over_another(links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", refused)
    start, won = threading.Barrier(8), []

    def write(number: int) -> None:
        start.wait()
        try:
            write_new_file(tmp_path / "ad.png", bytes([number]) * 10_000)
        except FileExistsError:
            return
        won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert (tmp_path / "ad.png").read_bytes() == bytes(won) * 10_000
    assert [path.name for path in tmp_path.iterdir()] == ["ad.png"]


def test_a_long_name_gets_a_temporary_name_that_fits(tmp_path: Path) -> None:
    name = "봄" * 80 + ".png"  # 244 bytes of at most 255
    write_file(tmp_path / name, b"x")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_pipe_is_written_straight(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(tmp_path / "pipe")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_file(tmp_path / "pipe", b"through")
    reader.join()
    assert got == [b"through"]
    assert not (tmp_path / "pipe").is_file()


def test_a_folder_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "ad").mkdir()
    with pytest.raises(OSError, match="ad"):
        write_file(tmp_path / "ad", b"x")
