"""Model folders against ComfyUI's own reading of them: the same folders in the same order."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from comfyui_server import find_comfyui, find_python
from fit_ad.core.validation.model_files import _OLD_NAMES, of_comfyui

pytestmark = pytest.mark.comfyui

_ASK = """
import json, sys
sys.path.insert(0, "."); sys.argv = ["main.py", "--base-directory", sys.argv[1]]
import comfy.options
comfy.options.enable_args_parsing()
import folder_paths
from utils.extra_config import load_extra_path_config
load_extra_path_config(sys.argv[2] + "/extra_model_paths.yaml")
print(json.dumps({key: list(paths) for key, (paths, _) in folder_paths.folder_names_and_paths.items()}))
"""
SETTINGS = """
plain:
    base_path: {disk}
    checkpoints: models/ckpt/
    unet: old/unet
    clip: old/clip
    loras: |
        lora one
        lora-two/
        {disk}/elsewhere/loras
home:
    base_path: ~/shared/$FIT_AD_MODELS
    is_default: true
    vae: vae
    diffusion_models: dm
    my_own_key: mine
beside:
    vae: near/vae
    controlnet: |
        near/cn  # not a comment here
    embeddings: {disk}/models/embeddings
again:
    base_path: {disk}
    is_default: true
    loras: lora-two/
relative:
    base_path: below/../beside
    upscale_models: up
nothing:
"""


@pytest.fixture
def comfyui() -> tuple[Path, Path]:
    folder, reason = find_comfyui()
    python, reason = find_python(folder) if folder else (None, reason)
    if folder is None or python is None:
        pytest.skip(str(reason))
    return folder, python


def test_the_folders_are_those_of_comfyui(
    comfyui: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIT_AD_MODELS", "two")
    base = tmp_path / "base"
    (base / "models").mkdir(parents=True)
    settings = SETTINGS.format(disk=(tmp_path / "disk").as_posix())
    (base / "extra_model_paths.yaml").write_text(settings, encoding="utf-8")
    command = [str(comfyui[1]), "-c", _ASK, str(base), str(base)]
    done = subprocess.run(command, cwd=comfyui[0], capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = json.loads(done.stdout.splitlines()[-1])
    ours = of_comfyui(base)
    assert len(ours.traps) == 1
    assert {"vae", "loras", "my_own_key", "diffusion_models", "text_encoders"} <= theirs.keys()
    for key in ours.roots.keys() & theirs.keys():  # an older ComfyUI has fewer
        assert [str(one) for one in ours.roots[key]] == theirs[key], key
    assert {_OLD_NAMES.get(key, key) for key in theirs} - ours.roots.keys() <= {"custom_nodes", "datasets"}
