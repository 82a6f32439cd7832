"""The model registry: its data, the order of alternatives, the model that suits a prompt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.models.registry import choice_for, choices, in_order, primary_model, registry
from fit_ad.core.workflow.card import load_workflow

HOSTS = ("https://huggingface.co/", "https://github.com/")


def test_every_reference_leads_somewhere() -> None:
    known = registry()
    for model in known.values():
        assert set(model.alternatives) <= set(known), model.id
        assert model.id not in model.alternatives
        assert model.stand_in in {"", *known}
        assert model.page.startswith("https://")
        assert all(file.size_mb > 0 for file in model.files), model.id
        assert all(file.url.startswith(HOSTS) for file in model.files if file.url)
        assert all(re.fullmatch("[0-9a-f]{64}|", file.sha256) for file in model.files)
        assert all(file.there != file.name for file in model.files)


def test_what_may_not_be_used_for_advertising_names_one_that_may() -> None:
    stand_ins = {model.id: model.stand_in for model in registry().values() if model.commercial == "no"}
    assert {"flux1-dev-q8", "flux1-dev-q4", "flux1-fill-q8", "flux1-controlnet-union"} <= set(stand_ins)
    assert all(registry()[other].commercial == "yes" for other in stand_ins.values())


def test_no_two_models_share_a_file() -> None:
    names = [file.name for model in registry().values() for file in model.files]
    assert len(names) == len(set(names))


def test_a_primary_model_goes_first_only_where_it_fits() -> None:
    q8 = registry()["flux1-dev-q8"]
    assert [one.id for one in in_order(q8)] == ["flux1-dev-q8", "flux1-dev-q4", "flux1-dev-fp8"]
    assert [one.id for one in in_order(q8, "flux1-dev-q4")] == ["flux1-dev-q4", "flux1-dev-q8", "flux1-dev-fp8"]
    assert [one.id for one in in_order(q8, "u2net")] == ["flux1-dev-q8", "flux1-dev-q4", "flux1-dev-fp8"]


def test_the_primary_model_comes_from_the_environment() -> None:
    assert primary_model({}) == ""
    assert primary_model({"FIT_AD_PRIMARY_MODEL": " flux1-dev-q4 "}) == "flux1-dev-q4"
    with pytest.raises(FitAdError, match="Did you mean flux1-dev-q4"):
        primary_model({"FIT_AD_PRIMARY_MODEL": "flux1-dev-q44"})


@pytest.mark.parametrize(
    ("prompt", "model"),
    [
        ("A latte on a wooden table, soft light, photo", "flux1-dev-q8"),
        ("Watercolor illustrations of a spring café", "sdxl-base"),
        ("봄 카페를 일러스트로", "sdxl-base"),
        ("quick draft of a poster", "sdxl-turbo"),
        ("빠르게 볼 시안", "sdxl-turbo"),
        ("quickly served noodles", "flux1-dev-q8"),
        ("", "flux1-dev-q8"),
    ],
)
def test_the_prompt_chooses_the_model(prompt: str, model: str) -> None:
    assert choice_for(prompt).model == model


def test_for_advertising_a_model_that_may_be_used_stands_in() -> None:
    photo = "A latte on a wooden table, photo"
    assert (choice_for(photo).model, choice_for(photo).workflow) == ("flux1-dev-q8", "t2i")
    free = choice_for(photo, commercial=True)
    assert (free.model, free.workflow, free.values) == ("z-image-turbo", "t2i-free", {})
    assert choice_for("quick draft", commercial=True).model == "sdxl-base"
    assert choice_for("an illustration", commercial=True).model == "sdxl-base"


@pytest.mark.parametrize(
    ("primary", "model", "workflow"),
    [
        ("sdxl-base", "sdxl-base", "t2i-sdxl"),
        ("flux1-dev-q4", "flux1-dev-q4", "t2i"),
        ("z-image-turbo-int8", "z-image-turbo-int8", "t2i-free"),
        ("u2net", "flux1-dev-q8", "t2i"),
    ],
)
def test_a_primary_model_that_makes_pictures_is_taken_whatever_the_prompt(
    primary: str, model: str, workflow: str
) -> None:
    chosen = choice_for("A latte on a wooden table", primary)
    assert (chosen.model, chosen.workflow) == (model, workflow)


def test_every_rule_names_a_workflow_that_takes_its_model_and_values() -> None:
    for rule in choices():
        _, card = load_workflow(rule.workflow)
        takes = {key for used in card.models for key in (used, *registry()[used].alternatives)}
        named = {file.name: key for key, model in registry().items() for file in model.files}
        assert rule.model in takes | {named.get(str(rule.values.get("model")))}
        assert set(rule.values) <= set(card.inputs)
        assert rule.kind


SOUND = """\
choice:
  - {model: a, kind: a photo, workflow: t2i, words: []}
models:
  a: {files: [{name: a.gguf}], folder: unet, page: "https://x", licence: MIT, commercial: "yes"}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("files: [{name: a.gguf}]", "files: []", 4, "files must have at least 1"),
        ("name: a.gguf", "nmae: a.gguf", 4, "models.a.files[0] has no field 'nmae'. Did you mean name?"),
        ('commercial: "yes"', "commercial: perhaps", 4, "commercial must be one of 'yes', 'no', 'ask'"),
        ("licence: MIT", "licence: MIT, vram_gb: much", 4, "vram_gb must be a number"),
        ("licence: MIT", "licence: MIT, alternatives: [b]", 4, "a names 'b', which is not in the registry"),
        ("kind: a photo, ", "", 2, "choice[0] has no kind"),
        ("models:", "modles:", 3, "Did you mean models?"),
    ],
)
def test_a_mistake_is_named_with_line_and_reason(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    sound, spoiled = tmp_path / "sound.yaml", tmp_path / "models.yaml"
    sound.write_text(SOUND, encoding="utf-8")
    assert registry(sound)["a"].id == "a"
    spoiled.write_text(SOUND.replace(old, new), encoding="utf-8")
    with pytest.raises(FitAdError) as caught:
        registry(spoiled)
    assert f"models.yaml, line {line}, has an error. " in str(caught.value)
    assert reason in str(caught.value)
    with pytest.raises(FitAdError, match="can't be read"):
        registry(tmp_path / "none.yaml")
