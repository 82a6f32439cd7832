"""Qwen2-VL and Qwen2.5-VL from a folder on this machine, through transformers; nothing is downloaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from ...errors import FitAdError

Array = NDArray[Any]

_LOOP = 48  # tokens that only repeat what is before them: a small model that got stuck
_LONGEST_ROUND = 16
_LOOK_EVERY = 8
MAX_NEW_TOKENS = 400  # three boxes, their colours and the mood take about 150
_SYSTEM = "You are a helpful assistant."
_CHAT = (
    "<|im_start|>system\n{}<|im_end|>\n<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>{}<|im_end|>\n"
    "<|im_start|>assistant\n"
)  # the chat format of both families


class ModelFamily(NamedTuple):
    """One family of models: its classes in transformers, and what it counts coordinates in.

    Source: Qwen2-VL counts 0..1000 of each side (arXiv:2409.12191, section 2.2), Qwen2.5-VL pixels of the picture
    it is shown (arXiv:2502.13923, section 2.1).
    """

    network: str
    processor: str
    unit: str


FAMILIES = {
    "qwen2_vl": ModelFamily("Qwen2VLForConditionalGeneration", "Qwen2VLProcessor", "thousand"),
    "qwen2_5_vl": ModelFamily("Qwen2_5_VLForConditionalGeneration", "Qwen2_5_VLProcessor", "pixels"),
}


@dataclass(frozen=True)
class VisionModel:
    """A loaded model: the network on whatever device it was put, its processor, its family."""

    network: torch.nn.Module
    processor: Any
    family: ModelFamily


def family_of(folder: Path) -> str:
    """Return the key in :data:`FAMILIES` of the model in a folder; empty where there is none that can be loaded."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    kind = config.get("model_type") if isinstance(config, dict) else None
    known = isinstance(kind, str) and kind in FAMILIES and any(folder.glob("*.safetensors"))
    return str(kind) if known else ""


def load(folder: Path, dtype: torch.dtype) -> VisionModel:
    """Return the model of a folder, on the CPU.

    Only safetensors are read, and no code that comes with a model is run.

    Raises:
        FitAdError: The folder holds no such model, or one that cannot be loaded; the text names it and says why.
    """
    family = FAMILIES.get(family_of(folder))
    if family is None:
        raise FitAdError(
            f"The folder {folder} holds no Qwen2-VL or Qwen2.5-VL",
            why="It needs a config.json of that type and the weights as .safetensors",
            fix="Download all files of the model again, or set model to pixels",
        )
    try:
        import transformers

        network = getattr(transformers, family.network).from_pretrained(
            str(folder), local_files_only=True, use_safetensors=True, **_typed(transformers.__version__, dtype)
        )
        processor = getattr(transformers, family.processor).from_pretrained(str(folder), local_files_only=True)
        network.generation_config = transformers.GenerationConfig(**_stops(network, processor))
    except (ImportError, AttributeError) as exc:
        raise FitAdError(
            f"transformers on this machine cannot load {folder.name}",
            why=_short(exc),
            fix="Update ComfyUI with its requirements, or set model to pixels",
        ) from exc
    except Exception as exc:  # whatever a damaged folder makes transformers raise
        raise FitAdError(
            f"The model in {folder} could not be loaded",
            why=_short(exc),
            fix="Download all files of the model again, or set model to pixels",
        ) from exc
    return VisionModel(network.eval(), processor, family)


def ask(
    model: VisionModel,
    picture: Array,
    question: str,
    device: torch.device,
    progress: Callable[[float], None] | None = None,
    max_new_tokens: int = MAX_NEW_TOKENS,
) -> str:
    """Return the model's answer to a question about a picture.

    An answer that only repeats itself is ended.

    Args:
        model: The network must be on ``device`` already.
        picture: [h,w,3] 0..1 sRGB, sides of a multiple of 28 px (``prompt.shown``).
        question: The question.
        device: Where the network is.
        progress: Called with the share 0..1 of ``max_new_tokens`` after each token; what it raises ends the answer.
        max_new_tokens: Longest answer.
    """
    from PIL import Image
    from transformers import StoppingCriteriaList

    image = Image.fromarray(np.uint8(np.clip(picture, 0, 1) * 255 + 0.5))
    chat = _CHAT.format(_SYSTEM, _harmless(question))
    batch = model.processor(text=[chat], images=[image], return_tensors="pt").to(device)
    asked = batch["input_ids"].shape[1]

    def after_token(ids: torch.Tensor, _scores: Any, **_: Any) -> torch.Tensor:
        if progress is not None:
            progress((ids.shape[1] - asked) / max_new_tokens)
        said = ids[0, asked:]
        ended = len(said) % _LOOK_EVERY == 0 and is_repeating(said[-_LOOP:].tolist())
        return torch.full((ids.shape[0],), ended, dtype=torch.bool, device=ids.device)

    with torch.inference_mode():
        ids = model.network.generate(
            **batch,
            max_new_tokens=max_new_tokens,
            do_sample=False,
            stopping_criteria=StoppingCriteriaList([after_token]),
        )
    return str(model.processor.batch_decode(ids[:, asked:], skip_special_tokens=True)[0])


def is_repeating(tokens: list[int]) -> bool:
    """Return whether a whole tail of an answer repeats one short piece."""
    return len(tokens) >= _LOOP and any(tokens[n:] == tokens[:-n] for n in range(1, _LONGEST_ROUND + 1))


def weight_bytes(folder: Path) -> int:
    """Return the size of a folder's weights on disk."""
    return sum(file.stat().st_size for file in folder.glob("*.safetensors"))


def _typed(version: str, dtype: torch.dtype) -> dict[str, Any]:
    """Return the argument that sets the weights' type: renamed in transformers 4.56."""
    numbers = [int(part) if part.isdigit() else 0 for part in (*version.split("."), "0")[:2]]
    return {"dtype" if numbers >= [4, 56] else "torch_dtype": dtype}


def _stops(network: Any, processor: Any) -> dict[str, Any]:
    """Return where answers end: the tokens of the model's own settings, else the tokenizer's."""
    own, tokenizer = network.generation_config, processor.tokenizer
    ends = own.eos_token_id if own.eos_token_id is not None else tokenizer.eos_token_id
    pad = own.pad_token_id if own.pad_token_id is not None else tokenizer.pad_token_id
    return {"eos_token_id": ends, "pad_token_id": pad, "repetition_penalty": own.repetition_penalty or 1.0}


def _harmless(question: str) -> str:
    """Return a question without the marks of the chat format, which words to place could hold."""
    return question.replace("<|", "< |")


def _short(exc: BaseException) -> str:
    return f"{type(exc).__name__}: {str(exc).strip().splitlines()[0][:200] if str(exc).strip() else 'no reason given'}"
