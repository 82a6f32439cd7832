"""AdCopyLLM: what comes out of the node."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cpu_time import at_most_cpu
from fit_ad.nodes.ad_copy_llm import AdCopyLLM
from model_server import model_server, saying

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
    second = run()[4].split("\n\n")[1].splitlines()
    assert len(set(picked)) == 3
    assert second[:2] == ["B안", picked[1][0]]
    assert picked[1][1] in second


def test_hashtags_are_one_line_of_fifteen() -> None:
    tags = run()[2].split(" ")
    assert len(set(tags)) == 15
    assert all(tag.startswith("#") and len(tag) > 2 for tag in tags)


def test_parts_are_those_of_the_picked_copy() -> None:
    for pick, angle in ((1, "offer"), (2, "product"), (3, "mood")):
        headline, body, *_, parts = run(pick=pick, period="11월만", contact="02-123-4567")
        data = json.loads(parts)
        assert (data["angle"], data["headline"], data["body"]) == (angle, headline, body)
        assert (data["product"], data["discount"]) == ("아메리카노", "1+1")
        assert (data["period"], data["contact"]) == ("11월만", "02-123-4567")


EDITS = json.dumps({"2": {"headline": "두 잔이 한 잔 값", "badge": "1+1"}})


def test_what_was_changed_by_hand_goes_into_the_picked_copy_alone() -> None:
    before = AdCopyLLM.execute(**{**FACTS, "pick": 2})
    after = AdCopyLLM.execute(**{**FACTS, "pick": 2, "edits": EDITS})
    assert (after.args[0], after.args[1]) == ("두 잔이 한 잔 값", before.args[1])
    assert json.loads(after.args[6])["badge"] == "1+1"
    assert "두 잔이 한 잔 값" in after.args[4]
    shown, plain = (out.ui["fit_ad_parts"] for out in (after, before))
    assert (shown[0], shown[2]) == (plain[0], plain[2])


@pytest.mark.parametrize(
    "edits",
    ["{", "[1]", '{"1": {"headline": 5, "items": [], "x": "y"}, "9": {"headline": "x"}, "2": "x"}', "[" * 5000, "null"],
)
def test_foreign_edits_change_nothing(edits: str) -> None:
    assert run(edits=edits) == run()


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
    with at_most_cpu(0.2):
        run(seed=4)


ANSWER = {
    "copies": [
        {"headline": "점심 먹고 한 잔 더?", "body": "아메리카노 1+1, 나눠 드세요.", "call_to_action": "들러 주세요"},
        {"headline": "퇴근길이 향긋해져요", "body": "아메리카노 1+1이면 둘이 좋아요.", "call_to_action": "지금 오세요"},
        {"headline": "성수동에서 쉬어 가요", "body": "아메리카노 1+1! 수다는 덤이에요.", "call_to_action": "오늘 봐요"},
    ],
    "hashtags": ["봄날카페", "아메리카노", "점심커피", "퇴근길", "동네커피"],
    "image_prompt": "Two cups of coffee on a wooden table, morning light",
}


def use(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("FIT_AD_CONFIG", str(folder / "config.yaml"))
    monkeypatch.setenv("FIT_AD_CACHE", str(folder / "cache"))


def test_a_profile_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NODE_KEY", "sk-canary-99")
    with model_server(saying(json.dumps(ANSWER))) as server:
        profile = f"{{base_url: '{server.base_url}', model: m, key_env: NODE_KEY}}"
        use(monkeypatch, tmp_path, f"profiles:\n  mine: {profile}\n")
        assert AdCopyLLM.validate_inputs(tone="friendly", profile="mine") is True
        before = AdCopyLLM.fingerprint_inputs(profile="mine", shop=None)
        results = [run(profile=name, pick=2) for name in ("mine", "auto")]
        assert AdCopyLLM.fingerprint_inputs(profile="mine", shop=None) == before
    assert results[0][:5] == results[1][:5]
    assert results[0][:2] == ("퇴근길이 향긋해져요", "아메리카노 1+1이면 둘이 좋아요.")
    report = json.loads(results[0][5])
    assert (report["profile"], report["profile_used"], report["model"], report["answer"]) == (
        "mine",
        "mine",
        "m",
        "new",
    )
    assert json.loads(results[1][5])["answer"] == "kept"
    assert len(server.asked) == 1
    assert "canary" not in str(results)
    assert str(server.port) not in str(results)


def test_profiles_are_offered_also_with_a_broken_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def offered() -> list[str]:
        return next(i for i in AdCopyLLM.define_schema().inputs if i.id == "profile").options

    use(monkeypatch, tmp_path, "profiles:\n  mine: {base_url: 'https://a.example', model: m}\n")
    assert offered() == ["auto", "rules", "openai", "ollama", "mine"]
    use(monkeypatch, tmp_path, "profiles: {mine: [}\n")
    assert offered() == ["auto", "rules", "openai", "ollama"]
    assert "config.yaml, line 1, has an error" in str(AdCopyLLM.validate_inputs(profile="auto"))
    assert AdCopyLLM.validate_inputs(profile="rules") is True
    assert run(profile="rules")[0]


def test_the_shop_profile_names_the_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(monkeypatch, tmp_path, "shop: {name: 겨울 찻집, banned_words: [수다]}\n")
    assert "#겨울찻집" in run(shop="", region="")[2]


def test_the_shop_profile_s_number_ends_the_copies_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without = run()[4]
    use(monkeypatch, tmp_path, "shop: {phone: 02-123-4567}\n")
    assert run()[4] == f"{without}\n\n문의\n02-123-4567"
    assert run(language="en")[4].endswith("\n\nCall us\n02-123-4567")
    assert run(offer="전화 02-123-4567")[4].count("02-123-4567") == run(offer="전화 02-123-4567")[4].count("전화 02-")
