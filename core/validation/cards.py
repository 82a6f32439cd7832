"""Rules on a workflow's card: each role points to a node and an input that are there."""

from __future__ import annotations

from ..errors import FitAdError
from ..workflow.card import as_card
from ..workflow.graph import title
from .case import Case
from .findings import ERROR


def check_card(case: Case) -> None:
    """Add what is wrong with ``extra.fit_ad``, where a file has one."""
    data = case.document.extra.get("fit_ad")
    if data is None:
        return
    try:
        card = as_card(data, case.document.name)
    except FitAdError as exc:
        case.add("card-mismatch.broken", severity=ERROR, why=exc.why)
        return
    for role in (*card.inputs.values(), *card.outputs.values()):
        if role.node not in case.graph:
            case.add("card-mismatch.node", severity=ERROR, role=role.name, target=role.node)
        elif role.input and not _has(case, role.node, role.input):
            named = title(case.graph, role.node)
            case.add("card-mismatch.input", role.node, role.input, severity=ERROR, role=role.name, title=named)


def _has(case: Case, node_id: str, name: str) -> bool:
    cls = case.cls(node_id)
    return cls is None or name in cls.live(case.inputs(node_id))
