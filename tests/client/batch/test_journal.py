"""The journal of a batch: what it keeps, who may open it, and what it does with files that are none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fit_ad.client.batch.journal import DONE, FAILED, SAVING, SENT, WAITING, Journal
from fit_ad.client.failures import BadUseError
from fit_ad.core.errors import FitAdError


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "jobs.journal.sqlite")
    yield opened
    opened.close()


def test_what_becomes_of_jobs(journal: Journal) -> None:
    journal.add(["a", "b", "c", "d", "e"])
    journal.sent("a", "http://s", "p1", 0)
    journal.sent("b", "http://s", "p2", 1)
    journal.saving("b", "0003", {"0003.jpg": "b" * 64})
    journal.sent("c", "http://s", "p3", 0)
    journal.saving("c", "0004", {"0004.jpg": "c" * 64})
    journal.done("c", 10.0, 12.0)
    journal.failed("d", "no room")
    found = journal.entries()
    assert {key: entry.state for key, entry in found.items()} == dict(
        zip("abcde", (SENT, SAVING, DONE, FAILED, WAITING), strict=True)
    )
    assert (found["a"].server, found["a"].prompt) == ("http://s", "p1")
    assert (found["b"].stem, found["b"].files, found["b"].retries) == ("0003", {"0003.jpg": "b" * 64}, 1)
    assert (found["c"].began, found["c"].ended) == (10.0, 12.0)
    assert found["d"].reason == "no room"
    assert journal.stems() == {"0003", "0004"}


def test_it_is_there_again_after_a_start(tmp_path: Path) -> None:
    path = tmp_path / "jobs.journal.sqlite"
    first = Journal(path)
    first.add(["a"])
    first.sent("a", "http://s", "p1", 0)
    client = first.client("http://s")
    first.close()
    second = Journal(path)
    second.add(["a", "b"])
    assert {key: entry.state for key, entry in second.entries().items()} == {"a": SENT, "b": WAITING}
    assert second.client("http://s") == client
    assert second.client("http://other") != client
    second.close()


def test_strays(journal: Journal) -> None:
    journal.add(["a", "b"])
    journal.sent("a", "http://s", "p1", 0)
    journal.sent("b", "http://s", "p2", 0)
    journal.requeued("a", stray=True)
    journal.requeued("b")
    assert journal.strays("http://s") == ["p1"]
    assert {entry.state for entry in journal.entries().values()} == {WAITING}
    journal.cancelled("http://s")
    assert journal.strays("http://s") == []


def test_all_anew_takes_back_what_was_sent(journal: Journal) -> None:
    journal.add(["a"])
    journal.sent("a", "http://s", "p1", 0)
    journal.clear()
    assert journal.entries() == {}
    assert journal.strays("http://s") == ["p1"]


def test_one_process_at_a_time(tmp_path: Path, journal: Journal) -> None:
    with pytest.raises(BadUseError, match=r"Another fit-ad batch is already running .*jobs\.journal\.sqlite open"):
        Journal(journal.path)
    journal.close()
    Journal(journal.path).close()


def test_files_that_are_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"not a database, but long enough to look like one" * 100)
    with pytest.raises(BadUseError, match=r"a\.sqlite cannot be used as a batch journal"):
        Journal(path)
    other = tmp_path / "b.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(BadUseError, match="it has version 99, this Fit-AD knows 2"):
        Journal(other)


def test_a_journal_that_cannot_be_written(journal: Journal) -> None:
    journal.add(["a"])
    journal._db.execute("PRAGMA query_only = 1")
    with pytest.raises(FitAdError, match=r"journal .* cannot be written.*Free some disk space"):
        journal.failed("a", "x")


def test_a_reason_with_half_a_character_is_kept(journal: Journal) -> None:
    journal.add(["a"])
    journal.failed("a", "There is no font '\ud800'")
    assert journal.entries()["a"].reason == "There is no font '?'"


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE jobs (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(BadUseError, match="it holds other tables"):
        Journal(path)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*damaged*"))


def test_rows_of_a_damaged_journal_that_make_no_sense_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "jobs.journal.sqlite"
    first = Journal(path)
    first.add(["a", "b", "c"])
    first.sent("a", "http://s", "p1", 1)
    first.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE jobs SET state = 'odd' WHERE key = 'b'")
        db.execute("UPDATE jobs SET files = '[[' WHERE key = 'c'")
        db.commit()
    path.write_bytes(path.read_bytes()[:-4096])  # the last page holds the table that was made last
    second = Journal(path)
    assert {key: (entry.state, entry.prompt, entry.retries) for key, entry in second.entries().items()} == {
        "a": (SENT, "p1", 1)
    }
    assert second.lost
    second.close()
    assert [file.name for file in tmp_path.glob("*damaged*.sqlite")] == ["jobs.journal.damaged.sqlite"]
