"""Models that look at pictures: folders through folder_paths and model management, a connected CLIP, profiles."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..core.errors import FitAdError, MissingModelError
from ._models import roots

if TYPE_CHECKING:
    from ..core.layout.vlm.advise import Progress, VisionModelHandle
    from ..core.layout.vlm.qwen import VisionModel
    from ..core.settings import Settings

Array = NDArray[Any]

log = logging.getLogger("fit_ad.vision")

FOLDERS = ("LLM", "VLM", "Qwen2-VL", "transformers")
PAGE = "https://huggingface.co/Qwen/Qwen2-VL-2B-Instruct"
_DEPTH = 4  # of folders below a model folder; a copied download cache is that deep
_MOST_FOLDERS = 2000
_ROOM_BYTES = 2 * 1024**3  # on the card, for the picture and the answer
_MOST_NEW_TOKENS = 400


# --- what there is --------------------------------------------------------------------------------------------


def folders() -> dict[str, Path]:
    """Return the Qwen2-VL and Qwen2.5-VL folders: name below the model folder -> path."""
    from ..core.layout.vlm.qwen import family_of

    found: dict[str, Path] = {}
    for root in roots(FOLDERS):
        for folder in _below(root):
            if (folder / "config.json").is_file() and family_of(folder):
                name = folder.name if folder == root else folder.relative_to(root).as_posix()
                found.setdefault(name, folder)
    return dict(sorted(found.items()))


def _below(root: Path) -> Iterator[Path]:
    """Return a folder and those below it, so deep and so many that a large disk stays quick; links are followed."""
    level = [root]
    seen = 0
    for _ in range(_DEPTH + 1):
        inner: list[Path] = []
        for folder in level:
            seen += 1
            if seen > _MOST_FOLDERS:
                return
            yield folder
            try:
                inner += sorted(path for path in folder.iterdir() if path.is_dir() and path.name != "blobs")
            except OSError:
                continue  # not there, or not ours to read
        level = inner


def profiles() -> list[str]:
    """Return the names of the profiles whose models look at pictures; none where the settings can't be read."""
    try:
        return [name for name, profile in _settings().profiles.items() if profile.vision]
    except FitAdError as exc:
        log.warning("%s", exc)
        return []


def _settings() -> Settings:
    import folder_paths

    from ..core.infra.paths import environment
    from ..core.settings import load

    return load(Path(folder_paths.get_user_directory()), environment())


# --- eyes -----------------------------------------------------------------------------------------------------


@contextmanager
def vision_model_of(model: str, clip: Any) -> Iterator[VisionModelHandle]:
    """Give the model of that name, or the connected CLIP; a folder's model leaves card and memory afterwards.

    Raises:
        FitAdError: There is no such model, or it can't be used; the text says what to do.
    """
    if clip is not None:
        yield clip_vision_model(clip)
        return
    found = folders()
    folder = found.get(model) or next((path for path in found.values() if path.name == Path(model).name), None)
    if folder is not None:
        with _folder_model(folder) as eyes:
            yield eyes
    elif model in profiles():
        from ..core.infra.paths import environment
        from ..core.layout.vlm.remote import profile_model

        yield profile_model(model, _settings(), environment())
    else:
        raise _missing(model)


def _missing(model: str) -> FitAdError:
    place = next(iter(roots(FOLDERS[:1])))
    return MissingModelError(
        f"The model {model!r} is neither a Qwen2-VL folder nor a profile with vision on this machine",
        why="Fit-AD downloads nothing by itself",
        fix=f"Download all files of {PAGE} into a folder below {place}, or set model to pixels",
    )


# --- a folder -------------------------------------------------------------------------------------------------


@contextmanager
def _folder_model(folder: Path) -> Iterator[VisionModelHandle]:
    from ..core.layout.vlm import qwen
    from ..core.layout.vlm.advise import VisionModelHandle

    device, dtype = _device_and_type(qwen.weight_bytes(folder))
    model = qwen.load(folder, dtype)
    with _placed(model, folder.name, device):

        def look(picture: Array, question: str, progress: Progress) -> str:
            with _told_when_full(folder.name):
                return qwen.ask(model, picture, question, device, progress, _MOST_NEW_TOKENS)

        yield VisionModelHandle(folder.name, look, model.family.unit)


class VisionNetwork(torch.nn.Module):
    """A network of transformers as model management takes it: it sets ``device``, which is read-only there."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network


@contextmanager
def _placed(model: VisionModel, name: str, device: torch.device) -> Iterator[None]:
    """Have a model on its device by model management, which makes the room; and off it afterwards."""
    from comfy import model_management
    from comfy.model_patcher import ModelPatcher

    offload = model_management.text_encoder_offload_device()
    patcher = ModelPatcher(VisionNetwork(model.network), load_device=device, offload_device=offload)
    try:
        with _told_when_full(name):
            # the network knows nothing of ComfyUI's part-wise loading: all of it or nothing
            model_management.load_models_gpu([patcher], memory_required=_ROOM_BYTES, force_full_load=True)
        yield
    finally:
        others = [loaded for loaded in model_management.current_loaded_models if loaded.model is not patcher]
        model_management.free_memory(1e30, device, keep_loaded=others)
        model_management.soft_empty_cache()


@contextmanager
def _told_when_full(name: str) -> Iterator[None]:
    """Turn a full card into an error that says what to do."""
    try:
        yield
    except (torch.cuda.OutOfMemoryError, MemoryError) as exc:
        raise FitAdError(
            f"There is not enough memory for {name}",
            why=str(exc).splitlines()[0][:200] if str(exc) else "",
            fix="Use a smaller model such as Qwen2-VL-2B-Instruct, or set model to pixels",
        ) from exc


def _device_and_type(weight_bytes: int) -> tuple[torch.device, torch.dtype]:
    """Return where a model runs and in which type; files hold 16 bits a weight.

    Raises:
        FitAdError: The card is too small for it.
    """
    from comfy import model_management

    device = model_management.text_encoder_device()
    if model_management.is_device_cpu(device):
        roomy = model_management.get_free_memory(device) > 2.5 * weight_bytes + _ROOM_BYTES
        return device, torch.float32 if roomy else torch.bfloat16  # 32 bits are faster there, but twice as large
    if weight_bytes > 0.95 * model_management.get_total_memory(device):
        size, total = (round(v / 1024**3, 1) for v in (weight_bytes, model_management.get_total_memory(device)))
        raise FitAdError(
            f"The model needs {size} GB, and the card has {total} GB",
            fix="Use a smaller model such as Qwen2-VL-2B-Instruct, or set model to pixels",
        )
    return device, torch.bfloat16 if model_management.should_use_bf16(device) else torch.float16


# --- a connected CLIP -----------------------------------------------------------------------------------------


def clip_vision_model(clip: Any) -> VisionModelHandle:
    """Return the vision-language model in a CLIP of ComfyUI.

    Raises:
        FitAdError: This ComfyUI's CLIP can't write text.
    """
    from ..core.layout.vlm.advise import VisionModelHandle

    if not all(callable(getattr(clip, name, None)) for name in ("tokenize", "generate", "decode")):
        raise _unfit("This ComfyUI's text encoders can't write text")

    def look(picture: Array, question: str, progress: Progress) -> str:
        tokens = tokens_of(clip, question, picture)
        if not _holds_picture(tokens):
            raise _unfit("This text encoder can't read images")
        try:
            ids = clip.generate(tokens, do_sample=False, max_length=_MOST_NEW_TOKENS, seed=0)
        except (AttributeError, NotImplementedError, TypeError) as exc:
            raise _unfit(f"This text encoder can't write text ({exc})") from exc
        return str(clip.decode(ids, skip_special_tokens=True))

    return VisionModelHandle(_clip_name(clip), look)


def tokens_of(clip: Any, question: str, picture: Array) -> Any:
    """Return what a CLIP makes of a question and a picture [h,w,3], asked as ComfyUI's own node Generate Text does."""
    image = torch.from_numpy(np.ascontiguousarray(picture, np.float32))[None]
    return clip.tokenize(question, image=image, skip_template=False, min_length=1, thinking=False)


def _holds_picture(tokens: Any) -> bool:
    """Return whether a picture stands among the tokens: an embedding in the place of a number."""
    batches = tokens.values() if isinstance(tokens, dict) else [tokens]
    pairs = (pair for batch in batches for row in batch for pair in row)
    return any(isinstance(pair[0], dict) and pair[0].get("type") == "image" for pair in pairs)


def _clip_name(clip: Any) -> str:
    return str(getattr(getattr(clip, "tokenizer", None), "clip_name", "") or "clip")


def _unfit(why: str) -> FitAdError:
    return FitAdError(
        "The connected clip can't advise on a layout",
        why=why,
        fix="Connect a vision-language text encoder such as Qwen3-VL in ComfyUI 0.33 or later, or disconnect clip",
    )
