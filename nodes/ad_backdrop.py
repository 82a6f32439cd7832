"""AdBackdrop: a studio backdrop from a palette, without a model."""

from __future__ import annotations

import torch
from comfy_api.latest import io

from ..core.errors import FitAdError
from . import _images, _settings

# twin of core.backdrop.kinds.KINDS, written out so that the menu needs no OpenCV; a test compares them
KINDS = ("solid", "gradient", "radial", "paper", "linen", "wood", "concrete", "bokeh", "spotlight", "window")
_SHOP = "shop"


class AdBackdrop(io.ComfyNode):
    """A studio backdrop."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdBackdrop",
            display_name="Ad Backdrop",
            category="Fit-AD",
            description="Paints a studio backdrop in your colours, calm at the top for words. Needs no model.",
            search_aliases=["background", "studio", "product backdrop", "gradient", "배경", "스튜디오 배경", "배경지"],
            inputs=[
                io.Int.Input("width", default=1080, min=16, max=8192, tooltip="Width in pixels, from Ad Canvas."),
                io.Int.Input("height", default=1350, min=16, max=8192, tooltip="Height in pixels, from Ad Canvas."),
                io.Combo.Input(
                    "kind",
                    options=list(KINDS),
                    default="paper",
                    tooltip="What the set is made of. wood is a table, window is sunlight on a wall.",
                ),
                io.String.Input(
                    "palette",
                    default="",
                    tooltip=(
                        "Colours in the order wall, floor, accent, deep: #F6E7D8, #C89B7B. Or a house palette: "
                        "porcelain, stone, oat, blush, sage, sky, clay, forest, night, espresso. "
                        "Or shop: the colours of the shop profile. "
                        "Empty: from the image, else house colours."
                    ),
                ),
                io.Int.Input(
                    "seed",
                    default=0,
                    min=0,
                    max=0xFFFFFFFFFFFFFFFF,
                    control_after_generate=True,
                    tooltip="Another number gives other grain, boards, folds and lights; the colours stay.",
                ),
                io.Image.Input(
                    "image",
                    optional=True,
                    tooltip="With an empty palette, colours are chosen so that this picture's subject stands out. "
                    "Give the cut-out rather than the photo.",
                ),
            ],
            outputs=[io.Image.Output("image", tooltip="The backdrop, RGB.")],
        )

    @classmethod
    def validate_inputs(cls, palette: str | None = None) -> bool | str:
        """Say in words why the shop's colours can't be taken."""
        try:
            _colours(palette or "")
        except FitAdError as exc:
            return str(exc)
        return True

    @classmethod
    def fingerprint_inputs(cls, palette: str | None = None, **_: object) -> str:
        """Run again when the shop has other colours."""
        try:
            return _colours(palette or "")
        except FitAdError as exc:
            return str(exc)

    @classmethod
    def execute(
        cls, width: int, height: int, kind: str, palette: str, seed: int, image: torch.Tensor | None = None
    ) -> io.NodeOutput:
        from ..core.backdrop.kinds import backdrop

        colours = _colours(palette)
        pictures = [None] if image is None else _images.arrays(image)
        if not pictures:
            raise FitAdError("The connected image is empty", fix="Connect a picture, or nothing")
        return io.NodeOutput(
            _images.image_tensor([backdrop(width, height, kind, colours, seed, picture) for picture in pictures])
        )


def _colours(palette: str) -> str:
    """Return the palette; for ``shop`` the colours of the shop profile."""
    if palette.strip().lower() != _SHOP:
        return palette
    colours = _settings.settings().shop.colors
    if not colours:
        raise FitAdError(
            "The shop profile has no colours", why="palette is shop", fix="Set them in ComfyUI's settings, page Fit-AD"
        )
    return ", ".join(colours)
