"""What an editor asks the server, and what it is told."""

from __future__ import annotations

import base64
import sys
import types
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.core.layout.model import Layout, TextBox
from fit_ad.core.placement.placer_preview import stage
from fit_ad.core.placement.render import Placement, place
from fit_ad.nodes.routes import _preview_runs, _previews
from fit_ad.nodes.routes import place as place_route
from fit_ad.nodes.routes._pictures import picture_file
from fit_ad.nodes.routes._preview_runs import PreviewRun, RunOrigin
from fit_ad.nodes.text_placer import TextPlacer
from requests_to_us import asked as ask_route

H, W = 500, 400


def ground() -> np.ndarray:
    y, x = np.mgrid[0 : 1 : H * 1j, 0 : 1 : W * 1j]
    return (np.round(np.dstack([x, y, x * y]) * 255) / 255).astype(np.float32)


def card() -> np.ndarray:
    return np.ones((30, 60, 4), np.float32)


SOURCES = _previews.PreviewSources(
    background=lambda file: (f"file-{file['name']}", ground()), lettering=lambda values: card()
)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_previews, "RUNS", _preview_runs.PreviewRuns())
    monkeypatch.setattr(_previews, "TURNS", _previews.EditorTurns())


def ask(**question: Any) -> dict[str, Any]:
    asked = {"editor": "e", "turn": 1, **question}
    _previews.newest(asked)
    return _previews.answer(asked, SOURCES)


def picture(url: str) -> np.ndarray:
    data = np.frombuffer(base64.b64decode(url.partition(",")[2]), np.uint8)
    return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def test_a_run_is_shown_as_it_comes_out() -> None:
    token = _previews.RUNS.keep(PreviewRun(stage(ground(), card()), {}))
    told = ask(token=token, inputs={"x": 30, "y": 40, "width": 50, "height": 20, "legibility": "off"})
    out = place(ground(), card(), Placement(30, 40, 50, 20))
    assert told["canvas"] == told["size"] == [W, H]
    assert np.abs(picture(told["image"]) / 255 - out.image).mean() < 0.01
    assert told["report"] == out.report
    assert told["overlay"]["box"] == [20, 150, 200, 100]
    assert told["frame"] == [5, 30, 50, 20]
    assert told["placement"] == {"x": 30, "y": 40, "width": 50, "height": 20, "anchor": "center"}
    assert told["zone"] is None
    assert told["ghosts"] == []


def test_pictures_that_the_editor_has_are_not_sent_again() -> None:
    token = _previews.RUNS.keep(PreviewRun(stage(ground(), card()), {}))
    first = ask(token=token)
    assert "image" in first["background"]
    assert "image" in first["overlay"]
    second = ask(token=token, have={"background": first["background"]["key"], "overlay": first["overlay"]["key"]})
    assert "image" not in second["background"]
    assert "image" not in second["overlay"]
    assert "image" in second


def test_before_a_run_a_file_and_lettering_stand_in() -> None:
    told = ask(file={"name": "a.png"}, lettering={"text": "가"}, inputs={"safe_zone": "reels"})
    assert told["canvas"] == [W, H]
    assert told["overlay"]["scalable"] is True
    assert told["zone"] == {"top": 14, "right": 6, "bottom": 35, "left": 6}
    with pytest.raises(FitAdError, match="no picture to show yet"):
        ask()


def test_linked_values_are_those_of_the_run() -> None:
    token = _previews.RUNS.keep(PreviewRun(stage(ground(), None), {"text": "커피", "x": 70}))
    told = ask(token=token, inputs={"text": "", "x": 10}, linked=["text", "x", "overlay"])
    assert told["values"] == {"text": "커피", "x": 70}
    assert told["placement"]["x"] == 70
    assert told["report"]["box"] is not None


def test_older_turns_are_dropped() -> None:
    file = {"name": "a.png"}
    ask(turn=5, file=file)
    with pytest.raises(_previews.StaleRequestError):
        ask(turn=4, file=file)
    assert ask(turn=5, file=file)["canvas"] == [W, H]
    assert ask(editor="other", file=file)["canvas"] == [W, H]


def test_what_waits_while_a_newer_question_comes_is_never_made() -> None:
    made = []
    sources = SOURCES._replace(background=lambda file: made.append(file) or ("file", ground()))  # type: ignore[func-returns-value]
    questions = [{"editor": "e", "turn": turn, "file": {"name": str(turn)}} for turn in range(5)]
    for question in questions:
        _previews.newest(question)
    for question in questions[:-1]:
        with pytest.raises(_previews.StaleRequestError):
            _previews.answer(question, sources)
    _previews.answer(questions[-1], sources)
    assert made == [{"name": "4"}]


def test_what_was_unplugged_since_the_run_is_left_out() -> None:
    layout = Layout((TextBox(10, 5, 80, 20, "top", "#402A1E"),), "top", "#402A1E", (), "")
    token = _previews.RUNS.keep(PreviewRun(stage(ground(), card(), None, layout), {}))
    box = {"x": 50, "y": 90, "width": 40, "height": 10, "text": "커피"}
    assert ask(token=token, inputs=box, connected=["overlay", "layout"])["advised"] is True
    told = ask(token=token, inputs=box, connected=[])
    assert (told["advised"], told["ghosts"]) == (False, [])
    assert told["overlay"]["scalable"] is False
    assert told["placement"]["y"] == 90


def test_a_photo_that_was_chosen_since_comes_before_that_of_the_run() -> None:
    token = _previews.RUNS.keep(PreviewRun(stage(1 - ground(), card()), {}))
    told = ask(token=token, file={"name": "a.png"})
    assert told["background"]["key"] == "file-a.png"
    assert told["overlay"]["scalable"] is True
    same = _previews.RUNS.keep(PreviewRun(stage(ground(), card()), {}))
    assert ask(token=same, file={"name": "a.png"})["background"]["key"] == same
    assert ask(token="gone", file={"name": "a.png"})["background"]["key"] == "file-a.png"


def test_lettering_is_rendered_once_for_the_same_values() -> None:
    made = []
    sources = SOURCES._replace(lettering=lambda values: made.append(values) or card())  # type: ignore[func-returns-value]
    for turn, text in enumerate(("가", "가", "나")):
        asked = {"editor": "e", "turn": turn, "file": {"name": "a.png"}, "lettering": {"text": text}}
        _previews.newest(asked)
        assert _previews.answer(asked, sources)["overlay"]["scalable"] is True
    assert [values["text"] for values in made] == ["가", "나"]


def test_the_oldest_run_goes_where_there_is_no_room() -> None:
    run = PreviewRun(stage(ground(), None), {})
    runs = _preview_runs.PreviewRuns(most_bytes=int(2.5 * run.stage.nbytes))
    tokens = [runs.keep(run) for _ in range(3)]
    assert [runs.get(t) is None for t in tokens] == [True, False, False]
    with pytest.raises(_previews.UnknownRunError):
        ask(token=tokens[0])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"x": "left"}, "x is 'left'"),
        ({"x": float("nan")}, "x is nan"),
        ({"anchor": "middle"}, "anchor is 'middle'"),
        ({"text": "가" * 30_000}, "text has 30000 characters"),
        ({"text": 5}, "text must be a text"),
        ({"safe_zone": "moon"}, "safe_zone is 'moon'"),
    ],
)
def test_wrong_values_are_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        ask(file={"name": "a.png"}, inputs=wrong)


def status(body: Any) -> tuple[int, dict[str, Any]]:
    return ask_route(place_route.ROUTE, body)


def test_every_question_gets_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_route, "SOURCES", SOURCES)
    assert status({"editor": "e", "turn": 3, "file": {"name": "a.png"}})[0] == 200
    assert status({"editor": "e", "turn": 2, "file": {"name": "a.png"}}) == (409, {"stale_turn": True})
    assert status({"editor": "e", "turn": 4, "token": "gone"})[0] == 410
    assert status({"editor": "e", "turn": float("inf")})[0] == 400
    code, body = status({"editor": "e", "turn": 5})
    assert (code, body["error"]["what"]) == (400, "There is no picture to show yet")
    assert body["error"]["fix"]
    broken = SOURCES._replace(background=lambda file: 1 / 0)
    monkeypatch.setattr(place_route, "SOURCES", broken)
    code, body = status({"editor": "f", "turn": 1, "file": {"name": "a.png"}})
    assert (code, body["error"]["why"]) == (500, "ZeroDivisionError")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "input" / "sub").mkdir(parents=True)
    (tmp_path / "input" / "sub" / "a.png").write_bytes(b"x")
    (tmp_path / "secret.png").write_bytes(b"x")
    (tmp_path / "input" / "link.png").symlink_to(tmp_path / "secret.png")
    fake = types.ModuleType("folder_paths")
    fake.get_directory_by_type = lambda kind: str(tmp_path / kind)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "folder_paths", fake)
    return tmp_path


@pytest.mark.parametrize(
    "file",
    [
        {"name": "../secret.png"},
        {"name": "secret.png", "subfolder": ".."},
        {"name": "link.png"},
        {"name": "/etc/passwd"},
        {"name": "sub"},
        {"name": ""},
        {"name": "a.png", "subfolder": "sub", "type": "models"},
        {},
    ],
)
def test_nothing_outside_the_folders_is_read(folders: Path, file: dict[str, str]) -> None:
    with pytest.raises(FitAdError, match="There is no picture"):
        picture_file(file)


def test_a_file_in_a_subfolder_is_found_and_a_changed_one_has_another_key(folders: Path) -> None:
    file = {"name": "a.png", "subfolder": "sub", "type": "input"}
    key, _ = picture_file(file)
    (folders / "input" / "sub" / "a.png").write_bytes(b"longer")
    assert picture_file(file)[0] != key


def test_the_node_keeps_a_run_only_where_someone_can_ask() -> None:
    background = torch.from_numpy(ground())[None]
    assert not TextPlacer.execute(background, text="커피").ui
    _previews.RUNS.wanted = True
    out = TextPlacer.execute(background, text="커피", x=50, y=50, width=80, height=20)
    assert out.ui is not None
    token = out.ui["fit_ad_place"][0]["token"]
    told = ask(token=token, linked=["text"], inputs={"x": 50, "y": 50, "width": 80, "height": 20})
    assert np.abs(picture(told["image"]) / 255 - out.args[0][0].numpy()).mean() < 0.01


def kept(runs: _preview_runs.PreviewRuns, tokens: list[str]) -> list[bool]:
    return [runs.get(token) is not None for token in tokens]


def test_of_each_node_the_latest_two_runs_are_kept() -> None:
    runs = _preview_runs.PreviewRuns()
    run = PreviewRun(stage(ground(), card()), {})
    tokens = [runs.keep(run, origin=RunOrigin("a/12", str(number))) for number in range(4)]
    other = runs.keep(run, origin=RunOrigin("b/12", "0"))
    nobodys = runs.keep(run)
    assert kept(runs, tokens) == [False, False, True, True]
    assert kept(runs, [other, nobodys]) == [True, True]


def test_all_pictures_of_a_run_are_kept_up_to_eight() -> None:
    runs = _preview_runs.PreviewRuns()
    runs.wanted = True
    run = PreviewRun(stage(ground(), card()), {})
    first, second, third = (RunOrigin("a/12", number) for number in "123")
    ones = [runs.keep(run, origin=first) for _ in range(3)]
    twos = [runs.keep(run, origin=second) for _ in range(8)]
    assert (runs.takes(first), runs.takes(second), runs.takes(third), runs.takes(None)) == (True, False, True, True)
    assert kept(runs, ones + twos) == [True] * 11
    threes = [runs.keep(run, origin=third)]
    assert kept(runs, ones + twos + threes) == [False] * 3 + [True] * 9


def test_where_there_is_no_room_further_pictures_go_before_the_first() -> None:
    run = PreviewRun(stage(ground(), None), {})
    runs = _preview_runs.PreviewRuns(most_bytes=int(3.5 * run.stage.nbytes))
    old = runs.keep(run, origin=RunOrigin("a/1", "1"))
    first = runs.keep(run, origin=RunOrigin("a/1", "2"))
    further = [runs.keep(run, origin=RunOrigin("a/1", "2")) for _ in range(2)]
    assert kept(runs, [old, first, *further]) == [False, True, True, True]
    other = runs.keep(run, origin=RunOrigin("a/2", "2"))
    assert kept(runs, [first, *further, other]) == [True, False, True, True]


def test_a_run_that_is_kept_anew_stays_its_nodes() -> None:
    runs = _preview_runs.PreviewRuns()
    run = PreviewRun(stage(ground(), card()), {})
    first, second = (runs.keep(run, origin=RunOrigin("a/12", number)) for number in "12")
    runs.keep(run, first)
    third = runs.keep(run, origin=RunOrigin("a/12", "3"))
    assert kept(runs, [first, second, third]) == [False, True, True]
