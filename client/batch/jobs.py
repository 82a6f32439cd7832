"""Job files: rows of CSV or JSONL become jobs, each with the values of its workflow's roles."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ...core.workflow.card import KINDS, Card
from ..failures import BadUseError
from ..runs.input_binding import PICTURES

WORKFLOW, NAME, PROMPTS, REASON = "workflow", "name", "prompts", "reason"  # columns that are no roles
RESERVED = (WORKFLOW, NAME, PROMPTS, REASON)
MOST_JOBS = 100_000
_LARGEST = 64 * 2**20  # bytes of a job file
_CHOICE = re.compile(r"\{([^{}]*,[^{}]*)\}")


@dataclass(frozen=True)
class JobRow:
    """One row of a job file: the number of its line, counted from 1, and its cells as they stand there."""

    line: int
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """One run that is to be made.

    Attributes:
        key: What it is known by in the journal: the same for the same values, wherever their row stands.
        row: The number of its row's line.
        name: The stem of its files.
        workflow: Name or path of the workflow.
        values: Role -> value; pictures as paths.
        prompts: The prompt mode: random, keywords, llm; empty leaves the prompt as it is.
    """

    key: str
    row: int
    name: str
    workflow: str
    values: Mapping[str, Any] = field(default_factory=dict)
    prompts: str = ""


def read_rows(path: Path) -> list[JobRow]:
    """Return the rows of a job file, by its suffix .jsonl or .ndjson, or else as CSV.

    Raises:
        BadUseError: The file cannot be read, or a line is wrong.
    """
    text = _text(path)
    rows = list(_jsonl(text) if path.suffix.lower() in (".jsonl", ".ndjson") else _csv(text))
    if not rows:
        raise BadUseError(f"{path.name} holds no jobs", fix="Give a header with role names, and a row for each job")
    return rows


def jobs_of(rows: Sequence[JobRow], workflow: str, prompts: str, given: Mapping[str, Any]) -> list[Job]:
    """Return the jobs of rows: each row once for every combination of its variants.

    Args:
        workflow: For rows that name none.
        prompts: The prompt mode of rows that name none.
        given: Values of roles for every row that has none of its own.

    Raises:
        BadUseError: There are too many.
    """
    seen: Counter[str] = Counter()
    jobs: list[Job] = []
    width = len(str(max(row.line for row in rows)))
    for row in rows:
        variants = list(_variants({**given, **row.cells}))
        for number, cells in enumerate(variants, 1):
            jobs.append(_job(row, cells, workflow, prompts, seen))
            mark = f"-{number:0{len(str(len(variants)))}}" if len(variants) > 1 else ""
            stem = str(cells.get(NAME) or f"{row.line:0{max(width, 4)}}")
            jobs[-1] = _named(jobs[-1], f"{stem}{mark}")
            if len(jobs) > MOST_JOBS:
                raise BadUseError(f"That makes more than {MOST_JOBS:,} jobs", fix="Use fewer variants, or two files")
    return jobs


def fitting(job: Job, card: Card, folder: Path) -> dict[str, Any]:
    """Return a job's values as its workflow takes them: an empty cell is an empty text, or else says nothing.

    Args:
        folder: Where relative paths of pictures begin.

    Raises:
        BadUseError: The workflow has no such role.
    """
    values = {}
    for name, value in job.values.items():
        try:
            role = card.input(name)
        except FitAdError as exc:
            raise BadUseError(exc.what, why=exc.why, fix=exc.fix) from exc
        empty = value is None or value == ""
        if role.kind in PICTURES:
            values[name] = None if empty else str(_picture(str(value), folder))
        elif empty and (value is None or KINDS[role.kind] != "text" or role.kind in ("choice", "combo", "enum")):
            values[name] = None
        else:
            values[name] = value
    return values


# --- files --------------------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    """Return a file's text: UTF-8, or the Korean code page that Excel writes."""
    try:
        if path.stat().st_size > _LARGEST:
            raise BadUseError(f"{path.name} is too large for a job file", why=f"Over {_LARGEST >> 20} MB")
        data = path.read_bytes()
    except OSError as exc:
        raise BadUseError(f"The job file {path} cannot be read", why=exc.strerror or str(exc)) from exc
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadUseError(f"{path.name} is no text", fix="Save it as CSV UTF-8")


def _csv(text: str) -> Iterator[JobRow]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_names(names)
        line = reader.line_num
        for cells in reader:
            line, begins = reader.line_num, line + 1
            if any(cell.strip() for cell in cells):
                if len(cells) > len(names):
                    raise BadUseError(
                        f"Line {begins} has {len(cells)} cells, the header {len(names)}",
                        fix='Put text that holds commas between "quotes"',
                    )
                yield JobRow(begins, dict(zip(names, (cell.strip() for cell in cells), strict=False)))
    except csv.Error as exc:
        raise BadUseError(f"Line {reader.line_num} is no CSV", why=str(exc)) from exc


def _check_names(names: Sequence[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        raise BadUseError(f"The header has the column {twice[0]} twice")
    if "" in names:
        raise BadUseError(f"Column {names.index('') + 1} of the header has no name", fix="Name the role that it holds")


def _jsonl(text: str) -> Iterator[JobRow]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as exc:
            raise BadUseError(f"Line {number} is no JSON", why=str(exc)) from exc
        if not isinstance(data, dict):
            raise BadUseError(f"Line {number} is no JSON object", fix='Write it as {"offer": "1+1"}')
        yield JobRow(number, data)


# --- variants -----------------------------------------------------------------------------------------------


def _variants(cells: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every combination of what stands as {a,b} in texts, and of lists."""
    choices = {name: _choices(value) for name, value in cells.items()}
    for chosen in itertools.islice(itertools.product(*choices.values()), MOST_JOBS + 1):
        yield dict(zip(choices, chosen, strict=True))


def _choices(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [part for one in value for part in _choices(one)] or [None]
    if not isinstance(value, str) or _is_object(value):
        return [value]
    # Doubled braces stand for braces; private-use characters hold their place meanwhile.
    kept = value.replace("{{", "\ue000").replace("}}", "\ue001")
    parts = _CHOICE.split(kept)
    options = [[part] if index % 2 == 0 else _parted(part) for index, part in enumerate(parts)]
    joined = ("".join(one) for one in itertools.islice(itertools.product(*options), MOST_JOBS + 1))
    return [one.replace("\ue000", "{").replace("\ue001", "}") for one in joined]


def _parted(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _is_object(text: str) -> bool:
    """Tell whether a text is JSON itself, as a layout's is: its braces are no variants."""
    if not text.startswith(("{", "[")):
        return False
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False


def _job(row: JobRow, cells: Mapping[str, Any], workflow: str, prompts: str, seen: Counter[str]) -> Job:
    values = {name: value for name, value in cells.items() if name not in RESERVED}
    flow = str(cells.get(WORKFLOW) or workflow)
    mode = str(cells.get(PROMPTS) or prompts)
    said = json.dumps([flow, mode, cells.get(NAME), values], sort_keys=True, ensure_ascii=False, default=str)
    seen[said] += 1
    key = sha256(f"{said}#{seen[said]}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return Job(key, row.line, "", flow, values, mode)


def _named(job: Job, name: str) -> Job:
    return Job(job.key, job.row, name, job.workflow, job.values, job.prompts)


def _picture(text: str, folder: Path) -> Path:
    path = Path(text).expanduser()
    return path if path.is_absolute() or not (folder / path).exists() else folder / path
