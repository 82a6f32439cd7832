"""What a workflow's models take on the graphics card, and which of them suit a card of a given size.

An estimate from the registry: ComfyUI has the text encoders on the card first, then what samples together with its
ControlNets, then the rest one after another, and lets go of each when the next needs the room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .registry import Model, in_order, registry

CARDS_GB = (24, 16, 12, 8)
SPARE_GB = 1.0  # what the desktop and ComfyUI itself keep
_SAMPLING = frozenset({"diffusion_models", "checkpoints"})


@dataclass(frozen=True)
class VramFit:
    """What a workflow takes on one size of card.

    Attributes:
        card_gb: The memory of the card.
        models: Ids of what samples there, in the place of what the graph names.
        peak_gb: The most at a time, estimated.
        fits: Whether it stays on the card; if not, ComfyUI keeps a part in main memory, and a run takes longer.
    """

    card_gb: int
    models: tuple[str, ...]
    peak_gb: float
    fits: bool


def peak_gb(models: Iterable[Model]) -> float:
    """Return the most that these models take on the card at a time, in GB; 0 where there are none."""
    used = tuple(models)
    sampling = max((one.vram_gb for one in used if one.folder in _SAMPLING), default=0.0)
    together = sampling + _sum(used, "controlnet")
    others = (one.vram_gb for one in used if one.folder not in {*_SAMPLING, "controlnet", "text_encoders"})
    return max(together, _sum(used, "text_encoders"), *others, 0.0)


def _sum(models: Iterable[Model], folder: str) -> float:
    return sum(one.vram_gb for one in models if one.folder == folder)


def fit(ids: Sequence[str], card_gb: int) -> VramFit:
    """Return the best that a workflow with these models can do on a card: the largest that fit, else the smallest.

    Args:
        ids: The registry's ids of all its models.
        card_gb: The memory of the card.

    Raises:
        FitAdError: The registry cannot be read.
    """
    used = [registry()[key] for key in ids]
    chosen = [_suiting(one, used, card_gb) for one in used]
    sampling = tuple(dict.fromkeys(one.id for one in chosen if one.folder in _SAMPLING))
    peak = peak_gb(chosen)
    return VramFit(card_gb, sampling, peak, peak <= card_gb - SPARE_GB)


def _suiting(model: Model, used: Sequence[Model], card_gb: int) -> Model:
    """Return the largest of a model's sizes with which the rest fits the card; the smallest where none does."""
    if model.folder not in _SAMPLING:
        return model
    beside = _sum(used, "controlnet")
    sizes = sorted(sizes_of(model), key=lambda one: -one.vram_gb)
    return next((one for one in sizes if one.vram_gb + beside <= card_gb - SPARE_GB), sizes[-1])


def sizes_of(model: Model) -> Iterator[Model]:
    """Yield a model and those that take its place in the same loader on the same terms."""
    for one in in_order(model):
        if one.folder == model.folder and one.licence == model.licence:
            yield one


def by_card(ids: Sequence[str], others: Mapping[str, Sequence[str]] | None = None) -> dict[str, dict[str, Any]]:
    """Return what a card of a workflow says of memory, as plain data: size of the graphics card -> models, peak, fits.

    Args:
        ids: The registry's ids of all its models.
        others: Workflows of the same family -> their models' ids; where this one does not fit, ``instead`` names the
            one of them that fits and takes most.
    """
    return {f"{size} GB": _told(fit(ids, size), others or {}) for size in CARDS_GB}


def _told(found: VramFit, others: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    peak = round(found.peak_gb, 1)
    told = {"models": list(found.models), "peak_gb": int(peak) if peak == int(peak) else peak, "fits": found.fits}
    if found.fits:
        return told
    fitting = {name: fit(ids, found.card_gb) for name, ids in others.items()}
    instead = max((name for name in fitting if fitting[name].fits), key=lambda name: fitting[name].peak_gb, default="")
    return {**told, "instead": instead} if instead else told
