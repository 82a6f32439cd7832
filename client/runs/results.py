"""What comes out of a run: its pictures, fetched and written with their words and a record beside each."""

from __future__ import annotations

import errno
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ...core.errors import FitAdError
from ...core.infra.atomic_file import write_file
from ...core.workflow.card import Card, Role
from ...core.workflow.graph import Graph, title
from ..comfy.server_messages import as_list, without_keys
from .input_binding import PICTURES
from .out_of_memory import models_used
from .runner import Runner

SUFFIXES = (".jpg", ".png", ".webp", ".avif")
_BESIDE = (".psd", ".json")  # of what a saving node writes beside a picture; the words come from the node itself


class FetchedImage(NamedTuple):
    """One fetched picture: the suffix of its name, the file's bytes, its words, and what lay beside it, by suffix."""

    suffix: str
    data: bytes
    words: tuple[str, ...] = ()
    beside: Mapping[str, bytes] = {}


@dataclass
class Attempt:
    """A graph on its way through a runner, and what has been changed in it so far.

    ``cloud`` tells whether the last attempt may be painted in the cloud.
    """

    graph: Graph
    changes: list[str]
    retries: int = 0
    cloud: bool = False
    node_seconds: dict[str, float] = field(default_factory=dict)
    prompt_id: str = ""


def prepared_folder(folder: Path) -> Path:
    """Return the output folder, made and tried, before any work goes into a run.

    Raises:
        FitAdError: Nothing can be saved there.
    """
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


def fetch_outputs(
    runner: Runner, card: Card, shown: Mapping[str, Mapping[str, Any]], names: Sequence[str] = ()
) -> dict[str, list[FetchedImage]]:
    """Return the pictures of output roles, from what the output nodes show.

    Args:
        runner: What has run the graph.
        card: The workflow's card.
        shown: What the nodes show, by node id.
        names: Of the output roles; none for all.

    Raises:
        FitAdError: One shows none, or it cannot be fetched.
    """
    return {name: _fetched(runner, name, shown.get(card.output(name).node)) for name in names or card.outputs}


def _fetched(runner: Runner, role: str, entry: Mapping[str, Any] | None) -> list[FetchedImage]:
    images = (entry or {}).get("images")
    if not isinstance(images, list) or not images or not all(_is_file_entry(image) for image in images):
        raise FitAdError(
            f"The run ended without a picture for the output {role}", why="The node that saves it gave none"
        )
    words = tuple(_writable(str(part)) for part in as_list((entry or {}).get("text")))
    return [_fetched_image(runner, image, words) for image in images]


def _writable(text: str) -> str:
    """Return a server's text without halves of characters, which no file can hold."""
    return text.encode("utf-8", "ignore").decode()


def _is_file_entry(image: Any) -> bool:
    return isinstance(image, Mapping) and bool(image.get("filename"))


def _fetched_image(runner: Runner, image: Mapping[str, Any], words: tuple[str, ...]) -> FetchedImage:
    suffix = Path(str(image["filename"])).suffix.lower()
    if suffix not in SUFFIXES:
        raise FitAdError(f"The result {str(image['filename'])[:80]!r} is not an image")
    beside = {kind: data for kind, data in runner.companions(image).items() if kind in _BESIDE}
    return FetchedImage(suffix, runner.fetch(image), words, beside)


def result_files(picture: FetchedImage, record: Mapping[str, Any] | None) -> dict[str, bytes]:
    """Return what is written for a picture, by suffix: itself, what lay beside it, its words, its record.

    A caption for stock sites stands in the record under ``stock``; without a record it is a file of its own.
    """
    from ...core.export import words_file

    text = words_file(*[*picture.words, "", ""][:2])
    files = {picture.suffix: picture.data, **picture.beside, **({".txt": text} if text else {})}
    if record is not None:
        caption = {"stock": json.loads(picture.beside[".json"])} if ".json" in picture.beside else {}
        files[".json"] = (json.dumps({**record, **caption}, indent=2, ensure_ascii=False) + "\n").encode(
            "utf-8", "backslashreplace"
        )
    return files


def save_results(
    name: str, pictures: Sequence[FetchedImage], out: Path, record: Mapping[str, Any] | None = None
) -> tuple[Path, ...]:
    """Write pictures with words and record beside each; no file that was there is touched.

    Raises:
        FitAdError: The folder cannot be written to, or the disk is full.
    """
    from ...core.export import destination_for, write_new

    place = destination_for(name, out, 0, 0)
    return tuple(place.folder / (write_new(place, result_files(one, record)) + one.suffix) for one in pictures)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, over one of that name.

    Raises:
        FitAdError: It cannot be written.
    """
    try:
        write_file(path, data)
    except OSError as exc:
        raise saving_failed(path.parent, exc) from exc


def saving_failed(folder: Path, cause: OSError) -> FitAdError:
    """Return the error of a file that could not be written."""
    why = "the disk is full" if cause.errno == errno.ENOSPC else cause.strerror or str(cause)
    fix = "Free some space there and run the same command again: finished jobs stay finished"
    return FitAdError(f"Nothing can be saved in {folder}", why=why, fix=fix)


def record_of(
    card: Card,
    attempt: Attempt,
    runner: Runner,
    system: Mapping[str, Any],
    values: Mapping[str, Any],
    times: tuple[float, float],
) -> dict[str, Any]:
    """Return what can be known of a run afterwards: no keys, no folders of this machine.

    Args:
        values: What was given for the roles.
        times: When it was queued and when it ended, in seconds since 1970.
    """
    from ... import __version__

    versions = system.get("system") or {}
    return {
        "workflow_mode": card.name,
        "workflow_version": card.version,
        "seed": seed_of(card, attempt.graph),
        "roles": {name: _shown(role, attempt.graph, values) for name, role in card.inputs.items()},
        "models": [
            {"model_name": model, "file": value}
            for model, value in dict.fromkeys((use.model.id, use.value) for use in models_used(attempt.graph))
        ],
        "changes": attempt.changes,
        "retries": attempt.retries,
        "versions": {
            "fit_ad": __version__,
            "comfyui": versions.get("comfyui_version"),
            "pytorch": versions.get("pytorch_version"),
        },
        "server": runner.name,
        "prompt_id": attempt.prompt_id,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(times[0])),
        "seconds": round(times[1] - times[0], 3),
        "nodes": [
            {
                "node": title(attempt.graph, node_id),
                "class_type": attempt.graph.get(node_id, {}).get("class_type"),
                "seconds": round(spent, 3),
            }
            for node_id, spent in attempt.node_seconds.items()
        ],
    }


def runlog_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the run log keeps of a run's record: nothing that the user wrote."""
    return {
        "run": record["prompt_id"],
        "server": record["server"],
        "retries": record["retries"],
        "changes": len(record["changes"]),
        "models": sorted({model["model_name"] for model in record["models"]}),
        "nodes": [{"node": node["class_type"], "seconds": node["seconds"]} for node in record["nodes"]],
    }


def seed_of(card: Card, graph: Graph) -> int | None:
    """Return the value of the card's seed, None where it has none."""
    role = next((role for role in card.inputs.values() if role.kind == "seed"), None)
    value = graph[role.node]["inputs"].get(role.input) if role else None
    return value if isinstance(value, int) else None


def _shown(role: Role, graph: Graph, given: Mapping[str, Any]) -> Any:
    """Return a role's value as it may be written down: the bare name of a file, and no keys."""
    if role.kind in PICTURES and given.get(role.name) is not None:
        return Path(str(given[role.name])).name
    value = graph[role.node]["inputs"].get(role.input)
    return without_keys(value) if isinstance(value, str) else value
