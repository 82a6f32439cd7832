"""CalligraphyRender: words -> lettering on a transparent picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from comfy_api.latest import io

from ..core.errors import FitAdError
from ..core.lettering.effects import PLAIN, Effects
from ..core.lettering.style import ALIGNS, STYLES, LetteringStyle
from ..core.text.fonts import find
from ._fonts import default_font, fonts
from ._images import Array, at, image_tensor, mask_tensor
from ._progress import Progress, reporter


class CalligraphyRender(io.ComfyNode):
    """Words as lettering; a list of texts gives a batch, a list of sizes a batch for each."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="CalligraphyRender",
            display_name="Calligraphy Render",
            category="Fit-AD",
            description=(
                "Sets words, in Hangul or Latin, as lettering on a transparent picture: flat, embossed, carved or "
                "floating. Every letter stays exactly as typed. A list of texts gives a batch, a list of sizes one "
                "batch for each size."
            ),
            is_input_list=True,
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
                    default=default_font(),
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
                io.Custom("FIT_AD_EFFECTS").Input(
                    "effects",
                    optional=True,
                    tooltip="From Lettering Effects: gradient, glow, box or ribbon behind the words, arc, slant",
                ),
            ],
            outputs=[
                io.Image.Output("image", is_output_list=True, tooltip="The lettering with transparency (RGBA)"),
                io.Mask.Output("mask", is_output_list=True, tooltip="The letters alone, without outline and shadow"),
                io.Image.Output(
                    "depth", is_output_list=True, tooltip="Height of the letters, near = bright, for a depth ControlNet"
                ),
            ],
        )

    @classmethod
    def validate_inputs(cls, font: str | list[str | None] | None = None) -> bool | str:
        try:
            for name in _listed(font):
                if name is not None:  # comes over a link: checked when it is there
                    find(name, fonts())
        except FitAdError as exc:
            return str(exc)
        return True

    @classmethod
    def execute(cls, **inputs: Any) -> io.NodeOutput:
        from ..core.lettering import batch

        batches = _jobs(inputs)
        report = _report(sum(len(texts) for texts, _ in batches))
        made = []
        for number, (texts, styles) in enumerate(batches):
            made.append(batch(texts, styles, fonts(), partial(_report_part, report, number, len(batches))))
        return io.NodeOutput(
            [image_tensor([one.rgba for one in ones]) for ones in made],
            [mask_tensor([one.mask for one in ones]) for ones in made],
            [_depth_tensor([one.depth for one in ones]) for ones in made],
        )


def _jobs(inputs: dict[str, Any]) -> list[tuple[list[str], list[LetteringStyle]]]:
    """Return one batch per size: its texts, and how each looks.

    Several sizes are several formats: lists as long as theirs go along with them, as ComfyUI pairs lists. Looks that
    are a multiple of them are those of every picture in every format, in that order. Lists of another length give a
    batch within each size; a shorter one repeats its last item.
    """
    lists = {name: _listed(value) for name, value in inputs.items()}
    empty = [name for name, items in lists.items() if not items]
    if empty:
        raise FitAdError(f"{', '.join(empty)}: the list is empty", fix="Give at least one item")
    sizes = max(len(lists["width"]), len(lists["height"]))
    return [_batch({name: _of_size(name, items, i, sizes) for name, items in lists.items()}) for i in range(sizes)]


def _of_size(name: str, items: list[Any], index: int, sizes: int) -> list[Any]:
    """Return what of a list goes with one of several sizes."""
    if name in ("width", "height") or len(items) == sizes > 1:
        return [at(items, index)]
    if sizes == 1 or name == "text" or len(items) % sizes:
        return items
    share = len(items) // sizes
    return items[index * share : (index + 1) * share]


def _batch(lists: dict[str, list[Any]]) -> tuple[list[str], list[LetteringStyle]]:
    count = max(len(items) for items in lists.values())
    looks = [{name: at(items, i) for name, items in lists.items() if name != "text"} for i in range(count)]
    return [at(lists["text"], i) for i in range(count)], [style_of(**look) for look in looks]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _report_part(report: Progress, number: int, count: int, share: float) -> None:
    report((number + share) / count)


def _report(count: int) -> Progress:
    return reporter(count) if count > 1 else lambda _: None


def _depth_tensor(depths: Sequence[Array]) -> torch.Tensor:
    return image_tensor([depth[..., None].repeat(3, axis=-1) for depth in depths])  # HW -> HWC


def style_of(
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
    effects: dict[str, Any] | None = None,
) -> LetteringStyle:
    """Return the look that the values of the inputs ask for."""
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
        effects=PLAIN if effects is None else Effects.from_dict(effects),
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
