"""API graphs from untrusted files: shape, links, order."""

from __future__ import annotations

from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.workflow.graph import ApiLink, as_graph, as_link, load_api, run_order, title


def node(class_type: str = "X", name: str = "", **inputs: object) -> dict:
    return {"class_type": class_type, "inputs": inputs, **({"_meta": {"title": name}} if name else {})}


@pytest.mark.parametrize(
    ("value", "link"),
    [
        (["3", 0], ApiLink("3", 0)),
        ([3, 1], ApiLink("3", 1)),
        (["12:5", 0], ApiLink("12:5", 0)),
        (["3", "0"], None),
        (["3", -1], None),
        (["3", True], None),
        (["3", 0, 1], None),
        ({"__value__": ["3", 0]}, None),
        ("3", None),
    ],
)
def test_what_is_a_wire(value: object, link: ApiLink | None) -> None:
    assert as_link(value) == link


def test_order_takes_only_what_is_needed() -> None:
    graph = {
        "save": node(image=["mix", 0], text="x"),
        "mix": node(a=["photo", 0], b=["back", 0]),
        "back": node(image=["photo", 0]),
        "photo": node(),
        "unused": node(image=["photo", 0]),
    }
    assert run_order(graph, ["save"]) == ["photo", "back", "mix", "save"]
    assert run_order(graph, ["save", "unused"]) == ["photo", "back", "mix", "save", "unused"]


def test_a_very_deep_graph() -> None:
    graph = {str(i): node(x=[str(i + 1), 0]) if i < 5000 else node() for i in range(5001)}
    assert run_order(graph, ["0"])[0] == "5000"


def test_loop_is_named_by_titles() -> None:
    graph = {"1": node(name="Cut-out", x=["2", 0]), "2": node(name="Compose", x=["1", 0])}
    with pytest.raises(FitAdError, match=r"loop\. Cut-out → Compose → Cut-out"):
        run_order(graph, ["1"])
    with pytest.raises(FitAdError, match="Self → Self"):
        run_order({"1": node(name="Self", x=["1", 0])}, ["1"])


def test_dangling_wire() -> None:
    with pytest.raises(FitAdError, match="Save: its input image is connected to node 7, which is not there"):
        run_order({"1": node(name="Save", image=["7", 0])}, ["1"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "holds no API graph"),
        ("{}", "holds no API graph"),
        ('{"1": 5}', "Node 1 has no class_type"),
        ('{"1": {"class_type": 3, "inputs": {}}}', "Node 1 has no class_type"),
        ('{"1": {"class_type": "X", "inputs": []}}', "no inputs"),
        ('{"nodes": [], "links": []}', "Export"),
        ("[" * 100_000, "not valid JSON"),
        ('{"1": ' + "9" * 5000 + "}", "not valid JSON"),
        ("\udcff", "cannot be read"),
    ],
)
def test_bad_files(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "g.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(FitAdError, match=message):
        load_api(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match="no workflow file"):
        load_api(tmp_path / "none.json")


def test_titles() -> None:
    graph = as_graph({"1": node("AdSave", "저장"), "2": node("AdSave")})
    assert (title(graph, "1"), title(graph, "2"), title(graph, "3")) == ("저장", "AdSave", "3")
