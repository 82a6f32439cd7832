"""``fit-ad run``: any workflow, its roles in, files and a record beside each out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ..comfy.address import DEFAULT_SERVER
from ..progress import OnPreview, OnProgress
from .execute import WorkflowTask, execute, recording
from .input_binding import check_values, find_workflow, packs
from .results import FetchedImage, prepared_folder, runlog_fields, save_results, write_whole
from .runner import open_runner
from .stock_mode import Stock


@dataclass(frozen=True)
class RunRequest:
    """What is to be run.

    Attributes:
        workflow: Name of a bundled workflow, or the path of one with its API file in ``api/`` beside it.
        values: Values of its roles; pictures as paths. What is left out keeps the workflow's own value.
        server: The ComfyUI's address; empty to run in this process.
        out: The folder for the results.
        time_limit_s: The whole run may take so long, each try for itself.
        silence_limit_s: A run that has begun may be silent for so long.
        connect_limit_s: A connection may take so long.
        stock: Save as stock sites take it, with this title and these keywords.
        preview: A file for the newest picture of what is being made, as the server tells it; None: it tells none.
        cloud: Where the server lacks models, or memory at the last try, let its profile for pictures paint; that
            costs money.
    """

    workflow: str
    values: Mapping[str, Any] = field(default_factory=dict)
    server: str = DEFAULT_SERVER
    out: Path = Path("fit-ad-output")
    time_limit_s: float = 1800
    silence_limit_s: float | None = 600
    connect_limit_s: float = 10
    stock: Stock | None = None
    preview: Path | None = None
    cloud: bool = False


@dataclass(frozen=True)
class RunResult:
    """A finished run.

    Attributes:
        files: The pictures of each output role.
        record: What the sidecars say: workflow_mode, roles, models, versions, times.
        changes: What was done otherwise than asked for: other models, less memory.
    """

    files: Mapping[str, tuple[Path, ...]]
    record: Mapping[str, Any]
    changes: tuple[str, ...] = ()


def run_workflow(request: RunRequest, on_progress: OnProgress | None = None) -> RunResult:
    """Run a workflow and fetch every output of its card.

    Raises:
        BadUseError: There is no such workflow or role, or a value cannot be used.
        ServerAwayError: The server does not answer, or went away.
        TimedOutError: A limit was over.
        FitAdError: The server lacks nodes or models, or a node failed.
    """
    graph, card = find_workflow(request.workflow)
    check_values(request.values, card)
    out = prepared_folder(request.out)
    task = WorkflowTask(
        *(graph, card, request.values), packs=packs(request.workflow), stock=request.stock, cloud=request.cloud
    )
    runner = open_runner(
        request.server,
        on_progress,
        time_limit_s=request.time_limit_s,
        silence_limit_s=request.silence_limit_s,
        connect_limit_s=request.connect_limit_s,
        on_preview=_into_file(request.preview),
    )
    with closing(runner), recording(runner, card) as entry:
        images, record, changes = execute(runner, task)
        files = {name: _saved(request, f"{card.name}-{name}", parts, out, record) for name, parts in images.items()}
        entry.update(runlog_fields(record))
    return RunResult(files, record, changes)


def _saved(
    request: RunRequest, name: str, images: list[FetchedImage], out: Path, record: Mapping[str, Any]
) -> tuple[Path, ...]:
    try:
        return save_results(name, images, out, record)
    except FitAdError as exc:
        if not request.server:
            raise
        kept = f"{exc.fix}. The result is kept on the server, in the folder fit_ad of its output"
        raise FitAdError(exc.what, why=exc.why, fix=kept) from exc


def _into_file(path: Path | None) -> OnPreview | None:
    """Return what puts each preview into a file; one that cannot be written is no reason to stop."""
    if path is None:
        return None

    def show(picture: bytes) -> None:
        with suppress(FitAdError):
            write_whole(path, picture)

    return show
