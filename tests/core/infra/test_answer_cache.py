"""Answers on disk: found again, forgotten in time, and never in the way."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from sqlite3 import connect

import pytest
from fit_ad.core.infra import answer_cache as module
from fit_ad.core.infra.answer_cache import FILE, AnswerCache, fingerprint


def test_what_is_put_is_got_also_after_a_restart(tmp_path: Path) -> None:
    AnswerCache(tmp_path / "a", 9).put("k", {"말": ["x"]})
    assert AnswerCache(tmp_path / "a", 9).get("k") == {"말": ["x"]}
    assert AnswerCache(tmp_path / "a", 9).get("other") is None


def test_zero_days_keep_nothing(tmp_path: Path) -> None:
    AnswerCache(tmp_path, 0).put("k", {})
    assert list(tmp_path.iterdir()) == []


def test_old_answers_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = AnswerCache(tmp_path, 2)
    store.put("old", {"a": 1})
    now = time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + 3 * 86_400)
    assert store.get("old") is None
    store.put("new", {"a": 2})
    with connect(tmp_path / FILE) as db:
        assert db.execute("SELECT key FROM answers").fetchall() == [("new",)]


@pytest.mark.parametrize("rubbish", [b"", b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_corrupt_file_is_begun_anew(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / FILE).write_bytes(rubbish)
    store = AnswerCache(tmp_path, 9)
    assert store.get("k") is None
    store.put("k", {"a": 1})
    assert store.get("k") == {"a": 1}


def test_another_programs_tables_are_replaced(tmp_path: Path) -> None:
    with connect(tmp_path / FILE) as db:
        db.execute("CREATE TABLE answers (something TEXT)")
    store = AnswerCache(tmp_path, 9)
    store.put("k", {"a": 1})
    assert store.get("k") == {"a": 1}


@pytest.mark.parametrize("data", ["{", "[1]", "", "null"])
def test_a_corrupt_answer_is_no_answer(tmp_path: Path, data: str) -> None:
    store = AnswerCache(tmp_path, 9)
    store.put("k", {"a": 1})
    with connect(tmp_path / FILE) as db:
        db.execute("UPDATE answers SET data = ?", (data,))
    assert store.get("k") is None


def test_a_place_that_can_not_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = AnswerCache(tmp_path / "file" / "below", 9)
    store.put("k", {"a": 1})
    store.failed("p")
    assert (store.get("k"), store.failures("p")) == (None, 0)
    (tmp_path / FILE).mkdir()
    AnswerCache(tmp_path, 9).put("k", {"a": 1})
    assert AnswerCache(tmp_path, 9).get("k") is None


def test_a_locked_file_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAIT_S", 0.1)
    store = AnswerCache(tmp_path, 9)
    store.put("k", {"a": 1})
    db = connect(tmp_path / FILE, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    store.put("k", {"a": 2})
    assert store.get("k") is None
    db.execute("COMMIT")
    db.close()
    assert store.get("k") == {"a": 1}


def test_many_at_once(tmp_path: Path) -> None:
    def work(number: int) -> None:
        AnswerCache(tmp_path, 9).put(f"k{number}", {"n": number})
        AnswerCache(tmp_path, 9).failed("p")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = AnswerCache(tmp_path, 9)
    assert [store.get(f"k{n}") for n in range(8)] == [{"n": n} for n in range(8)]
    assert store.failures("p") == 8


def test_the_key_holds_everything_but_the_order() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
    assert json.dumps({"a": 1}) not in fingerprint({"a": 1})
