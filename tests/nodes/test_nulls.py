"""A null in a prompt stands for the default; nothing of it becomes the word None."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from fit_ad.nodes import _nulls
from fit_ad.nodes.ad_copy_llm import AdCopyLLM
from fit_ad.nodes.calligraphy_render import CalligraphyRender

NODES = {"AdCopyLLM": AdCopyLLM, "CalligraphyRender": CalligraphyRender}


def filled(node: str, **inputs: Any) -> dict[str, Any]:
    request = {"prompt": {"1": {"class_type": node, "inputs": inputs}}}
    return dict(_nulls.filled(NODES, request)["prompt"]["1"]["inputs"])


def test_a_null_is_the_default_and_the_rest_stays() -> None:
    assert filled("AdCopyLLM", shop="봄날", region=None, tone=None, seed=3) == {
        "shop": "봄날",
        "region": "",
        "tone": "friendly",
        "seed": 3,
    }


def test_a_null_without_a_default_is_a_missing_input() -> None:
    assert filled("CalligraphyRender", effects=None, text="a") == {"text": "a"}


def test_nodes_of_others_and_odd_requests_are_left_alone() -> None:
    assert filled("CLIPTextEncode", text=None) == {"text": None}
    for odd in ({}, {"prompt": None}, {"prompt": [1]}, {"prompt": {"1": 3, "2": {"inputs": 4}}}):
        assert _nulls.filled(NODES, odd) == odd


def test_the_server_asks_before_it_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: list[Any] = []
    server = SimpleNamespace(instance=SimpleNamespace(add_on_prompt_handler=handlers.append))
    monkeypatch.setitem(sys.modules, "server", SimpleNamespace(PromptServer=server))
    _nulls.install([AdCopyLLM])
    request = {"prompt": {"1": {"class_type": "AdCopyLLM", "inputs": {"offer": None}}}}
    assert handlers[0](request)["prompt"]["1"]["inputs"] == {"offer": ""}
