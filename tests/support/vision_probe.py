"""Run by ComfyUI's own Python in ComfyUI's folder: what the pack does with ComfyUI's models. Prints what it found.

python vision_probe.py FOLDER

First line: networks that model management holds while FOLDER's model is asked, and after; how many are still alive.
Second line: whether Qwen3-VL, then Qwen-Image takes the picture; empty where this ComfyUI has no Qwen3-VL.
"""

from __future__ import annotations

import gc
import importlib.util
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PICTURE = np.zeros((56, 56, 3), np.float32)


def start() -> Any:
    """Set ComfyUI up for the CPU and return the pack's module for models that see."""
    sys.path.insert(0, "")
    sys.argv[1:] = ["--cpu"]
    import comfy.options

    comfy.options.enable_args_parsing()
    spec = importlib.util.spec_from_file_location(
        "fit_ad", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec
    assert spec.loader
    sys.modules["fit_ad"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["fit_ad"])
    from fit_ad.nodes import _vision

    return _vision


def tokens(vision: Any) -> list[bool]:
    from comfy.text_encoders import qwen3vl, qwen_image

    class Clip:
        def __init__(self, tokenizer: Any) -> None:
            self.tokenize = tokenizer().tokenize_with_weights

    tokenizers = (qwen3vl.tokenizer("qwen3vl_4b"), qwen_image.QwenImageTokenizer)
    return [vision._holds_picture(vision.tokens_of(Clip(one), "어디?", PICTURE)) for one in tokenizers]


def held(vision: Any, folder: Path) -> list[int]:
    from comfy import model_management

    networks: list[Any] = []

    class Watched(vision.VisionNetwork):
        def __init__(self, network: Any) -> None:
            networks.append(weakref.ref(network))
            super().__init__(network)

    vision.VisionNetwork = Watched
    with vision._folder_model(folder) as eyes:
        during = len(model_management.current_loaded_models)
        eyes.look(PICTURE, "where?", lambda share: None)
    after = len(model_management.current_loaded_models)
    del eyes
    gc.collect()
    return [during, after, sum(network() is not None for network in networks)]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    module = start()
    print(*held(module, folder))
    has_qwen3 = importlib.util.find_spec("comfy.text_encoders.qwen3vl") is not None
    print(*(tokens(module) if has_qwen3 else []))
