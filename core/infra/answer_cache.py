"""Answers that were paid for, kept on disk. Whatever happens to the file, an ad is never stopped by it."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection, Error, connect
from typing import Any, TypeVar

FILE = "answers.sqlite3"
_DAY_S = 86_400
_MOST_ANSWERS = 5_000
_WAIT_S = 2.0
_TABLES = (
    "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, at REAL NOT NULL, data TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS failures (profile TEXT PRIMARY KEY, count INTEGER NOT NULL)",
)
_log = logging.getLogger("fit_ad.copywriting")

T = TypeVar("T")


def fingerprint(question: Mapping[str, Any]) -> str:
    """Return the key of everything that an answer depends on."""
    return hashlib.sha256(json.dumps(question, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class AnswerCache:
    """The file with the answers.

    Args:
        folder: Where it lies; made when first needed.
        days: How long an answer is kept; 0 keeps none.
    """

    def __init__(self, folder: Path, days: int) -> None:
        self.file, self.days = folder / FILE, days

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the answer to a question, or None where it is not there, too old or unreadable."""
        if not self.days or not self.file.exists():
            return None
        oldest = time.time() - self.days * _DAY_S
        sql = "SELECT data FROM answers WHERE key = ? AND at >= ?"
        row = self._try(lambda db: db.execute(sql, (key, oldest)).fetchone())
        try:
            data = json.loads(row[0]) if row else None
        except (TypeError, ValueError):
            data = None
        return data if isinstance(data, dict) else None

    def put(self, key: str, data: Mapping[str, Any]) -> None:
        """Keep an answer, and let the too old ones go."""
        if not self.days:
            return
        text = json.dumps(data, ensure_ascii=False)

        def write(db: Connection) -> None:
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, time.time(), text))
            db.execute("DELETE FROM answers WHERE at < ?", (time.time() - self.days * _DAY_S,))
            newest = "SELECT key FROM answers ORDER BY at DESC LIMIT ?"
            db.execute(f"DELETE FROM answers WHERE key NOT IN ({newest})", (_MOST_ANSWERS,))  # noqa: S608 - both are ours

        self._try(write)

    def failed(self, profile: str) -> None:
        """Count a question that had no answer, so that the next run asks again."""
        sql = "INSERT INTO failures VALUES (?, 1) ON CONFLICT (profile) DO UPDATE SET count = count + 1"
        self._try(lambda db: db.execute(sql, (profile,)))

    def failures(self, profile: str) -> int:
        """Return how many questions of a profile had no answer so far."""
        if not self.file.exists():
            return 0
        row = self._try(lambda db: db.execute("SELECT count FROM failures WHERE profile = ?", (profile,)).fetchone())
        return int(row[0]) if row else 0

    # --- the file ---

    def _try(self, work: Callable[[Connection], T]) -> T | None:
        """Do something with the file; a broken one is thrown away and recreated, once."""
        for _ in range(2):
            try:
                with self._opened() as db:
                    return work(db)
            except Error as exc:
                broken = "locked" not in str(exc) and "readonly" not in str(exc)
                _log.warning("The kept answers can't be used (%s); %s", exc, "started over" if broken else "left out")
                if not broken or not self._removed():
                    return None
            except OSError as exc:
                _log.warning("The kept answers can't be used (%s)", type(exc).__name__)
                return None
        return None

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with closing(connect(self.file, timeout=_WAIT_S)) as db, db:
            for table in _TABLES:
                db.execute(table)
            yield db

    def _removed(self) -> bool:
        try:
            for suffix in ("", "-journal", "-wal", "-shm"):
                self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        except OSError:
            return False
        return True
