"""One ad from one photo: the express workflow, in this process or on a server."""

from __future__ import annotations

import logging
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ...core.errors import FitAdError
from ...core.raster.photo import Photo, read_photo
from ...core.telemetry import runlog
from ...core.workflow.card import WORKFLOWS, Card, bind, load_workflow
from ...core.workflow.graph import Graph
from ..failures import BadUseError, as_bad_use
from ..local.node_inputs import suggestion
from .stock_mode import Stock, ask_for_stock

OnProgress = Callable[[str, str, float], None]

WORKFLOW = "express"
TONES = {"친근함": "friendly", "전문적": "professional", "트렌디": "trendy", "감성적": "emotional"}
MAX_TEXT = 2000
PREFIX = "Fit-AD"
SUFFIXES = (".jpg", ".png", ".webp", ".avif")

FACTS = ("shop", "offer", "features", "region", "audience")  # left out they are empty: the sample's are not the user's
_LOOKS = ("tone", "format")  # the roles whose values have looks of their own
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_log = logging.getLogger("fit_ad.make")


@dataclass(frozen=True)
class AdRequest:
    """What an ad is made from.

    Attributes:
        photo: The photo's file.
        values: Values of the workflow's roles (shop, offer, tone, …); facts that are left out are empty, all
            else keeps its default.
        out: The folder for the result.
        server: A ComfyUI's address; empty to run in this process.
        time_limit_s: The whole run may take so long.
        stock: Save as stock sites take it, with this title and these keywords.
    """

    photo: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    out: Path = Path("fit-ad-output")
    server: str = ""
    time_limit_s: float = 600
    stock: Stock | None = None


@dataclass(frozen=True)
class Ad:
    """A finished ad: its files, and the words that go with it."""

    files: tuple[Path, ...]
    copies: str = ""
    hashtags: str = ""


class Runner(Protocol):
    """What runs a graph: this process, or a server."""

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None: ...

    def run(
        self, graph: Graph, targets: list[str] | None = None, extra: Mapping[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]: ...


@dataclass(frozen=True)
class _MakeJob:
    """All that the two ways of running share."""

    request: AdRequest
    graph: Graph
    card: Card
    said: Mapping[str, Any]
    look: Mapping[str, Any]
    photo: Photo
    out: Path
    on_progress: OnProgress | None


def make_ad(request: AdRequest, on_progress: OnProgress | None = None) -> Ad:
    """Make an ad and return where it lies and what it says.

    Raises:
        BadUseError: The photo or a value cannot be used.
        FitAdError: The run failed.
    """
    graph, card = load_workflow(WORKFLOW)
    said = _said(request.values)
    look = _look(said, card)
    job = _MakeJob(request, graph, card, said, look, _photo(request.photo), prepared_folder(request.out), on_progress)
    with runlog.recording("run", run=secrets.token_hex(8), workflow_mode=card.name):
        return _on_server(job) if request.server else _in_process(job)


# --- what goes in -------------------------------------------------------------------------------------------


def _photo(path: Path) -> Photo:
    try:
        return read_photo(path)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that were given, cleaned; tones may be given by their Korean names."""
    said = {name: _text(name, value) for name, value in given.items() if value is not None}
    if not said.get("shop") and not said.get("offer"):
        raise BadUseError("There is nothing to advertise: shop and offer are both empty", fix="Give --shop or --offer")
    if "tone" in said:
        said["tone"] = TONES.get(said["tone"], said["tone"].lower())
        if said["tone"] not in TONES.values():
            raise BadUseError(f"There is no tone {said['tone']!r}", fix=suggestion(said["tone"], TONES.values()))
    return said


def _look(said: Mapping[str, Any], card: Card) -> dict[str, Any]:
    """Return the look of the tone and of the format, less what was said otherwise."""
    tone, shape = (said.get(role) or (card.inputs[role].default if role in card.inputs else "") for role in _LOOKS)
    known = tone_looks()
    look = {**known.get(str(tone), {}), **known.get("formats", {}).get(str(shape), {})}
    return {k: v for k, v in look.items() if k in card.inputs and k not in said}


def _text(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    clean = _CONTROL.sub("", value.replace("\r\n", "\n")).strip()
    if len(clean) > MAX_TEXT:
        raise BadUseError(f"--{name} has {len(clean):,} characters", fix=f"At most {MAX_TEXT:,} are read")
    return clean


def tone_looks(folder: Path = WORKFLOWS) -> dict[str, dict[str, Any]]:
    """Return the look (role -> value) of each tone, and of formats under `formats`; empty without looks.yaml."""
    path = folder / "looks.yaml"
    if not path.is_file():
        return {}
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise FitAdError("workflows/looks.yaml cannot be read", why=str(exc)) from exc
    if not isinstance(data, dict):
        return {}
    return {str(tone): dict(look) for tone, look in data.items() if isinstance(look, dict)}


def prepared_folder(folder: Path) -> Path:
    """Return the output folder, made and tried, before any work goes into the ad."""
    folder = folder.expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        return folder.resolve()
    except (OSError, ValueError) as exc:
        in_the_way = next((p for p in (folder, *folder.parents) if _is_file(p)), None)
        reason = f"{in_the_way} is a file" if in_the_way else getattr(exc, "strerror", None) or str(exc)
        raise FitAdError(
            f"Nothing can be saved in {folder}", why=reason, fix="Choose another folder with --out"
        ) from exc


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _bound(job: _MakeJob, runner: Runner, photo: str) -> Graph:
    """Return the graph with everything in it; a choice may be written in another case, a near miss is named."""
    values = {"photo": photo, **{fact: "" for fact in FACTS if fact in job.card.inputs}}
    for name, value in job.said.items():
        offered = _choices(job, runner, name)
        values[name] = _offered(name, value, offered) if offered else value
    for name, value in job.look.items():
        offered = _choices(job, runner, name)
        if not offered or value in offered:
            values[name] = value
        else:
            _log.info("The look's %s %r is not installed; the workflow's own is taken", name, value)
    try:
        bound = bind(job.graph, job.card, values)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc
    ask_for_stock(bound, job.card, job.request.stock)
    return bound


def _choices(job: _MakeJob, runner: Runner, name: str) -> tuple[str, ...] | None:
    try:
        role = job.card.input(name)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc
    return runner.choices(job.graph[role.node]["class_type"], role.input)


def _offered(name: str, value: Any, offered: tuple[str, ...]) -> str:
    match = {o.casefold(): o for o in offered}.get(str(value).casefold())
    if match is None:
        raise BadUseError(f"There is no {name} {value!r}", fix=suggestion(str(value), offered))
    return match


# --- the two ways -------------------------------------------------------------------------------------------


def _in_process(job: _MakeJob) -> Ad:
    from ..local.runner import LocalRunner

    with tempfile.TemporaryDirectory(prefix="fit-ad-") as scratch:
        folders = [Path(scratch, name) for name in ("input", "temp")]
        for folder in folders:
            folder.mkdir()
        job.photo.save_png(folders[0] / "photo.png")
        runner = LocalRunner(folders[0], job.out, folders[1], job.on_progress, job.request.time_limit_s)
        shown = runner.run(_bound(job, runner, "photo.png"), _targets(job.card))
    entry = _entry(shown, job.card)
    return Ad(tuple(job.out / i.get("subfolder", "") / i["filename"] for i in entry["images"]), *_words(entry))


def _on_server(job: _MakeJob) -> Ad:
    from ..comfy.queue import ComfyServer

    with ComfyServer(job.request.server, job.on_progress, job.request.time_limit_s) as server:
        server.version()
        server.check_nodes(job.graph)
        bound = _bound(job, server, server.upload(job.photo.png()))
        _save_anew(bound, job.card)
        entry = _entry(server.run(bound, _targets(job.card)), job.card)
        fetched = [(_suffix(image), server.fetch(image)) for image in entry["images"]]
    return Ad(_keep(fetched, job.out, entry), *_words(entry))


def _save_anew(graph: Graph, card: Card) -> None:
    """Give the file on the server a name of its own: a cached run would point to a file that may be gone."""
    for node_id in _targets(card):
        if "filename_prefix" in graph[node_id]["inputs"]:
            graph[node_id]["inputs"]["filename_prefix"] = f"fit_ad/{PREFIX}-{secrets.token_hex(4)}"


def _suffix(image: Mapping[str, Any]) -> str:
    suffix = Path(str(image.get("filename", ""))).suffix.lower()
    if suffix not in SUFFIXES:
        raise FitAdError(f"The server's result {str(image.get('filename'))[:80]!r} is no picture")
    return suffix


def _keep(fetched: list[tuple[str, bytes]], out: Path, entry: Mapping[str, Any]) -> tuple[Path, ...]:
    from ...core.export import destination_for, words_file, write_new

    words = words_file(*_words(entry))
    files = []
    for suffix, data in fetched:
        name = write_new(destination_for(PREFIX, out, 0, 0), {suffix: data, **({".txt": words} if words else {})})
        files.append(out / (name + suffix))
    return tuple(files)


# --- what comes out -----------------------------------------------------------------------------------------


def _targets(card: Card) -> list[str]:
    return [card.output("ad").node]


def _entry(shown: Mapping[str, Mapping[str, Any]], card: Card) -> Mapping[str, Any]:
    entry = shown.get(card.output("ad").node) or {}
    images = entry.get("images")
    if not images or not all(isinstance(image, Mapping) and image.get("filename") for image in images):
        raise FitAdError("The run ended without a picture", why="The node that saves the ad gave none")
    return entry


def _words(entry: Mapping[str, Any]) -> tuple[str, str]:
    words = [str(part) for part in entry.get("text") or ()]
    return (words[0] if words else "", words[1] if len(words) > 1 else "")
