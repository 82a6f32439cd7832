"""One run of any workflow on a ComfyUI server: roles in, files and a record beside each out."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import FitAdError
from ..core.photo import read_photo
from ..core.workflow.card import Card, Role, bind, load_workflow
from ..core.workflow.graph import Graph, title
from .failures import BadUseError, MemoryFailedError, as_bad_use
from .inputs import suggestion
from .make import SUFFIXES, prepared_folder
from .memory import MAX_RETRIES, card_memory_gb, lighter, models_used, with_models_there
from .queue import ComfyServer

OnProgress = Callable[[str, str, float], None]

SERVER = "http://127.0.0.1:8188"
PICTURES = ("image", "photo", "mask")  # kinds of roles whose value is a file that is uploaded
_SECRET = re.compile(r"\b(?:sk-|hf_|AIza)[\w-]{8,}|\bBearer\s+\S+", re.IGNORECASE)
_log = logging.getLogger("fit_ad.runs")


@dataclass(frozen=True)
class RunRequest:
    """What is to be run.

    Attributes:
        workflow: Name of a bundled workflow, or the path of one with its API file in ``api/`` beside it.
        values: Values of its roles; pictures as paths. What is left out keeps the workflow's own value.
        server: The ComfyUI's address.
        out: The folder for the results.
        time_limit_s: The whole run may take so long, each try for itself.
        silence_limit_s: A run that has begun may be silent for so long.
        connect_limit_s: A connection may take so long.
    """

    workflow: str
    values: Mapping[str, Any] = field(default_factory=dict)
    server: str = SERVER
    out: Path = Path("fit-ad-output")
    time_limit_s: float = 1800
    silence_limit_s: float | None = 600
    connect_limit_s: float = 10


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


@dataclass
class _Try:
    """A graph on its way through the server, and what has been changed in it so far."""

    graph: Graph
    changes: list[str]
    retries: int = 0


def run_workflow(request: RunRequest, on_progress: OnProgress | None = None) -> RunResult:
    """Run a workflow on a server and fetch every output of its card.

    Raises:
        BadUseError: There is no such workflow or role, or a value cannot be used.
        ServerAwayError: The server does not answer, or went away.
        TimedOutError: A limit was over.
        FitAdError: The server lacks nodes or models, or a node failed.
    """
    graph, card = _workflow(request.workflow)
    _check_roles(request.values, card)
    out = prepared_folder(request.out)
    limits = (request.time_limit_s, request.silence_limit_s, request.connect_limit_s)
    with ComfyServer(request.server, on_progress, *limits) as server:
        system = server.system()
        server.check_nodes(graph)
        graph, changes = with_models_there(graph, server, card_memory_gb(system))
        bound = _bound(graph, card, request.values, server)
        _save_anew(bound, card)
        attempt, started = _Try(bound, changes), time.time()
        shown = _run(server, attempt, card)
        record = _record(request, card, attempt, server, system, started)
        fetched = {name: _fetched(server, name, shown.get(role.node)) for name, role in card.outputs.items()}
    files = {name: _keep(f"{card.name}-{name}", parts, out, record) for name, parts in fetched.items()}
    return RunResult(files, record, tuple(attempt.changes))


# --- what goes in -------------------------------------------------------------------------------------------


def _workflow(name: str) -> tuple[Graph, Card]:
    path = Path(name).expanduser()
    try:
        if path.suffix == ".json" or len(path.parts) > 1:
            return load_workflow(path.stem, path.resolve().parent)
        return load_workflow(name)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc


def _check_roles(values: Mapping[str, Any], card: Card) -> None:
    try:
        for name in values:
            card.input(name)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc


def _bound(graph: Graph, card: Card, values: Mapping[str, Any], server: ComfyServer) -> Graph:
    """Return the graph with the values in it: pictures uploaded, choices as the server writes them."""
    fitting = {name: _value(card.input(name), value, graph, server) for name, value in values.items()}
    try:
        ready = bind(graph, card, fitting)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc
    for name in card.inputs:  # the sample photo lies on the server only where somebody put it there
        if values.get(name) is None and card.inputs[name].kind in PICTURES:
            _check_picture(ready, card.inputs[name], server)
    return ready


def _value(role: Role, value: Any, graph: Graph, server: ComfyServer) -> Any:
    if value is None or isinstance(value, Mapping):
        return value
    if role.kind in PICTURES:
        try:
            return server.upload(read_photo(value).png())
        except FitAdError as exc:
            raise as_bad_use(exc) from exc
    offered = server.choices(graph[role.node]["class_type"], role.input)
    if not offered:
        return value
    match = {one.casefold(): one for one in offered}.get(str(value).casefold())
    if match is None:
        raise BadUseError(f"There is no {role.name} {str(value)[:80]!r}", fix=suggestion(str(value), offered))
    return match


def _check_picture(graph: Graph, role: Role, server: ComfyServer) -> None:
    name = graph[role.node]["inputs"].get(role.input)
    if str(name) in (server.choices(graph[role.node]["class_type"], role.input) or ()):
        return
    raise BadUseError(
        f"The role {role.name} has no picture", why=f"{name} is not on the server", fix=f"Give --set {role.name}=FILE"
    )


def _save_anew(graph: Graph, card: Card) -> None:
    """Give the files on the server names of their own: a cached run would point to files that may be gone."""
    for role in card.outputs.values():
        if "filename_prefix" in graph[role.node]["inputs"]:
            graph[role.node]["inputs"]["filename_prefix"] = f"fit_ad/{card.name}-{secrets.token_hex(4)}"


# --- the run ------------------------------------------------------------------------------------------------


def _run(server: ComfyServer, attempt: _Try, card: Card) -> dict[str, dict[str, Any]]:
    """Run the graph; where memory runs out, free it and try again with less, at most twice."""
    targets = [role.node for role in card.outputs.values()]
    while True:
        try:
            return server.run(attempt.graph, targets)
        except MemoryFailedError as exc:
            if attempt.retries == MAX_RETRIES:
                raise MemoryFailedError(exc.what, why=exc.why, fix=_advice(attempt.changes)) from exc
            attempt.retries += 1
            _lighten(server, attempt, card, exc.what)


def _lighten(server: ComfyServer, attempt: _Try, card: Card, what: str) -> None:
    server.free()
    attempt.graph, changes = lighter(attempt.graph, card, server, attempt.retries)
    attempt.changes += changes
    done = ", ".join(changes) or "the same once more, with its memory freed"
    _log.warning("%s. Try %d: %s", what, attempt.retries + 1, done)


def _advice(changes: list[str]) -> str:
    tried = f"Tried: {', '.join(changes)}. " if changes else ""
    return f"{tried}Close other programs on the card, or choose a smaller format or model"


def _fetched(server: ComfyServer, role: str, entry: Mapping[str, Any] | None) -> list[tuple[str, bytes, list[str]]]:
    """Return suffix, bytes and words of every picture that an output role shows."""
    images = (entry or {}).get("images")
    if not isinstance(images, list) or not images or not all(isinstance(image, Mapping) for image in images):
        raise FitAdError(f"The run ended without the output {role}", fix="Look at the server's log")
    words = [str(part) for part in (entry or {}).get("text") or ()]
    return [(_suffix(image), server.fetch(image), words) for image in images]


def _suffix(image: Mapping[str, Any]) -> str:
    suffix = Path(str(image.get("filename", ""))).suffix.lower()
    if suffix not in SUFFIXES:
        raise FitAdError(f"The server's result {str(image.get('filename'))[:80]!r} is no picture")
    return suffix


# --- what comes out -----------------------------------------------------------------------------------------


def _keep(
    name: str, parts: list[tuple[str, bytes, list[str]]], out: Path, record: Mapping[str, Any]
) -> tuple[Path, ...]:
    """Write the pictures with words and record beside each; no file that was there is touched."""
    from ..core.saving import place_for, words_file, write_new

    sidecar = (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()
    kept = []
    for suffix, data, words in parts:
        text = words_file(*[*words, "", ""][:2])
        files = {suffix: data, **({".txt": text} if text else {}), ".json": sidecar}
        kept.append(out / (write_new(place_for(name, out, 0, 0), files) + suffix))
    return tuple(kept)


def _record(
    request: RunRequest, card: Card, attempt: _Try, server: ComfyServer, system: Mapping[str, Any], started: float
) -> dict[str, Any]:
    """Return what can be known of a run afterwards: no keys, no folders of this machine."""
    from .. import __version__

    said = system.get("system") or {}
    return {
        "workflow_mode": card.name,
        "workflow_version": card.version,
        "seed": _seed(card, attempt.graph),
        "roles": {name: _shown(role, attempt.graph, request.values) for name, role in card.inputs.items()},
        "models": [
            {"model_name": model, "file": value}
            for model, value in dict.fromkeys((use.model.id, use.value) for use in models_used(attempt.graph))
        ],
        "changes": attempt.changes,
        "retries": attempt.retries,
        "versions": {
            "fit_ad": __version__,
            "comfyui": said.get("comfyui_version"),
            "pytorch": said.get("pytorch_version"),
        },
        "server": server.name,
        "prompt_id": server.prompt_id,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "seconds": round(time.time() - started, 3),
        "nodes": [
            {"node": title(attempt.graph, node_id), "seconds": round(spent, 3)}
            for node_id, spent in server.node_seconds.items()
        ],
    }


def _seed(card: Card, graph: Graph) -> int | None:
    role = next((role for role in card.inputs.values() if role.kind == "seed"), None)
    value = graph[role.node]["inputs"].get(role.input) if role else None
    return value if isinstance(value, int) else None


def _shown(role: Role, graph: Graph, given: Mapping[str, Any]) -> Any:
    """Return a role's value as it may be written down: the bare name of a file, and no keys."""
    if role.kind in PICTURES and given.get(role.name) is not None:
        return Path(str(given[role.name])).name
    value = graph[role.node]["inputs"].get(role.input)
    return _SECRET.sub("…", value) if isinstance(value, str) else value
