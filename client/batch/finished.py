"""The results of a batch as they lie in its folder: who they belong to, whether they are whole, and what is left over.

Beside each picture lies its record, which says the job that it is of, all pictures of that job, and the picture's own
SHA-256. So results are known without the journal, and no other file of the same name is taken for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from ...core.infra.atomic_file import PART

RECORD = ".json"
BATCH = "batch"  # the record's part that these are in
_MOST_BYTES = 1_000_000  # of a record
_PART = re.compile(rf"\.(.+)\.[0-9a-f]{{8}}{re.escape(PART)}", re.DOTALL)


@dataclass(frozen=True)
class FinishedJob:
    """A job whose results lie in the folder, whole.

    Attributes:
        key: The job's.
        series: The series that it was made in.
        stem: What its files are named by.
        files: Name -> SHA-256 of its pictures.
        started: When it was queued, as its record says.
    """

    key: str
    series: str
    stem: str
    files: Mapping[str, str]
    started: str


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file's content."""
    return sha256(data).hexdigest()


def holds(path: Path, wanted: str) -> bool:
    """Tell whether a file is there and has that SHA-256."""
    try:
        return bool(wanted) and path.is_file() and digest(path.read_bytes()) == wanted
    except OSError:
        return False


def batch_part(batch: str, key: str, series: str, stem: str, names: Iterable[str]) -> dict[str, Any]:
    """Return what the records of a job say of the batch: its name, the job, its series, its stem and its pictures."""
    return {"name": batch, "job": key, "series": series, "stem": stem, "files": list(names)}


def finished_jobs(out: Path, batch: str, keys: Collection[str], known: Collection[str]) -> Iterator[FinishedJob]:
    """Yield the jobs of a batch whose pictures and records lie in a folder, whole.

    Args:
        out: The folder; folders in it count too.
        batch: The batch's name.
        keys: Of the jobs that are looked for.
        known: Names of files that are known of already and not looked at.
    """
    seen: set[tuple[str, str]] = set()
    for path in sorted(out.rglob("*" + RECORD)):
        if path.relative_to(out).as_posix() in known:
            continue
        found = _finished(out, batch, path)
        if found and found.key in keys and (found.key, found.stem) not in seen:
            seen.add((found.key, found.stem))
            yield found


def _finished(out: Path, batch: str, record: Path) -> FinishedJob | None:
    """Return the job that a record tells of; None where there is none, or one of its pictures is lacking or another."""
    part = _read(record)
    if part is None or part["name"] != batch:
        return None
    files = {}
    for name in part["files"]:
        beside = _read(_inside(out, name, RECORD))
        if beside is None or any(beside[field] != part[field] for field in ("name", "job", "series", "files")):
            return None
        if not holds(_inside(out, name), beside["sha256"]):
            return None
        files[name] = beside["sha256"]
    return FinishedJob(part["job"], part["series"], part["stem"], files, part["started"]) if files else None


def _inside(out: Path, name: str, suffix: str = "") -> Path:
    """Return the file of a name; the folder itself, which is not a file, where the name leads out of it."""
    plain = PurePosixPath(name)
    if plain.is_absolute() or ".." in plain.parts:
        return out
    path = out / plain
    return path.with_suffix(suffix) if suffix and path.name else path


def _read(record: Path) -> dict[str, Any] | None:
    """Return what a record says of the batch; None where it is not a record of one."""
    try:
        if record.stat().st_size > _MOST_BYTES:
            return None
        data = json.loads(record.read_text(encoding="utf-8"))
        part = data[BATCH]
        texts = {name: part[name] for name in ("name", "job", "series", "stem")} | {"sha256": data["sha256"]}
        names = [name for name in part["files"] if isinstance(name, str)]
        if not all(isinstance(text, str) for text in texts.values()) or len(names) != len(part["files"]):
            return None
        return {**texts, "files": names, "started": str(data.get("started", ""))}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def remove_parts(out: Path, is_ours: Callable[[str], bool]) -> int:
    """Remove half-written files that a killed start of the batch has left; return how many there were.

    Args:
        out: The folder; folders in it count too.
        is_ours: Tells by the first 60 letters of a file's name whether it is one of the batch's.
    """
    count = 0
    for path in out.rglob(f".*{PART}"):
        named = _PART.fullmatch(path.name)
        if named and is_ours(named[1]):
            with suppress(OSError):
                path.unlink()
                count += 1
    return count
