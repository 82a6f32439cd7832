"""Where files go, and how they get there: never over another file, whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import FitAdError
from ..infra.atomic_file import write_new_file
from ..infra.file_names import has_room, shortened, stem_room

_NOT_IN_FILE_NAMES = re.compile(r'[<>:"|?*\x00-\x1f\x7f\ud800-\udfff]')
# Windows takes these for devices, whatever the suffix. Source: Microsoft, "Naming Files, Paths, and Namespaces".
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_BATCH_MARK = "%batch_num%"
_LINKED = ("one of its folders is a link to another place", "Use a folder that really lies in the output folder")
_REASONS = {
    errno.EACCES: "the folder is read-only for you",
    errno.EPERM: "the folder is read-only for you",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    getattr(errno, "EDQUOT", -1): "your share of the disk is used up",
    errno.EFBIG: "the file is larger than the disk allows",
    errno.ENOTDIR: "a file of that name is in the way",
    errno.EEXIST: "a file of that name is in the way",
    errno.ENAMETOOLONG: "the name is too long",
}


@dataclass(frozen=True)
class Destination:
    """Where files of one prefix go: ``folder`` (absolute), ``subfolder`` below the output folder, and the stem."""

    folder: Path
    subfolder: str
    stem: str

    def name(self, counter: int, batch_index: int) -> str:
        return f"{self.stem.replace(_BATCH_MARK, str(batch_index))}_{counter:05}_"


def destination_for(
    prefix: str, output_folder: Path, width: int, height: int, now: time.struct_time | None = None
) -> Destination:
    """Return the place that a filename prefix names inside the output folder, as ComfyUI understands prefixes.

    %width%, %height%, %year%, %month%, %day%, %hour%, %minute% and %second% are filled in; %batch_num% later.
    Names that would be too long for the disk are shortened; folders that would make the whole path too long are left
    out.

    Raises:
        FitAdError: The prefix is absolute or leads out of the output folder.
    """
    filled = _fill(prefix, width, height, now or time.localtime()).replace("\\", "/").strip()
    parts = [part for part in filled.split("/") if part not in ("", ".")]
    if filled.startswith("/") or re.match(r"^[A-Za-z]:", filled) or ".." in parts:
        raise _leads_out(prefix, "", "Use a name such as Fit-AD, or a folder below it such as ads/Fit-AD")
    parts = [_safe(part) for part in parts] or ["Fit-AD"]
    if filled.endswith("/"):
        parts.append("Fit-AD")
    root = output_folder.resolve()
    *folders, stem = [shortened(part, stem_room(root)) for part in parts]
    folder = root.joinpath(*folders)
    if not has_room(folder):
        folders, folder = [], root
    if not folder.resolve().is_relative_to(root):
        raise _leads_out(prefix, *_LINKED)
    return Destination(folder, "/".join(folders), shortened(stem, stem_room(folder)))


def write_new(place: Destination, files: Mapping[str, bytes], batch_index: int = 0) -> str:
    """Write files that share a new name and differ in suffix; return that name without suffix.

    The first file is the ad, the others lie beside it. No existing file is touched, no reader ever sees half a file
    (each is written under a temporary name and then moved), and after an error nothing new is left.

    Raises:
        FitAdError: The folder cannot be made or written to, or the disk is full.
    """
    try:
        with _folder(place.folder):
            counter = _next_counter(place, batch_index)
            while not _write_all(place.folder, place.name(counter, batch_index), files):
                counter += 1
            return place.name(counter, batch_index)
    except OSError as exc:
        why = _REASONS.get(exc.errno or 0, exc.strerror or str(exc))
        raise FitAdError(
            f"Nothing can be saved in {place.folder}", why=why, fix="Make room there, or choose another output folder"
        ) from exc


# --- names --------------------------------------------------------------------------------------------------


def _leads_out(prefix: str, why: str, fix: str) -> FitAdError:
    return FitAdError(f"The filename prefix {prefix!r} leads out of the output folder", why=why, fix=fix)


def _safe(part: str) -> str:
    """Return a folder or file name that every system takes."""
    name = _NOT_IN_FILE_NAMES.sub("_", part).rstrip(". ") or "_"
    return f"_{name}" if _DEVICES.fullmatch(name) else name


def _fill(prefix: str, width: int, height: int, now: time.struct_time) -> str:
    values = {
        "width": str(width),
        "height": str(height),
        "year": str(now.tm_year),
        "month": f"{now.tm_mon:02}",
        "day": f"{now.tm_mday:02}",
        "hour": f"{now.tm_hour:02}",
        "minute": f"{now.tm_min:02}",
        "second": f"{now.tm_sec:02}",
    }
    for key, value in values.items():
        prefix = prefix.replace(f"%{key}%", value)
    return prefix


def _next_counter(place: Destination, batch_index: int) -> int:
    stem = os.path.normcase(place.stem.replace(_BATCH_MARK, str(batch_index)))
    pattern = re.compile(rf"{re.escape(stem)}_(\d+)_")
    numbers = (pattern.match(os.path.normcase(name)) for name in os.listdir(place.folder))
    return max((int(match.group(1)) for match in numbers if match), default=0) + 1


# --- writing ------------------------------------------------------------------------------------------------


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Make a folder for what is written in it; where that fails, folders that were not there before go again."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for path in missing:
            try:
                path.rmdir()
            except OSError:  # never made, or another writer uses it by now
                break
        raise


def _write_all(folder: Path, name: str, files: Mapping[str, bytes]) -> bool:
    """Write every file, or none and return False where a name is taken."""
    written: list[Path] = []
    try:
        for suffix, data in files.items():
            target = folder / f"{name}{suffix}"
            write_new_file(target, data)
            written.append(target)
    except BaseException as exc:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(exc, FileExistsError):
            return False
        raise
    return True
