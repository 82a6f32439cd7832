"""An image prompt from an ad's words: by the list, by a model over real HTTP, and both weighted."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.copywriting import Writer
from fit_ad.core.errors import FitAdError
from fit_ad.core.infra.answer_cache import AnswerCache
from fit_ad.core.prompt.helper import combined, write
from fit_ad.core.settings import Profile, UsageLimits
from model_server import ModelServer, failing, model_server, saying

AD = "따뜻한 라떼 4,500원"
WORDS = "caffe latte with latte art, warm"
SCENE = "A warm latte with delicate art on a sunlit table, soft steam rising in morning light."
PLAIN = SCENE


def said(prompt: Any) -> str:
    return json.dumps({"prompt": prompt})


@pytest.fixture
def writer(tmp_path: Path) -> Callable[[ModelServer], Writer]:
    def made(server: ModelServer) -> Writer:
        profile = Profile("local", server.base_url, "m", key="sk-canary-0123456789")
        return Writer(profile, "sk-canary-0123456789", UsageLimits(seconds=10, retries=0), AnswerCache(tmp_path, 30))

    return made


def test_keywords_follow_the_prompt() -> None:
    assert write(AD, "", "keywords", 0.5) == WORDS
    assert (
        write(AD, "studio photo, warm latte, ", "keywords", 0.5) == f"studio photo, warm latte, {WORDS.split(',')[0]}"
    )
    assert write("", "studio photo", "llm", 0.5) == "studio photo"
    assert write(AD, "a cup", "blend", 0) == f"a cup, {WORDS}"


@pytest.mark.parametrize(
    ("share", "line"),
    [
        (0, "p, a, b"),
        (0.25, "p, (a, b:1.2), (scene:0.8)"),
        (0.5, "p, a, b, scene"),
        (1, "p, scene"),
    ],
)
def test_the_share_weighs_both(share: float, line: str) -> None:
    assert combined("p,", ["a", "b"], "scene", share) == line


def test_without_words_the_scene_is_plain() -> None:
    assert combined("", [], "scene", 0.25) == "scene"


def test_a_model_writes_the_scene_and_is_asked_once(writer: Callable[[ModelServer], Writer]) -> None:
    with model_server(saying(said(SCENE))) as server:
        assert write(AD, "photo", "llm", 0, writer(server)) == f"photo, {PLAIN}"
        assert write(AD, "photo", "blend", 0.75, writer(server)) == f"photo, ({WORDS}:0.8), ({PLAIN}:1.2)"
        assert len(server.asked) == 1
        asked = json.loads(server.asked[0].body["messages"][1]["content"])
    assert asked == {"ad": AD, "given_prompt": "photo"}


@pytest.mark.parametrize(
    "wrong",
    [
        said("따뜻한 라떼가 놓인 나무 테이블"),
        said("short"),
        said(7),
        "no JSON",
        said("A latte for 9,900 won on a table"),
        said("x" * 900),
    ],
)
def test_a_wrong_answer_is_asked_again(wrong: str, writer: Callable[[ModelServer], Writer]) -> None:
    with model_server(saying(wrong, said("A (warm) latte: [soft] light"))) as server:
        assert write(AD, "", "llm", 0, writer(server)) == "A warm latte soft light"
        assert len(server.asked) == 2


@pytest.mark.parametrize("behaviour", [failing(500), failing(401), saying("no JSON at all"), failing(200, "<html>")])
def test_the_keywords_stand_in(
    behaviour: Any, writer: Callable[[ModelServer], Writer], caplog: pytest.LogCaptureFixture
) -> None:
    with model_server(behaviour) as server, caplog.at_level(logging.DEBUG):
        assert write(AD, "photo", "blend", 0.5, writer(server)) == f"photo, {WORDS}"
    assert "The keywords stand in" in caplog.text
    assert "sk-canary" not in caplog.text


def test_what_can_not_be_done_is_told() -> None:
    with pytest.raises(FitAdError, match="There is no language model to ask"):
        write(AD, "", "llm", 0.5, Writer())
    with pytest.raises(FitAdError, match="mode can't be 'magic'"):
        write(AD, "", "magic", 0.5)


def test_a_run_that_is_cancelled_ends(writer: Callable[[ModelServer], Writer]) -> None:
    class Cancelled(Exception):  # noqa: N818 - as ComfyUI names it
        pass

    def tick(share: float) -> None:
        raise Cancelled

    with model_server(lambda handler, asked, number: server.gone.wait(5) and None) as server:
        with pytest.raises(Cancelled):
            write(AD, "", "llm", 0, writer(server), tick)
        server.gone.set()
