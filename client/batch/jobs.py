"""From rows to jobs: each row once for every combination of its variants, with the values of its workflow's roles."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ...core.workflow.card import KINDS, Card
from ..failures import BadUseError
from ..runs.input_binding import PICTURES
from .tables import JobRow

WORKFLOW, NAME, PROMPTS, REASON = "workflow", "name", "prompts", "reason"  # columns that are not roles
RESERVED = (WORKFLOW, NAME, PROMPTS, REASON)
MOST_JOBS = 100_000
_CHOICE = re.compile(r"\{([^{},]*,[^{}]*)\}")
_OPENING, _CLOSING = "\ue000", "\ue001"  # private-use signs that stand for doubled braces meanwhile


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


def jobs_of(
    rows: Sequence[JobRow], workflow: str, prompts: str, given: Mapping[str, Any], batch: str = "jobs"
) -> list[Job]:
    """Return the jobs of rows: each row once for every combination of its variants.

    Args:
        rows: Of the job file.
        workflow: For rows that name none.
        prompts: The prompt mode of rows that name none.
        given: Values of roles for every row that has none of its own.
        batch: The stem of the job file; with the line it names the files of rows that name none.

    Raises:
        BadUseError: There are too many.
    """
    choices = [_choices_of({**given, **row.cells}) for row in rows]
    _check_count(rows, choices)
    seen: Counter[str] = Counter()
    jobs: list[Job] = []
    width = max(4, len(str(max((row.line for row in rows), default=0))))
    for row, options in zip(rows, choices, strict=True):
        variants = list(_combinations(options))
        for number, cells in enumerate(variants, 1):
            mark = f"-{number:0{len(str(len(variants)))}}" if len(variants) > 1 else ""
            stem = str(cells.get(NAME) or f"{batch}-{row.line:0{width}}")
            jobs.append(replace(_job(row, cells, workflow, prompts, seen), name=f"{stem}{mark}"))
    return jobs


def fitting(job: Job, card: Card, folder: Path) -> dict[str, Any]:
    """Return a job's values as its workflow takes them: an empty cell is an empty text, or else says nothing.

    Args:
        job: The job.
        card: Its workflow's.
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


# --- variants -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Choice:
    """What a cell may become: texts put together from parts, or values as they are. Counted without being made."""

    parts: Sequence[Sequence[str]] = ()
    values: Sequence[Any] = ()

    @property
    def count(self) -> int:
        return math.prod(map(len, self.parts)) if self.parts else len(self.values)

    def __iter__(self) -> Iterator[Any]:
        if not self.parts:
            yield from self.values
            return
        for parts in itertools.product(*self.parts):
            yield "".join(parts).replace(_OPENING, "{").replace(_CLOSING, "}")


def _choices_of(cells: Mapping[str, Any]) -> dict[str, list[_Choice]]:
    return {name: _choices(value) for name, value in cells.items()}


def _choices(value: Any) -> list[_Choice]:
    """Return the choices of a cell, one after another where it is a list."""
    found: list[_Choice] = []
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += reversed(one)
        elif isinstance(one, str) and not _is_json(one):
            found.append(_Choice(parts=_parts(one)))
        else:
            found.append(_Choice(values=[one]))
    return found or [_Choice(values=[None])]


def _parts(text: str) -> list[list[str]]:
    """Return the parts of a text, those in braces with all that they may be."""
    split = _CHOICE.split(text.replace("{{", _OPENING).replace("}}", _CLOSING))
    return [[part.strip() for part in one.split(",")] if index % 2 else [one] for index, one in enumerate(split)]


def _check_count(rows: Sequence[JobRow], choices: Sequence[Mapping[str, Sequence[_Choice]]]) -> None:
    """Refuse what would make too many jobs before any of them is made."""
    total = 0
    for row, options in zip(rows, choices, strict=True):
        count = math.prod(sum(choice.count for choice in cell) for cell in options.values())
        total += count
        if total > MOST_JOBS:
            what = f"Line {row.line} makes" if count > MOST_JOBS else f"The lines up to {row.line} make"
            raise BadUseError(f"{what} more than {MOST_JOBS:,} jobs", fix="Use fewer variants, or two files")


def _combinations(options: Mapping[str, Sequence[_Choice]]) -> Iterator[dict[str, Any]]:
    each = (itertools.chain.from_iterable(cell) for cell in options.values())
    for values in itertools.product(*each):
        yield dict(zip(options, values, strict=True))


def _is_json(text: str) -> bool:
    """Tell whether a text is JSON itself, as a layout's is: its braces are not variants."""
    if not text.startswith(("{", "[")):
        return False
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False


# --- one job ------------------------------------------------------------------------------------------------


def _job(row: JobRow, cells: Mapping[str, Any], workflow: str, prompts: str, seen: Counter[str]) -> Job:
    values = {name: value for name, value in cells.items() if name not in RESERVED}
    flow = str(cells.get(WORKFLOW) or workflow)
    mode = str(cells.get(PROMPTS) or prompts)
    content = json.dumps([flow, mode, cells.get(NAME), values], sort_keys=True, ensure_ascii=False, default=str)
    seen[content] += 1
    key = sha256(f"{content}#{seen[content]}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return Job(key, row.line, "", flow, values, mode)


def _picture(text: str, folder: Path) -> Path:
    path = Path(text).expanduser()
    try:
        beside = not path.is_absolute() and (folder / path).exists()
    except (OSError, ValueError):
        beside = False
    return folder / path if beside else path
