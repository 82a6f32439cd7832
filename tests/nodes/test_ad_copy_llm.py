"""AdCopyLLM: what comes out of the node."""

from __future__ import annotations

import json
import time
from typing import Any

from fit_ad.nodes.ad_copy_llm import AdCopyLLM

FACTS: dict[str, Any] = {
    "shop": "봄날 카페",
    "offer": "아메리카노 1+1",
    "features": "직접 로스팅\n\n주차 가능",
    "region": "성수동",
    "audience": "직장인",
    "tone": "friendly",
    "language": "ko",
    "profile": "auto",
    "pick": 1,
    "seed": 3,
}


def run(**changes: Any) -> tuple[Any, ...]:
    return AdCopyLLM.execute(**{**FACTS, **changes}).args


def test_pick_chooses_among_the_copies() -> None:
    picked = [run(pick=pick)[:2] for pick in (1, 2, 3)]
    copies = run()[4]
    assert len(set(picked)) == 3
    assert copies.split("\n\n")[1].splitlines()[:3] == ["B안", *picked[1]]


def test_hashtags_are_one_line_of_fifteen() -> None:
    tags = run()[2].split(" ")
    assert len(set(tags)) == 15
    assert all(tag.startswith("#") and len(tag) > 2 for tag in tags)


def test_the_report_says_who_wrote_what_and_why_a_claim_is_risky() -> None:
    report = json.loads(run(offer="최고의 아메리카노", pick=2)[5])
    assert report["version"] == 1
    assert set(report["source"].values()) == {"rules"}
    assert (report["profile"], report["profile_used"], report["seed"], report["pick"]) == ("auto", "rules", 3, 2)
    assert (report["trade"], report["tone"], report["language"]) == ("cafe", "friendly", "ko")
    assert [(flag["field"], flag["text"]) for flag in report["flags"]] == [("offer", "최고")]
    assert "제3조" in report["flags"][0]["law"]


def test_tones_are_checked_before_the_run() -> None:
    assert AdCopyLLM.validate_inputs(tone="트렌디", profile="rules") is True
    assert AdCopyLLM.validate_inputs(tone=None, profile=None) is True
    assert "no tone 'loud'" in str(AdCopyLLM.validate_inputs(tone="loud", profile="auto"))


def test_it_takes_no_time() -> None:
    run()
    start = time.perf_counter()
    run(seed=4)
    assert time.perf_counter() - start < 0.05
