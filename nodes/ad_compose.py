"""AdCompose: a cut-out on a background, with its shadow."""

from __future__ import annotations

import torch
from comfy_api.latest import io

from . import _images

# twin of core.compose.POSITIONS, written out so that the menu needs no OpenCV; a test compares them
POSITIONS = ("auto", "center", "bottom", "top", "xy")


class AdCompose(io.ComfyNode):
    """A cut-out on a background."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdCompose",
            display_name="Ad Compose",
            category="Fit-AD",
            description="Puts a cut-out on a background: place, size, shadow, edge. The product stays as it is.",
            search_aliases=["composite", "product placement", "paste", "shadow", "합성", "누끼 합성", "그림자"],
            inputs=[
                io.Image.Input("background", tooltip="The picture behind; it sets the size of the result."),
                io.Image.Input("cutout", tooltip="The subject, cut out (RGBA), from Ad Cutout or BEN2 Mask."),
                io.Mask.Input("mask", optional=True, tooltip="The subject's mask, used when the cut-out has no alpha."),
                io.Combo.Input(
                    "position",
                    options=list(POSITIONS),
                    default="auto",
                    tooltip="auto leaves room for words: above the subject in tall formats, beside it in wide ones. "
                    "A half-length portrait is pushed to the edge where it is cut off.",
                ),
                io.Float.Input(
                    "scale",
                    default=0.0,
                    min=0.0,
                    max=2.0,
                    step=0.01,
                    tooltip="Share of the canvas width or height, whichever binds, that the subject fills. 0 chooses.",
                ),
                _float("x", 50.0, -100.0, 200.0, 0.5, "Centre of the subject from the left, in percent (position xy)."),
                _float("y", 50.0, -100.0, 200.0, 0.5, "Centre of the subject from the top, in percent (position xy)."),
                io.Float.Input(
                    "shadow", default=0.6, min=0.0, max=1.0, step=0.05, tooltip="Strength of the shadow. 0 is none."
                ),
                _float(
                    "shadow_angle",
                    35.0,
                    -180.0,
                    180.0,
                    1.0,
                    "Where the shadow falls: 0 right, 90 towards the viewer, 180 left, -90 to the back.",
                ),
                _float(
                    "edge_blend", 1.5, 0.0, 32.0, 0.5, "Eases hard outlines inwards, in pixels. Hair stays as it is."
                ),
                io.Float.Input(
                    "color_match",
                    default=0.3,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="How far colours lean towards the scene: only at the edge while lock is on.",
                ),
                _float("sharpen", 0.0, 0.0, 2.0, 0.05, "Sharpens the subject: only at its edge while lock is on."),
                io.Boolean.Input(
                    "lock",
                    default=True,
                    advanced=True,
                    tooltip="Keeps the subject's own pixels inside its edge. Off: colours and sharpness may change.",
                ),
            ],
            outputs=[
                io.Image.Output("image", tooltip="The composed picture, RGB."),
                io.Mask.Output("mask", tooltip="The subject on the canvas."),
                io.Mask.Output("edge_band", tooltip="The ring around the subject's edge, to repaint with FLUX Fill."),
            ],
        )

    @classmethod
    def execute(
        cls,
        background: torch.Tensor,
        cutout: torch.Tensor,
        position: str,
        scale: float,
        x: float,
        y: float,
        shadow: float,
        shadow_angle: float,
        edge_blend: float,
        color_match: float,
        sharpen: float,
        lock: bool,
        mask: torch.Tensor | None = None,
    ) -> io.NodeOutput:
        from ..core.compose import Options, compose

        options = Options(position, scale, x, y, shadow, shadow_angle, edge_blend, color_match, sharpen, lock)
        scenes, subjects = _images.arrays(background), _images.arrays(cutout)
        masks = [None] if mask is None else _images.mask_arrays(mask)
        made = [
            compose(_images.at(scenes, i), _images.at(subjects, i), options, _images.at(masks, i))
            for i in range(max(len(scenes), len(subjects), len(masks)))
        ]
        return io.NodeOutput(
            _images.image_tensor([m.image for m in made]),
            _images.mask_tensor([m.mask for m in made]),
            _images.mask_tensor([m.edge_band for m in made]),
        )


def _float(name: str, default: float, low: float, high: float, step: float, tooltip: str) -> io.Float.Input:
    return io.Float.Input(name, default=default, min=low, max=high, step=step, advanced=True, tooltip=tooltip)
