"""What goes into a run: the workflow, its roles with the values given, pictures on the server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ...core.raster.photo import read_photo
from ...core.workflow.card import WORKFLOWS, Card, Role, bind, convert, load_workflow
from ...core.workflow.graph import Graph, read_json
from ..comfy.server import ServerInfo
from ..failures import BadUseError, as_bad_use
from ..local.node_inputs import suggestion

PICTURES = ("image", "photo", "mask")  # kinds of roles whose value is a file that is uploaded


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
                raise BadUseError(f"The picture {str(value)[:200]!r} of the role {name} is not there")
    except FitAdError as exc:
        raise as_bad_use(exc) from exc


def _is_file(value: Any) -> bool:
    try:
        return Path(str(value)).expanduser().is_file()
    except (OSError, ValueError):
        return False


def png_of(path: str) -> bytes:
    """Return a picture's file as PNG, turned upright.

    Raises:
        FitAdError: It cannot be read.
    """
    return read_photo(path).png()


def bind_inputs(
    graph: Graph, card: Card, values: Mapping[str, Any], server: ServerInfo, picture: Callable[[str], bytes] = png_of
) -> Graph:
    """Return the graph with the values in it: pictures uploaded, choices as the server writes them.

    Args:
        picture: Gives a picture as PNG, by its path.

    Raises:
        BadUseError: A value cannot be used.
        FitAdError: The server does not take a picture.
    """
    fitting = {name: _value(card.input(name), value, graph, server, picture) for name, value in values.items()}
    try:
        ready = bind(graph, card, fitting)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc
    for name in card.inputs:  # the sample photo lies on the server only where somebody put it there
        if values.get(name) is None and card.inputs[name].kind in PICTURES:
            _check_picture(ready, card.inputs[name], server)
    return ready


def save_as(graph: Graph, card: Card, mark: str) -> None:
    """Give the files on the server names of their own: a cached run would point to files that may be gone."""
    for role in card.outputs.values():
        if "filename_prefix" in graph[role.node]["inputs"]:
            graph[role.node]["inputs"]["filename_prefix"] = f"fit_ad/{card.name}-{mark}"


def _value(role: Role, value: Any, graph: Graph, server: ServerInfo, picture: Callable[[str], bytes]) -> Any:
    if value is None or isinstance(value, Mapping):
        return value
    if role.kind in PICTURES:
        return _uploaded(value, server, picture)
    offered = server.choices(graph[role.node]["class_type"], role.input)
    if not offered:
        return value
    match = {one.casefold(): one for one in offered}.get(str(value).casefold())
    if match is None:
        raise BadUseError(f"There is no {role.name} {str(value)[:80]!r}", fix=suggestion(str(value), offered))
    return match


def _uploaded(value: Any, server: ServerInfo, picture: Callable[[str], bytes]) -> str:
    """Return the name that a picture has on the server; one that has not changed is sent once."""
    path = Path(str(value)).expanduser()
    try:
        found = path.stat()
        key = (str(path.resolve()), found.st_mtime_ns, found.st_size)
    except (OSError, ValueError):
        key = (str(path), 0, 0)  # what is wrong with it is said when it is read
    if key not in server.sent:
        try:
            data = picture(str(path))
        except FitAdError as exc:
            raise as_bad_use(exc) from exc
        server.sent[key] = server.upload(data)
    return server.sent[key]


def _check_picture(graph: Graph, role: Role, server: ServerInfo) -> None:
    name = graph[role.node]["inputs"].get(role.input)
    if str(name) in (server.choices(graph[role.node]["class_type"], role.input) or ()):
        return
    raise BadUseError(
        f"The role {role.name} has no picture", why=f"{name} is not on the server", fix=f"Give --set {role.name}=FILE"
    )
