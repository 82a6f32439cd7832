"""``fit-ad batch``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..comfy.address import DEFAULT_SERVER
from .run import parse_values

if TYPE_CHECKING:
    from ..batch.run_batch import BatchRequest


def batch(
    jobs: Annotated[Path, typer.Argument(help="CSV or JSONL: one job per row, columns are roles.", show_default=False)],
    workflow: Annotated[str, typer.Option(help="Workflow for rows without one.")] = "express",
    server: Annotated[list[str] | None, typer.Option(help="Address of a ComfyUI; may be given more than once.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for results and journal.")] = Path("fit-ad-output"),
    given: Annotated[
        list[str] | None, typer.Option("--set", metavar="ROLE=VALUE", help="Value of a role for every row.")
    ] = None,
    prompts: Annotated[
        str, typer.Option(help="Where a row has no prompt: random (a template), keywords or llm.", metavar="MODE")
    ] = "",
    templates: Annotated[Path | None, typer.Option(help="Templates for random, one per line.")] = None,
    time_limit: Annotated[float, typer.Option(min=1, help="Give up on a job after this many seconds.")] = 1800,
    silence_limit: Annotated[
        float,
        typer.Option(min=0, help="Give up on a job when nothing is heard from it for this many seconds; 0: never."),
    ] = 600,
    connect_limit: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for a connection.")] = 10,
    patience: Annotated[float, typer.Option(min=0, help="Seconds to wait for a server that went away.")] = 120,
    again: Annotated[bool, typer.Option("--again", help="Start over, including finished jobs.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the jobs without running them.")] = False,
    cluster: Annotated[
        str, typer.Option(help="Run on a Ray cluster: its address, auto, or local.", metavar="ADDRESS")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write the summary as JSON.")] = False,
) -> None:
    """Run many jobs on one or many servers. Started again it goes on where it ended."""
    from ..batch.run_batch import BatchRequest, Limits

    limits = Limits(time_limit, silence_limit or None, connect_limit, patience)
    request = BatchRequest(
        *(jobs, workflow, server or [DEFAULT_SERVER], out, parse_values(given or ()), prompts, templates),
        limits=limits,
        again=again,
        cluster=cluster,
    )
    raise typer.Exit(_plan(request, as_json) if dry_run else _run(request, as_json))


def _plan(request: BatchRequest, as_json: bool) -> int:
    from ..batch.run_batch import plan_batch

    jobs, wrong = plan_batch(request)
    if as_json:
        _write(
            {
                "jobs": [{"row": job.row, "name": job.name, "workflow_mode": job.workflow} for job in jobs],
                "wrong": [{"row": one.job.row, "reason": one.reason} for one in wrong],
            }
        )
    else:
        typer.echo(f"{len(jobs)} jobs would be made")
        for one in wrong:
            typer.echo(f"row {one.job.row}: {one.reason}", err=True)
    return 1 if wrong else 0


def _run(request: BatchRequest, as_json: bool) -> int:
    from ..batch.run_batch import raise_for, run_batch
    from .batch_view import show_summary, watching

    try:
        with watching(request.jobs.name) as on_snapshot:
            result = run_batch(request, on_snapshot)
    except KeyboardInterrupt:
        typer.echo("Running jobs were cancelled. Run the same command again to continue.", err=True)
        raise
    if as_json:
        _write(result.summary())
    else:
        show_summary(result, str(request.out))
    raise_for(result)
    return 1 if result.failures else 0


def _write(data: object) -> None:
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
