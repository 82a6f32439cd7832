"""How an API file differs from what its graph-editor file gives."""

from __future__ import annotations

from collections.abc import Iterator

from ..workflow.catalogue import Catalogue
from ..workflow.graph import Graph
from ..workflow.widget_values import shown


def check_api_sync(ours: Graph, theirs: Graph, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield a node and a difference, in what the server reads: nodes, classes, links and declared values."""
    for node_id in ours.keys() - theirs.keys():
        yield node_id, f"{node_id} ({ours[node_id]['class_type']}) is missing"
    for node_id in theirs.keys() - ours.keys():
        yield "", f"{node_id} ({theirs[node_id].get('class_type')}) should not be there"
    for node_id in ours.keys() & theirs.keys():
        mine, their = ours[node_id], theirs[node_id]
        if mine["class_type"] != their.get("class_type"):
            yield node_id, f"the class is {their.get('class_type')}, not {mine['class_type']}"
            continue
        cls = catalogue.get(mine["class_type"])
        given, wanted = their.get("inputs") or {}, mine["inputs"]
        specs = {**cls.live(given), **cls.live(wanted)} if cls else {}
        for name, spec in sorted(specs.items()):
            if name not in given and not spec.required and wanted.get(name) == spec.default:
                continue  # an input that is younger than the API file, at the value that it has without being given
            if given.get(name) != wanted.get(name):
                yield node_id, f"{name} is {shown(given.get(name))}, not {shown(wanted.get(name))}"
