"""A batch's journal: what became of each job, written before and after every step, so that nothing is lost or doubled.

It is a SQLite file beside the results. It holds neither values of roles nor keys nor addresses' passwords.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from ...core.errors import FitAdError
from ..failures import BadUseError

WAITING, SENT, SAVING, DONE, FAILED = "waiting", "sent", "saving", "done", "failed"
_VERSION = 1
_TABLES = f"""
CREATE TABLE jobs (
    key TEXT PRIMARY KEY, state TEXT NOT NULL, stem TEXT UNIQUE, server TEXT, prompt TEXT, retries INTEGER NOT NULL,
    files TEXT, reason TEXT, began REAL, ended REAL
);
CREATE TABLE clients (server TEXT PRIMARY KEY, client TEXT NOT NULL);
CREATE TABLE strays (server TEXT NOT NULL, prompt TEXT NOT NULL);
PRAGMA user_version = {_VERSION};
"""


class JournalEntry(NamedTuple):
    """What the journal says of one job: ``began`` and ``ended`` by the server's clock, in seconds since 1970."""

    key: str
    state: str
    stem: str | None
    server: str
    prompt: str
    retries: int
    files: tuple[str, ...]
    reason: str
    began: float | None
    ended: float | None


class Journal:
    """The journal of one batch. Only one process may have it open; any thread of that may use it.

    Args:
        path: The file; made where there is none.

    Raises:
        BadUseError: Another process has it open, or it is no journal.
        FitAdError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._guard = _guard(path)
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # whole after any kill; a power cut may take the last step
            self._prepare()
        except sqlite3.Error as exc:
            self._guard.close()
            raise BadUseError(
                f"{path} cannot be used as the journal of a batch", why=str(exc), fix="Choose another --out"
            ) from exc

    def close(self) -> None:
        """Write all there is, and let others open it."""
        with self._lock, suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.close()
        self._guard.close()

    def _prepare(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.executescript(f"BEGIN; {_TABLES} COMMIT;")
        elif version != _VERSION:
            raise sqlite3.DatabaseError(f"it is of version {version}, this Fit-AD knows {_VERSION}")

    # --- what is known ---

    def entries(self) -> dict[str, JournalEntry]:
        """Return all entries by key."""
        return {entry.key: entry for entry in self._entries()}

    def _entries(self) -> Iterator[JournalEntry]:
        with self._lock:
            found = self._db.execute("SELECT * FROM jobs").fetchall()
        for key, state, stem, server, prompt, retries, files, reason, began, ended in found:
            names = tuple(map(str, json.loads(files or "[]")))
            yield JournalEntry(key, state, stem, server or "", prompt or "", retries, names, reason or "", began, ended)

    def stem(self, key: str) -> str | None:
        """Return the stem that a job has taken, None where it has none."""
        with self._lock:
            found = self._db.execute("SELECT stem FROM jobs WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def stems(self) -> set[str]:
        """Return the stems that jobs have taken, case folded."""
        with self._lock:
            return {stem.casefold() for (stem,) in self._db.execute("SELECT stem FROM jobs WHERE stem IS NOT NULL")}

    def client(self, server: str) -> str:
        """Return the client id for a server, the same at every start, so that it goes on telling of earlier prompts."""
        with self._lock:
            found = self._db.execute("SELECT client FROM clients WHERE server = ?", (server,)).fetchone()
            if found:
                return str(found[0])
            client = uuid.uuid4().hex
            self._write("INSERT INTO clients VALUES (?, ?)", server, client)
            return client

    def strays(self, server: str) -> list[str]:
        """Return prompts that a server may still hold though their jobs were given to others."""
        with self._lock:
            return [one for (one,) in self._db.execute("SELECT prompt FROM strays WHERE server = ?", (server,))]

    # --- what happens ---

    def clear(self) -> None:
        """Forget all jobs; what servers hold of them becomes stray."""
        with self._lock:
            self._write("BEGIN")
            self._write("INSERT INTO strays SELECT server, prompt FROM jobs WHERE state = ?", SENT)
            self._write("DELETE FROM jobs")
            self._write("COMMIT")

    def add(self, keys: Sequence[str]) -> None:
        """Take jobs in; those that are there already stay as they are."""
        with self._lock:
            self._write("BEGIN")
            self._db.executemany(
                "INSERT OR IGNORE INTO jobs (key, state, retries) VALUES (?, 'waiting', 0)", ((key,) for key in keys)
            )
            self._write("COMMIT")

    def sent(self, key: str, server: str, prompt: str, retries: int) -> None:
        """Note which prompt a job is going to be, before it is posted."""
        self._write(
            "UPDATE jobs SET state = ?, server = ?, prompt = ?, retries = ?, reason = NULL, began = ? WHERE key = ?",
            *(SENT, server, prompt, retries, time.time(), key),
        )

    def saving(self, key: str, stem: str, files: Sequence[str]) -> None:
        """Note which files a job is going to have, before they are written."""
        self._write(
            "UPDATE jobs SET state = ?, stem = ?, files = ? WHERE key = ?",
            *(SAVING, stem, json.dumps(list(files), ensure_ascii=False), key),
        )

    def done(self, key: str, began: float | None, ended: float | None) -> None:
        """Note that all files of a job are written."""
        self._write(
            "UPDATE jobs SET state = ?, began = ?, ended = ? WHERE key = ?", *(DONE, began, ended or time.time(), key)
        )

    def failed(self, key: str, reason: str) -> None:
        """Note why a job failed."""
        self._write(
            "UPDATE jobs SET state = ?, reason = ?, ended = ? WHERE key = ?", *(FAILED, reason, time.time(), key)
        )

    def back(self, key: str, *, stray: bool = False) -> None:
        """Let a job wait again; a stray's server may hold its prompt still, and is to forget it when it is back."""
        with self._lock:
            self._write("BEGIN")
            if stray:
                self._write(
                    "INSERT INTO strays SELECT server, prompt FROM jobs WHERE key = ? AND prompt IS NOT NULL", key
                )
            self._write("UPDATE jobs SET state = ?, server = NULL, prompt = NULL WHERE key = ?", WAITING, key)
            self._write("COMMIT")

    def forgotten(self, server: str) -> None:
        """Note that a server holds no strays any more."""
        self._write("DELETE FROM strays WHERE server = ?", server)

    def _write(self, statement: str, *values: Any) -> None:
        try:
            with self._lock:
                self._db.execute(statement, values)
        except sqlite3.Error as exc:
            raise FitAdError(
                f"The journal {self.path} cannot be written",
                why=str(exc),
                fix="Make room on that disk, and start again",
            ) from exc


def _guard(path: Path) -> sqlite3.Connection:
    """Return a lock that this process holds until it ends, however it ends."""
    try:
        guard = sqlite3.connect(
            path.with_name(path.name + ".lock"), isolation_level=None, timeout=0, check_same_thread=False
        )
        guard.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as exc:
        if "locked" in str(exc):
            raise BadUseError("Another fit-ad batch is at work on these jobs", why=f"It has {path.name} open") from exc
        raise FitAdError(f"Nothing can be saved in {path.parent}", why=str(exc), fix="Choose another --out") from exc
    return guard
