"""``fit-ad run`` and ``fit-ad status``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ..comfy.address import DEFAULT_SERVER
from ..failures import BadUseError


def run(
    workflow: Annotated[
        str,
        typer.Argument(
            help="Name of a workflow (fit-ad workflows lists them), its file, or auto: what suits the role prompt.",
            show_default=False,
        ),
    ],
    given: Annotated[
        list[str] | None, typer.Option("--set", metavar="ROLE=VALUE", help="Value of a role; a picture by its file.")
    ] = None,
    server: Annotated[
        str, typer.Option(help="Address of the ComfyUI, or its name in the settings; empty: run right here.")
    ] = DEFAULT_SERVER,
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("fit-ad-output"),
    time_limit: Annotated[float, typer.Option(min=1, help="Give up after this many seconds.")] = 1800,
    silence_limit: Annotated[
        float, typer.Option(min=0, help="Give up when nothing is heard from a run for this many seconds; 0: never.")
    ] = 600,
    connect_limit: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for a connection.")] = 10,
    stock: Annotated[bool, typer.Option("--stock", help="For stock sites: 2500 px, title and keywords.")] = False,
    title: Annotated[str, typer.Option(help="Title for stock sites; else the ad's first headline.")] = "",
    keywords: Annotated[str, typer.Option(help="Keywords for stock sites, with commas; else the hashtags.")] = "",
    preview: Annotated[
        Path | None, typer.Option(help="Keep the newest picture of what is being made in this file.", metavar="FILE")
    ] = None,
    cloud: Annotated[
        bool,
        typer.Option("--cloud", help="Without models or memory there, let the server's profile paint (costs)."),
    ] = False,
    commercial: Annotated[bool, typer.Option(help="With auto: only models that may be used for advertising.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write files and record as JSON.")] = False,
) -> None:
    """Run a workflow on a ComfyUI server and fetch what it makes."""
    from ..runs.run_workflow import RunRequest, run_workflow
    from ..runs.stock_mode import stock_of
    from .console import print_files, progress_bar
    from .models import picked

    values = parse_values(given or ())
    if workflow == "auto":
        workflow, values = picked(values, server, commercial=commercial)
    limits = (time_limit, silence_limit or None, connect_limit)
    request = RunRequest(workflow, values, server, out, *limits, stock_of(stock, title, keywords), preview, cloud)
    with progress_bar(f"Running {workflow}") as on_progress:
        result = run_workflow(request, on_progress)
    if as_json:
        files = {role: [str(path) for path in paths] for role, paths in result.files.items()}
        _write({"files": files, **result.record})
    else:
        print_files([path for paths in result.files.values() for path in paths], result.changes)


def status(
    server: Annotated[str, typer.Option(help="Address of the ComfyUI.")] = DEFAULT_SERVER,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON.")] = False,
) -> None:
    """Show a ComfyUI server's state: versions, queue, memory, models. No keys are shown."""
    from ..comfy.status import ask, lines

    found = ask(server)
    if as_json:
        _write(found)
    else:
        typer.echo("\n".join(lines(found)))


def parse_values(given: Sequence[str]) -> dict[str, str]:
    """Return ROLE=VALUE texts as a mapping.

    Raises:
        BadUseError: One has no ``=`` or no role, or a role is given twice.
    """
    values: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name:
            raise BadUseError(f"--set {text[:80]!r} is not ROLE=VALUE", fix="Write it as --set offer='1+1'")
        if name in values:
            raise BadUseError(f"--set gives the role {name} twice")
        values[name] = value
    return values


def _write(data: Any) -> None:
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n")
