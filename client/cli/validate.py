"""``fit-ad validate``: checks workflow files and says what is wrong with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...core.errors import FitAdError
from ...core.infra.atomic_file import write_file
from ...core.text.locale import messages
from ..failures import BadUseError

if TYPE_CHECKING:
    from rich.console import Console

    from ...core.validation import Environment, Finding, Report
    from ...core.validation.autofix import AppliedFix
    from ...core.workflow.document import WorkflowDocument


Fixed = tuple["Path | None", "list[AppliedFix]"]  # the repaired copy and what was changed in it


class ReportFormat(str, Enum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


class Language(str, Enum):
    """The language of findings."""

    EN = "en"
    KO = "ko"


def validate(
    files: Annotated[list[Path], typer.Argument(help="Workflow files, of either format.", show_default=False)],
    server: Annotated[str, typer.Option(help="Address of a ComfyUI that knows nodes and models.")] = "",
    comfyui: Annotated[Path | None, typer.Option(help="Folder of a ComfyUI, to know its models and packs.")] = None,
    models: Annotated[Path | None, typer.Option(help="An extra_model_paths.yaml, read as ComfyUI reads it.")] = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="How to write the findings.")] = ReportFormat.TEXT,
    lang: Annotated[Language, typer.Option(help="Language of the findings.")] = Language.EN,
    fix: Annotated[bool, typer.Option("--fix", help="Write repaired copies beside the files.")] = False,
    scrub: Annotated[Path | None, typer.Option(help="Write a copy of the file without secrets and paths here.")] = None,
) -> None:
    """Check workflows before they run. Exit status 0 clean, 1 errors found, 2 could not run."""
    if scrub is not None and len(files) != 1:
        raise BadUseError("--scrub takes one file at a time")
    try:
        environment = _environment(server, comfyui, models)
        documents = [_load(file) for file in files]
        reports = [_check(file, document, environment) for file, document in zip(files, documents, strict=True)]
    except FitAdError as exc:
        raise BadUseError(exc.what, why=exc.why, fix=exc.fix) from exc
    for trap in environment.models.traps if environment.models else ():
        sys.stderr.write(f"note: in the settings of model folders the # is part of the path: {trap}\n")
    fixed = {file.as_posix(): _fix(file, one, environment) for file, one in zip(files, documents, strict=True) if fix}
    if form is ReportFormat.TEXT:
        print_reports(reports, lang.value, environment)
    else:
        by_name = {file.as_posix(): one for file, one in zip(files, documents, strict=True)}
        _export(reports, form, lang.value, by_name, fixed)
    for name, (target, changes) in fixed.items():
        _tell(name, target, changes)
    if scrub is not None:
        _scrub(files[0], documents[0], environment, scrub)
    if any(report.errors for report in reports):
        raise typer.Exit(1)


def _load(file: Path) -> WorkflowDocument:
    from ...core.validation.workflow_files import load

    return load(file)


def _check(file: Path, document: WorkflowDocument, environment: Environment) -> Report:
    from ...core.validation import check

    api = file.parent / "api" / file.name
    beside = _load(api).graph if document.extra.get("fit_ad") is not None and api.is_file() else None
    return replace(check(document, environment, api=beside or None), name=file.as_posix())  # type: ignore[arg-type]


def _environment(server: str, comfyui: Path | None, models: Path | None) -> Environment:
    from ...core.validation.environment import from_catalogue, of_folder
    from ...core.validation.model_files import of_comfyui, of_settings

    if server:
        return _ask(server)
    if comfyui is not None:
        return of_folder(comfyui, of_comfyui(comfyui, models))
    return from_catalogue(of_settings(models) if models is not None else None)


def _ask(address: str) -> Environment:
    """Return what a running server knows; it is asked for pictures over the same connection."""
    from ...core.validation.environment import from_object_info
    from ...core.validation.replacements import as_replacements
    from ..comfy.server import ServerInfo

    server = ServerInfo(address)
    version = server.version()
    known = from_object_info(server.all_nodes(), comfyui=version)
    has_file = lru_cache(maxsize=None)(server.has_file)
    listed = lru_cache(maxsize=None)(server.model_files)
    return replace(known, has_file=has_file, listed=listed, renamed=as_replacements(server.replacements()))


def _export(
    reports: Sequence[Report],
    form: ReportFormat,
    lang: str,
    documents: dict[str, WorkflowDocument],
    fixed: dict[str, Fixed],
) -> None:
    from ... import __version__
    from ...core.validation.report_formats import as_json, as_sarif
    from ...core.validation.workflow_files import lines_of

    if form is ReportFormat.JSON:
        data: Any = as_json(reports, lang)
        for one in data["files"] if fixed else ():
            target, changes = fixed[one["file"]]
            one["fixed"] = target.as_posix() if target else None
            one["changes"] = [asdict(change) for change in changes]
    else:
        lines = {name: lines_of(Path(name), one) for name, one in documents.items()}
        data = as_sarif(reports, __version__, lang, lines)
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n")


_COLORS = {"error": "bold red", "warning": "bold yellow", "note": "bold blue"}


def print_reports(reports: Sequence[Report], lang: str, environment: Environment) -> None:
    """Print reports for people: a block per file, a group per node, the worst first."""
    from rich.console import Console
    from rich.text import Text

    console, words = Console(highlight=False), messages("validate", lang)
    for report in reports:
        nodes = f"  {words['nodes'].format(report.nodes)}" if report.nodes else ""
        console.print(Text(report.name, style="bold").append(nodes, style="not bold dim"))
        for group in _groups(report).values():
            _show_group(console, group, lang)
        if not report.findings:
            console.print(Text(f"  {words['clean']}", style="green"))
        console.print()
    counts = {kind: sum(one.count(kind) for one in reports) for kind in ("error", "warning", "note")}
    worst = next((kind for kind, count in counts.items() if count), "")
    console.print(Text(words["counts"].format(**counts), style=_COLORS.get(worst, "bold green")))
    if not environment.choices_known:
        console.print(Text(words["models"], style="dim"))


def _groups(report: Report) -> dict[tuple[str, str], list[Finding]]:
    """Return a file's findings by node, in the order of each node's worst."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for one in report.findings:
        found.setdefault((one.place.node, one.place.level), []).append(one)
    return found


def _show_group(console: Console, group: Sequence[Finding], lang: str) -> None:
    from rich.cells import cell_len
    from rich.padding import Padding
    from rich.table import Column, Table
    from rich.text import Text

    place, words = group[0].place, messages("validate", lang)
    head = Text(f"  {_printable(place.title or place.node) or words['here']}", style="bold cyan")
    known = [place.type] if place.type != place.title else []
    head.append("".join(f"  {_printable(one)}" for one in [*known, place.node] if one), style="not bold dim")
    console.print(head)
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, min_width=max(cell_len(words[kind]) for kind in _COLORS))
    table.add_column(overflow="fold")
    for one in group:
        severity = Text(words[one.severity], style=_COLORS[one.severity])
        table.add_row(severity, Text(_printable(one.message(lang))).append(f"  {one.code}", style="dim"))
        if one.fix(lang):
            remedy = Table.grid(Column(), Column(overflow="fold"), padding=(0, 1))
            remedy.add_row(Text("→", style="green"), Text(_printable(one.fix(lang)), style="green"))
            table.add_row("", remedy)
    console.print(Padding(table, (0, 0, 0, 4), expand=False))


def _printable(text: str) -> str:
    """Return a text of a file without what would steer the terminal."""
    return "".join(one if one.isprintable() else "·" for one in text)


def _fix(file: Path, document: WorkflowDocument, environment: Environment) -> Fixed:
    """Write a repaired copy beside a file, and a list of what changed beside the copy."""
    from ...core.validation.autofix import apply_fixes

    data, changes = apply_fixes(document, environment) if document.raw is not None else (None, [])
    if not changes:
        return None, []
    target = _beside(file)
    _save(data, target)
    _write(f"{file.name} → {target.name}\n" + "".join(f"{one}\n" for one in changes), target.with_suffix(".txt"))
    return target, changes


def _tell(name: str, target: Path | None, changes: Sequence[AppliedFix]) -> None:
    if target is None:
        sys.stderr.write(f"{name}: nothing that can be repaired safely\n")
    else:
        sys.stderr.write(
            f"{name}: repaired copy {target.as_posix()}\n" + "".join(f"  {_printable(str(one))}\n" for one in changes)
        )


def _beside(file: Path) -> Path:
    """Return a name beside a file that nothing has yet."""
    names = (file.with_name(f"{file.stem}.fixed{'' if n == 1 else f'-{n}'}.json") for n in range(1, 1000))
    return next(name for name in names if not name.exists() and not name.with_suffix(".txt").exists())


def _scrub(file: Path, document: WorkflowDocument, environment: Environment, target: Path) -> None:
    from ...core.validation.autofix import scrub

    if document.raw is None:
        raise BadUseError(f"{file} is no workflow, so there is nothing to scrub")
    if target.exists() and target.resolve() == file.resolve():
        raise BadUseError("--scrub never writes over the file itself", fix="Name another file")
    data, count = scrub(document, environment)
    _save(data, target)
    sys.stderr.write(f"{target}: {count} texts cleaned\n")


def _save(data: Any, target: Path) -> None:
    _write(json.dumps(data, indent=2, ensure_ascii=False) + "\n", target)


def _write(text: str, target: Path) -> None:
    try:
        write_file(target, text.encode("utf-8", "surrogatepass"))
    except OSError as exc:
        raise BadUseError(f"{target} cannot be written", why=exc.strerror or str(exc)) from exc
