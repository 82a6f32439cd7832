"""The counter's answers: the tokens and phrases of a prompt that is being typed, and never an exception."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.routes import clamp
from requests_to_us import Request, answered
from requests_to_us import asked as ask_route


def words(text: str) -> int:
    return 2 + len(text.replace(",", " , ").split())


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamp, "live_counter", lambda: words)


def asked(body: Any) -> tuple[int, dict[str, Any]]:
    return ask_route(clamp.ROUTE, body)


def test_what_becomes_of_each_phrase() -> None:
    status, body = asked({"text": "a cup, 컵, rain, rain, sun", "must_keep": "sun", "max_tokens": 8})
    assert status == 200
    assert body == {
        "tokens": 8,
        "given": 12,
        "limit": 8,
        "at_most": False,
        "korean": True,
        "parts": [
            ["a cup", ", ", "kept"],
            ["컵", ", ", "kept"],
            ["rain", ", ", "dropped"],
            ["rain", ", ", "dropped"],
            ["sun", "", "must"],
        ],
        "dropped": 2,
        "more": 0,
    }


def test_of_a_dynamic_prompt_the_longest_counts() -> None:
    _, body = asked({"text": "a {red|light blue} cup // note"})
    assert (body["tokens"], body["at_most"], body["limit"]) == (6, True, 77)
    assert body["parts"] == [["a light blue cup", " ", "kept"]]


def test_more_phrases_than_are_shown_are_counted() -> None:
    _, body = asked({"text": ", ".join(f"thing{i}" for i in range(450))})
    assert (len(body["parts"]), body["more"], body["dropped"]) == (400, 50, 450 - 38)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("[1]", "The request body must be a JSON object"),
        ("{", "The request could not be read"),
        ({"text": 3}, "text must be a text"),
        ({"text": "a", "must_keep": None}, "must_keep must be a text"),
        ({"text": "a", "max_tokens": 78}, "max_tokens can't be 78"),
        ({"text": "a", "max_tokens": True}, "max_tokens can't be True"),
        ({"text": "a", "max_tokens": "7"}, "max_tokens can't be '7'"),
        ({"text": "a" * 15_000, "must_keep": "b" * 6_000}, "The prompt is too long for counting tokens"),
        ({"text": "a," * 2000}, "The prompt is too long for counting tokens"),
        ({"text": "a", "must_keep": "b c d e", "max_tokens": 5}, "must_keep needs 6 tokens, but only 5 are allowed"),
    ],
)
def test_a_wrong_question_is_told_why(body: Any, what: str) -> None:
    status, answer = asked(body)
    assert (status, answer["error"]["what"]) == (400, what)


def test_a_request_of_too_great_length_is_not_read() -> None:
    request = Request("{}", 64 * 1024 + 1)
    assert (answered(clamp.ROUTE, request)[0], request.read) == (413, 0)


@pytest.mark.parametrize(("raised", "status"), [(RuntimeError("secret"), 500), (FitAdError("No tokenizer"), 400)])
def test_whatever_fails_there_is_an_answer(raised: Exception, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> Callable[[str], int]:
        raise raised

    monkeypatch.setattr(clamp, "live_counter", failing)
    got, body = asked({"text": "a"})
    assert got == status
    assert "secret" not in json.dumps(body)
