"""The names that shared graphs rely on. `contract.json` follows the design contract and changes only with it."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import fit_ad
import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CONTRACT: dict[str, Any] = json.loads((HERE / "contract.json").read_text(encoding="utf-8"))
WIDGETS = {"STRING", "INT", "FLOAT", "BOOLEAN", "COMBO", "COLOR"}
HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    extension = asyncio.run(fit_ad.comfy_entrypoint())
    return {node.GET_SCHEMA().node_id: node.GET_SCHEMA() for node in asyncio.run(extension.get_node_list())}


def described(inputs: list[Any]) -> dict[str, str]:
    return {i.id: i.get_io_type() + ("?" if i.optional else "") for i in inputs}


def plain_widgets(schema: Any) -> list[str]:
    return [
        i.id
        for i in schema.inputs
        if i.get_io_type() in WIDGETS and not i.advanced and not getattr(i, "force_input", None)
    ]


def test_the_nodes_are_those_of_the_contract(schemas: dict[str, Any]) -> None:
    assert set(schemas) == set(CONTRACT)


@pytest.mark.parametrize("node_id", CONTRACT)
def test_inputs_and_outputs_are_those_of_the_contract(schemas: dict[str, Any], node_id: str) -> None:
    schema = schemas[node_id]
    inputs = {k: v.replace("STRING?", "STRING") for k, v in described(schema.inputs).items()}
    assert inputs == CONTRACT[node_id]["inputs"]
    assert {o.id: o.get_io_type() for o in schema.outputs} == CONTRACT[node_id]["outputs"]
    assert [o.id for o in schema.outputs] == list(CONTRACT[node_id]["outputs"])


@pytest.mark.parametrize("node_id", CONTRACT)
def test_a_designer_is_told_what_everything_is(schemas: dict[str, Any], node_id: str) -> None:
    schema = schemas[node_id]
    assert schema.category == "Fit-AD"
    assert schema.description
    assert any(HANGUL.search(alias) for alias in schema.search_aliases)
    assert any(not HANGUL.search(alias) for alias in schema.search_aliases)
    assert [i.id for i in schema.inputs if not i.tooltip] == []
    assert [o.id for o in schema.outputs if not o.tooltip] == []
    assert len(plain_widgets(schema)) <= 6


def locale(name: str) -> dict[str, Any]:
    return json.loads((ROOT / "locales" / name / "nodeDefs.json").read_text(encoding="utf-8"))


def named_options(item: Any) -> set[str]:
    """Return the choices of an input that have a meaning; those that are names of files or profiles have none."""
    if item.get_io_type() != "COMBO" or item.id == "font":
        return set()
    names = re.compile(r"openai|ollama|.*\.(pth|safetensors)")
    return {option for option in item.options if not names.fullmatch(option)}


@pytest.mark.parametrize("node_id", CONTRACT)
def test_korean_names_tooltips_and_options_are_complete(schemas: dict[str, Any], node_id: str) -> None:
    korean = locale("ko")[node_id]
    assert HANGUL.search(korean["display_name"])
    assert HANGUL.search(korean["description"])
    for item in schemas[node_id].inputs:
        entry = korean["inputs"][item.id]
        assert HANGUL.search(entry["name"] + entry["tooltip"]), item.id
        assert HANGUL.search(entry["tooltip"]), item.id
        assert set(entry.get("options", ())) == named_options(item), item.id
    assert set(korean["inputs"]) == set(CONTRACT[node_id]["inputs"])
    assert set(korean["outputs"]) == {str(i) for i in range(len(CONTRACT[node_id]["outputs"]))}
    for entry in korean["outputs"].values():
        assert HANGUL.search(entry["name"] + entry["tooltip"]), entry
        assert HANGUL.search(entry["tooltip"]), entry


@pytest.mark.parametrize("node_id", CONTRACT)
def test_every_node_has_a_help_page_in_both_languages(node_id: str) -> None:
    english = (ROOT / "js/docs" / f"{node_id}.md").read_text(encoding="utf-8")
    korean = (ROOT / "js/docs" / node_id / "ko.md").read_text(encoding="utf-8")
    assert HANGUL.search(korean)
    for name in (*CONTRACT[node_id]["inputs"], *CONTRACT[node_id]["outputs"]):
        assert f"`{name}`" in english, name
        assert f"`{name}`" in korean, name


PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")


@pytest.mark.parametrize("node_id", CONTRACT)
def test_every_help_page_shows_the_node_at_work(node_id: str) -> None:
    pages = [ROOT / "js/docs" / f"{node_id}.md", ROOT / "js/docs" / node_id / "ko.md"]
    shown = [PICTURE.findall(page.read_text(encoding="utf-8")) for page in pages]
    assert len(shown[0]) == len(shown[1]) >= 1
    assert all(HANGUL.search(alt) for alt, _ in shown[1])
    # ComfyUI looks for pictures of both languages below js/docs
    assert all((ROOT / "js/docs" / path).stat().st_size < 100_000 for page in shown for _, path in page)


def test_no_picture_of_the_help_pages_is_left_over() -> None:
    docs = ROOT / "js" / "docs"
    shown = {path for page in docs.rglob("*.md") for _, path in PICTURE.findall(page.read_text(encoding="utf-8"))}
    there = {path.relative_to(docs).as_posix() for path in docs.rglob("*.*") if path.suffix != ".md"}
    assert there == shown
