"""``fit-ad models``: what each workflow needs, what is there, what is missing and where to put it."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any

import typer

from ...core.infra.paths import environment, models_folder
from ...core.models.registry import Model, ModelChoice, choice_for, choices, in_order, primary_model, registry
from ...core.workflow.card import load_card, workflow_names

# ComfyUI looks for these in more folders than the one of that name: older names, and those of the packs.
_FOLDERS = {
    "diffusion_models": ("diffusion_models", "unet"),
    "text_encoders": ("text_encoders", "clip"),
    "background_removal": ("background_removal", "ben2", "RMBG", "BEN2"),
    "ultralytics_bbox": ("ultralytics/bbox",),
    "ultralytics_segm": ("ultralytics/segm",),
}
# The lists of ComfyUI-GGUF, which a server keeps apart.
_LISTS = {
    "diffusion_models": ("diffusion_models", "unet_gguf"),
    "text_encoders": ("text_encoders", "clip_gguf"),
}


def models(
    workflow: Annotated[
        list[str] | None, typer.Argument(help="Names of workflows; none: all of them.", show_default=False)
    ] = None,
    server: Annotated[str | None, typer.Option(help="Ask this ComfyUI instead of the folders here.")] = None,
    folder: Annotated[Path | None, typer.Option("--models-dir", help="The models folder to look in.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON.")] = False,
    prompt: Annotated[
        str | None, typer.Option("--for", metavar="PROMPT", help="Say which model suits a prompt, and its workflow.")
    ] = None,
    commercial: Annotated[bool, typer.Option(help="With --for: only what may be used for advertising.")] = False,
) -> None:
    """Say which models each workflow needs, which are there, and where to get and put the missing ones."""
    primary = primary_model(environment())
    chosen = None if prompt is None else choice_for(prompt, primary, commercial=commercial)
    names = [chosen.workflow] if chosen else workflow or workflow_names()
    there = _on_server(server) if server else _in_folder(folder or models_folder(environment()))
    found = survey(names, there, primary)
    if as_json:
        data = {**found[0], "choice": advice(chosen)} if chosen else found
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    else:
        first = chosen_lines(chosen, prompt or "") if chosen else ()
        typer.echo("\n".join([*first, *lines(found), *shipped_lines()]))


def picked(values: Mapping[str, Any], server: str, *, commercial: bool = False) -> tuple[str, dict[str, Any]]:
    """Return the workflow that suits the prompt among a run's values, and the values with what it needs.

    A model that the server, or without one this machine, lacks gives way to what stands in for it.

    Raises:
        ServerAwayError: The server does not answer.
    """
    chosen = choice_for(str(values.get("prompt", "")), primary_model(environment()), commercial=commercial)
    model = registry()[chosen.model]
    there = _on_server(server) if server else _in_folder(models_folder(environment()))
    if "model" in chosen.values and chosen.values["model"] not in there[model.folder]:
        chosen = next(rule for rule in choices() if rule.model == model.stand_in)
    return chosen.workflow, {**chosen.values, **values}


def advice(chosen: ModelChoice) -> dict[str, Any]:
    """Return a choice of a model as plain data."""
    return {
        "model": chosen.model,
        "kind": chosen.kind,
        "workflow": chosen.workflow,
        "values": dict(chosen.values),
        "commercial": registry()[chosen.model].commercial,
    }


def chosen_lines(chosen: ModelChoice, prompt: str) -> Iterator[str]:
    """Yield which model suits the prompt, and how to run it."""
    values = "".join(f" --set {role}={value}" for role, value in chosen.values.items())
    yield f"{chosen.kind}: {chosen.model}"
    yield f"  fit-ad run {chosen.workflow} --set prompt={shlex.quote(prompt)}{values}"
    if registry()[chosen.model].commercial != "yes":
        yield "  for advertising ask with --commercial"
    yield ""


def survey(names: Sequence[str], there: Mapping[str, Iterable[str]], primary: str = "") -> list[dict[str, Any]]:
    """Return per workflow, as plain data, its models and the state of each.

    Args:
        names: Of workflows in the bundle.
        there: Model folder key -> the file names in it.
        primary: Id of the model to take first where it fits.

    Raises:
        FitAdError: There is no workflow of a name.
    """
    files = {key: {PureWindowsPath(name).name for name in held} for key, held in there.items()}
    return [_workflow(name, files, primary) for name in names]


def lines(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the survey as a table for people."""
    for entry in found:
        yield f"{entry['workflow']} {entry['version']}  advertising: {entry['commercial']}"
        if not entry["models"]:
            yield "  needs no model"
        for model in entry["models"]:
            yield from _model_lines(model)
        yield from _memory_lines(entry["memory"])
        yield ""


def shipped_lines() -> Iterator[str]:
    """Yield the small models that come with Fit-AD, for cut-outs and for finding faces and hands."""
    yield "with Fit-AD, nothing to fetch"
    for model in registry().values():
        for file in (one for one in model.files if one.shipped):
            yield f"  ok       {model.id:<26} {_size(file.size_mb):>8}  {model.licence}"


def _memory_lines(memory: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what to take on which size of graphics card, and what it takes there."""
    if memory and not any(fit["models"] for fit in memory.values()):
        yield "  runs without a graphics card"
        return
    for size, fit in memory.items():
        line = f"  on {size:>5}  {', '.join(fit['models']):<26} about {fit['peak_gb']:g} GB"
        if not fit["fits"]:
            line += ", more than the card holds: slower"
        if fit.get("instead"):
            line += f"; {fit['instead']} fits"
        yield line


def _model_lines(model: Mapping[str, Any]) -> Iterator[str]:
    size = _size(model["size_mb"])
    mark = "ok     " if model["file_there"] else "missing"
    yield f"  {mark}  {model['id']:<26} {size:>8}  {model['licence']}"
    if model["taken"] != model["id"] and model["file_there"]:
        yield f"           {model['taken']} is installed and is used instead"
    if not model["file_there"]:
        yield f"           {model['files'][0]} into models/{model['folder']}"
        named = f", called {model['there']} there" if model["there"] else ""
        yield f"           from {model['page']}{named}"
    if model["commercial"] != "yes" and model["stand_in"]:
        yield f"           not for advertising as it comes; {model['stand_in']} may be used"


def _size(megabytes: float) -> str:
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes} MB"


def _workflow(name: str, files: Mapping[str, set[str]], primary: str) -> dict[str, Any]:
    from ...core.workflow.card import WORKFLOWS
    from ...core.workflow.graph import read_json

    card = load_card(name)
    data = read_json(WORKFLOWS / f"{name}.json")["extra"]["fit_ad"]
    return {
        "workflow": name,
        "version": card.version,
        "commercial": data.get("commercial", "yes"),
        "memory": data.get("memory", {}),
        "models": [_state(registry()[key], files, primary) for key in card.models],
    }


def _state(model: Model, files: Mapping[str, set[str]], primary: str) -> dict[str, Any]:
    order = (one for one in in_order(model, primary) if _same_use(one, model))
    candidates = ((one, _there(one, files)) for one in order)
    taken, file = next(((one, file) for one, file in candidates if file), (model, ""))
    return {
        "id": model.id,
        "taken": taken.id,
        "file_there": file,
        "files": [entry.name for entry in model.files],
        "folder": model.folder,
        "page": model.page,
        "there": model.files[0].there,
        "sha256": model.files[0].sha256,
        "size_mb": model.files[0].size_mb,
        "licence": model.licence,
        "commercial": model.commercial,
        "vram_gb": model.vram_gb,
        "alternatives": list(model.alternatives),
        "stand_in": model.stand_in,
    }


def _same_use(one: Model, model: Model) -> bool:
    """Tell whether a graph as it is can take it: from the same loader, or by the cut-out node, which tries them all."""
    return one.folder == model.folder or model.folder == "background_removal"


def _there(model: Model, files: Mapping[str, set[str]]) -> str:
    held = files.get(model.folder, set())
    return next((file.name for file in model.files if file.name in held), "")


def _on_server(address: str) -> dict[str, list[str]]:
    from ..comfy.queue import ComfyServer

    with ComfyServer(address) as server:
        server.version()
        return {key: [name for one in _LISTS.get(key, (key,)) for name in server.model_files(one)] for key in _keys()}


def _in_folder(root: Path) -> dict[str, list[str]]:
    return {
        key: [file.name for one in _FOLDERS.get(key, (key,)) for file in (root / one).rglob("*") if file.is_file()]
        for key in _keys()
    }


def _keys() -> list[str]:
    return sorted({model.folder for model in registry().values() if model.folder})
