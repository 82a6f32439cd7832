"""How well picture and prompt belong together, by an open_clip model that lies on this machine; none is downloaded."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...core.errors import FitAdError

Array = NDArray[np.float32]

FOLDER = "open_clip"
SUFFIXES = (".safetensors", ".bin", ".pt")


def missing(weights: Path | None) -> str:
    """Return why pictures cannot be compared with prompts here; empty where they can."""
    if find_spec("open_clip") is None:
        return 'open_clip is not installed: pip install "comfyui-fit-ad[score]"'
    if weights is None:
        return f"there is no open_clip model in models/{FOLDER}; name one such as ViT-B-32.safetensors with --clip"
    return ""


def weights_in(models: Path) -> Path | None:
    """Return the first model file in ``open_clip`` of the models folder; its name begins with the model's."""
    folder = models / FOLDER
    files = sorted(file for file in folder.glob("*") if file.suffix in SUFFIXES) if folder.is_dir() else []
    return files[0] if files else None


def similarity(picture: Array, prompt: str, weights: Path) -> float:
    """Return the cosine (-1..1) between picture [H,W,3] 0..1 and prompt; around 0.3 for what belongs together.

    Raises:
        FitAdError: The file holds no model that open_clip knows.
    """
    import torch

    model, prepare, tokenize = _model(weights)
    image = Image.fromarray(np.rint(picture[..., :3] * 255).astype(np.uint8))
    with torch.inference_mode():
        seen = torch.nn.functional.normalize(model.encode_image(prepare(image).unsqueeze(0)), dim=-1)
        said = torch.nn.functional.normalize(model.encode_text(tokenize([prompt])), dim=-1)
    return float((seen * said).sum())


def name_of(weights: Path, known: list[str]) -> str:
    """Return the model's name, the longest that the file's name begins with.

    Raises:
        FitAdError: There is none.
    """
    found = [name for name in known if weights.name.casefold().startswith(name.casefold())]
    if not found:
        raise FitAdError(
            f"open_clip has no model for {weights.name}",
            fix="Let the file's name begin with the model's, such as ViT-B-32.safetensors",
        )
    return max(found, key=len)


@lru_cache(maxsize=1)
def _model(weights: Path) -> tuple[Any, Any, Any]:
    import open_clip

    name = name_of(weights, open_clip.list_models())
    try:
        model, _, prepare = open_clip.create_model_and_transforms(name, pretrained=str(weights), weights_only=True)
    except Exception as exc:
        raise FitAdError(f"{weights.name} cannot be loaded as {name}", why=str(exc).split("\n")[0][:200]) from exc
    return model.eval(), prepare, open_clip.get_tokenizer(name)
