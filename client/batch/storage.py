"""Where a batch's results go: names that nobody else has, noted with their content before they are written."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from ...core.errors import FitAdError
from ...core.infra.atomic_file import write_new_file
from ..runs.results import FetchedImage, result_files, saving_failed
from .finished import BATCH, RECORD, FinishedJob, batch_part, digest, finished_jobs, holds, remove_parts
from .jobs import Job
from .journal import DONE, SAVING, Journal, JournalEntry

_MOST_OF_A_NAME = 100_000
_log = logging.getLogger("fit_ad.batch")


class ResultStorage:
    """The results of one batch. Any thread may write, one job at a time.

    Args:
        out: The folder.
        journal: The batch's, open.
    """

    def __init__(self, out: Path, journal: Journal) -> None:
        self._out, self._journal = out, journal
        self._claiming = threading.Lock()  # two jobs may want the same name
        self._stems = journal.stems()

    def recover(self, jobs: Mapping[str, Job]) -> dict[str, JournalEntry]:
        """Bring the journal to what lies in the folder, remove what a killed start has left, and return its entries.

        Args:
            jobs: All jobs of the batch by key; they are in the journal.
        """
        entries = self._journal.entries()
        self._remove_parts(jobs.values(), entries.values())
        self._finish_saved(entries)
        missing = {key for key in jobs if entries[key].state != DONE}
        known = {name for entry in entries.values() if entry.state == DONE for name in entry.files}
        found = self._newest(finished_jobs(self._out, self._journal.batch, missing, known)) if missing else {}
        for key, one in found.items():
            self._journal.found(key, one.stem, one.files)
            self._stems.add(one.stem.casefold())
        if found:
            _log.warning("%d finished jobs were recognized by their results (--again makes them again)", len(found))
        return self._journal.entries() if found else entries

    def save(self, job: Job, pictures: Mapping[str, Sequence[FetchedImage]], record: Mapping[str, Any]) -> list[str]:
        """Write a job's files and return the names of its pictures; no file of anybody else's is touched.

        Raises:
            FitAdError: The folder cannot be written to, or the disk is full.
        """
        while True:
            with self._claiming:
                stem, files = self._claimed(job, pictures, record)
                self._journal.saving(job.key, stem, {name: digest(data) for name, data in files.items()})
                self._stems.add(stem.casefold())
            if self._write(files):
                return [name for name in files if not name.endswith((".txt", RECORD, ".psd"))]

    # --- what was there before ---

    def _remove_parts(self, jobs: Collection[Job], entries: Collection[JournalEntry]) -> None:
        noted = {_begin(name) for entry in entries if entry.state == SAVING for name in entry.files}
        stems = tuple(_begin(self._stem(job)) for job in jobs) if self._journal.lost else ()

        def is_ours(begin: str) -> bool:
            return begin in noted or begin.startswith(stems)

        count = remove_parts(self._out, is_ours) if noted or stems else 0
        if count:
            _log.warning("%d half-written files of a run that was killed were removed; their jobs are run again", count)

    def _finish_saved(self, entries: dict[str, JournalEntry]) -> None:
        """Note as done what was killed between its last file and that note."""
        for key, entry in entries.items():
            if entry.state == SAVING and entry.files and self._all_there(entry):
                self._journal.done(key, entry.began, entry.ended)
                entries[key] = entry._replace(state=DONE)

    def _all_there(self, entry: JournalEntry) -> bool:
        return all(holds(self._out / name, wanted) for name, wanted in entry.files.items())

    def _newest(self, found: Iterator[FinishedJob]) -> dict[str, FinishedJob]:
        """Return the jobs of the batch's series; where that is lost, of the series that was made last."""
        jobs = sorted(found, key=lambda one: one.started)
        if self._journal.lost and not self._journal.series:
            self._journal.continue_series(jobs[-1].series if jobs else "")
        return {one.key: one for one in jobs if one.series == self._journal.series}

    # --- names ---

    def _claimed(
        self, job: Job, pictures: Mapping[str, Sequence[FetchedImage]], record: Mapping[str, Any]
    ) -> tuple[str, dict[str, bytes]]:
        """Return the job's stem and its files by name: the stem that it had before, else one that nobody has."""
        own = self._own_stem(job)
        if own:
            return own, self._files(job, own, pictures, record)
        base = self._stem(job)
        for number in range(1, _MOST_OF_A_NAME):
            stem = base if number == 1 else f"{base}-{number}"
            if stem.casefold() not in self._stems:
                files = self._files(job, stem, pictures, record)
                if not any((self._out / name).exists() for name in files):
                    return stem, files
        raise FitAdError(f"There are too many files named {job.name} in {self._out}", fix="Choose another --out")

    def _own_stem(self, job: Job) -> str:
        """Return the stem that a job has taken before, what it has written under it removed; "" where it has none.

        A stem under which somebody else has written meanwhile is given up.
        """
        entry = self._journal.entry(job.key)
        if entry is None or entry.stem is None:
            return ""
        there = {name: wanted for name, wanted in entry.files.items() if (self._out / name).exists()}
        own = [name for name, wanted in there.items() if holds(self._out / name, wanted) or self._is_empty(name)]
        for name in own:
            with suppress(OSError):
                (self._out / name).unlink()
        return entry.stem if len(own) == len(there) else ""

    def _is_empty(self, name: str) -> bool:
        """Tell whether a name was only claimed: a disk without hard links needs that before the file is moved there."""
        try:
            return (self._out / name).stat().st_size == 0
        except OSError:
            return False

    def _stem(self, job: Job) -> str:
        from ...core.export import destination_for

        place = destination_for(job.name, self._out, 0, 0)
        return f"{place.subfolder}/{place.stem}" if place.subfolder else place.stem

    # --- files ---

    def _files(
        self, job: Job, stem: str, pictures: Mapping[str, Sequence[FetchedImage]], record: Mapping[str, Any]
    ) -> dict[str, bytes]:
        """Return all files of a job by name: the pictures of each role, numbered where there are more, and records."""
        named = list(_named(stem, pictures))
        names = [base + picture.suffix for base, picture in named]
        part = batch_part(self._journal.batch, job.key, self._journal.series, stem, names)
        files = {}
        for base, picture in named:
            own = {BATCH: part, "sha256": digest(picture.data)}
            for suffix, data in result_files(picture, {**record, **own}).items():
                files[base + suffix] = data
        return files

    def _write(self, files: Mapping[str, bytes]) -> bool:
        """Write new files, all or none; return whether none of the names was taken."""
        written: list[Path] = []
        try:
            for name, data in files.items():
                path = self._out / name
                path.parent.mkdir(parents=True, exist_ok=True)
                write_new_file(path, data)
                written.append(path)
        except OSError as exc:
            for path in written:
                with suppress(OSError):
                    path.unlink()
            if exc.errno == errno.EEXIST:
                return False
            raise saving_failed(self._out, exc) from exc
        return True


def _named(stem: str, pictures: Mapping[str, Sequence[FetchedImage]]) -> Iterator[tuple[str, FetchedImage]]:
    for role, parts in pictures.items():
        base = stem if len(pictures) == 1 else f"{stem}-{role}"
        for number, picture in enumerate(parts, 1):
            yield (base if len(parts) == 1 else f"{base}-{number}"), picture


def _begin(name: str) -> str:
    return PurePosixPath(name).name[:60]
