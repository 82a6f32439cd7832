"""``--stock`` of make and run: the saving nodes are asked for it, and nothing else is changed."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from fit_ad.client.cli import main as command
from fit_ad.client.failures import BadUseError
from fit_ad.client.runs.stock_mode import Stock, ask_for_stock, stock_of
from fit_ad.core.workflow.card import load_workflow
from PIL import Image, IptcImagePlugin

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "coffee.png"


def test_only_the_saving_nodes_are_asked() -> None:
    graph, card = load_workflow("express")
    before = copy.deepcopy(graph)
    ask_for_stock(graph, card, None)
    assert graph == before
    ask_for_stock(graph, card, Stock("Latte", "cup, milk"))
    changed = {node_id for node_id in graph if graph[node_id] != before[node_id]}
    assert changed == {card.output("ad").node}
    inputs = graph[card.output("ad").node]["inputs"]
    assert (inputs["stock"], inputs["title"], inputs["keywords"]) == (True, "Latte", "cup, milk")


def test_a_workflow_that_saves_otherwise_cannot() -> None:
    graph, card = load_workflow("express")
    graph[card.output("ad").node]["class_type"] = "SaveImage"
    with pytest.raises(BadUseError, match="express has no AdSave for --stock"):
        ask_for_stock(graph, card, Stock())


def test_options_belong_together() -> None:
    assert stock_of(False, "", "") is None
    assert stock_of(True, "", "a") == Stock("", "a")
    with pytest.raises(BadUseError, match="Add --stock"):
        stock_of(False, "Latte", "")


def test_make_for_stock_sites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["--stock", "--title", "Latte", "--format", "feed-1x1"]
    assert command._run(["make", str(SAMPLE), "--shop", "봄날", "--out", str(tmp_path), *wanted]) == 0
    (file,) = tmp_path.glob("*.jpg")
    with Image.open(file) as picture:
        assert picture.size == (2500, 2500)
        iim = IptcImagePlugin.getiptcinfo(picture)
    assert iim is not None
    assert iim[(2, 5)] == b"Latte"
    assert "봄날" in [word.decode() for word in iim[(2, 25)]]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".jpg", ".json", ".txt"]
