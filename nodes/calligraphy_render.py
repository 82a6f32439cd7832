"""CalligraphyRender: words -> lettering on a transparent picture."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io

from ..core.errors import FitAdError
from ..core.fonts import DEFAULT_FONT, find
from ..core.lettering.style import ALIGNS, STYLES, LetteringStyle
from ._fonts import fonts
from ._images import image_tensor, mask_tensor


class CalligraphyRender(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="CalligraphyRender",
            display_name="Calligraphy Render",
            category="Fit-AD",
            description=(
                "Sets words, in Hangul or Latin, as lettering on a transparent picture: flat, embossed, carved or "
                "floating. Every letter stays exactly as typed."
            ),
            search_aliases=[
                "text",
                "lettering",
                "typography",
                "hangul",
                "headline",
                "글자",
                "캘리그래피",
                "손글씨",
                "텍스트",
                "한글",
            ],
            inputs=[
                io.String.Input(
                    "text", multiline=True, default="오늘의 특가", tooltip="The words. Enter starts a new line"
                ),
                io.Combo.Input(
                    "font",
                    options=[face.id for face in fonts()],
                    default=DEFAULT_FONT,
                    tooltip="Bundled fonts first, then those in models/fonts, then the system's. A character that the "
                    "font lacks comes from the nearest bundled font",
                ),
                io.Color.Input("color", default="#FFFFFF", socketless=False, tooltip="Colour of the letters"),
                io.Combo.Input(
                    "style",
                    options=list(STYLES),
                    default="flat",
                    tooltip="flat; emboss: raised; carved: cut in; floating: raised, with a cast shadow",
                ),
                io.Int.Input(
                    "width",
                    default=1080,
                    min=0,
                    max=8192,
                    tooltip="Width of the picture in px; 0 = as wide as the words",
                ),
                io.Int.Input(
                    "height",
                    default=0,
                    min=0,
                    max=8192,
                    tooltip="Height of the picture in px; 0 = as high as the words",
                ),
                *_advanced_inputs(),
            ],
            outputs=[
                io.Image.Output("image", tooltip="The lettering with transparency (RGBA)"),
                io.Mask.Output("mask", tooltip="The letters alone, without outline and shadow"),
                io.Image.Output("depth", tooltip="Height of the letters, near = bright, for a depth ControlNet"),
            ],
        )

    @classmethod
    def validate_inputs(cls, font: str | None = None) -> bool | str:
        if font is None:  # comes over a link: checked when it is there
            return True
        try:
            find(font, fonts())
        except FitAdError as exc:
            return str(exc)
        return True

    @classmethod
    def execute(
        cls, text: str, font: str, color: str, style: str, width: int, height: int, **advanced: Any
    ) -> io.NodeOutput:
        from ..core.lettering import render

        lettering = render(text, _style(font, color, style, width, height, **advanced), fonts())
        depth = lettering.depth[..., None].repeat(3, axis=-1)  # HW -> HWC
        return io.NodeOutput(image_tensor([lettering.rgba]), mask_tensor([lettering.mask]), image_tensor([depth]))


def _style(
    font: str,
    color: str,
    style: str,
    width: int,
    height: int,
    *,
    size: int = 0,
    align: str = "center",
    line_spacing: float = 1.2,
    letter_spacing: float = 0.0,
    vertical: bool = False,
    outline: float = 0.0,
    outline_color: str = "#000000",
    shadow: float = 0.0,
    relief: float = 0.5,
    light: int = 315,
    brush: float = 0.0,
    seed: int = 0,
) -> LetteringStyle:
    return LetteringStyle(
        font=font,
        size_px=size,
        width_px=width,
        height_px=height,
        color=color,
        style=style,
        align=align,
        line_spacing=line_spacing,
        letter_spacing_em=letter_spacing,
        vertical=vertical,
        outline_px=outline,
        outline_color=outline_color,
        shadow=shadow,
        relief=relief,
        light_deg=light,
        brush=brush,
        seed=seed,
    )


def _advanced_inputs() -> list[io.Input]:
    return [
        io.Int.Input(
            "size",
            default=0,
            min=0,
            max=2048,
            advanced=True,
            tooltip="Size of the letters in px; 0 = as large as fits. Words too long for the box are set smaller",
        ),
        io.Combo.Input(
            "align",
            options=list(ALIGNS),
            default="center",
            advanced=True,
            tooltip="Where lines stand in the box; for vertical text left is the top",
        ),
        io.Float.Input(
            "line_spacing",
            default=1.2,
            min=0.5,
            max=4.0,
            step=0.05,
            advanced=True,
            tooltip="Distance of the lines, as a multiple of the size",
        ),
        io.Float.Input(
            "letter_spacing",
            default=0.0,
            min=-0.5,
            max=4.0,
            step=0.01,
            advanced=True,
            tooltip="Added between letters, as a multiple of the size",
        ),
        io.Boolean.Input("vertical", default=False, advanced=True, tooltip="Top to bottom, columns from right to left"),
        io.Float.Input(
            "outline",
            default=0.0,
            min=0.0,
            max=256.0,
            step=0.5,
            advanced=True,
            tooltip="Width of the outline around the letters in px",
        ),
        io.Color.Input(
            "outline_color", default="#000000", socketless=False, advanced=True, tooltip="Colour of the outline"
        ),
        io.Float.Input(
            "shadow",
            default=0.0,
            min=0.0,
            max=1.0,
            step=0.05,
            advanced=True,
            tooltip="Soft shadow behind the letters: 0 none, 1 strong",
        ),
        io.Float.Input(
            "relief",
            default=0.5,
            min=0.0,
            max=1.0,
            step=0.05,
            advanced=True,
            tooltip="Strength of emboss, carved and floating",
        ),
        io.Int.Input(
            "light",
            default=315,
            min=0,
            max=360,
            advanced=True,
            tooltip="Where the light comes from, in degrees: 0 above, 90 right, 180 below, 270 left",
        ),
        io.Float.Input(
            "brush",
            default=0.0,
            min=0.0,
            max=1.0,
            step=0.05,
            advanced=True,
            tooltip="Dry-ink texture in the strokes: 0 none, 1 strong",
        ),
        io.Int.Input(
            "seed",
            default=0,
            min=0,
            max=0xFFFFFFFFFFFFFFFF,
            advanced=True,
            tooltip="Another seed gives another ink texture",
        ),
    ]
