"""Scores as a table for people to rate in, and as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ...core.infra.atomic_file import write_file
from ..spreadsheets import as_cell, from_cell
from .scored_ads import AdScore

COLUMNS = ("file", "words", "contrast", "overlap", "clip", "rating", "note", "lacking", "expected", "width", "height")


def as_data(scores: Sequence[AdScore], root: Path) -> list[dict[str, Any]]:
    """Return the scores as JSON data; files as they lie below ``root``."""
    return [_row(score, root) for score in scores]


def _row(score: AdScore, root: Path) -> dict[str, Any]:
    def short(value: float | None) -> float | None:
        return None if value is None else round(value, 3)

    return {
        "file": shown(score.file, root),
        "words": short(score.word_accuracy),
        "contrast": short(score.contrast),
        "overlap": short(score.overlap),
        "clip": short(score.clip),
        "rating": score.rating,
        "note": score.note,
        "lacking": list(score.lacking),
        "expected": score.expected,
        "width": score.width_px,
        "height": score.height_px,
    }


def shown(file: Path, root: Path) -> str:
    """Return a file as it lies below ``root``, else whole; with forward slashes."""
    whole = file.resolve()
    return (whole.relative_to(root) if whole.is_relative_to(root) else whole).as_posix()


# --- the table ----------------------------------------------------------------------------------------------


def with_ratings(scores: Sequence[AdScore], table: Path, root: Path) -> list[AdScore]:
    """Return the scores with what people wrote into the rating column of the table, where there is one already.

    Raises:
        FitAdError: The table cannot be read.
    """
    ratings = {from_cell(row["file"]): from_cell(row["rating"].strip()) for row in _rows(table)}
    return [replace(score, rating=ratings.get(shown(score.file, root), score.rating)) for score in scores]


def rated_before(scores: Sequence[AdScore], table: Path, root: Path) -> list[dict[str, str]]:
    """Return the table's rows of ads that people rated and that are not among the scores.

    Raises:
        FitAdError: The table cannot be read.
    """
    now = {shown(score.file, root) for score in scores}
    return [row for row in _rows(table) if row["rating"].strip() and from_cell(row["file"]) not in now]


def _rows(table: Path) -> list[dict[str, str]]:
    """Return the rows of a table that was written before; none where there is no table yet."""
    if not table.is_file():
        return []
    fix = "Save it as CSV in UTF-8 with commas, or choose another --out"
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, restval="")
            if not {"file", "rating"} <= set(rows.fieldnames or ()):
                raise FitAdError(f"The table {table} lacks the columns file and rating", fix=fix)
            return [{name: row[name] for name in COLUMNS if name in row} for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise FitAdError(f"The table {table} cannot be read", why=str(exc), fix=fix) from exc


def as_csv(scores: Sequence[AdScore], root: Path, more: Sequence[Mapping[str, str]] = ()) -> bytes:
    """Return the table, in UTF-8 with the mark by which Excel knows it; ``more`` are rows for its end."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in as_data(scores, root):
        cells = {name: "" if value is None else value for name, value in row.items()}
        writer.writerow({**cells, **_safe_texts(row)})
    writer.writerows(more)
    return text.getvalue().encode("utf-8-sig")


def _safe_texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: as_cell(row[name]) for name in ("file", "note", "expected", "rating")} | {
        "lacking": as_cell(" ".join(row["lacking"]))
    }


def write(file: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        FitAdError: It cannot be written.
    """
    try:
        write_file(file, data)
    except OSError as exc:
        raise FitAdError(f"{file} cannot be written", why=exc.strerror or str(exc), fix="Close it elsewhere") from exc
