"""Rules on a workflow's card and on App mode: each role and field points to what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import FitAdError
from ..workflow.card import as_card
from ..workflow.graph import title
from .context import CheckContext
from .findings import ERROR, NOTE


def check_card(context: CheckContext) -> None:
    """Add what is wrong with ``extra.fit_ad``, where a file has one."""
    data = context.document.extra.get("fit_ad")
    if data is None:
        return
    try:
        card = as_card(data, context.document.name)
    except FitAdError as exc:
        context.add("card-mismatch.broken", severity=ERROR, why=exc.why)
        return
    for role in (*card.inputs.values(), *card.outputs.values()):
        if role.node not in context.graph:
            context.add("card-mismatch.node", severity=ERROR, role=role.name, target=role.node)
        elif role.input and not _has(context, role.node, role.input):
            named = title(context.graph, role.node)
            context.add("card-mismatch.input", role.node, role.input, severity=ERROR, role=role.name, title=named)


def check_app(context: CheckContext) -> None:
    """Add, once, the fields and results of App mode that belong to nodes which are not in the file."""
    known = {node_id for level in context.document.levels() for node_id in level.nodes}
    lost = [one for one in dict.fromkeys(_shown(context.document.extra.get("linearData"))) if one not in known]
    if lost:
        named = ", ".join(lost[:5]) + (" …" if len(lost) > 5 else "")
        context.add("card-mismatch.app", severity=NOTE, target=named)


def _shown(data: Any) -> Iterator[str]:
    """Yield the nodes that App mode shows, those of the graph's own level and of subgraphs by their plain id."""
    for part in ("inputs", "outputs"):
        entries = data.get(part) if isinstance(data, dict) else None
        for one in entries if isinstance(entries, list) else ():
            node = one[0] if isinstance(one, list) and one else one
            if isinstance(node, (int, str)) and not isinstance(node, bool) and ":" not in str(node):
                yield str(node)


def _has(context: CheckContext, node_id: str, name: str) -> bool:
    cls = context.cls(node_id)
    return cls is None or name in cls.live(context.inputs(node_id))
