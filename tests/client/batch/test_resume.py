"""A batch that was killed, or whose journal was damaged, goes on: nothing lost, nothing doubled, nothing mixed up."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fit_ad.client.batch import storage
from fit_ad.client.batch.journal import Journal
from fit_ad.client.batch.server_worker import ServerWorker
from fit_ad.core.errors import FitAdError
from fit_ad.core.infra import atomic_file
from simulated_batch import Batch

PAGE = 4096


class KilledError(BaseException):
    """What ends a process at once."""


def killed_at(batch: Batch, step: int) -> bool:
    """Run the batch until its journal and its folder have been written to so many times; tell whether it was killed.

    Nothing is cleaned up, and every second time half a file is left behind.
    """
    count = [0]
    really_write, really_note = storage.write_new_file, Journal._write

    def write(path: Path, data: bytes) -> None:
        count[0] += 1
        if count[0] == step:
            path.with_name(f".{path.name[:60]}.0123abcd{atomic_file.PART}").write_bytes(data[: len(data) // 2])
            raise KilledError
        really_write(path, data)

    def note(journal: Journal, statement: str, *values: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "INSERT INTO series", "DELETE FROM series")):
            count[0] += 1
            if count[0] == step:
                raise KilledError
        really_note(journal, statement, *values)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(storage, "write_new_file", write)
        patched.setattr(Journal, "_write", note)
        patched.setattr(Journal, "close", lambda journal: (journal._db.close(), journal._guard.release()))
        patched.setattr(ServerWorker, "_end", lambda *_: None)
        try:
            batch.run()
        except KilledError:
            return True
    return False


def test_killed_at_any_step_nothing_is_lost_or_doubled(batch: Batch, caplog: pytest.LogCaptureFixture) -> None:
    batch.rows(2)
    step, parts = 1, 0
    while killed_at(batch, step):
        parts += len(list(batch.out.glob(f".*{atomic_file.PART}")))
        batch.server.cut()
        assert batch.run().done == 2
        assert batch.pictures() == ["ads-0002.jpg", "ads-0003.jpg"]
        assert sorted({path.suffix for path in batch.out.iterdir()}) == [".jpg", ".json", ".lock", ".sqlite", ".txt"]
        assert set(batch.server.made.values()) == {1}  # the server was asked for what it had
        shutil.rmtree(batch.out)
        batch.server.made.clear()
        batch.server.history.clear()
        step += 1
    assert step > 12
    assert parts == 6
    assert caplog.text.count("1 half-written files of a run that was killed were removed") == parts


def noted(batch: Batch) -> dict[str, str]:
    with closing(sqlite3.connect(batch.journal())) as db:
        return dict(db.execute("SELECT stem, state FROM jobs WHERE stem IS NOT NULL"))


def unfinished(batch: Batch) -> None:
    """Run a batch of one job that is killed between noting its files and writing them."""
    batch.rows(1)
    step = next(step for step in range(1, 20) if killed_at(batch, step) and noted(batch) == {"ads-0002": "saving"})
    assert step
    for path in batch.out.glob(".*"):
        path.unlink()


@pytest.mark.parametrize("server_forgets", [False, True])
def test_another_file_of_the_same_name_is_not_taken_for_ones_own(batch: Batch, server_forgets: bool) -> None:
    unfinished(batch)
    others = {f"ads-0002{suffix}": f"another's {suffix}".encode() for suffix in (".jpg", ".txt", ".json")}
    for name, data in others.items():
        (batch.out / name).write_bytes(data)
    if server_forgets:
        batch.server.history.clear()
    result = batch.run()
    assert [path.name for path in result.files] == ["ads-0002-2.jpg"]
    assert {name: (batch.out / name).read_bytes() for name in others} == others
    assert batch.run().made == 0


def test_a_name_that_was_claimed_and_not_filled_is_ones_own(batch: Batch) -> None:
    unfinished(batch)
    (batch.out / "ads-0002.jpg").touch()  # as a disk without hard links leaves it
    assert [path.name for path in batch.run().files] == ["ads-0002.jpg"]
    assert (batch.out / "ads-0002.jpg").stat().st_size > 0


def test_a_name_that_is_taken_while_the_file_is_written(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    batch.rows(1)
    really = storage.write_new_file

    def beaten(path: Path, data: bytes) -> None:
        if path.name == "ads-0002.txt":
            path.write_bytes(b"somebody else's")
        really(path, data)

    monkeypatch.setattr(storage, "write_new_file", beaten)
    assert [path.name for path in batch.run().files] == ["ads-0002-2.jpg"]
    assert sorted(path.name for path in batch.out.glob("ads-0002.*")) == ["ads-0002.txt"]
    assert (batch.out / "ads-0002.txt").read_bytes() == b"somebody else's"


def test_two_batches_in_one_folder(batch: Batch) -> None:
    batch.rows(2)
    batch.run()
    (batch.folder / "ads.csv").rename(batch.folder / "more.csv")
    result = batch.run(jobs=batch.folder / "more.csv")
    assert sorted(path.name for path in result.files) == ["more-0002.jpg", "more-0003.jpg"]
    assert len(batch.pictures()) == 4


def test_what_is_done_is_not_made_again(batch: Batch) -> None:
    batch.rows(3)
    batch.run()
    batch.rows(5)
    result = batch.run()
    assert (result.total, result.done, result.made) == (5, 5, 2)
    assert len(batch.server.posted("prompt")) == 5
    assert batch.run(again=True).made == 5
    assert len(batch.pictures()) == 10  # the earlier ones stay


# --- damaged journals ---------------------------------------------------------------------------------------


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zeroed(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def garbled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[PAGE : 2 * PAGE] = bytes(range(256)) * (PAGE // 256)
    path.write_bytes(data)


def without_rows(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM jobs")
        db.commit()


def deleted(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [empty, cut_in_half, zeroed, garbled, without_rows, deleted])
def test_a_journal_that_is_lost_is_known_by_the_results(
    batch: Batch, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    batch.rows(3)
    batch.run()
    before = batch.pictures()
    damage(batch.journal())
    batch.rows(5)
    result = batch.run()
    assert (result.done, result.made) == (5, 2)
    assert batch.pictures() == [*before, "ads-0005.jpg", "ads-0006.jpg"]
    assert len(batch.server.posted("prompt")) == 5
    if damage not in (without_rows, deleted):
        assert "The journal of the batch was damaged (" in caplog.text
        assert list(batch.out.glob("ads.journal.damaged*.sqlite"))
    if damage is not cut_in_half:  # all its entries can be read
        assert "3 finished jobs were recognized by their results (--again makes them again)" in caplog.text
    caplog.clear()
    assert batch.run().made == 0
    assert caplog.text == ""


def test_any_page_of_a_journal_may_be_zeroed(batch: Batch) -> None:
    batch.rows(25)
    batch.run()
    journal = batch.journal()
    whole = journal.read_bytes()
    pages = len(whole) // PAGE
    assert pages > 6
    for page in range(pages):
        journal.write_bytes(whole[: page * PAGE] + b"\0" * PAGE + whole[(page + 1) * PAGE :])
        result = batch.run()
        assert (result.done, result.made, result.failures) == (25, 0, ()), page
    assert len(batch.pictures()) == 25
    assert len(batch.server.posted("prompt")) == 25


def test_a_result_that_is_not_whole_is_made_again(batch: Batch) -> None:
    batch.rows(3)
    batch.run()
    (batch.out / "ads-0002.jpg").write_bytes(b"painted over")
    (batch.out / "ads-0003.jpg").unlink()
    (batch.out / "ads-0004.json").write_text("{}")
    empty(batch.journal())
    result = batch.run()
    assert sorted(path.name for path in result.files) == ["ads-0002-2.jpg", "ads-0003-2.jpg", "ads-0004-2.jpg"]
    assert (batch.out / "ads-0002.jpg").read_bytes() == b"painted over"


def test_results_of_an_earlier_series_do_not_count(batch: Batch) -> None:
    batch.rows(2)
    batch.run()
    assert batch.run(again=True).made == 2
    without_rows(batch.journal())
    assert batch.run().made == 0
    first = json.loads((batch.out / "ads-0002.json").read_text())["batch"]
    second = json.loads((batch.out / "ads-0002-2.json").read_text())["batch"]
    assert (first["job"], first["files"]) == (second["job"], ["ads-0002.jpg"])
    assert first["series"] != second["series"]
    for path in batch.out.glob("ads-*-2.*"):
        path.unlink()
    without_rows(batch.journal())
    assert batch.run().made == 2


@pytest.mark.parametrize("record", [b"[" * 100_000, b"\xff\xfe", b'{"batch": 1, "sha256": ""}', b"{}"])
def test_files_that_are_no_records(batch: Batch, record: bytes) -> None:
    batch.rows(1)
    batch.out.mkdir()
    (batch.out / "x.json").write_bytes(record)
    assert batch.run().made == 1


@pytest.mark.parametrize("files", [["/etc/passwd"], ["../ads.csv"], [], [[]], {}, ["gone.jpg"], ["x.json"]])
def test_records_that_lie(batch: Batch, files: Any) -> None:
    batch.rows(1)
    batch.run()
    record = json.loads((batch.out / "ads-0002.json").read_text())
    for path in batch.out.glob("ads-*"):
        path.unlink()
    without_rows(batch.journal())
    record["batch"]["files"] = files
    (batch.out / "x.json").write_text(json.dumps(record))
    assert batch.run().made == 1


# --- names and disks ----------------------------------------------------------------------------------------


def test_names_and_folders_for_results(batch: Batch) -> None:
    batch.rows(2, name="봄날/라떼")
    batch.run()
    assert batch.pictures() == ["봄날/라떼-2.jpg", "봄날/라떼.jpg"]
    empty(batch.journal())
    assert batch.run().made == 0


@pytest.mark.parametrize("name", ["가" * 200, "x" * 400, "a\\ud800"])
def test_a_name_that_no_disk_takes_loses_no_picture(batch: Batch, name: str) -> None:
    job = json.dumps({"photo": "photo.png", "name": "NAME"}).replace("NAME", name)
    (batch.folder / "ads.jsonl").write_text(f"{job}\n{job}\n", encoding="utf-8")
    result = batch.run(jobs=batch.folder / "ads.jsonl")
    assert (result.done, result.trouble) == (2, None)
    assert all(path.is_file() and path.name[0] == name[0] for path in result.files)
    assert batch.run(jobs=batch.folder / "ads.jsonl").made == 0


def test_a_full_disk_loses_nothing(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    batch.rows(3)
    written: list[Path] = []
    really = storage.write_new_file

    def full(path: Path, data: bytes) -> None:
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(path)
        really(path, data)

    monkeypatch.setattr(storage, "write_new_file", full)
    result = batch.run()
    assert isinstance(result.trouble, FitAdError)
    assert "the disk is full. Free some space there and run the same command again" in str(result.trouble)
    assert batch.pictures() == []
    monkeypatch.undo()


def test_a_journal_of_an_earlier_fit_ad_goes_on(batch: Batch) -> None:
    batch.rows(2)
    batch.run()
    with closing(sqlite3.connect(batch.journal())) as db:
        db.executescript("UPDATE jobs SET files = '[\"ads-0002.jpg\"]'; DROP TABLE series; PRAGMA user_version = 1;")
    batch.rows(3)
    assert batch.run().made == 1
