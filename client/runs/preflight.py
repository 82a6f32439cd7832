"""What a server would refuse or do otherwise, found before anything is queued."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from ...core.errors import FitAdError
from ...core.workflow.card import Card
from ...core.workflow.graph import Graph, run_order
from ..failures import BadUseError
from .runner import NodeLookup

_ABOUT_SHARING = ("secret", "path-absolute", "path-escape", "model-unsafe")  # of files that are passed on, not of runs
_log = logging.getLogger("fit_ad.check")


def needed_part(graph: Graph, card: Card) -> Graph:
    """Return the part of a graph that the card's outputs need."""
    return {node_id: graph[node_id] for node_id in run_order(graph, [role.node for role in card.outputs.values()])}


def check_nodes(runner: NodeLookup, graph: Graph, card: Card, packs: Mapping[str, str]) -> None:
    """Make sure that the runner has every node that is needed.

    Args:
        packs: Class -> the pack that it comes from, as far as known.

    Raises:
        FitAdError: It lacks some; they and the packs to install are named.
    """
    types = sorted({node["class_type"] for node in needed_part(graph, card).values()})
    lacking = [one for one in types if not runner.has_node(one)]
    if not lacking:
        return
    named = [f"{one} from {packs[one]}" if one in packs else one for one in lacking]
    what = f"{runner.place} does not have these nodes of the workflow {card.name}: {', '.join(named)}"
    raise FitAdError(what, fix=_remedy(lacking, card, packs) if runner.is_server else "Name a ComfyUI with --server")


def _remedy(lacking: list[str], card: Card, packs: Mapping[str, str]) -> str:
    install = sorted({packs[one] for one in lacking if one in packs} - {"comfy-core"})
    fixes = [f"In ComfyUI-Manager install or update {' and '.join(install)} there"] if install else []
    if any(packs.get(one) == "comfy-core" for one in lacking):
        fixes.append(f"Update ComfyUI there: {card.name} needs {card.min_comfyui or 'a newer one'}")
    return ", ".join(fixes or ["Install the packs that the workflow uses there"]) + ", and restart it"


def check_graph(runner: NodeLookup, graph: Graph, card: Card, given: Mapping[str, Any]) -> None:
    """Hold a bound graph against what the runner says of its nodes; warnings are logged.

    Raises:
        BadUseError: A value that was given for a role cannot be used.
        FitAdError: The graph cannot run there.
    """
    from ...core.validation import Finding, check, from_object_info

    needed = needed_part(graph, card)
    info = {one: runner.node_info(one) for one in {node["class_type"] for node in needed.values()}}
    report = check(needed, from_object_info(info), name=card.name)
    errors: list[Finding] = []
    for one in report.findings:
        if one.severity == "error" and one.code != "secret":  # which is about the file, not about the run
            errors.append(one)
        elif one.severity == "warning" and one.code not in _ABOUT_SHARING and one.message_key != "bad-value.unseen":
            _log.warning("%s", _as_text(one))
    if errors:
        raise _error(errors, card, given)


def _error(errors: list[Any], card: Card, given: Mapping[str, Any]) -> FitAdError:
    """Return the first finding as an error; how many more there are is its reason."""
    first = errors[0]
    roles = {(role.node, role.input): role.name for role in card.inputs.values() if given.get(role.name) is not None}
    role = next((roles[one.place.node, one.input] for one in errors if (one.place.node, one.input) in roles), None)
    more = "; ".join(_as_text(one) for one in errors[1:4]) + (" …" if len(errors) > 4 else "")
    if role is not None:
        return BadUseError(f"The value of the role {role} cannot be used. {_as_text(first)}", why=more, fix=first.fix())
    return FitAdError(_as_text(first), why=more, fix=first.fix())


def _as_text(finding: Any) -> str:
    where = finding.place.title or finding.place.type
    return f"{where}: {finding.message()}" if where else str(finding.message())
