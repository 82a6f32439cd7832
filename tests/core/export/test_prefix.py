"""Tokens of a filename prefix, as ComfyUI's editor fills them for its own nodes."""

from __future__ import annotations

import time
from typing import Any

import pytest
from fit_ad.core.export.prefix import filled_prefix

NOW = time.struct_time((2026, 3, 7, 9, 5, 4, 5, 66, 0))
PROMPT: dict[str, Any] = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 77, "denoise": 0.5, "model": ["4", 0]}},
    "5": {"class_type": "AdCopyLLM", "_meta": {"title": "가게"}, "inputs": {"shop": "카페 봄/날: 1", "empty": ""}},
    "6": {"class_type": "AdCanvas", "inputs": {"format": "feed-1x1", "on": True}},
    "7": {"class_type": "AdCanvas", "inputs": {"format": "story"}},
}
WORKFLOW = {"nodes": [{"id": 7, "properties": {"Node name for S&R": "Format"}}, {"id": 9, "properties": None}, "x"]}


@pytest.mark.parametrize(
    ("prefix", "filled"),
    [
        ("%date:yyyy-MM-dd%/ad", "2026-03-07/ad"),
        ("%date:yy.M.d_hh-mm-ss_h.m.s%", "26.3.7_09-05-04_9.5.4"),
        ("%date:yyy%", "yyy"),
        ("%KSampler.seed%_%KSampler.denoise%", "77_0.5"),
        ("%가게.shop%", "카페 봄_날_ 1"),
        ("%AdCopyLLM.shop%|%AdCopyLLM.empty%|", "카페 봄_날_ 1||"),
        ("%AdCanvas.format% %AdCanvas.on% %Format.format%", "feed-1x1 true story"),
        ("%KSampler.model% %KSampler.none% %Nobody.x%", "%KSampler.model% %KSampler.none% %Nobody.x%"),
        ("100% %width%x%height%_%batch_num% %a.b.c%", "100% %width%x%height%_%batch_num% %a.b.c%"),
    ],
)
def test_tokens_are_filled(prefix: str, filled: str) -> None:
    assert filled_prefix(prefix, PROMPT, WORKFLOW, NOW) == filled


def test_no_key_gets_into_a_name() -> None:
    prompt = {"1": {"class_type": "Api", "inputs": {"api_key": "abc123def456"}}}
    assert "abc123" not in filled_prefix("%Api.api_key%", prompt, None)


@pytest.mark.parametrize(
    "prompt", [None, [], {"1": None}, {"1": {"inputs": [], "_meta": 3}}, {"1": {"class_type": "X"}}]
)
def test_a_graph_of_another_shape_fills_nothing(prompt: Any) -> None:
    assert filled_prefix("%X.y%", prompt, {"nodes": 3}) == "%X.y%"
    assert filled_prefix("%X.y%", prompt, None) == "%X.y%"
