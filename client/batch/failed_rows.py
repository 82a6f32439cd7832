"""The rows of a batch that failed, with the reasons: a job file itself, so that they can be mended and run again."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...core.infra.atomic_file import write_file
from ..spreadsheets import as_cell
from .jobs import REASON
from .scheduler import JobFailure
from .tables import JSONL, JobRow

_log = logging.getLogger("fit_ad.batch")


def write_failed_rows(target: Path, rows: Sequence[JobRow], failures: Sequence[JobFailure]) -> Path | None:
    """Write the rows that failed, the reason as a last column, and return the file; without any it is removed.

    None is returned too where it cannot be written: the batch is done, and the summary has the reasons.
    """
    try:
        if not failures:
            target.unlink(missing_ok=True)
            return None
        write_file(target, _data(_failed(rows, failures), target.suffix.lower() in JSONL))
    except OSError as exc:
        _log.warning("The failed rows cannot be written to %s: %s", target, exc.strerror or exc)
        return None
    return target


def _failed(rows: Sequence[JobRow], failures: Sequence[JobFailure]) -> list[dict[str, Any]]:
    reasons: dict[int, list[str]] = {}
    for one in failures:
        reasons.setdefault(one.job.row, []).append(one.reason)
    return [{**row.cells, REASON: " | ".join(dict.fromkeys(reasons[row.line]))} for row in rows if row.line in reasons]


def _data(rows: Sequence[Mapping[str, Any]], as_jsonl: bool) -> bytes:
    if as_jsonl:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        columns = list(dict.fromkeys(name for row in rows for name in row))
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow(map(as_cell, columns))
        writer.writerows([as_cell(str(row.get(name, ""))) for name in columns] for row in rows)
        text = "\ufeff" + buffer.getvalue()  # without the mark Excel takes UTF-8 for another code page
    return text.encode("utf-8", "backslashreplace")  # of half a character its number is left, as JSON writes it
