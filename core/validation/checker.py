"""The check of one workflow: every rule in turn."""

from __future__ import annotations

from typing import Any

from ..infra.cancellation import checkpoint
from ..workflow.document import MOST_NODES, WorkflowDocument, read
from ..workflow.graph import Graph
from .api_sync import check_api_sync
from .cards import check_app, check_card
from .context import CheckContext
from .environment import Environment
from .findings import ERROR, WARNING, Finding, Report, ordered
from .model_rules import check_offers
from .pack_rules import check_age, check_packs
from .privacy_rules import check_privacy
from .text_rules import check_texts
from .values import check_values
from .wiring import check_wiring

RULES = (
    *(check_packs, check_wiring, check_values, check_texts, check_offers, check_privacy),
    *(check_card, check_app, check_age),
)


def check(
    document: WorkflowDocument | Any, environment: Environment, *, name: str = "workflow", api: Graph | None = None
) -> Report:
    """Return what is wrong with a workflow.

    Args:
        document: A document, or a file's plain data in either format.
        environment: What it is held against.
        name: What to call it, for plain data.
        api: The API graph that lies beside it, to be held against the conversion.
    """
    if not isinstance(document, WorkflowDocument):
        document = read(document, name)
    try:
        return _checked(document, environment, api)
    except RecursionError:
        deep = Finding("format.shape", ERROR, values={"why": "it is nested too deeply"})
        return Report(document.name, (deep,), document.format, document.size)


def _checked(document: WorkflowDocument, environment: Environment, api: Graph | None) -> Report:
    if document.format == "none":
        faults = [Finding("format.shape", ERROR, values={"why": fault.why}) for fault in document.faults]
        return Report(document.name, tuple(faults))
    if document.size > MOST_NODES:
        large = Finding("format.large", ERROR, values={"count": document.size, "limit": MOST_NODES})
        return Report(document.name, (large,), document.format, document.size)
    context = CheckContext(document, environment)
    for rule in RULES:
        checkpoint()
        rule(context)
    if api is not None and context.conversion.certain:
        for node_id, why in check_api_sync(context.graph, api, environment.nodes):
            context.add("api-drift.graph", node_id, severity=ERROR, why=why)
    found = ordered(context.findings)
    if context.left_out:
        found = (*found, Finding("format.more", WARNING, values={"count": context.left_out}))
    return Report(document.name, found, document.format, len(context.graph))
