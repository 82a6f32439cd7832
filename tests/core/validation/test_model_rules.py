"""Model folders as ComfyUI reads them, and models that are missing, misplaced or misnamed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.validation import check, from_catalogue
from fit_ad.core.validation.environment import of_folder
from fit_ad.core.validation.model_files import of_comfyui, of_settings
from fit_ad.core.validation.model_rules import alternative
from small_comfyui import api, environment, node


def put(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


@pytest.fixture
def comfyui(tmp_path: Path) -> Path:
    models = tmp_path / "models"
    put(
        models / "checkpoints/sub/a.safetensors",
        models / "checkpoints/readme.txt",
        models / "unet/u.safetensors",
        models / "unet/u-Q4_0.gguf",
        models / "diffusion_models/d.safetensors",
        models / "clip/c.safetensors",
        models / "text_encoders/t-Q4.gguf",
        models / "loras/l.safetensors",
    )
    return tmp_path


def test_both_names_of_a_folder_are_one(comfyui: Path) -> None:
    found = of_comfyui(comfyui)
    assert found.names("diffusion_models") == ("u.safetensors", "d.safetensors")
    assert found.names("text_encoders") == ("c.safetensors",)
    assert found.names("text_encoders+clip_gguf") == ("c.safetensors", "t-Q4.gguf")
    assert found.names("unet_gguf") == ("u-Q4_0.gguf",)
    assert [Path(name).as_posix() for name in found.names("checkpoints")] == ["sub/a.safetensors"]


def test_a_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIT_AD_TEST_DISK", str(tmp_path / "disk"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    put(tmp_path / "disk/loras/one.safetensors", tmp_path / "disk/more/two.safetensors")
    put(tmp_path / "home/sd/loras/three.safetensors", tmp_path / "near/loras/four.safetensors")
    put(tmp_path / "disk/unet/u.safetensors")
    settings = tmp_path / "extra_model_paths.yaml"
    settings.write_text(
        "empty:\n"
        "disk:\n    base_path: $FIT_AD_TEST_DISK\n    loras: |\n        loras\n        more\n    unet: unet\n"
        "home:\n    base_path: ~/sd\n    is_default: true\n    loras: loras/\n"
        "near:\n    loras: near/loras\n",
        encoding="utf-8",
    )
    found = of_settings(settings)
    assert found.names("loras") == ("three.safetensors", "one.safetensors", "two.safetensors", "four.safetensors")
    assert found.names("diffusion_models") == ("u.safetensors",)
    assert found.traps == ()


def test_a_comment_inside_a_block_is_part_of_the_path(tmp_path: Path) -> None:
    settings = tmp_path / "extra.yaml"
    settings.write_text(
        "a:\n    text_encoders: |\n        models/clip/  # old\n        models/text\n", encoding="utf-8"
    )
    assert of_settings(settings).traps == ("text_encoders: models/clip/  # old",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a", "extra.yaml contains no sections"),
        ("a: [", "extra.yaml cannot be read"),
        ("a: " + "[" * 3000, r"extra.yaml cannot be read\. It is nested too deeply"),
        ("a: 3", "the section a must be"),
        (None, "There is no file"),
    ],
)
def test_settings_that_cannot_be_read(tmp_path: Path, text: str | None, words: str) -> None:
    file = tmp_path / "extra.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(FitAdError, match=words):
        of_settings(file)


def test_links_in_a_circle_end(comfyui: Path) -> None:
    (comfyui / "models/loras/again").symlink_to(comfyui / "models/loras", target_is_directory=True)
    assert of_comfyui(comfyui).names("loras") == ("l.safetensors",)


def finding(comfyui: Path, class_type: str, name: str, value: str) -> tuple[str, str]:
    graph = {"1": {"class_type": class_type, "inputs": {name: value}}}
    graph["1"]["inputs"].update({} if class_type != "UNETLoader" else {"weight_dtype": "default"})
    report = check(graph, from_catalogue(of_comfyui(comfyui)))
    found = [f for f in report.findings if f.code.startswith("model")]
    assert len(found) == 1
    return found[0].message_key, found[0].message()


def test_against_a_folder(comfyui: Path) -> None:
    assert finding(comfyui, "UNETLoader", "unet_name", "U.safetensors") == (
        "model-case.case",
        "The model is called u.safetensors here, not U.safetensors",
    )
    assert finding(comfyui, "UNETLoader", "unet_name", "l.safetensors") == (
        "model-wrong-folder.there",
        "The model l.safetensors is in the folder loras, but this node reads diffusion_models",
    )
    assert finding(comfyui, "UNETLoader", "unet_name", "u-Q4_0.gguf") == (
        "model-missing.gguf-loader",
        "The model u-Q4_0.gguf is a GGUF file, which Load Diffusion Model cannot load",
    )
    assert finding(comfyui, "UnetLoaderGGUF", "unet_name", "u.safetensors")[0] == "model-missing.not-gguf"
    assert finding(comfyui, "UNETLoader", "unet_name", "d_fp8_e4m3fn.safetensors")[0] == "model-missing.near"
    assert finding(comfyui, "UnetLoaderGGUF", "unet_name", "u-Q8_0.gguf")[0] == "model-missing.near"
    assert finding(comfyui, "UNETLoader", "unet_name", "nothing.safetensors")[0] == "model-missing.file"


def test_on_a_server_the_other_lists_tell_the_folder() -> None:
    graph = api()
    graph["5"] = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "flat_fp16.safetensors"}}
    found = [f for f in check(graph, environment()).findings if f.code.startswith("model")]
    assert [f.message() for f in found] == [
        "The model flat_fp16.safetensors is in the folder loras, but this node reads checkpoints"
    ]


def test_without_knowledge_of_models_nothing_is_said_of_them() -> None:
    graph = {"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "x.safetensors"}}}
    assert [f.code for f in check(graph, from_catalogue()).findings] == ["no-output"]


def test_where_to_get_it_is_what_the_file_says(comfyui: Path) -> None:
    known = {"name": "big.safetensors", "url": "https://example.com/big.safetensors", "directory": "loras"}
    node = {
        "id": 1,
        "type": "LoraLoaderModelOnly",
        "inputs": [],
        "outputs": [],
        "widgets_values": ["big.safetensors", 1.0],
        "properties": {"models": [known]},
    }
    report = check({"nodes": [node], "links": []}, from_catalogue(of_comfyui(comfyui)))
    assert [f.fix() for f in report.findings if f.code == "model-missing"] == [
        "Download it from https://example.com/big.safetensors → models/loras"
    ]


def offering(kind: str, value: str, *offers: dict[str, str]) -> dict[str, Any]:
    """A graph with one loader that offers models for download."""
    one = node(1, kind, [value, "default"], properties={"models": list(offers)})
    return {"nodes": [one], "links": []}


@pytest.mark.parametrize(
    ("kind", "folder", "message_key"),
    [
        ("UNETLoader", "diffusion_models", ""),
        ("UNETLoader", "unet", ""),
        ("UnetLoaderGGUF", "diffusion_models", ""),
        ("UNETLoader", "diffusion_models/flux", ""),
        ("UNETLoader", "checkpoints", "model-wrong-folder.offered"),
    ],
)
def test_an_offered_model_goes_where_the_node_reads(kind: str, folder: str, message_key: str) -> None:
    name = "a.gguf" if kind == "UnetLoaderGGUF" else "a.safetensors"
    offer = {"name": name, "url": f"https://example.com/{name}", "directory": folder}
    report = check(offering(kind, name, offer), from_catalogue())
    assert [f.message_key for f in report.findings if f.code.startswith("model")] == [message_key][: bool(message_key)]


def test_an_offered_model_that_the_node_does_not_use_is_noted() -> None:
    offer = {"name": "old.safetensors", "url": "https://example.com/old.safetensors", "directory": "diffusion_models"}
    report = check(offering("UNETLoader", "new.safetensors", offer), from_catalogue())
    told = [(f.message_key, f.severity, f.values["value"]) for f in report.findings if f.code.startswith("model")]
    assert told == [("model-missing.unused", "note", "old.safetensors")]
    used = {**offer, "name": "NEW.safetensors"}
    report = check(offering("UNETLoader", "new.safetensors", used), from_catalogue())
    assert [f for f in report.findings if f.code.startswith("model")] == []


def test_a_gated_page_is_said_to_be_one(comfyui: Path) -> None:
    for owner, message_key in (("black-forest-labs/FLUX.1-dev", "gated"), ("someone/flux1-dev", "source")):
        url = f"https://huggingface.co/{owner}/resolve/main/flux9.safetensors"
        offer = {"name": "flux9.safetensors", "url": url, "directory": "diffusion_models"}
        report = check(offering("UNETLoader", "flux9.safetensors", offer), from_catalogue(of_comfyui(comfyui)))
        missing = [f for f in report.findings if f.code == "model-missing"]
        assert [f.message_key for f in missing] == [f"model-missing.{message_key}"]
        assert ("accepting its licence" in missing[0].fix()) is (message_key == "gated")


@pytest.mark.parametrize(
    ("wanted", "there", "found"),
    [
        ("flux1-dev-Q8_0.gguf", ["flux1-dev-Q4_0.gguf", "flux1-fill-dev-Q4_0.gguf"], "flux1-dev-Q4_0.gguf"),
        ("t5xxl_fp16.safetensors", ["t5xxl_fp8_e4m3fn_scaled.safetensors"], "t5xxl_fp8_e4m3fn_scaled.safetensors"),
        ("flux1-dev.safetensors", ["flux1-schnell.safetensors"], ""),
        ("sd_xl_refiner_1.0.safetensors", ["sd_xl_base_1.0.safetensors"], ""),
        ("sam_vit_l.pth", ["sam_vit_m.pth"], ""),
        ("model_1.safetensors", ["model_0.safetensors"], ""),
        ("u-IQ4_XS.gguf", ["u-Q4_K_M.gguf"], "u-Q4_K_M.gguf"),
        ("a.safetensors", [], ""),
    ],
)
def test_alternatives_are_the_same_model(wanted: str, there: list[str], found: str) -> None:
    assert alternative(wanted, there) == found


def test_the_registry_knows_page_licence_and_alternatives(comfyui: Path) -> None:
    graph = {"1": {"class_type": "UnetLoaderGGUF", "inputs": {"unet_name": "flux1-dev-Q8_0.gguf"}}}
    known = [f for f in check(graph, from_catalogue(of_comfyui(comfyui))).findings if f.code == "model-missing"]
    assert [f.fix() for f in known] == [
        "Download it from https://huggingface.co/city96/FLUX.1-dev-gguf into models/diffusion_models. "
        "Licence: FLUX.1 [dev] Non-Commercial License; commercial use: not allowed"
    ]
    put(comfyui / "models/unet/flux1-dev-Q4_0.gguf")
    near = [f for f in check(graph, from_catalogue(of_comfyui(comfyui))).findings if f.code == "model-missing"]
    assert [f.repair.value for f in near if f.repair] == ["flux1-dev-Q4_0.gguf"]


def test_packs_and_version_of_a_folder(comfyui: Path) -> None:
    (comfyui / "comfyui_version.py").write_text('__version__ = "0.16.4"\n', encoding="utf-8")
    pack = comfyui / "custom_nodes/Impact/pyproject.toml"
    put(pack)
    pack.write_text('[project]\nname = "comfyui-impact-pack"\nversion = "8.2"\n', encoding="utf-8")
    put(*(comfyui / "custom_nodes" / name / "__init__.py" for name in ("Cloned", "Off.disabled", ".disabled/x")))
    put(comfyui / "custom_nodes/example.py.example")
    known = of_folder(comfyui, of_comfyui(comfyui))
    assert (known.comfyui, known.packs) == (
        "0.16.4",
        {"Cloned": "", "Impact": "8.2", "comfyui-impact-pack": "8.2"},
    )


def test_a_folder_that_is_no_comfyui(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match="is not a ComfyUI folder"):
        of_comfyui(tmp_path)
