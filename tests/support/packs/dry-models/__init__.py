"""Stand-ins for nodes that need model files or minutes: the same wires, and pictures of the same number and size.

Each is called as its model, after "Dry". A batch where the real ones refuse batches, they refuse too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

WEB_DIRECTORY = None
LATENT_PX = 8


class WordClip:
    """A text encoder with a token a word."""

    def tokenize(self, text: str) -> dict[str, list[list[tuple[int, float]]]]:
        row = [1, *(10 + len(word) for word in text.split()[:75]), 2]
        return {"l": [[(token, 1.0) for token in row + [2] * (77 - len(row))]]}


def latent_of(pixels: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the mean colours of small squares, as a latent."""
    colors = torch.nn.functional.avg_pool2d(pixels[..., :3].movedim(-1, 1), LATENT_PX)
    return {"samples": torch.cat([colors, colors[:, :1]], dim=1)}


def decoded(samples: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return the squares of a latent as a picture; of empty ones, each in another brightness."""
    colors = samples["samples"][:, :3]
    if not colors.any():
        colors = colors + torch.linspace(0.1, 0.9, len(colors)).reshape(-1, 1, 1, 1)
    return torch.nn.functional.interpolate(colors, scale_factor=LATENT_PX).movedim(1, -1).contiguous()


def single(image: torch.Tensor) -> torch.Tensor:
    if len(image) > 1:
        raise ValueError("this node does not allow image batches")
    return image


def photos(which: str, form: str) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Return photos of a disc on a ground, and their masks.

    Args:
        which: The numbers of the photos, parted by commas; each has colours and a place of its own.
        form: ``batch`` for one batch, ``list`` for a list.
    """
    rows, columns = torch.meshgrid(torch.arange(240.0), torch.arange(200.0), indexing="ij")
    made = []
    for index in map(int, which.split(",")):
        disc = (rows - 150) ** 2 + (columns - 80 - 20 * index) ** 2 < 55**2
        ground = torch.tensor([(0.93, 0.9, 0.85), (0.1, 0.12, 0.2), (0.55, 0.6, 0.5)][index % 3])
        made.append(torch.where(disc[..., None], torch.tensor([0.75, 0.2, 0.1 + 0.2 * index]), ground))
    batch = torch.stack(made)
    pictures = [batch] if form == "batch" else list(batch.split(1))
    return pictures, [torch.zeros(picture.shape[:3]) for picture in pictures]


def node(takes: str, gives: str, act: Callable[..., Any], listed: bool = False) -> type:
    """Return a node class.

    Args:
        takes: Its inputs, parted by spaces; others that it is given are passed over.
        gives: The types of its outputs.
        act: From the inputs to the outputs.
        listed: Whether the outputs are lists.
    """
    outputs = tuple(gives.split())

    def run(self: Any, **inputs: Any) -> tuple[Any, ...]:
        made = act(*(inputs[name] for name in takes.split()))
        return made if isinstance(made, tuple) else (made,) * len(outputs)

    return type(
        "DryNode",
        (),
        {
            "INPUT_TYPES": classmethod(lambda cls: {"required": dict.fromkeys(takes.split(), ("*",))}),
            "RETURN_TYPES": outputs,
            "OUTPUT_IS_LIST": (listed,) * len(outputs),
            "FUNCTION": "run",
            "CATEGORY": "dry",
            "run": run,
        },
    )


NODES = {
    "UNETLoader": node("", "MODEL", lambda: "model"),
    "UnetLoaderGGUF": node("", "MODEL", lambda: "model"),
    "CheckpointLoaderSimple": node("", "MODEL CLIP VAE", lambda: ("model", WordClip(), "vae")),
    "CLIPLoader": node("", "CLIP", WordClip),
    "DualCLIPLoaderGGUF": node("", "CLIP", WordClip),
    "VAELoader": node("", "VAE", lambda: "vae"),
    "ControlNetLoader": node("", "CONTROL_NET", lambda: "net"),
    "LoraLoaderModelOnly": node("model", "MODEL", lambda model: model),
    "ModelSamplingAuraFlow": node("model", "MODEL", lambda model: model),
    "DifferentialDiffusion": node("model", "MODEL", lambda model: model),
    "SetUnionControlNetType": node("control_net", "CONTROL_NET", lambda net: net),
    "CLIPTextEncode": node("text", "CONDITIONING", lambda text: text),
    "CLIPTextEncodeFlux": node("clip_l t5xxl", "CONDITIONING", lambda short, _: short),
    "ConditioningZeroOut": node("conditioning", "CONDITIONING", lambda condition: condition),
    "ControlNetApplyAdvanced": node("positive negative image", "CONDITIONING CONDITIONING", lambda p, n, _: (p, n)),
    "ControlNetInpaintingAliMamaApply": node(
        "positive negative image mask", "CONDITIONING CONDITIONING", lambda p, n, *_: (p, n)
    ),
    "InpaintModelConditioning": node(
        "positive negative pixels mask",
        "CONDITIONING CONDITIONING LATENT",
        lambda p, n, pixels, _: (p, n, latent_of(pixels)),
    ),
    "VAEEncode": node("pixels", "LATENT", latent_of),
    "VAEDecode": node("samples", "IMAGE", decoded),
    "KSampler": node("positive negative latent_image", "LATENT", lambda _p, _n, latent: latent),
    "UltralyticsDetectorProvider": node("", "BBOX_DETECTOR SEGM_DETECTOR", lambda: "detector"),
    "SAMLoader": node("", "SAM_MODEL", lambda: "sam"),
    "FaceDetailer": node("image", "IMAGE", lambda image: image),
    "DetailerForEach": node("image segs", "IMAGE", lambda image, _: single(image)),
    "BboxDetectorSEGS": node("image", "SEGS", lambda image: list(single(image).shape)),
    "SegmDetectorSEGS": node("image", "SEGS", lambda image: list(single(image).shape)),
    "SAMDetectorCombined": node("segs image", "MASK", lambda segs, _: torch.zeros(segs[:3])),
    "SegsToCombinedMask": node("segs", "MASK", lambda segs: torch.zeros(segs[:3])),
    "ImageBlur": node("image", "IMAGE", lambda image: image),
    "Photos": node("which form", "IMAGE MASK", photos, listed=True),
}
NODE_CLASS_MAPPINGS = {f"Dry{name}": cls for name, cls in NODES.items()}
