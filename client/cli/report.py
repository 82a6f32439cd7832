"""``fit-ad report``: the run log as a page."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer

from ...core.errors import FitAdError
from ...core.infra.atomic_file import write_file
from ...core.infra.paths import comfyui_user_folder, environment
from ...core.telemetry import runlog
from ...core.text.locale import LANGUAGES, messages
from ..failures import BadUseError
from ..report.report_data import RunLogData
from ..report.run_figures import as_data, figures

_OUTPUT = Path("fit-ad-output")


def report(
    logs: Annotated[
        list[Path] | None,
        typer.Option("--log", help="Run log: a file or its folder. Without it: this machine's."),
    ] = None,
    sidecars: Annotated[
        list[Path] | None,
        typer.Option(help="Folder with fetched pictures, whose records count too. Without it: fit-ad-output."),
    ] = None,
    since: Annotated[str, typer.Option(help="Only what came after: 24h, 7d, 4w, 2026-11-01.")] = "",
    workflow: Annotated[str, typer.Option(help="Only runs of this workflow.")] = "",
    out: Annotated[Path, typer.Option(help="File of the page. An existing one is replaced.")] = Path(
        "fit-ad-report.html"
    ),
    language: Annotated[str, typer.Option("--lang", help="Language of the page: en | ko.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Write the figures as JSON instead of a page.")] = False,
) -> None:
    """Show how long runs and nodes take, what memory they need, and what goes wrong."""
    from ..report import charts, page
    from ..report.report_data import part, read
    from ..report.report_data import since as moment

    if language not in LANGUAGES:
        raise BadUseError(f"There is no report in {language[:20]!r}", fix="Choose en or ko")
    begin = moment(since) if since else None
    places = [*_logs(logs), *_sidecars(sidecars)]
    found = figures(_something(part(read(_logs(logs), _sidecars(sidecars)), begin, workflow), places, since))
    if as_json:
        sys.stdout.write(json.dumps(as_data(found), indent=2, ensure_ascii=False) + "\n")
        return
    drawn = charts.charts(found, messages("report", language)) if charts.available() else {}
    now = datetime.now(timezone.utc)
    _write(out, page.page(found, drawn, language=language, workflow=workflow, now=now))
    typer.echo(str(out))


def _logs(given: list[Path] | None) -> list[Path]:
    """Return where logs are; those of this machine where none is named.

    Raises:
        BadUseError: A named one is not there.
    """
    for path in given or ():
        if not path.expanduser().exists():
            raise BadUseError(f"There is no run log at {path}")
    if given:
        return [path.expanduser() for path in given]
    variables = environment()
    users = (comfyui_user_folder(variables), None)
    folders = [runlog.folder_for(user, variables) for user in users]
    return [folder for folder in dict.fromkeys(folders) if folder is not None]


def _sidecars(given: list[Path] | None) -> list[Path]:
    for path in given or ():
        if not path.expanduser().is_dir():
            raise BadUseError(f"There is no folder {path}")
    return [path.expanduser() for path in given] if given else [_OUTPUT] if _OUTPUT.is_dir() else []


def _something(material: RunLogData, places: list[Path], since_text: str) -> RunLogData:
    if material:
        return material
    if since_text:
        raise FitAdError(f"Nothing was run since {since_text}", fix="Choose an earlier time with --since")
    raise FitAdError(
        "There is no run to report on",
        why=f"Looked in {', '.join(map(str, places))}" if places else "The run log is off",
        fix="Make an ad first, or name a log with --log. `run_log: no` in the settings and FIT_AD_LOG=off keep none",
    )


def _write(out: Path, text: str) -> None:
    """Write the page whole or not at all.

    Raises:
        FitAdError: It cannot be written.
    """
    out = out.expanduser()
    try:
        write_file(out, text.encode())
    except OSError as exc:
        raise FitAdError(f"{out} cannot be written", why=exc.strerror or str(exc), fix="Choose another --out") from exc
