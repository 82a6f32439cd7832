"""A profile with vision, asked over real HTTP."""

from __future__ import annotations

import base64
import io
from types import MappingProxyType

import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.layout.pixel_advisor import advise
from fit_ad.core.layout.vlm.advise import advise_with_model
from fit_ad.core.layout.vlm.remote import SCHEMA, profile_model
from fit_ad.core.settings import Profile, Settings, UsageLimits
from model_server import ModelServer, drop, failing, model_server, saying
from PIL import Image

pytest.importorskip("openai")

KEY = "sk-canary-0815"
ANSWER = '{"boxes": [{"box": [80, 100, 920, 350], "text_color": "#2B1A10"}], "mood": "아늑한"}'
PICTURE = np.full((1350, 1080, 3), 0.95, np.float32)


def settings(server: ModelServer, *, vision: bool = True) -> Settings:
    profile = Profile("mine", server.base_url, "see-1", "MY_KEY", vision=vision)
    return Settings(MappingProxyType({"mine": profile}), limits=UsageLimits(5, 0))


def test_the_picture_goes_out_small_and_the_layout_comes_back() -> None:
    with model_server(saying(ANSWER)) as server:
        eyes = profile_model("mine", settings(server), {"MY_KEY": KEY})
        advice = advise_with_model(eyes, PICTURE, None, "봄 신메뉴")
    content = server.asked[0].body["messages"][0]["content"]
    assert content[1]["type"] == "text"
    assert "봄 신메뉴" in content[1]["text"]
    head, _, data = content[0]["image_url"]["url"].partition(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as sent:
        assert sent.size == (812, 980)
        assert abs(sent.convert("RGB").getpixel((400, 400))[0] - 242) <= 2
    assert server.asked[0].body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert advice.layout.source == "mine (see-1)"
    assert (advice.layout.text_color, advice.layout.mood) == ("#2B1A10", "아늑한")
    assert KEY not in str(advice.analysis)
    assert str(server.port) not in str(advice.analysis)


@pytest.mark.parametrize("behaviour", [drop, failing(500), failing(401), saying("")])
def test_a_server_that_fails_leaves_it_to_the_pixels(behaviour: object) -> None:
    with model_server(behaviour) as server:  # type: ignore[arg-type]
        eyes = profile_model("mine", settings(server), {"MY_KEY": KEY})
        advice = advise_with_model(eyes, PICTURE, None, "봄 신메뉴")
    assert advice.layout == advise(PICTURE, None, "봄 신메뉴").layout
    assert advice.analysis["changes"][0]["after"] == "pixels"
    assert KEY not in str(advice.analysis)


def test_a_profile_that_does_not_look_says_so() -> None:
    with model_server(drop) as server, pytest.raises(FitAdError, match=r"'mine' cannot read images.*vision: true"):
        profile_model("mine", settings(server, vision=False), {"MY_KEY": KEY})


def test_what_progress_raises_ends_the_question() -> None:
    class StopItError(Exception):
        pass

    def stop(share: float) -> None:
        raise StopItError

    def slow(handler: object, asked: object, number: int) -> None:
        server.gone.wait(3)

    with model_server(slow) as server, pytest.raises(StopItError):
        advise_with_model(profile_model("mine", settings(server), {"MY_KEY": KEY}), PICTURE, None, "봄", progress=stop)
