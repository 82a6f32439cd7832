"""A batch's journal: what became of each job, written before and after every step, so that nothing is lost or doubled.

It is a SQLite file beside the results. It holds neither values of roles nor keys nor addresses' passwords. One that is
damaged is kept aside, and as much of it as can be read goes into a new one.
"""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from ...core.errors import FitAdError
from ..failures import BadUseError

WAITING, SENT, SAVING, DONE, FAILED = STATES = ("waiting", "sent", "saving", "done", "failed")
SUFFIX = ".journal.sqlite"
_VERSION = 2
_TABLES = f"""
CREATE TABLE jobs (
    key TEXT PRIMARY KEY, state TEXT NOT NULL, stem TEXT UNIQUE, server TEXT, prompt TEXT, retries INTEGER NOT NULL,
    files TEXT, reason TEXT, began REAL, ended REAL
);
CREATE TABLE clients (server TEXT PRIMARY KEY, client TEXT NOT NULL);
CREATE TABLE strays (server TEXT NOT NULL, prompt TEXT NOT NULL);
CREATE TABLE series (id TEXT NOT NULL);
PRAGMA user_version = {_VERSION};
"""
_FROM_VERSION_1 = "CREATE TABLE series (id TEXT NOT NULL); PRAGMA user_version = 2;"
_COLUMNS = "key, state, stem, server, prompt, retries, files, reason, began, ended"
_HEAD = b"SQLite format 3\0"
_BESIDE = ("", "-wal", "-shm")
_LEAST_ROW = 32  # bytes of a job in the file, fewer than any has
_log = logging.getLogger("fit_ad.batch")


class JournalEntry(NamedTuple):
    """What the journal says of one job.

    Attributes:
        files: Name -> SHA-256 of what is to be in it; "" where an older Fit-AD has noted none.
        began: By the server's clock, in seconds since 1970, as is ``ended``.
    """

    key: str
    state: str
    stem: str | None
    server: str
    prompt: str
    retries: int
    files: Mapping[str, str]
    reason: str
    began: float | None
    ended: float | None


class Journal:
    """The journal of one batch. Only one process may have it open; any thread of that may use it.

    Args:
        path: The file; made where there is none.

    Attributes:
        series: Changes when everything is to be made again; results say which series they belong to. "" if lost.
        lost: Whether there may be results that it does not know of: it is new, or was damaged.

    Raises:
        BadUseError: Another process has it open, or it is not a journal.
        FitAdError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lost = not path.exists()
        self._lock = threading.RLock()
        self._guard = _guard(path)
        try:
            self._db = self._opened()
            self.series = self._read_series()
        except sqlite3.Error as exc:
            self._guard.release()
            raise BadUseError(
                f"{path} cannot be used as a batch journal", why=str(exc), fix="Choose another --out"
            ) from exc
        except BaseException:
            self._guard.release()
            raise

    def close(self) -> None:
        """Write all there is, and let others open it."""
        with self._lock, suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.close()
        self._guard.release()

    # --- opening ---

    def _opened(self) -> sqlite3.Connection:
        damage = _damage(self.path)
        if damage:
            self._set_aside(damage)
        db = _connect(self.path)
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            db.executescript(f"BEGIN; {_TABLES} COMMIT;")
        elif version == 1:
            db.executescript(f"BEGIN; {_FROM_VERSION_1} COMMIT;")
        elif version != _VERSION:
            db.close()
            raise sqlite3.DatabaseError(f"it has version {version}, this Fit-AD knows {_VERSION}")
        return db

    def _set_aside(self, damage: str) -> None:
        """Keep a damaged journal under another name, and begin a new one with what can be read of it."""
        tables = _salvaged(self.path)
        kept = _free_name(self.path)
        for suffix in _BESIDE:
            with suppress(FileNotFoundError):
                self.path.with_name(self.path.name + suffix).rename(kept.with_name(kept.name + suffix))
        with closing(_connect(self.path)) as db:
            db.executescript(f"BEGIN; {_TABLES} COMMIT;")
            for name, rows in tables.items():
                if not rows:
                    continue
                marks = ", ".join("?" * len(rows[0]))
                db.executemany(f"INSERT OR IGNORE INTO {name} VALUES ({marks})", rows)  # noqa: S608 - names of ours
        self.lost = True
        _log.warning(
            "The journal of the batch was damaged (%s). %d of its entries could be read, what else is done is known by "
            "the results; the damaged one is kept as %s",
            damage,
            len(tables["jobs"]),
            kept.name,
        )

    def _read_series(self) -> str:
        found = self._db.execute("SELECT id FROM series").fetchone()
        if found:
            return str(found[0])
        if self.lost:
            return ""
        return self._new_series()

    def _new_series(self) -> str:
        series = uuid.uuid4().hex[:12]
        self._write("DELETE FROM series")
        self._write("INSERT INTO series VALUES (?)", series)
        return series

    def continue_series(self, series: str) -> None:
        """Go on with a series that is known by its results, or with a new one where there are none."""
        with self._lock:
            self.series = series or self._new_series()
            self._write("DELETE FROM series")
            self._write("INSERT INTO series VALUES (?)", self.series)

    # --- what is known ---

    @property
    def batch(self) -> str:
        """Return the batch's name: the stem of its job file."""
        return self.path.name.removesuffix(SUFFIX)

    def entries(self) -> dict[str, JournalEntry]:
        """Return all entries by key."""
        with self._lock:
            found = self._db.execute(f"SELECT {_COLUMNS} FROM jobs").fetchall()  # noqa: S608 - names of ours
        return {entry.key: entry for entry in map(_entry, found)}

    def entry(self, key: str) -> JournalEntry | None:
        """Return the entry of a job, None where there is none."""
        with self._lock:
            found = self._db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE key = ?", (key,)).fetchone()  # noqa: S608
        return _entry(found) if found else None

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
        """Forget all jobs and begin a new series; what servers hold of them becomes stray."""
        with self._lock:
            self._write("BEGIN")
            self._write("INSERT INTO strays SELECT server, prompt FROM jobs WHERE state = ?", SENT)
            self._write("DELETE FROM jobs")
            self.series, self.lost = self._new_series(), False
            self._write("COMMIT")

    def add(self, keys: Iterable[str]) -> None:
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

    def saving(self, key: str, stem: str, files: Mapping[str, str]) -> None:
        """Note which files a job is going to have, and the SHA-256 of each, before they are written."""
        self._write(
            "UPDATE jobs SET state = ?, stem = ?, files = ? WHERE key = ?",
            *(SAVING, stem, json.dumps(dict(files), ensure_ascii=False), key),
        )

    def found(self, key: str, stem: str, files: Mapping[str, str]) -> None:
        """Note a job as done whose files were found though the journal did not know of them."""
        self._write(
            "UPDATE OR IGNORE jobs SET state = ?, stem = ?, files = ?, ended = ? WHERE key = ?",
            *(DONE, stem, json.dumps(dict(files), ensure_ascii=False), time.time(), key),
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

    def requeued(self, key: str, *, stray: bool = False) -> None:
        """Let a job wait again; a stray's server may hold its prompt still, and is to forget it when it is back."""
        with self._lock:
            self._write("BEGIN")
            if stray:
                self._write(
                    "INSERT INTO strays SELECT server, prompt FROM jobs WHERE key = ? AND prompt IS NOT NULL", key
                )
            self._write("UPDATE jobs SET state = ?, server = NULL, prompt = NULL WHERE key = ?", WAITING, key)
            self._write("COMMIT")

    def cancelled(self, server: str) -> None:
        """Note that a server holds no strays any more."""
        self._write("DELETE FROM strays WHERE server = ?", server)

    def _write(self, statement: str, *values: Any) -> None:
        try:
            with self._lock:
                self._db.execute(statement, tuple(map(_storable, values)))
        except sqlite3.Error as exc:
            raise FitAdError(
                f"The journal {self.path} cannot be written",
                why=str(exc),
                fix="Free some disk space and start again",
            ) from exc


def _storable(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _entry(row: Sequence[Any]) -> JournalEntry:
    key, state, stem, server, prompt, retries, files, reason, began, ended = row
    named = json.loads(files or "{}")
    noted = named if isinstance(named, dict) else dict.fromkeys(named, "")  # of version 1: a list of names
    hashes = {str(name): str(digest) for name, digest in noted.items()}
    return JournalEntry(key, state, stem, server or "", prompt or "", retries, hashes, reason or "", began, ended)


# --- the file -----------------------------------------------------------------------------------------------


def _guard(path: Path) -> FileLock:
    """Return a lock that this process holds until it ends, however it ends.

    Raises:
        BadUseError: Another process holds it.
        FitAdError: It cannot be made.
    """
    guard = FileLock(path.with_name(path.name + ".lock"), thread_local=False)
    try:
        guard.acquire(timeout=0)
    except Timeout as exc:
        raise BadUseError("Another fit-ad batch is already running these jobs", why=f"It has {path.name} open") from exc
    except (OSError, NotImplementedError) as exc:
        raise FitAdError(f"Nothing can be saved in {path.parent}", why=str(exc), fix="Choose another --out") from exc
    return guard


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")  # whole after any kill; a power cut may take the last step
    return db


def _damage(path: Path) -> str:
    """Return what is wrong with a journal's file; empty where nothing is, and where there is none.

    Raises:
        sqlite3.DatabaseError: It is something else than a journal.
    """
    if not path.exists():
        return ""
    with path.open("rb") as file:
        head = file.read(100)
    if not head.strip(b"\0"):
        return "it is empty" if not head else "its first page is zeroed"
    if not head.startswith(_HEAD):
        raise sqlite3.DatabaseError("file is not a database")
    try:
        with closing(sqlite3.connect(path)) as db:
            result = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if result == "ok" and version in (1, _VERSION):
                list(db.execute("SELECT * FROM jobs"))
    except sqlite3.OperationalError as exc:
        return "" if "locked" in str(exc) else str(exc)
    except sqlite3.DatabaseError as exc:
        return str(exc)
    if result != "ok":
        return " ".join(str(result).split())[:120]
    if tables and version == 0:
        raise sqlite3.DatabaseError("it holds other tables")
    return ""


def _salvaged(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of a damaged journal that can still be read, by table."""
    found: dict[str, list[tuple[Any, ...]]] = {"jobs": [], "clients": [], "strays": [], "series": []}
    with tempfile.TemporaryDirectory(prefix="fit-ad-") as folder, suppress(sqlite3.Error, OSError):
        copy = _padded_copy(path, Path(folder))
        most = copy.stat().st_size // _LEAST_ROW + 100
        with closing(sqlite3.connect(copy)) as db:
            db.text_factory = lambda data: data.decode("utf-8", "replace")
            for name, rows in found.items():
                rows += filter(_SOUND[name], _rows_one_by_one(db, name, most))
    return found


def _padded_copy(path: Path, folder: Path) -> Path:
    """Return a copy of a journal as long as its head says that it is, for SQLite reads no shorter one."""
    data = path.read_bytes()
    page_bytes, pages = int.from_bytes(data[16:18], "big"), int.from_bytes(data[28:32], "big")
    copy = folder / path.name
    copy.write_bytes(data.ljust(min(page_bytes * pages, len(data) * 2 + 2**20), b"\0"))
    log = path.with_name(path.name + "-wal")
    if log.exists():
        shutil.copy(log, folder / log.name)
    return copy


def _rows_one_by_one(db: sqlite3.Connection, table: str, most: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows by their number, since one page that cannot be read ends a walk through the table."""
    columns = _COLUMNS if table == "jobs" else "*"
    for number in range(1, min(most, 2_000_000)):
        try:
            row = db.execute(f"SELECT {columns} FROM {table} NOT INDEXED WHERE rowid = ?", (number,)).fetchone()  # noqa: S608
        except sqlite3.OperationalError:  # there is no such table
            return
        except sqlite3.DatabaseError:
            continue
        if row is not None:
            yield row


def _is_sound_job(row: Sequence[Any]) -> bool:
    try:
        entry = _entry(row)
    except (ValueError, TypeError, RecursionError):
        return False
    return isinstance(entry.key, str) and entry.state in STATES and isinstance(entry.retries, int)


def _is_text(row: Sequence[Any]) -> bool:
    return all(isinstance(value, str) and value for value in row)


_SOUND = {"jobs": _is_sound_job, "clients": _is_text, "strays": _is_text, "series": _is_text}


def _free_name(path: Path) -> Path:
    stem = path.name.removesuffix(".sqlite")
    names = (path.with_name(f"{stem}.damaged{'' if n == 1 else f'-{n}'}.sqlite") for n in range(1, 1000))
    return next(name for name in names if not name.exists())
