"""Pictures by the cloud over real HTTP: sizes, edits, masks, the shelf, many ways to go wrong, no key anywhere."""

from __future__ import annotations

import base64
import json
import logging
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_time import Clock, callers_clock
from fit_ad.core.errors import FitAdError
from fit_ad.core.image_api.generate import GeneratedImage, ImageProvider, generate
from fit_ad.core.image_api.provider import EditTarget, ImageRequest
from fit_ad.core.infra.answer_cache import AnswerCache
from fit_ad.core.infra.image_cache import ImageCache
from fit_ad.core.llm import CallFailure, ModelError
from fit_ad.core.settings import Profile, UsageLimits
from model_server import ModelServer, body, drop, failing, hang, model_server
from pictures import USAGE, answer_of, fields, file_of, files, gradient, painting

KEY = "sk-canary-4711"
MODEL = "gpt-image-2.5-flare"
WISH = ImageRequest("커피 한 잔", (540, 675))


def cloud(server: ModelServer, folder: Path, model: str = MODEL, seconds: float = 5, **limits: Any) -> ImageProvider:
    profile = Profile("mine", server.base_url, "m", image_model=model)
    rules = UsageLimits(image_seconds=seconds, retries=1, **limits)
    return ImageProvider(
        profile, KEY, rules, ImageCache(folder, rules.cache_days, rules.image_cache_mb), AnswerCache(folder, 90)
    )


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return callers_clock(monkeypatch)


def subject(width: int = 540, height: int = 675, **more: Any) -> EditTarget:
    return EditTarget(gradient(width, height).astype(np.float32) / 255, **more)


def test_what_is_asked_and_what_comes_back(tmp_path: Path) -> None:
    with model_server(painting(quality="low", cost=0.011)) as server:
        made = generate(cloud(server, tmp_path), ImageRequest("커피 한 잔", (1080, 1350), "low", seed=5))
    asked = server.asked[0]
    assert asked.path == "/v1/images/generations"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body == {
        "model": MODEL,
        "prompt": "커피 한 잔",
        "n": 1,
        "size": "1088x1360",
        "quality": "low",
        "output_format": "png",
    }
    assert (made.picture.shape, made.picture.dtype) == ((1350, 1080, 3), np.float32)
    expected = np.linspace(0, 1, 1080)
    assert np.abs(made.picture[700, :, 0] - expected).max() < 0.01
    assert {**made.report, "seconds": 0} == {
        "version": 1,
        "source": "cloud",
        "profile": "mine",
        "model": MODEL,
        "answer": "new",
        "requests": 1,
        "seconds": 0,
        "usage": USAGE,
        "cost": 0.011,
        "quality": "low",
        "size_asked": [1088, 1360],
        "size_given": [1088, 1360],
        "notes": [],
    }


def test_a_transparent_picture_keeps_its_alpha(tmp_path: Path) -> None:
    with model_server(painting()) as server:
        made = generate(cloud(server, tmp_path), ImageRequest("컵", (640, 640), transparent=True))
    assert fields(server.asked[0])["background"] == "transparent"
    assert made.picture.shape == (640, 640, 4)
    assert (made.picture[:, 10, 3].max(), made.picture[:, -10, 3].min()) == (0, 1)


def test_an_edit_sends_the_picture_where_it_lies_and_takes_it_back_from_there(tmp_path: Path) -> None:
    def echo(handler: Any, asked: Any, number: int) -> None:
        body(handler, 200, answer_of(file_of(files(asked)["image"])), "application/json")

    with model_server(echo) as server:
        made = generate(cloud(server, tmp_path, model="gpt-image-1.5"), WISH, subject())
    asked = server.asked[0]
    assert asked.path == "/v1/images/edits"
    assert (fields(asked)["size"], fields(asked)["model"], fields(asked)["prompt"]) == (
        "1024x1536",
        "gpt-image-1.5",
        "커피 한 잔",
    )
    sent = files(asked)
    assert set(sent) == {"image"}
    assert sent["image"].shape == (1536, 1024, 3)
    assert (sent["image"][0] == sent["image"][128]).all()  # 1024×1280 in the middle, its edge drawn on
    assert np.abs(made.picture - subject().picture).mean() < 0.004


def test_what_the_mask_keeps_stays_as_it_was_to_the_last_bit(tmp_path: Path) -> None:
    mask = np.zeros((675, 540), np.float32)
    mask[100:300, 100:300] = 1
    with model_server(failing(200, answer_of(file_of(np.full((900, 720, 3), 255, np.uint8))))) as server:
        made = generate(cloud(server, tmp_path), WISH, subject(mask=mask))
    sent = files(server.asked[0])["mask"]
    width, height = map(int, fields(server.asked[0])["size"].split("x"))
    assert sent.shape == (height, width, 4)
    assert (sent[0, 0, 3], sent[height * 200 // 675, width * 200 // 540, 3]) == (255, 0)
    assert (made.picture[mask == 0] == subject().picture[mask == 0]).all()
    assert (made.picture[mask == 1] == 1).all()
    assert made.report["notes"] == [f"asked for {width}×{height}, got 720×900"]


def test_nothing_is_paid_twice_and_everything_that_matters_is(tmp_path: Path) -> None:
    with model_server(painting()) as server:
        first = generate(cloud(server, tmp_path), WISH)
        again = generate(cloud(server, tmp_path), WISH)
        assert (again.picture == first.picture).all()
        assert (again.report["answer"], again.report["requests"], again.report["usage"]) == ("kept", 0, USAGE)
        assert len(server.asked) == 1
        mask = np.ones((675, 540), np.float32)
        for count, (who, wish, what) in enumerate(
            [
                (cloud(server, tmp_path), ImageRequest("차 한 잔", (540, 675)), None),
                (cloud(server, tmp_path), ImageRequest("커피 한 잔", (675, 540)), None),
                (cloud(server, tmp_path), ImageRequest("커피 한 잔", (540, 675), "high"), None),
                (cloud(server, tmp_path), ImageRequest("커피 한 잔", (540, 675), transparent=True), None),
                (cloud(server, tmp_path), ImageRequest("커피 한 잔", (540, 675), seed=1), None),
                (cloud(server, tmp_path, model="gpt-image-2"), WISH, None),
                (cloud(server, tmp_path), WISH, subject()),
                (cloud(server, tmp_path), WISH, subject(mask=mask)),
                (cloud(server, tmp_path, cache_days=0), WISH, None),
                (cloud(server, tmp_path, cache_days=0), WISH, None),
            ],
            2,
        ):
            generate(who, wish, what)
            assert len(server.asked) == count


def test_the_shelf_is_bounded_and_what_is_used_stays(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 300, 3), np.uint8)  # 270 KB as PNG
    shelf = ImageCache(tmp_path, 90, 1)
    for number, key in enumerate("abc"):
        shelf.put(key, noise, {"n": number})
        os.utime(shelf.folder / f"{key}.png", (time.time() - 100 + number,) * 2)
    assert shelf.get("a") is not None
    shelf.put("d", noise, {})
    assert sorted(file.name for file in shelf.folder.iterdir()) == ["a.png", "c.png", "d.png"]
    kept = shelf.get("c")
    assert kept is not None
    assert (kept.pixels == noise).all()
    assert kept.facts == {"n": 2}
    os.utime(shelf.folder / "c.png", (time.time() - 91 * 86_400,) * 2)
    assert shelf.get("c") is None
    (shelf.folder / "a.png").write_bytes(b"\x89PNG broken")
    assert shelf.get("a") is None
    assert not (shelf.folder / "a.png").exists()


def test_a_shelf_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file where the folder should be")
    with model_server(painting()) as server:
        assert generate(cloud(server, tmp_path), WISH).picture.shape == (675, 540, 3)


def bomb() -> bytes:
    """A PNG that says it has 60,000 × 60,000 pixels."""
    data = bytearray(file_of(gradient(20, 20)))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    return bytes(data)


def items(*found: Any) -> str:
    return json.dumps({"data": list(found)})


@pytest.mark.parametrize(
    ("behaviour", "reason", "said", "requests"),
    [
        (
            failing(401, '{"error": {"message": "Wrong key sk-canary-4711"}}'),
            CallFailure.KEY,
            "rejected the key",
            1,
        ),
        (
            failing(404, '{"error": {"message": "no such model"}}'),
            CallFailure.UNKNOWN,
            "Check image_model and base_url",
            1,
        ),
        (failing(429, '{"error": {"code": "insufficient_quota"}}'), CallFailure.QUOTA, "no credit left", 1),
        (failing(429), CallFailure.BUSY, "busy", 2),
        (failing(500, "<html>oops</html>", "text/html"), CallFailure.SERVER, "status 500", 2),
        (failing(400, '{"error": {"message": "prompt too long"}}'), CallFailure.REQUEST, "status 400", 2),
        (failing(200, '{"error": {"code": "content_policy_violation"}}'), CallFailure.REFUSED, "safety check", 1),
        (failing(200, '{"error": {"code": 402, "message": "no"}}'), CallFailure.QUOTA, "no credit", 1),
        (failing(402), CallFailure.QUOTA, "no credit", 1),
        (
            failing(400, '{"error": {"code": "moderation_blocked", "message": "… safety_violations=[violence]."}}'),
            CallFailure.REFUSED,
            "safety check refused the request: violence. Rephrase it",
            1,
        ),
        (failing(302, "", location="https://elsewhere.example/v1"), CallFailure.REDIRECT, "another address", 1),
        (failing(200, "<html>login</html>", "text/html"), CallFailure.ANSWER, "not a JSON object", 1),
        (failing(200, '{"data": [{"b64_json": "iVBORw0'), CallFailure.ANSWER, "not a JSON object", 1),
        (failing(200, '{"data": {"b64_json": 3}, "usage": "x"}'), CallFailure.ANSWER, "holds no picture", 1),
        (failing(200, items()), CallFailure.ANSWER, "holds no picture", 1),
        (failing(200, items(None, {"b64_json": "not base64!"})), CallFailure.ANSWER, "holds no picture", 1),
        (failing(200, answer_of(b"%PDF-1.4 no picture")), CallFailure.ANSWER, "no picture that can be read", 1),
        (failing(200, answer_of(file_of(gradient(64, 64))[:90])), CallFailure.ANSWER, "no picture that can be read", 1),
        (failing(200, answer_of(bomb())), CallFailure.ANSWER, "no picture that can be read", 1),
        (failing(200, items({"url": "https://elsewhere.example/x.png"})), CallFailure.ANSWER, "is an address", 1),
        (failing(200, items({"url": "file:///etc/passwd"})), CallFailure.ANSWER, "is an address", 1),
        (failing(504, "<html>late</html>", "text/html"), CallFailure.SERVER, "may have charged", 1),
        (drop, CallFailure.CONNECTION, "may have charged", 1),
    ],
)
def test_failures_are_told_in_words(
    behaviour: Any, reason: CallFailure, said: str, requests: int, tmp_path: Path
) -> None:
    with model_server(behaviour) as server:
        who = cloud(server, tmp_path)
        with pytest.raises(ModelError) as caught:
            generate(who, WISH)
        assert (caught.value.failure, len(server.asked)) == (reason, requests)
    text = str(caught.value)
    assert text.startswith("The profile 'mine' made no picture. ")
    assert said in text
    assert "canary" not in text
    assert str(server.port) not in text
    assert who.store.failures("picture mine") == 1
    assert list(tmp_path.glob("pictures/*")) == []


def test_a_server_that_is_not_there_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "fit_ad.llm")
    with model_server(drop) as server:
        pass
    with pytest.raises(ModelError, match="can't be reached"):
        generate(cloud(server, tmp_path), WISH)
    assert [r.name for r in caplog.records if r.name == "fit_ad.llm"] == ["fit_ad.llm"] * 2


def test_an_answer_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fit_ad.core.image_api.provider import ImageClient

    monkeypatch.setattr(ImageClient, "most_bytes", 100_000)
    with model_server(failing(200, "z" * 300_000)) as server, pytest.raises(ModelError, match="it does not end"):
        generate(cloud(server, tmp_path), WISH)


def test_the_limit_holds(tmp_path: Path, clock: Clock) -> None:
    with model_server(hang) as server, pytest.raises(ModelError, match="Raise limits: image_seconds"):
        generate(cloud(server, tmp_path, seconds=60), WISH, tick=lambda share: clock.sleep(1))
    assert clock.passed == 61


def test_a_cancelled_run_ends_at_once(tmp_path: Path, clock: Clock) -> None:
    class InterruptedRunError(Exception):
        pass

    shares: list[float] = []

    def tick(share: float) -> None:
        shares.append(share)
        clock.sleep(0.1)
        if len(shares) == 6:
            raise InterruptedRunError

    with model_server(hang) as server, pytest.raises(InterruptedRunError):
        generate(cloud(server, tmp_path, seconds=30), WISH, tick=tick)
    assert shares == sorted(shares)
    assert len(shares) == 6
    assert 0 < shares[-1] < 0.1


@pytest.mark.parametrize(
    ("kind", "pixels"),
    [("JPEG", gradient(64, 80)), ("WEBP", gradient(64, 80, 4)), ("PNG", gradient(64, 80)[..., 0])],
)
def test_pictures_of_other_kinds_are_taken(tmp_path: Path, kind: str, pixels: np.ndarray) -> None:
    with model_server(failing(200, answer_of(file_of(pixels, kind)))) as server:
        made = generate(cloud(server, tmp_path), WISH)
    assert made.picture.shape == (675, 540, 4 if pixels.shape[2:] == (4,) else 3)
    assert made.report["size_given"] == [64, 80]


def test_a_data_address_is_a_picture(tmp_path: Path) -> None:
    url = "data:image/png;base64," + base64.b64encode(file_of(gradient(64, 80))).decode()
    with model_server(failing(200, items({"url": url}))) as server:
        assert generate(cloud(server, tmp_path), WISH).picture.shape == (675, 540, 3)


def test_a_server_that_knows_less_is_asked_for_less(tmp_path: Path) -> None:
    """Size and extras go where they are refused, and the report says so."""

    def picky(handler: Any, asked: Any, number: int) -> None:
        if {"quality", "response_format"} & set(asked.body) or asked.body["size"] != "1024x1536":
            body(handler, 422, '{"detail": "unknown field"}', "application/json")
        else:
            painting()(handler, asked, number)

    with model_server(picky) as server:
        made = generate(cloud(server, tmp_path, model="flux-dev"), ImageRequest("컵", (540, 675), "high"))
    assert [one.body["size"] for one in server.asked] == ["896x1120", "1024x1536", "1024x1536"]
    assert server.asked[0].body["response_format"] == "b64_json"
    assert set(server.asked[2].body) == {"model", "prompt", "n", "size"}
    assert made.report["notes"] == ["the server takes no quality"]
    with model_server(picky) as server, pytest.raises(ModelError, match="refused the request"):
        generate(cloud(server, tmp_path, model="flux-dev"), ImageRequest("컵", (540, 675), transparent=True))


def test_an_empty_prompt_is_not_sent(tmp_path: Path) -> None:
    with model_server(painting()) as server, pytest.raises(FitAdError, match="The prompt is empty"):
        generate(cloud(server, tmp_path), ImageRequest(" \n", (540, 675)))
    assert server.asked == []


def leaks(made: GeneratedImage, tmp_path: Path, secret: str) -> list[str]:
    places = {"report": json.dumps(made.report).encode(), "picture": made.picture.tobytes()}
    places |= {file.name: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert len(places) == 3
    return [name for name, data in places.items() if secret.encode() in data]


def test_a_server_that_repeats_the_key_finds_it_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpx2", "openai"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    data = base64.b64encode(file_of(gradient(64, 80), words=f"made with {KEY}")).decode()
    said = {"data": [{"b64_json": data, "revised_prompt": f"a cup, {KEY}"}], "quality": KEY, "usage": {KEY: 1, "a": 2}}
    with model_server(failing(200, json.dumps(said))) as server:
        made = generate(cloud(server, tmp_path), WISH)
        address = f"127.0.0.1:{server.port}"
    assert made.report["revised_prompt"] == "a cup, [hidden]"
    assert made.report["usage"] == {"a": 2}
    assert leaks(made, tmp_path, "canary") == []
    assert leaks(made, tmp_path, address) == []
    assert [r.getMessage() for r in caplog.records if "canary" in r.getMessage()] == []
    own = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpcore", "asyncio"))]
    assert [text for text in own if address in text] == []
    assert any("asked mine (gpt-image-2.5-flare): answered" in text for text in own)
