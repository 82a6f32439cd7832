"""Copies by a model over real HTTP: what it may say, what it may not, and what happens when it misbehaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake_time import Clock, callers_clock
from fit_ad.core.copywriting import Copy, CopySet, Origin, ShopBrief, Writer, compose, report, write
from fit_ad.core.copywriting.brief import checked
from fit_ad.core.copywriting.fact_guard import GivenFacts
from fit_ad.core.copywriting.facts import read_facts
from fit_ad.core.copywriting.judge import CopyJudge
from fit_ad.core.infra.answer_cache import AnswerCache
from fit_ad.core.settings import Profile, UsageLimits
from fit_ad.core.text.korean import syllables
from model_server import ModelServer, body, chunk, dribble, drop, failing, hang, model_server, saying, start_stream

KEY = "sk-canary-0815"
BRIEF = ShopBrief(
    "봄날 카페", "6월 한 달 아메리카노 1+1", ("직접 로스팅", "주차 가능"), "서울 성동구 성수동", "직장인", "friendly"
)
GOOD: dict[str, Any] = {
    "copies": [
        {
            "headline": "점심 먹고 한 잔 더?",
            "body": "6월 한 달 아메리카노 1+1, 동료랑 나눠 드세요.",
            "call_to_action": "봄날 카페로 오세요",
        },
        {
            "headline": "퇴근길이 향긋해져요",
            "body": "직접 로스팅한 아메리카노 1+1, 6월 한 달이에요.",
            "call_to_action": "지금 들러 보세요",
        },
        {
            "headline": "성수동에서 쉬어 가요",
            "body": "차 가져오셔도 괜찮아요. 6월 한 달 아메리카노 1+1!",
            "call_to_action": "오늘 만나요",
        },
    ],
    "hashtags": ["성수동카페", "성수동커피", "봄날카페", "아메리카노", "직장인카페", "커피한잔", "점심커피", "로스팅"],
    "image_prompt": "Two cups of iced americano on a wooden table, morning light, warm tones, shallow depth of field",
}
FIELDS = ("headline", "body", "call_to_action")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return callers_clock(monkeypatch)


def changed(*path: Any, to: Any) -> str:
    data = json.loads(json.dumps(GOOD))
    place = data
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return json.dumps(data, ensure_ascii=False)


def writer(server: ModelServer, store: AnswerCache | None = None, seconds: float = 6, **limits: Any) -> Writer:
    profile = Profile("mine", server.base_url, "m")
    return Writer(profile, KEY, UsageLimits(seconds, **{"retries": 1, **limits}), store)


def run(server: ModelServer, brief: ShopBrief = BRIEF, seed: int = 1, **changes: Any) -> tuple[CopySet, Origin]:
    return compose(brief, seed, writer(server, **changes))


def assert_usable(words: CopySet, brief: ShopBrief = BRIEF) -> None:
    """An ad that can be posted: whole, in room, in its language, nothing made up, the offer's figures in every body."""
    lines = [getattr(copy, field) for copy in words.copies for field in FIELDS]
    facts = GivenFacts(checked(brief))
    assert all(lines)
    assert len(set(lines)) == 9
    assert all(syllables(c.headline) <= 18 and syllables(c.body) <= 45 for c in words.copies)
    assert all(syllables(c.call_to_action) <= 12 for c in words.copies)
    assert all("1+1" in f"{copy.headline} {copy.sub} {copy.body}" for copy in words.copies)
    assert [facts.strangers(line, brief.language) for line in lines if facts.strangers(line, brief.language)] == []
    assert len({tag.lower() for tag in words.hashtags}) == 15
    assert [tag for tag in words.hashtags if " " in tag or "#" in tag] == []
    assert words.image_prompt
    assert words.image_prompt.isascii()
    assert "canary" not in repr(words)


def test_a_good_answer_is_taken_word_for_word() -> None:
    with model_server(saying(json.dumps(GOOD, ensure_ascii=False))) as server:
        words, origin = run(server)
    assert_usable(words)
    assert [[getattr(copy, field) for field in FIELDS] for copy in words.copies] == [
        [copy[field] for field in FIELDS] for copy in GOOD["copies"]
    ]
    assert words.image_prompt == GOOD["image_prompt"]
    assert set(GOOD["hashtags"]) <= set(words.hashtags)
    assert [tag.isascii() for tag in words.hashtags] == sorted(tag.isascii() for tag in words.hashtags)
    assert (origin.profile, origin.model, origin.answer, origin.requests) == ("mine", "m", "new", 1)
    assert {source for copy in origin.copies for source in copy.values()} == {"model"}
    assert (origin.hashtags, origin.image_prompt, origin.notes) == ("model+rules", "model", ())


def test_the_question_holds_the_facts_and_the_rules() -> None:
    with model_server(saying(json.dumps(GOOD))) as server:
        compose(BRIEF, 5, Writer(Profile("mine", server.base_url, "m"), KEY, UsageLimits(6, 0), None, ("싸구려",)))
    asked = server.asked[0].body
    system, user = asked["messages"]
    assert "친근함" in system["content"]
    facts = json.loads(user["content"])
    assert facts == {
        "shop": "봄날 카페",
        "trade": "cafe",
        "purpose": "deal",
        "offer": "6월 한 달 아메리카노 1+1",
        "must_say": ["아메리카노", "1+1"],
        "facts": {"product": "아메리카노", "discount": "1+1", "period": "6월 한 달"},
        "features": ["직접 로스팅", "주차 가능"],
        "region": "서울 성동구 성수동",
        "audience": "직장인",
        "never_use": ["싸구려"],
    }
    schema = asked["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["copies", "hashtags", "image_prompt"]
    assert schema["additionalProperties"] is False
    assert asked["seed"] == 5


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ((1, "headline"), "단돈 3,900원의 행복", "'3,900원' was not given"),
        ((1, "headline"), "오천 원의 행복", "'오천 원' was not given"),
        ((1, "headline"), "스타벅스보다 진한 향", "'스타벅스' was not given"),
        ((1, "headline"), "Coffee 한 잔 어때요", "'Coffee' was not given"),
        ((1, "headline"), "전 메뉴 무료 증정", "'무료' was not given"),
        ((1, "headline"), "갓 볶은 원두의 향", "'갓 볶은' was not given"),
        ((1, "headline"), "성수동 최고의 커피", "'최고' is a claim that was not given"),
        ((1, "headline"), "咖啡 한 잔 어때요", "'咖啡' was not given"),
        ((1, "headline"), "Enjoy your coffee break", "it is not in Korean"),
        ((1, "headline"), "오늘도 수고한 당신에게 전하는 따뜻한 커피 한 잔의 위로", "at most 18 fit"),
        ((1, "body"), "직접 로스팅한 커피, 6월 한 달 하나 더 드려요.", "the offer's '1+1' is not in it"),
        ((1, "body"), "6월 한 달 아메리카노 1+1, 문의 010-1234-5678", "'010-1234-5678' was not given"),
        ((1, "body"), "6월 한 달 아메리카노 1+1, 선착순 50명!", "'50명' was not given"),
        ((1, "body"), "6월 한 달 아메리카노 1+1, 일요일은 쉬어요.", "'일요일' was not given"),
        ((1, "call_to_action"), "www.bomnal.co.kr 접속", "'www.bomnal.co.kr' was not given"),
        ((1, "call_to_action"), "오늘 만나요", "twice"),
        ((1, "call_to_action"), "", "it is missing"),
    ],
)
def test_what_was_not_given_is_asked_again_then_removed(path: tuple[int, str], text: str, reason: str) -> None:
    bad = changed("copies", *path, to=text)
    with model_server(saying(bad, json.dumps(GOOD))) as server:
        words, origin = run(server)
    complaint = server.asked[1].body["messages"][-1]["content"]
    at = (2, "call_to_action") if "twice" in reason else path
    assert f"copies[{at[0]}].{at[1]}: " in complaint
    assert reason in complaint
    assert getattr(words.copies[at[0]], at[1]) == GOOD["copies"][at[0]][at[1]] or "twice" in reason
    with model_server(saying(bad)) as server:
        words, origin = run(server)
    assert_usable(words)
    assert len(server.asked) == 2
    assert getattr(words.copies[at[0]], at[1]) != text
    assert [[field for field in FIELDS if copy[field] == "rules"] for copy in origin.copies][at[0]] == [at[1]]
    assert any(reason in note for note in origin.notes)


def test_prices_that_were_given_may_be_said() -> None:
    brief = ShopBrief("봄날 카페", "라떼 5,500원, 문의 02-123-4567", tone="friendly")
    lines = [
        ("라떼 한 잔 할까요", "라떼 5,500원, 문의 02-123-4567", "편하게 오세요"),
        ("오늘은 라떼 어때요", "라떼 5,500원이에요. 02-123-4567로 물어보세요.", "기다릴게요"),
        ("라떼 좋아하세요?", "오늘은 라떼 5,500원! 전화는 02-123-4567", "들러 주세요"),
    ]
    copies = [dict(zip(FIELDS, line, strict=True)) for line in lines]
    text = json.dumps({"copies": copies, "hashtags": [], "image_prompt": "A latte"})
    with model_server(saying(text)) as server:
        words, origin = run(server, brief)
    assert [copy.body for copy in words.copies][1] == "라떼 5,500원이에요. 02-123-4567로 물어보세요."
    assert [copy["body"] for copy in origin.copies] == ["model"] * 3


def test_markdown_labels_emoji_spacing_and_particles_are_tidied() -> None:
    text = changed("copies", 0, "headline", to="**제목: 봄날카페은 오늘도** ☕✨")
    with model_server(saying(text)) as server:
        words, origin = run(server)
    assert words.copies[0].headline == "봄날 카페는 오늘도"
    assert (origin.requests, origin.notes) == (1, ())


def test_emoji_are_for_the_trendy_tone_and_the_owner() -> None:
    from fit_ad.core.copywriting.cleanup import tidy

    assert tidy("커피 ☕️ 어때요 👨‍👩‍👧", "", emoji=True) == "커피 ☕️ 어때요 👨‍👩‍👧"
    assert tidy("커피 ☕️ 어때요 👨‍👩‍👧 5★", "★ 행사", emoji=False) == "커피 어때요 5★"


def test_emoji_stand_in_the_trendy_body_alone() -> None:
    copy = {"headline": "여름 네일 💅", "body": "여름 젤네일 이벤트 떴다 💅", "call_to_action": "예약 고 🔥"}
    text = json.dumps({"copies": [copy] * 3, "hashtags": ["여름네일💅"], "image_prompt": "Nails 💅, soft light"})
    for tone, kept in {"trendy": copy["body"], "friendly": "여름 젤네일 이벤트 떴다"}.items():
        with model_server(saying(text)) as server:
            words, _ = run(server, ShopBrief("손끝네일", "여름 젤네일 이벤트", tone=tone))
        assert words.copies[0] == Copy("여름 네일", kept, "예약 고", eyebrow=words.copies[0].eyebrow)
        assert "💅" not in " ".join((*words.hashtags, words.image_prompt))


def test_english_copy() -> None:
    brief = ShopBrief("Bluebird Cafe", "Latte 20% off", (), "Seongsu", "students", "trendy", "en")
    lines = [
        ("Latte o'clock", "Latte 20% off at Bluebird Cafe. Bring your crew.", "Pull up"),
        ("Your mood needs foam", "Latte 20% off. Sip slow and stay.", "Come by"),
        ("Half price Friday", "Latte 20% off, so text Starbucks goodbye.", "라떼 마시자"),
    ]
    answer = {
        "copies": [dict(zip(FIELDS, line, strict=True)) for line in lines],
        "hashtags": ["latte"] * 3,
        "image_prompt": "A latte, 4k, 85mm lens, soft light, on a table",
    }
    with model_server(saying(json.dumps(answer))) as server:
        words, origin = run(server, brief)
    assert [copy.headline for copy in words.copies[:2]] == ["Latte o'clock", "Your mood needs foam"]
    assert origin.copies[2] == dict.fromkeys(FIELDS, "rules")
    assert words.image_prompt == "A latte, soft light, on a table"
    assert len(server.asked) == 2


def raw(text: str) -> Any:
    return saying(text)


def endless(handler: Any, asked: Any, number: int) -> None:
    start_stream(handler)
    while True:
        chunk(handler, "가나다라마바사 " * 200)


def broken_stream(handler: Any, asked: Any, number: int) -> None:
    text = json.dumps(GOOD, ensure_ascii=False)
    start_stream(handler)
    chunk(handler, text[: len(text) // 2])


def elsewhere(handler: Any, asked: Any, number: int) -> None:
    body(handler, 307, "", "text/plain", location="http://localhost:9/v1/chat/completions")


ENGLISH = {"copies": [dict.fromkeys(FIELDS, f"Great coffee {i} for you") for i in range(3)]}
WRONG_TYPES = {"copies": [1, ["x"], {"headline": {"a": 1}, "body": None}], "hashtags": {"a": 1}, "image_prompt": 7}
MISBEHAVIOURS: dict[str, Any] = {
    "times out": hang,
    "dribbles": dribble,
    "drops": drop,
    "429": failing(429),
    "429 for an hour": failing(429, retry_after="3600"),
    "500": failing(500),
    "401": failing(401, json.dumps({"error": {"message": f"bad key {KEY}"}})),
    "400": failing(400, json.dumps({"error": {"message": f"Bearer {KEY} can't"}})),
    "HTML": failing(200, "<html><body>" + KEY + "</body></html>", "text/html"),
    "HTML as text": raw("<!doctype html><html>{}</html>"),
    "empty": raw(""),
    "truncated JSON": raw(json.dumps(GOOD, ensure_ascii=False)[:330]),
    "broken stream": broken_stream,
    "wrong types": raw(json.dumps(WRONG_TYPES)),
    "a list": raw("[1, 2, 3]"),
    "null": raw("null"),
    "deep nesting": raw('{"copies":' * 3000),
    "2 copies": raw(json.dumps({**GOOD, "copies": GOOD["copies"][:2]}, ensure_ascii=False)),
    "7 copies": raw(json.dumps({**GOOD, "copies": GOOD["copies"] * 2 + GOOD["copies"][:1]}, ensure_ascii=False)),
    "English": raw(json.dumps(ENGLISH)),
    "100 KB of text": raw("커피 이야기. " * 15_000),
    "100 KB of JSON": raw(changed("copies", 0, "body", to="가" * 100_000)),
    "endless": endless,
    "redirect": elsewhere,
    "echoes the key": raw(changed("copies", 0, "headline", to=f"열쇠 {KEY}")),
    "echoes the key, escaped": raw(changed("image_prompt", to=KEY).replace("sk-", "\\u0073k-")),
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_misbehaving_server_still_gives_a_whole_ad_in_time(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, clock: Clock
) -> None:
    caplog.set_level("DEBUG")
    late = MISBEHAVIOURS[name] in (hang, dribble)
    store = AnswerCache(tmp_path, 9)
    with model_server(MISBEHAVIOURS[name]) as server:
        words, origin = compose(BRIEF, 1, writer(server, store, 30), lambda share: clock.sleep(late))
    assert (30 < clock.passed <= 31) if late else clock.passed <= 30
    assert_usable(words)
    data = json.dumps(report(words, profile="mine", seed=1, pick=1, origin=origin), ensure_ascii=False)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for place in (data, caplog.text, repr(origin)):
        assert "canary" not in place
    assert b"canary" not in kept
    assert f":{server.port}" not in data
    if origin.answer == "none":
        assert words == write(BRIEF, 1)
        assert store.failures("mine") == 1
        assert origin.notes[0].startswith("The profile 'mine' gave no answer")


def test_an_unchanged_request_is_not_paid_twice(tmp_path: Path) -> None:
    with model_server(saying(json.dumps(GOOD))) as server:
        first, origin = run(server, store=AnswerCache(tmp_path, 9))
        again, second = run(server, store=AnswerCache(tmp_path, 9))
        assert (len(server.asked), origin.answer, second.answer, second.requests) == (1, "new", "kept", 0)
        assert again == first
        assert second.copies == origin.copies
        for brief, seed in ((BRIEF, 2), (ShopBrief("봄날 카페", "6월 한 달 아메리카노 1+1 행사"), 1)):
            run(server, brief, seed, store=AnswerCache(tmp_path, 9))
        assert len(server.asked) >= 3
    run(server, store=AnswerCache(tmp_path, 9))  # nobody is there any more, and nobody is needed


def test_another_model_is_another_answer(tmp_path: Path) -> None:
    with model_server(saying(json.dumps(GOOD))) as server:
        for model in ("a", "b", "a"):
            compose(
                BRIEF,
                1,
                Writer(Profile("mine", server.base_url, model), KEY, UsageLimits(6, 0), AnswerCache(tmp_path, 9)),
            )
    assert [one.body["model"] for one in server.asked] == ["a", "b"]


def test_words_the_shop_never_uses_are_not_used() -> None:
    text = changed("copies", 0, "headline", to="향긋한 점심시간")
    with model_server(saying(text)) as server:
        profile = Profile("mine", server.base_url, "m")
        words, _ = compose(BRIEF, 1, Writer(profile, KEY, UsageLimits(6, 0), None, ("향긋", "수다")))
    assert "향긋" not in str(words.copies)


def test_a_cancelled_run_keeps_nothing(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with model_server(hang) as server, pytest.raises(KeyboardInterrupt):
        compose(BRIEF, 1, writer(server, AnswerCache(tmp_path, 9)), stop)
    assert list(tmp_path.iterdir()) == []


def test_two_identical_lines_count_once() -> None:
    judge = CopyJudge(checked(BRIEF), "cafe", read_facts(checked(BRIEF)))
    from fit_ad.core.copywriting.draft import taken

    draft, faults = judge.judged(taken({**GOOD, "copies": [GOOD["copies"][0]] * 3})[0])
    assert [len(copy) for copy in draft.copies] == [3, 0, 0]
    assert len(faults) == 6
