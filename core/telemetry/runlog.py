"""The run log: one line of JSON for every node run and request, through ``logging`` into a file of bounded size.

A record holds names, numbers and outcomes only: no words of the shop, no picture, no folder, no key, and of an error
its kind and the place in this pack where it rose, never its text. Several processes may write into one file.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any

from ..infra.paths import log_folder

FILE = "runlog.jsonl"
VARIABLE = "FIT_AD_LOG"  # a folder, or "off"
VERSION = 1  # of the records
MOST_BYTES = 2_000_000  # of one file
OLD_FILES = 4  # kept besides the one that is written to
OFF = ("off", "no", "0", "false")

_LONGEST_TEXT = 120
_APPENDING = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
_LOCK_TRIES, _LOCK_WAIT_S = 20, 0.002
_NAME = re.compile(r"[\w.-]{1,64}")
_PACK = Path(__file__).parents[2]  # as it was imported, perhaps through a link, which is how frames name it
_INTERRUPTED = ("InterruptProcessingException", "KeyboardInterrupt", "CancelledError")

# The records' own logger: DEBUG and not passed on, so that no console shows them. Add a handler to it to get them.
records = logging.getLogger("fit_ad.record")
records.setLevel(logging.DEBUG)
records.propagate = False
_open: ContextVar[dict[str, Any] | None] = ContextVar("fit_ad_open_record", default=None)


# --- records ------------------------------------------------------------------------------------------------


def record(kind: str, **values: Any) -> None:
    """Write one record: values that are None are left out, those of the run and node that it is part of come along.

    Args:
        kind: ``node``, ``request`` or ``run``.
        values: Names, numbers, outcomes, and lists and mappings of them.
    """
    around = _open.get() or {}
    parts: dict[str, Any] = {
        name: around[name] for name in ("run", "workflow_mode", "node", "node_id") if name in around
    }
    entry: dict[str, Any] = {"v": VERSION, "kind": kind, "time": _stamp(), "pid": os.getpid(), **parts, **values}
    told = {name: _plain(value) for name, value in entry.items() if value is not None}
    records.debug("%s", kind, extra={"fit_ad": told})


@contextlib.contextmanager
def recording(kind: str, **values: Any) -> Iterator[dict[str, Any]]:
    """Write one record when the block ends, with its seconds and its outcome: done, failed or interrupted.

    Yields:
        The record's values; what the block adds goes in.
    """
    entry = dict(values)
    token = _open.set({**(_open.get() or {}), **entry, "told": entry})
    start, entry["outcome"] = time.perf_counter(), "done"
    try:
        yield entry
    except BaseException as exc:
        entry["outcome"] = "interrupted" if type(exc).__name__ in _INTERRUPTED else "failed"
        entry.update(error=type(exc).__name__, at=place_of(exc))
        raise
    finally:
        _open.reset(token)
        record(kind, seconds=round(time.perf_counter() - start, 4), **entry)


def report_event(**values: Any) -> None:
    """Add to the record of the node that is running: ``tell(model_name="u2net")``. Elsewhere it does nothing."""
    entry = _open.get()
    if entry is not None:
        entry["told"].update(values)


def place_of(exc: BaseException) -> str | None:
    """Return where in this pack an error rose, such as ``core/layout/formats.py:88``; None where it was not in it."""
    places = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(exc.__traceback__)]
    own = [(path.relative_to(_PACK), line) for path, line in places if path.is_relative_to(_PACK)]
    inside = [f"{path.as_posix()}:{line}" for path, line in own if path.name not in ("runlog.py", "_runlog.py")]
    return inside[-1] if inside else None


def name_or_none(text: Any) -> str | None:
    """Return a text that is a plain name (letters, digits, ``_ . -``), None for any other: it may say anything."""
    return text if isinstance(text, str) and _NAME.fullmatch(text) else None


def _stamp() -> str:
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03}Z"


def _plain(value: Any) -> Any:
    """Return a value as it may be written down: texts short, on one line, and without what looks like a key."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(name)[:_LONGEST_TEXT]: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    from ..infra.secrets import scrubbed_message

    return scrubbed_message(str(value)[: 4 * _LONGEST_TEXT])[:_LONGEST_TEXT]


# --- the file -----------------------------------------------------------------------------------------------


class RunLogFile(logging.Handler):
    """Writes records into the folder that ``where`` names at that moment; None writes nothing."""

    def __init__(self, where: Callable[[], Path | None]) -> None:
        super().__init__(logging.DEBUG)
        self.where = where

    def emit(self, entry: logging.LogRecord) -> None:
        """Write the record; a log that cannot be written stops nobody's work."""
        told = getattr(entry, "fit_ad", None)
        with contextlib.suppress(OSError, ValueError, TypeError):
            folder = self.where() if told is not None else None
            if folder is not None:
                append(folder, json.dumps(told, ensure_ascii=False, separators=(",", ":")))


def install(where: Callable[[], Path | None]) -> None:
    """Let records go into a file from now on, once in a process: the first caller says where."""
    if not any(isinstance(handler, RunLogFile) for handler in records.handlers):
        records.addHandler(RunLogFile(where))


def writing() -> bool:
    """Return whether anybody wants records now; measuring is left out where nobody does."""
    handlers = [handler for handler in records.handlers if not isinstance(handler, logging.NullHandler)]
    return any(not isinstance(handler, RunLogFile) or handler.where() is not None for handler in handlers)


def append(folder: Path, line: str) -> None:
    """Add a line to the log in a folder, whole, whoever else writes; a full file makes way for a new one.

    Raises:
        OSError: The folder cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder) as alone:
        descriptor = os.open(folder / FILE, _APPENDING, 0o600)
        try:
            size = _write(descriptor, (line + "\n").encode("utf-8", "replace"), alone)
        finally:
            os.close(descriptor)
        if alone and size >= MOST_BYTES:
            _make_way(folder)


def _write(descriptor: int, data: bytes, alone: bool) -> int:
    """Append the bytes in one go and return the file's size; half a line on a full disk is taken back."""
    written = os.write(descriptor, data)
    size = os.fstat(descriptor).st_size
    if written < len(data) and alone:
        os.ftruncate(descriptor, size - written)
    return size


def files(folder: Path) -> list[Path]:
    """Return the log's files in a folder that are there, the oldest first."""
    return [path for path in (*reversed(_old(folder)), folder / FILE) if path.is_file()]


def _old(folder: Path) -> list[Path]:
    stem, suffix = FILE.split(".")
    return [folder / f"{stem}.{age}.{suffix}" for age in range(1, OLD_FILES + 1)]


def _make_way(folder: Path) -> None:
    old = _old(folder)
    steps = list(zip([folder / FILE, *old], old, strict=False))
    for newer, older in reversed(steps if old[0].exists() else steps[:1]):
        with contextlib.suppress(OSError):  # on Windows somebody may be reading it: then later
            os.replace(newer, older)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Keep other processes out while the block runs; False where a stopped one keeps us out for too long."""
    with open(folder / f"{FILE}.lock", "ab") as file:
        alone = _lock(file)
        try:
            yield alone
        finally:
            if alone:
                _unlock(file)


def _lock(file: IO[bytes]) -> bool:
    for _ in range(_LOCK_TRIES):
        if _try_lock(file):
            return True
        time.sleep(_LOCK_WAIT_S)
    return False


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(0)
        with contextlib.suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


# --- where it lies ------------------------------------------------------------------------------------------


def folder_for(user_folder: Path | None, variables: Mapping[str, str]) -> Path | None:
    """Return the folder of the log: below ComfyUI's user folder, without one the platform's; None where it is off."""
    named = variables.get(VARIABLE, "").strip()
    if named.lower() in OFF:
        return None
    if named:
        return Path(named).expanduser()
    return log_folder(user_folder)


class RunLogSwitch:
    """Says where the log lies as the settings stand now; the settings file is read again only when it has changed.

    Args:
        user_folder: Returns ComfyUI's user folder, or None without a ComfyUI; the settings are looked for there.
        at_home: Keep the log in the platform's folder all the same, as the command does.
    """

    def __init__(self, user_folder: Callable[[], Path | None], at_home: bool = False) -> None:
        self._user_folder, self._at_home = user_folder, at_home
        self._seen: tuple[Any, bool] = (None, True)

    def __call__(self) -> Path | None:
        variables = os.environ
        folder = folder_for(None if self._at_home else self._user_folder(), variables)
        return folder if folder is not None and self._on(variables) else None

    def _on(self, variables: Mapping[str, str]) -> bool:
        from ..errors import FitAdError
        from ..settings import find, load

        user_folder = self._user_folder()
        file = find(user_folder, variables)
        state = (file, *_state(file))
        if state != self._seen[0]:
            try:
                wanted = load(user_folder, variables).run_log if file else True
            except FitAdError:  # whoever needs the settings says what is wrong with them
                wanted = True
            self._seen = (state, wanted)
        return self._seen[1]


def _state(file: Path | None) -> tuple[int, int]:
    try:
        status = file.stat() if file else None
    except OSError:
        status = None
    return (status.st_mtime_ns, status.st_size) if status else (0, 0)
