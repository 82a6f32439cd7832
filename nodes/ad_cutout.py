"""AdCutout: the subject of a photo, by the best engine that is installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from comfy_api.latest import io

from ..core.matting.engine_names import ENGINES, USABLE
from ..core.telemetry import runlog
from . import _images, _models
from ._progress import reporter

if TYPE_CHECKING:
    from ..core.matting import Batch, EdgeOptions, Hints, InstalledModels

BackgroundRemoval = io.Custom("BACKGROUND_REMOVAL")


class AdCutout(io.ComfyNode):
    """Cuts the subject out of a photo; works with nothing installed."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdCutout",
            display_name="Ad Cut-out",
            category="Fit-AD",
            description="Cuts the product or person out of a photo. auto takes the best engine that is there; a small "
            "one comes with Fit-AD, so that it works with nothing installed. Nothing is downloaded.",
            search_aliases=[
                "remove background",
                "cutout",
                "segmentation",
                "grabcut",
                "rembg",
                "birefnet",
                "누끼",
                "배경 제거",
                "배경 지우기",
            ],
            inputs=[
                io.Image.Input("image", tooltip="The photo. A picture that is cut out already keeps its own alpha."),
                io.Combo.Input(
                    "engine",
                    options=list(ENGINES),
                    default="auto",
                    tooltip="Who finds the subject. auto: BEN2 if its file is there, else the best rembg model that "
                    "is there, else u2netp, which comes with Fit-AD. grabcut needs no model.",
                    extra_dict={"not_installed": _not_installed()},  # the editor says so beside their names
                ),
                *edge_inputs(),
                io.Mask.Input(
                    "keep",
                    optional=True,
                    tooltip="Painted over what belongs to the subject and was lost: a few strokes are enough. Paint in "
                    "ComfyUI's mask editor on a Load Image node with the same photo.",
                ),
                io.Mask.Input(
                    "remove",
                    optional=True,
                    tooltip="Painted over what does not belong to the subject. Wins where both are painted.",
                ),
                io.String.Input(
                    "chosen",
                    default="",
                    optional=True,
                    advanced=True,
                    tooltip="The things that were clicked on in the node: [[x, y, size], …], as shares of the picture. "
                    "Empty: what stands out.",
                ),
            ],
            outputs=[
                *cutout_outputs(),
                io.String.Output("engine_used", tooltip="The engine that found the subject."),
                io.Float.Output(
                    "confidence",
                    tooltip="How far the cut-out is to be trusted, 0 to 1. Below 0.5 the photo is better used whole. "
                    "Of a batch: the lowest.",
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        image: torch.Tensor,
        engine: str,
        refine: bool,
        threshold: float,
        grow: float,
        feather: float,
        edge_band: float,
        keep: torch.Tensor | None = None,
        remove: torch.Tensor | None = None,
        chosen: str = "",
    ) -> io.NodeOutput:
        from ..core.matting import EdgeOptions

        options = EdgeOptions(threshold, grow, feather, edge_band, refine)
        remover = BackgroundRemover(engine, options, _models.installed_models())
        cuts = remover.cut(image, _hints(keep, remove, chosen))
        engines = ", ".join(dict.fromkeys(cuts.engines))
        trust = min(cuts.confidences)
        told = {"fit_ad_cutout": [{"confidence": round(trust, 3), "engine": engines, "usable": trust >= USABLE}]}
        return io.NodeOutput(*remover.tensors(cuts), remover, engines, trust, ui=told)


def _not_installed() -> list[str]:
    """Return the engines whose model is not there; none where that can't be told, so that the node still opens."""
    from ..core.matting.engines import not_installed

    try:
        return list(not_installed(_models.installed_models()))
    except OSError:
        return []


class BackgroundRemover:
    """What ComfyUI's own "Remove Background" node takes: an engine and its edge, waiting for a picture."""

    def __init__(self, engine: str, options: EdgeOptions, shelf: InstalledModels) -> None:
        self.engine = engine
        self.options = options
        self.shelf = shelf

    def encode_image(self, image: torch.Tensor) -> torch.Tensor:
        """Return the MASK [B,H,W] of an IMAGE [B,H,W,C]."""
        from ..core.matting import masks_of

        pictures = _images.arrays(image)
        return torch.from_numpy(masks_of(pictures, self.engine, self.options, shelf=self.shelf, progress=reporter()))

    def cut(self, image: torch.Tensor, hints: Sequence[Hints] = ()) -> Batch:
        """Return the subjects of an IMAGE, put right by what was painted on each."""
        from ..core.matting import cut_all

        pictures = _images.arrays(image)
        cuts = cut_all(pictures, self.engine, self.options, shelf=self.shelf, progress=reporter(), hints=hints)
        runlog.report_event(model_name=", ".join(dict.fromkeys(cuts.engines)))
        return cuts

    @staticmethod
    def tensors(cuts: Batch) -> tuple[torch.Tensor, ...]:
        """Return MASK, RGBA IMAGE and ring MASK of cut-outs."""
        return tuple(torch.from_numpy(part) for part in (cuts.mask, cuts.rgba, cuts.edge_band))


def _hints(keep: torch.Tensor | None, remove: torch.Tensor | None, chosen: str) -> list[Hints]:
    """Return what was said of each picture of a batch; the shorter of two batches repeats its last mask."""
    from ..core.matting import Hints
    from ..core.matting.click_choice import choices_in

    choices = choices_in(chosen)
    both = [None if mask is None else _images.mask_arrays(mask) for mask in (keep, remove)]
    count = max([len(masks) for masks in both if masks] + [1 if choices else 0])
    keeps, removes = ([_images.at(masks, index) if masks else None for index in range(count)] for masks in both)
    return [Hints(kept, removed, choices) for kept, removed in zip(keeps, removes, strict=True)]


def edge_inputs() -> list[io.Input]:
    """Return the inputs that say how the edge is finished."""
    return [
        io.Boolean.Input(
            "refine",
            default=True,
            tooltip="Give the edge the subject's own colours, so that no rim of the old background shows.",
        ),
        io.Float.Input(
            "threshold",
            default=0.0,
            min=0.0,
            max=1.0,
            step=0.01,
            advanced=True,
            tooltip="0 keeps the soft edge. Above 0 the edge becomes crisp and lies where the opacity passes this "
            "value.",
        ),
        io.Int.Input(
            "grow", default=0, min=-256, max=256, tooltip="Pixels by which the mask grows; below 0 it shrinks."
        ),
        io.Float.Input(
            "feather",
            default=0.0,
            min=0.0,
            max=256.0,
            step=0.5,
            tooltip="Pixels over which the edge fades on either side. 0 leaves it as it is.",
        ),
        io.Int.Input(
            "edge_band",
            default=24,
            min=0,
            max=512,
            tooltip="Width in pixels of the ring around the edge, for an inpainting model to repaint. 0: no ring.",
        ),
    ]


def cutout_outputs() -> list[io.Output]:
    """Return the outputs of a cut-out node."""
    return [
        io.Mask.Output("mask", tooltip="1 = the subject."),
        io.Image.Output("cutout", tooltip="The subject alone, RGBA with straight alpha."),
        io.Mask.Output("edge_band", tooltip="The ring around the subject's edge."),
        BackgroundRemoval.Output("bg_model", tooltip="The same engine, for ComfyUI's own Remove Background node."),
    ]
