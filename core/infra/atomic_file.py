"""The one writer of files that must appear whole or not at all: under a temporary name first, then moved into place."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PART = ".part"  # suffix of a temporary file; one left by a killed process may be deleted
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # Windows would change line ends otherwise
_PRIVATE = 0o600
_USUAL = 0o666  # less what the umask takes


def write_file(path: Path, data: bytes, *, mode: int | None = None, durable: bool = False) -> None:
    """Write a file, over one of that name where there is one; its folder is made where it is missing.

    Args:
        path: The file. A link is replaced, not followed; a device or pipe is written straight.
        data: Its content.
        mode: Its permission bits; the usual ones of a new file where None. The file is private until it has them.
        durable: Return only once the data is on the disk.

    Raises:
        OSError: The file cannot be written; what was there stays as it was.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with _part(path, data, _USUAL if mode is None else _PRIVATE, durable) as part:
        if mode is not None:
            part.chmod(mode)
        os.replace(part, path)


def write_new_file(path: Path, data: bytes) -> None:
    """Write a file whose name nobody has taken, also against other processes, and return once it is on the disk.

    Raises:
        FileExistsError: The name is taken.
        OSError: The file cannot be written, its folder is missing, or the disk is full; nothing is left of it.
    """
    with _part(path, data, _USUAL, durable=True) as part:
        _move_to_new(part, path)


@contextmanager
def _part(path: Path, data: bytes, mode: int, durable: bool) -> Iterator[Path]:
    """Yield a temporary file beside ``path`` that holds the data; whatever is left of it afterwards is removed."""
    part = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}{PART}")
    try:
        _fill(part, data, mode, durable)
        yield part
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _fill(part: Path, data: bytes, mode: int, durable: bool) -> None:
    with os.fdopen(os.open(part, _NEW, mode), "wb") as stream:
        stream.write(data)
        if durable:
            stream.flush()
            os.fsync(stream.fileno())  # a full network disk reports it only now


def _move_to_new(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # fails where the name is taken, unlike a rename
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: claim the name, then move onto it
        path.open("xb").close()
        try:
            os.replace(part, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
