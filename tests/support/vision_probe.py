"""Run by ComfyUI's own Python in ComfyUI's folder: what the pack does with ComfyUI's models. Prints what it found.

python vision_probe.py tokens            whether Qwen3-VL, then Qwen-Image takes the picture
python vision_probe.py leaves FOLDER     networks that model management holds while asking, and after; still alive
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


def tokens(vision: Any) -> None:
    from comfy.text_encoders import qwen3vl, qwen_image

    class Clip:
        def __init__(self, tokenizer: Any) -> None:
            self.tokenize = tokenizer().tokenize_with_weights

    for tokenizer in (qwen3vl.tokenizer("qwen3vl_4b"), qwen_image.QwenImageTokenizer):
        print(vision._holds_picture(vision.tokens_of(Clip(tokenizer), "어디?", PICTURE)))


def leaves(vision: Any, folder: Path) -> None:
    from comfy import model_management

    networks: list[Any] = []

    class Watched(vision.VisionNetwork):
        def __init__(self, network: Any) -> None:
            networks.append(weakref.ref(network))
            super().__init__(network)

    vision.VisionNetwork = Watched
    with vision._folder_model(folder) as eyes:
        print(len(model_management.current_loaded_models))
        eyes.look(PICTURE, "where?", lambda share: None)
    print(len(model_management.current_loaded_models))
    del eyes
    gc.collect()
    print(sum(network() is not None for network in networks))


if __name__ == "__main__":
    asked = sys.argv[1:]
    module = start()
    if asked[0] == "tokens":
        tokens(module)
    else:
        leaves(module, Path(asked[1]))
