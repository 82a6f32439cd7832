"""AdImageAPI: what comes out of the node, and who is asked for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.core.image_api import provider
from fit_ad.core.telemetry import runlog
from fit_ad.nodes import ad_image_api
from fit_ad.nodes._lists import paired
from fit_ad.nodes.ad_image_api import AdImageAPI
from model_server import ModelServer, failing, model_server
from pictures import fields, painting

INPUTS: dict[str, Any] = {
    "prompt": "커피 한 잔",
    "profile": "auto",
    "width": 400,
    "height": 500,
    "quality": "auto",
    "prefer": "local",
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModelServer]:
    """An endpoint that paints, as the profile ``mine`` of the settings."""
    monkeypatch.setenv("NODE_KEY", "sk-canary-99")
    with model_server(painting()) as running:
        profile = f"{{base_url: '{running.base_url}', model: m, image_model: gpt-image-2, key_env: NODE_KEY}}"
        use(monkeypatch, tmp_path, f"profiles:\n  mine: {profile}\nlimits: {{retries: 0}}\n")
        yield running


def use(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("FIT_AD_CONFIG", str(folder / "config.yaml"))
    monkeypatch.setenv("FIT_AD_CACHE", str(folder / "cache"))


def run(**changes: Any) -> tuple[torch.Tensor, dict[str, Any]]:
    image, report = AdImageAPI.execute(**{**INPUTS, **changes}).args
    return image, json.loads(report)


def lazy(**changes: Any) -> list[str]:
    return AdImageAPI.check_lazy_status(**{**INPUTS, **changes})


def test_a_picture_from_words(server: ModelServer) -> None:
    image, report = run()
    assert (image.shape, image.dtype) == ((1, 500, 400, 3), torch.float32)
    assert (report["source"], report["profile"], report["model"], report["size"]) == (
        "cloud",
        "mine",
        "gpt-image-2",
        [400, 500],
    )
    assert "canary" not in str(report)
    assert str(server.port) not in str(report)


def test_a_local_picture_is_taken_and_the_cloud_not_asked(server: ModelServer) -> None:
    local = torch.rand(2, 500, 400, 3)
    assert lazy(local=None) == ["local"]
    assert lazy(local=local) == []
    image, report = run(local=local)
    assert torch.equal(image, local)
    assert report == {"version": 1, "source": "local", "size": [400, 500], "notes": []}
    assert run(local=torch.rand(1, 250, 200, 4))[0].shape == (1, 500, 400, 4)
    assert server.asked == []


@pytest.mark.parametrize(
    "local", [torch.zeros(1, 9, 9, 3), torch.full((1, 9, 9, 3), torch.nan), torch.zeros(0, 9, 9, 3)]
)
def test_a_local_picture_that_failed_is_not_taken(server: ModelServer, local: torch.Tensor) -> None:
    assert run(local=local)[1]["source"] == "cloud"
    server.behaviour = failing(401)
    with pytest.raises(FitAdError, match="rejected the key"):
        run(local=local, seed=1)


def test_the_cloud_first_and_the_local_branch_only_where_it_fails(server: ModelServer) -> None:
    assert lazy(prefer="cloud", local=None) == []
    image, report = run(prefer="cloud", local=None)
    assert (report["source"], report["answer"], len(server.asked)) == ("cloud", "new", 1)
    server.behaviour = failing(500)
    assert lazy(prefer="cloud", local=None, seed=1) == ["local"]
    assert lazy(prefer="cloud", local=image, seed=1) == []
    image, report = run(prefer="cloud", local=image, seed=1)
    assert (report["source"], len(server.asked)) == ("local", 2)
    assert report["notes"][0].startswith("The profile 'mine' made no picture. The server failed")
    assert ad_image_api._waiting == {}


def test_without_the_shelf_the_cloud_is_asked_once_for_one_run(server: ModelServer, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(file.read_text().replace("retries: 0", "retries: 0, cache_days: 0"))
    assert lazy(prefer="cloud", local=None) == []
    run(prefer="cloud", local=None)
    assert len(server.asked) == 1
    run()
    assert len(server.asked) == 2


def test_a_prompt_for_each_of_a_batch_is_asked_once(server: ModelServer, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(file.read_text().replace("retries: 0", "retries: 0, cache_days: 0"))
    lists = {name: [value] for name, value in INPUTS.items()} | {"prefer": ["cloud"], "prompt": ["차", "빵"]}
    lists |= {"image": [torch.rand(2, 500, 400, 3)]}
    node = paired(AdImageAPI)
    assert node.check_lazy_status(**lists, local=(None,)) == []
    images, reports = node.execute(**lists, local=[None]).args
    assert [batch.shape[0] for batch in images] == [2]
    assert (len(reports), len(server.asked)) == (2, 2)


def test_one_picture_is_made_for_each_of_a_batch(server: ModelServer) -> None:
    image, report = run(image=torch.rand(2, 50, 80, 3), mask=torch.ones(1, 50, 80), width=0, height=0)
    assert image.shape == (2, 50, 80, 3)
    assert [one.path for one in server.asked] == ["/v1/images/edits"] * 2
    assert (len(report["pictures"]), report["size"]) == (2, [80, 50])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"width": 0}, "width is 0, and no image is connected"),
        ({"mask": torch.ones(1, 8, 8)}, "A mask is connected, but no image"),
        ({"prompt": ""}, "The prompt is empty"),
        ({"profile": "openai"}, "The profile 'openai' makes no pictures"),
        ({"profile": "theirs"}, "There is no profile 'theirs' in the settings"),
    ],
)
def test_what_cannot_be_made_is_said_before_it_is_asked(server: ModelServer, changes: Any, text: str) -> None:
    with pytest.raises(FitAdError, match=text):
        run(**changes)
    assert server.asked == []
    assert run(**changes, local=torch.rand(1, 5, 4, 3))[1]["source"] == "local"


def test_one_side_alone_keeps_the_shape_of_the_picture(server: ModelServer) -> None:
    assert run(image=torch.rand(1, 50, 100, 3), width=300, height=0)[0].shape == (1, 150, 300, 3)


def test_transparent_and_quality_are_asked_for(server: ModelServer) -> None:
    assert run(transparent=True, quality="low")[0].shape == (1, 500, 400, 4)
    assert {k: v for k, v in fields(server.asked[0]).items() if k in ("quality", "background")} == {
        "quality": "low",
        "background": "transparent",
    }


def test_it_is_off_until_a_profile_names_an_image_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-77")
    use(monkeypatch, tmp_path, "profiles:\n  ollama: {model: m}\n")
    assert offered() == ["auto"]
    assert "Cloud pictures are switched off" in str(AdImageAPI.validate_inputs(profile="auto"))
    assert AdImageAPI.validate_inputs(profile="auto", local=None) is True
    use(monkeypatch, tmp_path, "profiles:\n  openai: {image_model: gpt-image-2}\n")
    assert offered() == ["auto", "openai"]
    assert AdImageAPI.validate_inputs(profile="auto") is True
    monkeypatch.delenv("OPENAI_API_KEY")
    assert "OPENAI_API_KEY is not set" in str(AdImageAPI.validate_inputs(profile="auto"))
    use(monkeypatch, tmp_path, "profiles: {mine: [}\n")
    assert offered() == ["auto"]
    assert "config.yaml, line 1, has an error" in str(AdImageAPI.validate_inputs(profile="auto"))


def test_a_failure_is_asked_again_and_an_answer_is_not(server: ModelServer) -> None:
    before = AdImageAPI.fingerprint_inputs(profile="auto", prompt=None)
    run()
    assert AdImageAPI.fingerprint_inputs(profile="auto", prompt=None) == before
    server.behaviour = failing(500)
    with pytest.raises(FitAdError):
        run(seed=1)
    assert AdImageAPI.fingerprint_inputs(profile="auto", prompt=None) != before


def test_the_record_of_the_run_names_who_made_the_picture(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runlog.records, "handlers", [runlog.RunLogFile(lambda: tmp_path / "log")])
    for local, model in ((None, "gpt-image-2"), (torch.rand(1, 5, 4, 3), "local")):
        with runlog.recording("node", node="AdImageAPI"):
            run(local=local)
        found = [json.loads(line) for line in (tmp_path / "log" / runlog.FILE).read_text("utf-8").splitlines()]
        # with a record of its own, where another test has listed the nodes, it is that one that is told
        named = [entry["model_name"] for entry in found if entry["kind"] == "node" and "model_name" in entry]
        assert named[-1] == model


def test_the_menu_is_that_of_the_core() -> None:
    assert ad_image_api.QUALITIES == provider.QUALITIES


def offered() -> list[str]:
    return next(i for i in AdImageAPI.define_schema().inputs if i.id == "profile").options
