"""fit-ad models: what each workflow needs, what is there, what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fit_ad.client.cli import models as models_command
from fit_ad.client.cli.main import main
from fit_ad.client.cli.models import lines, picked, shipped_lines, survey
from fit_ad.client.runs.out_of_memory import with_models_there
from fit_ad.core.workflow.card import workflow_names

TURBO = {"model": "sd_xl_turbo_1.0_fp16.safetensors", "steps": 4, "cfg": 1.0}


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["models", *arguments])
    return int(ended.value.code or 0)


def state(there: dict[str, list[str]], primary: str = "") -> dict[str, tuple[str, str]]:
    (found,) = survey(["t2i"], there, primary)
    return {model["id"]: (model["taken"], model["file_there"]) for model in found["models"]}


def test_an_alternative_that_is_there_is_taken() -> None:
    assert state({})["flux1-dev-q4"] == ("flux1-dev-q4", "")
    q8 = {"diffusion_models": ["sub/flux1-dev-Q8_0.gguf"]}
    assert state(q8)["flux1-dev-q4"] == ("flux1-dev-q8", "flux1-dev-Q8_0.gguf")
    both = {"diffusion_models": ["flux1-dev-Q8_0.gguf", "flux1-dev-Q4_0.gguf"]}
    assert state(both)["flux1-dev-q4"][0] == "flux1-dev-q4"
    assert state(both, "flux1-dev-q8")["flux1-dev-q4"][0] == "flux1-dev-q8"
    checkpoint = {"checkpoints": ["flux1-dev-fp8.safetensors"]}
    assert state(checkpoint)["flux1-dev-q4"] == ("flux1-dev-q4", "")


class Offers:
    """A server that offers both sizes of FLUX.1-dev."""

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None:
        return ("flux1-dev-Q4_0.gguf", "flux1-dev-Q8_0.gguf")


def test_a_run_takes_the_primary_model(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = {"1": {"class_type": "UnetLoaderGGUF", "inputs": {"unet_name": "flux1-dev-Q4_0.gguf"}}}
    assert with_models_there(graph, Offers()) == (graph, [])
    monkeypatch.setenv("FIT_AD_PRIMARY_MODEL", "flux1-dev-q8")
    chosen, changes = with_models_there(graph, Offers())
    assert chosen["1"]["inputs"]["unet_name"] == "flux1-dev-Q8_0.gguf"
    assert changes == ["flux1-dev-q8 instead of flux1-dev-q4"]


def test_what_is_missing_names_file_folder_and_page() -> None:
    text = "\n".join(lines(survey(["t2i"], {})))
    assert "flux1-dev-Q4_0.gguf into models/diffusion_models" in text
    assert "from https://huggingface.co/city96/FLUX.1-dev-gguf" in text
    assert "z-image-turbo may be used" in text


def test_a_file_that_has_another_name_on_its_page_is_told() -> None:
    text = list(lines(survey(["portrait"], {})))
    page = "https://huggingface.co/InstantX/FLUX.1-dev-Controlnet-Union"
    assert f"           from {page}, called diffusion_pytorch_model.safetensors there" in text


def test_the_folders_of_packs_and_older_names_are_looked_into(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("unet/flux1-dev-Q4_0.gguf", "ultralytics/bbox/face_yolov8m.pt", "clip/clip_l.safetensors"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"")
    assert call("t2i", "--models-dir", str(tmp_path), "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    there = {model["id"] for model in found["models"] if model["file_there"]}
    assert there == {"flux1-dev-q4", "yolo-face", "clip-l"}


def test_without_a_name_every_workflow_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--models-dir", str(tmp_path)) == 0
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines() if "advertising:" in line] == workflow_names()


def test_an_unknown_workflow_is_bad_use_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("t2j", "--models-dir", str(tmp_path)) == 1
    assert "Did you mean t2i" in capsys.readouterr().err


def test_it_says_which_model_suits_a_prompt(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert call("--for", "빠르게 볼 시안", "--models-dir", str(tmp_path)) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "a draft: sdxl-turbo"
    values = "--set model=sd_xl_turbo_1.0_fp16.safetensors --set steps=4 --set cfg=1.0"
    assert told[1] == f"  fit-ad run t2i-sdxl --set prompt='빠르게 볼 시안' {values}"
    assert told[2] == "  for advertising ask with --commercial"
    assert told[4].startswith("t2i-sdxl ")


def test_for_advertising_it_names_what_may_be_used(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert call("--for", "latte, photo", "--commercial", "--json", "--models-dir", str(tmp_path)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["choice"]["model"] == "z-image-turbo"
    assert (told["choice"]["commercial"], told["workflow"]) == ("yes", "t2i-free")


def test_the_primary_model_comes_before_what_the_prompt_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIT_AD_PRIMARY_MODEL", "sdxl-base")
    assert call("--for", "latte, photo", "--models-dir", str(tmp_path)) == 0
    assert capsys.readouterr().out.startswith("FIT_AD_PRIMARY_MODEL: sdxl-base\n")


@pytest.mark.parametrize(
    ("prompt", "commercial", "there", "workflow", "values"),
    [
        ("latte, photo", False, [], "t2i", {}),
        ("latte, photo", True, [], "t2i-free", {}),
        ("an illustration", False, [], "t2i-sdxl", {}),
        ("a quick draft", False, ["sd_xl_turbo_1.0_fp16.safetensors"], "t2i-sdxl", TURBO),
        ("a quick draft", False, ["sd_xl_base_1.0.safetensors"], "t2i-sdxl", {}),
    ],
)
def test_auto_runs_what_suits_the_prompt(
    monkeypatch: pytest.MonkeyPatch,
    prompt: str,
    commercial: bool,
    there: list[str],
    workflow: str,
    values: dict[str, object],
) -> None:
    monkeypatch.setattr(models_command, "_on_server", lambda _: {"checkpoints": there})
    found = picked({"prompt": prompt, "seed": "3"}, "127.0.0.1:8188", commercial=commercial)
    assert found == (workflow, {**values, "prompt": prompt, "seed": "3"})


def test_what_is_set_comes_before_what_the_model_would_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models_command, "_on_server", lambda _: {"checkpoints": [TURBO["model"]]})
    assert picked({"prompt": "quick", "steps": "8"}, "x")[1] == {**TURBO, "prompt": "quick", "steps": "8"}


def test_memory_is_told_by_graphics_card() -> None:
    told = list(lines(survey(["t2i"], {})))
    assert "  on 24 GB  flux1-dev-q8               about 15 GB" in told
    small = "  on  8 GB  flux1-dev-q4               about 9 GB, more than the card holds: slower; t2i-sdxl fits"
    assert small in told
    assert "  runs without a graphics card" in list(lines(survey(["express"], {})))


def test_what_comes_with_the_pack_is_told_with_size_and_licence() -> None:
    told = list(shipped_lines())
    assert "  ok       u2netp                       4.6 MB  Apache-2.0 (xuebinqin/U-2-Net)" in told
    assert len([line for line in told if "MediaPipe" in line]) == 4
