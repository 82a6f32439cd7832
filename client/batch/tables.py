"""Reads job files: CSV as people's programs write it, and JSONL."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ..failures import BadUseError
from ..spreadsheets import from_cell

JSONL = (".jsonl", ".ndjson")
_LARGEST = 64 * 2**20  # bytes of a job file
_DEEPEST = 24  # levels of lists and objects in a line of JSON
_LONGEST_NUMBER = 400  # digits
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZIP = b"PK\x03\x04"  # how .xlsx begins
_DELIMITERS = ",;\t"
_EXCEL_DELIMITER = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # a first line that Excel alone understands
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class JobRow:
    """One row of a job file: the number of its line, counted from 1, and its cells as they stand there."""

    line: int
    cells: Mapping[str, Any]


def read_rows(path: Path) -> list[JobRow]:
    """Return the rows of a job file, by its suffix .jsonl or .ndjson, or else as CSV.

    Raises:
        BadUseError: The file cannot be read, or a line is wrong.
    """
    text = text_of(path, "job file", "Save it as CSV UTF-8")
    rows = list(_jsonl(text) if path.suffix.lower() in JSONL else _csv(text))
    if not rows:
        raise BadUseError(f"{path.name} contains no jobs", fix="Give a header with role names, and a row for each job")
    return rows


# --- text ---------------------------------------------------------------------------------------------------


def text_of(path: Path, what: str, fix: str) -> str:
    """Return a file's text: UTF-8, UTF-16 as Excel's "Unicode text" has it, or the Korean code page.

    Args:
        path: The file.
        what: What errors call it.
        fix: What they advise.

    Raises:
        BadUseError: It cannot be read, or is not text.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise BadUseError(f"{path.name} is too large for a {what}", why=f"Over {_LARGEST >> 20} MB")
        data = path.read_bytes()
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        raise BadUseError(f"The {what} {path} cannot be read", why=reason) from exc
    if data.startswith(_ZIP):
        raise BadUseError(f"{path.name} is an Excel workbook", fix=fix)
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadUseError(f"{path.name} is not a text file", fix=fix)


def _encodings(data: bytes) -> Sequence[str]:
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), "")
    if marked:
        return (marked,)
    even, odd = data[:1000:2].count(0), data[1:1000:2].count(0)
    if bool(even) != bool(odd):  # UTF-16 without a mark: ASCII has a zero in the same half of each pair
        return ("utf-16-be",) if even else ("utf-16-le",)
    return ("utf-8", "cp949")


# --- CSV ----------------------------------------------------------------------------------------------------


def _csv(text: str) -> Iterator[JobRow]:
    lines = io.StringIO(text, newline="").readlines()  # ends at \n, \r and \r\n, whichever program wrote it
    skipped, delimiter = _before_header(lines)
    reader = csv.reader(lines[skipped:], delimiter=delimiter, strict=True)
    try:
        names = _header(next(reader, []))
        line = skipped + reader.line_num
        for cells in reader:
            begins, line = line + 1, skipped + reader.line_num
            if any(cell.strip() for cell in cells):
                _check_width(cells, names, begins)
                yield JobRow(begins, {name: from_cell(cell.strip()) for name, cell in zip(names, cells, strict=False)})
    except csv.Error as exc:
        raise BadUseError(f"Line {skipped + reader.line_num} is not valid CSV", why=str(exc)) from exc


def _before_header(lines: Sequence[str]) -> tuple[int, str]:
    """Return how many lines come before the header, and what parts its cells."""
    for number, line in enumerate(lines):
        named = _EXCEL_DELIMITER.fullmatch(line.strip("\ufeff \r\n"))
        if named:
            return number + 1 + _blank_lines(lines[number + 1 :], named[1]), named[1]
        if line.strip(f"{_DELIMITERS}\ufeff \r\n"):
            plain = _QUOTED.sub("", line)
            return number, max(_DELIMITERS, key=plain.count)
    return len(lines), ","


def _blank_lines(lines: Sequence[str], delimiter: str) -> int:
    return next((number for number, line in enumerate(lines) if line.strip(f"{delimiter} \r\n")), len(lines))


def _header(cells: Sequence[str]) -> list[str]:
    """Return the columns' names; empty ones at the end, which Excel leaves behind, are not columns."""
    names = [from_cell(cell.strip("\ufeff \t")) for cell in cells]
    while names and not names[-1]:
        names.pop()
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        raise BadUseError(f"The header has the column {twice[0]} twice")
    if "" in names:
        raise BadUseError(f"Column {names.index('') + 1} of the header has no name", fix="Name the role that it holds")
    return names


def _check_width(cells: Sequence[str], names: Sequence[str], line: int) -> None:
    filled = len(cells)
    while filled > len(names) and not cells[filled - 1].strip():
        filled -= 1
    if filled > len(names):
        raise BadUseError(
            f"Line {line} has {filled} cells, the header {len(names)}",
            fix='Put text that holds commas between "quotes"',
        )


# --- JSONL --------------------------------------------------------------------------------------------------


def _jsonl(text: str) -> Iterator[JobRow]:
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: U+2028 and its like are text
        if not line.strip():
            continue
        try:
            data = json.loads(line, parse_int=_whole_number, parse_constant=_no_constant)
        except (ValueError, RecursionError) as exc:
            raise BadUseError(f"Line {number} is not valid JSON", why=_short(exc)) from exc
        if not isinstance(data, dict):
            raise BadUseError(f"Line {number} is not a JSON object", fix='Write it as {"offer": "1+1"}')
        if _depth(data) > _DEEPEST:
            raise BadUseError(f"Line {number} is nested too deeply", why=f"At most {_DEEPEST} levels are read")
        yield JobRow(number, data)


def _whole_number(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(f"A number has {len(digits)} digits")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _short(exc: Exception) -> str:
    return "It is nested too deeply" if isinstance(exc, RecursionError) else str(exc)


def _depth(data: Any) -> int:
    """Return how many levels of lists and objects lie in one another; a walk with a stack, for there may be many."""
    deepest, todo = 0, [(data, 1)]
    while todo:
        item, level = todo.pop()
        if isinstance(item, (dict, list)):
            deepest = max(deepest, level)
            todo += [(inner, level + 1) for inner in (item.values() if isinstance(item, dict) else item)]
    return deepest
