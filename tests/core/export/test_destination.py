"""Files: where the prefix says, never over another one, whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.export import destination, destination_for, write_new
from fit_ad.core.infra import atomic_file

NOW = time.struct_time((2026, 3, 9, 7, 5, 2, 0, 0, 0))


@pytest.mark.parametrize(
    ("prefix", "subfolder", "stem"),
    [
        ("Fit-AD", "", "Fit-AD"),
        ("ads/spring/cafe", "ads/spring", "cafe"),
        ("ads\\cafe", "ads", "cafe"),
        ("./cafe", "", "cafe"),
        ("%year%-%month%-%day%/%width%x%height%_%hour%%minute%%second%", "2026-03-09", "1080x1350_070502"),
        ("카페 봄: 1+1?", "", "카페 봄_ 1+1_"),
        ("", "", "Fit-AD"),
        ("ads/", "ads", "Fit-AD"),
        ("con/aux.x", "_con", "_aux.x"),
        ("console", "", "console"),
    ],
)
def test_prefixes(tmp_path: Path, prefix: str, subfolder: str, stem: str) -> None:
    place = destination_for(prefix, tmp_path, 1080, 1350, NOW)
    assert (place.subfolder, place.stem) == (subfolder, stem)
    assert place.folder == tmp_path.resolve() / subfolder


@pytest.mark.parametrize("prefix", ["/etc/x", "../x", "a/../../x", "C:\\x", "C:x", "..\\x", "a/../x", "\\\\server\\x"])
def test_prefixes_that_lead_out(tmp_path: Path, prefix: str) -> None:
    with pytest.raises(FitAdError, match="leads out of the output folder"):
        destination_for(prefix, tmp_path, 1, 1)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "away").symlink_to(tmp_path)
    with pytest.raises(FitAdError, match="link to another place"):
        destination_for("away/x", tmp_path / "out", 1, 1)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    place = destination_for("ad", tmp_path, 1, 1)
    names = [write_new(place, {".jpg": b"1", ".txt": b"2"}) for _ in range(2)]
    assert names == ["ad_00001_", "ad_00002_"]
    (tmp_path / "ad_00007_.png").write_bytes(b"other")
    assert write_new(place, {".jpg": b"3"}) == "ad_00008_"
    (tmp_path / "ad_x_.jpg").write_bytes(b"not a number")
    assert write_new(place, {".jpg": b"4"}) == "ad_00009_"
    assert not [p for p in tmp_path.iterdir() if p.suffix == ".part"]


def test_two_writers_at_once_never_share_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = destination_for("ad", tmp_path, 1, 1)
    (tmp_path / "ad_00001_.txt").write_bytes(b"mine")  # came after the counting
    monkeypatch.setattr(destination, "_next_counter", lambda *_: 1)
    assert write_new(place, {".jpg": b"1", ".txt": b"2"}) == "ad_00002_"
    assert (tmp_path / "ad_00001_.txt").read_bytes() == b"mine"
    assert not (tmp_path / "ad_00001_.jpg").exists()


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(os, "link", refuse)
    place = destination_for("ad", tmp_path, 1, 1)
    assert write_new(place, {".jpg": b"1"}) == "ad_00001_"
    monkeypatch.setattr(destination, "_next_counter", lambda *_: 1)
    assert write_new(place, {".jpg": b"2"}) == "ad_00002_"
    assert (tmp_path / "ad_00001_.jpg").read_bytes() == b"1"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ad_00001_.jpg", "ad_00002_.jpg"]


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "ads").write_text("I am no folder")
    with pytest.raises(FitAdError, match=r"Nothing can be saved in .*ads.* in the way"):
        write_new(destination_for("ads/x", tmp_path, 1, 1), {".jpg": b"1"})


@pytest.mark.parametrize(
    ("code", "reason"),
    [(errno.EACCES, "read-only for you"), (errno.ENOSPC, "disk is full"), (errno.EROFS, "disk is read-only")],
)
def test_folder_trouble_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    def fail(draft: Path, target: Path) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(atomic_file, "_move_to_new", fail)
    with pytest.raises(FitAdError, match=reason):
        write_new(destination_for("ad", tmp_path, 1, 1), {".jpg": b"1"})
    assert list(tmp_path.iterdir()) == []


def leftovers(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_disk_that_is_full_halfway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ad is written, its PSD no longer fits: neither stays, nor do the folders made for them."""
    (tmp_path / "ads").mkdir()
    (tmp_path / "ads/old_00001_.jpg").write_bytes(b"old")
    before, moved = leftovers(tmp_path), atomic_file._move_to_new

    def full(draft: Path, target: Path) -> None:
        if target.suffix == ".psd":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        moved(draft, target)

    monkeypatch.setattr(atomic_file, "_move_to_new", full)
    with pytest.raises(FitAdError, match=r"Nothing can be saved in .*deep\. the disk is full\. Make room"):
        write_new(destination_for("ads/new/deep/x", tmp_path, 1, 1), {".jpg": b"1", ".psd": b"2", ".txt": b"3"})
    assert leftovers(tmp_path) == before


def test_a_write_that_stops_in_the_middle(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(FitAdError, match="the file is larger than the disk allows"):
            write_new(destination_for("ads/x", tmp_path, 1, 1), {".txt": b"fits", ".jpg": bytes(50_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert leftovers(tmp_path) == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, where the tests may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if mount is None or subprocess.run([mount, *options], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_really_full(tiny_disk: Path) -> None:
    place = destination_for("ads/x", tiny_disk, 1, 1)
    assert write_new(place, {".jpg": bytes(30_000), ".txt": b"1"}) == "x_00001_"
    before = leftovers(tiny_disk)
    with pytest.raises(FitAdError, match="the disk is full"):
        write_new(place, {".jpg": bytes(10_000), ".psd": bytes(100_000)})
    assert leftovers(tiny_disk) == before
    assert (tiny_disk / "ads/x_00001_.jpg").read_bytes() == bytes(30_000)
    assert write_new(place, {".jpg": bytes(9_000)}) == "x_00002_"


def test_a_disk_that_is_really_read_only(tiny_disk: Path) -> None:
    write_new(destination_for("x", tiny_disk, 1, 1), {".jpg": b"1"})
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    before = leftovers(tiny_disk)
    for prefix in ("x", "new/x"):
        with pytest.raises(FitAdError, match="the disk is read-only"):
            write_new(destination_for(prefix, tiny_disk, 1, 1), {".jpg": b"1"})
    assert leftovers(tiny_disk) == before


def test_without_hard_links_a_failed_move_leaves_no_empty_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(FitAdError, match="read-only for you"):
        write_new(destination_for("ad", tmp_path, 1, 1), {".jpg": b"1"})
    assert leftovers(tmp_path) == []


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = atomic_file._move_to_new

    def interrupt(draft: Path, target: Path) -> None:
        if target.suffix == ".txt":
            raise KeyboardInterrupt
        moved(draft, target)

    monkeypatch.setattr(atomic_file, "_move_to_new", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_new(destination_for("new/ad", tmp_path, 1, 1), {".jpg": b"1", ".txt": b"2"})
    assert leftovers(tmp_path) == []


def test_a_name_that_just_fits_stays(tmp_path: Path) -> None:
    name = write_new(destination_for("가" * 69, tmp_path, 1, 1), {".jpg": b"1"})  # 69 syllables are 207 bytes
    assert name == "가" * 69 + "_00001_"


@pytest.mark.parametrize("stem", ["봄날 " * 100, "x" * 300, "a\ud800b", "😀" * 90 + "%batch_num%"])
def test_a_name_that_no_disk_takes_loses_no_picture(tmp_path: Path, stem: str) -> None:
    names = [write_new(destination_for(stem, tmp_path, 1, 1), {".jpg": b"ad", ".json": b"{}"}) for _ in range(2)]
    assert names[0].endswith("_00001_")
    assert names[1] == names[0].replace("_00001_", "_00002_")
    assert names[0][0] in (stem[0], "_")
    assert len(list(tmp_path.iterdir())) == 4


def test_folders_too_deep_for_any_disk_are_left_out(tmp_path: Path) -> None:
    place = destination_for("/".join(["f" * 200] * 40) + "/ad", tmp_path, 1, 1)
    assert (place.folder, place.subfolder, place.stem) == (tmp_path.resolve(), "", "ad")
    long = destination_for("가" * 200 + "/" + "나" * 200, tmp_path, 1, 1)
    assert long.folder == tmp_path.resolve() / long.subfolder
    assert write_new(long, {".jpg": b"ad"}) == long.name(1, 0)
