"""Asks a graph's AdSave nodes for files that stock sites take."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.workflow.card import Card
from ...core.workflow.graph import Graph
from ..failures import BadUseError


@dataclass(frozen=True)
class Stock:
    """Title and keywords of the picture; what is empty comes from the ad's own words."""

    title: str = ""
    keywords: str = ""


def ask_for_stock(graph: Graph, card: Card, stock: Stock | None) -> None:
    """Switch stock mode on in the nodes that save the card's outputs; None changes nothing.

    Raises:
        BadUseError: None of them is an AdSave.
    """
    if stock is None:
        return
    saving = [role.node for role in card.outputs.values() if graph[role.node]["class_type"] == "AdSave"]
    if not saving:
        raise BadUseError(f"The workflow {card.name} has no AdSave for --stock", fix="Save its picture by AdSave")
    for node_id in saving:
        graph[node_id]["inputs"].update(stock=True, title=stock.title, keywords=stock.keywords)


def stock_of(wanted: bool, title: str, keywords: str) -> Stock | None:
    """Return what the command's options ask for.

    Raises:
        BadUseError: There is a title or keywords, but not ``--stock``.
    """
    if not wanted and (title or keywords):
        raise BadUseError("--title and --keywords are for stock sites", fix="Add --stock")
    return Stock(title, keywords) if wanted else None
