"""Scores as a table for people to rate in, as JSON, and as a page with the pictures."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

from ...core.errors import FitAdError
from ...core.infra.atomic_file import write_file
from ..report.page import STYLE
from .ads import LARGE_CONTRAST, AdScore

COLUMNS = ("file", "words", "contrast", "overlap", "clip", "rating", "note", "lacking", "expected", "width", "height")
_THUMB_PX = 360
_FORMULA = ("=", "+", "-", "@", "\t")  # what a spreadsheet takes a cell for that begins so

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Fit-AD scores",
        "count": "{n} ads",
        "words": "Words read",
        "contrast": "Lowest contrast",
        "overlap": "Words on the subject",
        "clip": "Picture and prompt",
        "rating": "Rating",
        "lacking": "not read: {words}",
        "says": "Words were read by Tesseract. Contrast should be 4.5 or more, 3 for large type, and few words should "
        "stand on the subject. Ratings come from the rating column of the table.",
    },
    "ko": {
        "title": "Fit-AD 점수",
        "count": "광고 {n}장",
        "words": "읽힌 글자",
        "contrast": "가장 낮은 대비",
        "overlap": "제품을 가린 글자",
        "clip": "그림과 프롬프트",
        "rating": "평가",
        "lacking": "읽지 못함: {words}",
        "says": "글자는 Tesseract로 읽었습니다. 대비는 4.5 이상, 큰 글자는 3 이상이 좋습니다. "
        "제품을 가린 글자는 적을수록 좋습니다. 평가는 표의 rating 칸에서 가져옵니다.",
    },
}


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
    said = {_as_named(row["file"]): row["rating"].strip() for row in _rows(table)}
    return [replace(score, rating=said.get(shown(score.file, root), score.rating)) for score in scores]


def rated_before(scores: Sequence[AdScore], table: Path, root: Path) -> list[dict[str, str]]:
    """Return the table's rows of ads that people rated and that are not among the scores.

    Raises:
        FitAdError: The table cannot be read.
    """
    now = {shown(score.file, root) for score in scores}
    return [row for row in _rows(table) if row["rating"].strip() and _as_named(row["file"]) not in now]


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
        writer.writerow({**cells, "lacking": " ".join(row["lacking"]), **_harmless(row)})
    writer.writerows(more)
    return text.getvalue().encode("utf-8-sig")


def _as_named(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _harmless(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a row such that no spreadsheet takes them for a formula."""
    texts = {name: row[name] for name in ("file", "note", "expected")}
    return {name: f"'{text}" if text.startswith(_FORMULA) else text for name, text in texts.items()}


def write(file: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        FitAdError: It cannot be written.
    """
    try:
        write_file(file, data)
    except OSError as exc:
        raise FitAdError(f"{file} cannot be written", why=exc.strerror or str(exc), fix="Close it elsewhere") from exc


# --- the page -----------------------------------------------------------------------------------------------

_CARDS = """
.ads{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:16px}
.ads article{background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden;break-inside:avoid}
.ads img{display:block;width:100%;height:auto;background:var(--line)}
.ads div{padding:12px 14px}.ads h2{font-size:14px;overflow-wrap:anywhere}
.ads dl{display:grid;grid-template-columns:1fr auto;gap:2px 10px;margin:6px 0 0;font-size:14px}
.ads dt{color:var(--muted)}.ads dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
.ads p{font-size:13px;margin:8px 0 0}
"""


def page(scores: Sequence[AdScore], root: Path, language: str) -> str:
    """Return one HTML page with every ad, small, and its scores; it loads nothing."""
    words = WORDS[language]
    cards = "\n".join(_card(score, root, words) for score in scores)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(words['title'])}</title><style>{STYLE}{_CARDS}</style></head>\n<body><main>"
        f"<header><h1>{escape(words['title'])}</h1><p>{escape(words['count'].format(n=len(scores)))}. "
        f'{escape(words["says"])}</p></header>\n<div class="ads">\n{cards}\n</div></main></body></html>\n'
    )


def _card(score: AdScore, root: Path, words: Mapping[str, str]) -> str:
    rows: list[tuple[str, float | None, Callable[[float], str], bool]] = [
        ("words", score.word_accuracy, lambda value: f"{value:.0%}", (score.word_accuracy or 0) < 1),
        ("contrast", score.contrast, lambda value: f"{value:.1f}", (score.contrast or 0) < LARGE_CONTRAST),
        ("overlap", score.overlap, lambda value: f"{value:.0%}", (score.overlap or 0) > 0.1),
        ("clip", score.clip, lambda value: f"{value:.2f}", False),
    ]
    cells = "".join(_figure(words[name], text(value), bad) for name, value, text, bad in rows if value is not None)
    cells += _figure(words["rating"], score.rating, False) if score.rating else ""
    lacking = words["lacking"].format(words=" ".join(score.lacking)) if score.lacking else ""
    notes = "".join(f'<p class="quiet">{escape(text)}</p>' for text in (lacking, score.note) if text)
    name = escape(shown(score.file, root))
    return f"<article>{_thumb(score.file, name)}<div><h2>{name}</h2><dl>{cells}</dl>{notes}</div></article>"


def _figure(name: str, text: str, bad: bool) -> str:
    return f'<dt>{escape(name)}</dt><dd class="{"bad" if bad else ""}">{escape(text)}</dd>'


def _thumb(file: Path, name: str) -> str:
    try:
        with Image.open(file) as image:
            image.thumbnail((_THUMB_PX, 2 * _THUMB_PX))
            small = io.BytesIO()
            image.convert("RGB").save(small, "JPEG", quality=82)
    except Exception:  # noqa: BLE001 - the note says what is wrong with it
        return ""
    data = base64.b64encode(small.getvalue()).decode()
    return f'<img alt="{name}" width="{image.width}" height="{image.height}" src="data:image/jpeg;base64,{data}">'
