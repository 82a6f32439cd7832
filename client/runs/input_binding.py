"""What goes into a run: the workflow, its roles with the values given, its pictures."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ...core.text.normalize import normalized
from ...core.workflow.card import WORKFLOWS, Card, Role, bind, convert, load_workflow
from ...core.workflow.graph import Graph, read_json
from ..comfy.node_inputs import suggestion
from ..failures import BadUseError, UnreadablePictureError, as_bad_use
from .runner import NodeLookup, Runner

PICTURES = ("image", "photo", "mask")  # kinds of roles whose value is a file that is uploaded
TEXTS = ("text", "string", "multiline")  # kinds whose value people have typed
_log = logging.getLogger("fit_ad.runs")


def find_workflow(name: str) -> tuple[Graph, Card]:
    """Return the graph and the card of a bundled workflow, or of the file that a path names.

    Raises:
        BadUseError: There is none, or it is not whole.
    """
    stem, folder = _place(name)
    try:
        return load_workflow(stem, folder)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc


def packs(name: str) -> dict[str, str]:
    """Return which node pack (its registry id) each class of a workflow comes from, as far as its file says."""
    from ...core.workflow.document import read

    stem, folder = _place(name)
    document = read(read_json(folder / f"{stem}.json"), stem)
    nodes = (node for level in document.levels() for node in level.nodes.values())
    return {node.type: str(node.properties["cnr_id"]) for node in nodes if node.properties.get("cnr_id")}


def _place(name: str) -> tuple[str, Path]:
    path = Path(name).expanduser()
    if path.suffix == ".json" or len(path.parts) > 1:
        return path.stem, path.resolve().parent
    return name, WORKFLOWS


def check_values(values: Mapping[str, Any], card: Card) -> None:
    """Make sure, before any server is asked, that the roles exist, their values fit and pictures are files.

    Raises:
        BadUseError: One does not; the nearest role is named.
    """
    try:
        for name, value in values.items():
            role = card.input(name)
            if value is None or isinstance(value, Mapping):
                continue
            convert(str(value) if role.kind in PICTURES else value, role)
            if role.kind in PICTURES and not _is_file(value):
                raise BadUseError(f"The picture {str(value)[:200]!r} for the role {name} does not exist")
    except FitAdError as exc:
        raise as_bad_use(exc) from exc


def _is_file(value: Any) -> bool:
    try:
        return Path(str(value)).expanduser().is_file()
    except (OSError, ValueError):
        return False


def bind_inputs(
    graph: Graph, card: Card, values: Mapping[str, Any], runner: Runner, preferences: Mapping[str, Any] | None = None
) -> Graph:
    """Return the graph with the values in it: pictures where the runner finds them, choices as it writes them.

    Args:
        graph: The workflow's API graph.
        card: Its card.
        values: By role; pictures as paths.
        runner: What is going to run the graph.
        preferences: Values by role that are used only where they are on offer.

    Raises:
        BadUseError: A value cannot be used.
        FitAdError: The server does not take a picture.
    """
    fitting = {name: _value(card.input(name), value, graph, runner) for name, value in values.items()}
    fitting.update(_on_offer(graph, card, preferences or {}, runner))
    try:
        ready = bind(graph, card, fitting)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc
    for name, role in card.inputs.items():  # the sample photo is on the server only where somebody put it there
        if values.get(name) is None and role.kind in PICTURES:
            _check_sample(ready, role, runner)
    return ready


def save_under(graph: Graph, card: Card, mark: str) -> None:
    """Give the files on the server names of their own: a cached run would point to files that may be gone."""
    for role in card.outputs.values():
        if "filename_prefix" in graph[role.node]["inputs"]:
            graph[role.node]["inputs"]["filename_prefix"] = f"fit_ad/{card.name}-{mark}"


def _value(role: Role, value: Any, graph: Graph, runner: Runner) -> Any:
    if value is None or isinstance(value, Mapping):
        return value
    if role.kind in PICTURES:
        try:
            return runner.put_picture(str(Path(str(value)).expanduser()))
        except UnreadablePictureError as exc:
            raise as_bad_use(exc) from exc
    offered = _offered(role, graph, runner)
    if not offered:
        return normalized(value) if isinstance(value, str) and role.kind in TEXTS else value
    match = {one.casefold(): one for one in offered}.get(str(value).casefold())
    if match is None:
        raise BadUseError(f"There is no {role.name} {str(value)[:80]!r}", fix=suggestion(str(value), offered))
    return match


def _on_offer(graph: Graph, card: Card, preferences: Mapping[str, Any], runner: NodeLookup) -> dict[str, Any]:
    found = {}
    for name, value in preferences.items():
        offered = _offered(card.input(name), graph, runner)
        if not offered or value in offered:
            found[name] = value
        else:
            _log.info("%s %r is not installed; the workflow's own is used", name, value)
    return found


def _offered(role: Role, graph: Graph, runner: NodeLookup) -> tuple[str, ...] | None:
    return runner.choices(graph[role.node]["class_type"], role.input)


def _check_sample(graph: Graph, role: Role, runner: NodeLookup) -> None:
    name = graph[role.node]["inputs"].get(role.input)
    if str(name) not in (_offered(role, graph, runner) or ()):
        raise BadUseError(
            f"The role {role.name} has no picture",
            why=f"{name} is not on the server",
            fix=f"Give --set {role.name}=FILE",
        )
