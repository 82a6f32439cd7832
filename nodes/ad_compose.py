"""AdCompose: a cut-out on a background, with its shadow."""

from __future__ import annotations

import torch
from comfy_api.latest import io

from ..core.errors import FitAdError
from . import _images

# twin of core.scene.compose.POSITIONS, written out so that the menu needs no OpenCV; a test compares them
POSITIONS = ("auto", "center", "bottom", "top", "xy")
# twin of core.scene.logos.CORNERS
CORNERS = ("auto", "top-left", "top-right", "bottom-left", "bottom-right")


class AdCompose(io.ComfyNode):
    """A cut-out on a background."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdCompose",
            display_name="Ad Compose",
            category="Fit-AD",
            description="Puts a cut-out on a background: place, size, shadow, reflection, light, edge; and a logo in a "
            "corner. The product stays as it is.",
            search_aliases=[
                "composite",
                "product placement",
                "paste",
                "shadow",
                "logo",
                "합성",
                "누끼 합성",
                "그림자",
                "로고",
            ],
            inputs=[
                io.Image.Input("background", tooltip="The picture behind; it sets the size of the result."),
                io.Image.Input("cutout", tooltip="The subject, cut out (RGBA), from Ad Cutout or BEN2 Mask."),
                io.Mask.Input("mask", optional=True, tooltip="The subject's mask, used when the cut-out has no alpha."),
                io.Combo.Input(
                    "position",
                    options=list(POSITIONS),
                    default="auto",
                    tooltip="auto leaves room for words: above the subject in tall formats, beside it in wide ones; it "
                    "stands the subject where the floor is free. "
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
                _more(
                    "shadow_softness", 1.0, 0.0, 2.0, 0.05, "0 hard sun, 1 a studio's large light, 2 an overcast sky."
                ),
                _more(
                    "reflection", 0.0, 0.0, 1.0, 0.05, "Strength of the mirror image, as on a glossy floor. 0 is none."
                ),
                _more(
                    "reflection_fade",
                    0.4,
                    0.05,
                    1.0,
                    0.05,
                    "How far down it fades, as a share of the subject's height.",
                ),
                _more(
                    "relight",
                    0.0,
                    0.0,
                    1.0,
                    0.05,
                    "How far the background's light falls on the subject: only on its edge while lock is on.",
                ),
                _more("brightness", 0.0, -1.0, 1.0, 0.05, "Of the subject; works while lock is off."),
                _more("contrast", 0.0, -1.0, 1.0, 0.05, "Of the subject; works while lock is off."),
                io.Image.Input(
                    "logo",
                    optional=True,
                    tooltip="A logo for a corner, RGBA. Load Image gives no transparency of its own: add its mask with "
                    "Join Image with Alpha.",
                ),
                io.Combo.Input(
                    "logo_corner",
                    options=list(CORNERS),
                    default="auto",
                    optional=True,
                    advanced=True,
                    tooltip="auto takes the free corner where the logo reads best. A corner that the subject takes is "
                    "left for the nearest free one.",
                ),
                _more("logo_size", 18.0, 2.0, 100.0, 0.5, "Width of the logo in percent of the shorter side."),
                _more(
                    "logo_clear",
                    0.5,
                    0.0,
                    4.0,
                    0.1,
                    "Space kept clear around the logo, in shares of the logo's height.",
                ),
            ],
            outputs=[
                io.Image.Output("image", tooltip="The composed picture, RGB."),
                io.Mask.Output(
                    "mask", tooltip="The subject on the canvas, and the logo with its clear space: no words go there."
                ),
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
        shadow_softness: float = 1.0,
        reflection: float = 0.0,
        reflection_fade: float = 0.4,
        relight: float = 0.0,
        brightness: float = 0.0,
        contrast: float = 0.0,
        logo: torch.Tensor | None = None,
        logo_corner: str = "auto",
        logo_size: float = 18.0,
        logo_clear: float = 0.5,
    ) -> io.NodeOutput:
        from ..core.scene.compose import ComposeOptions, LogoOptions, compose

        # fmt: off
        options = ComposeOptions(
            position, scale, x, y, shadow, shadow_angle, edge_blend, color_match, sharpen, lock,
            shadow_softness, reflection, reflection_fade, relight, brightness, contrast,
        )
        # fmt: on
        wish, at = LogoOptions(logo_corner, logo_size, logo_clear), _images.at
        scenes, subjects = _images.arrays(background), _images.arrays(cutout)
        masks = [None] if mask is None else _images.mask_arrays(mask)
        logos = [None] if logo is None else _images.arrays(logo)
        if not (scenes and subjects and masks and logos):
            raise FitAdError("A connected batch is empty", fix="Connect at least one picture to each")
        made = [
            compose(at(scenes, i), at(subjects, i), options, at(masks, i), at(logos, i), wish)
            for i in range(max(map(len, (scenes, subjects, masks, logos))))
        ]
        return io.NodeOutput(
            _images.image_tensor([m.image for m in made]),
            _images.mask_tensor([m.mask for m in made]),
            _images.mask_tensor([m.edge_band for m in made]),
        )


def _float(name: str, default: float, low: float, high: float, step: float, tooltip: str) -> io.Float.Input:
    return io.Float.Input(name, default=default, min=low, max=high, step=step, advanced=True, tooltip=tooltip)


def _more(name: str, default: float, low: float, high: float, step: float, tooltip: str) -> io.Float.Input:
    """A number that graphs made before it was there do without."""
    return io.Float.Input(
        name, default=default, min=low, max=high, step=step, optional=True, advanced=True, tooltip=tooltip
    )
