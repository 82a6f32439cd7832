"""Lettering + picture -> placed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import torch
from comfy_api.latest import io

from ..core.errors import FitAdError
from ..core.layout import formats
from ..core.layout.model import Layout
from ..core.placement.fields import CHOICES, KEEP_ASPECT, NUMBERS
from ._images import Array, arrays, at, finite, image_tensor, mask_arrays, mask_tensor
from ._progress import reporter
from ._running import executing

# After a reload of the page a run that is cached tells its editor again, where ComfyUI knows how (0.33 does).
_KEPT = "has_intermediate_output"
_SHOWN_AGAIN: dict[str, Any] = {_KEPT: True} if _KEPT in io.Schema.__dataclass_fields__ else {}


class TextPlacer(io.ComfyNode):
    """Lettering on a picture, in place and legible."""

    EACH_PICTURE = True  # see _lists

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="TextPlacer",
            display_name="Text Placer",
            category="Fit-AD",
            description="Puts lettering, a logo or typed words on a picture: fitted into a box, kept in the safe zone, "
            "and made legible where the picture is not calm enough.",
            search_aliases=[
                "place text",
                "overlay",
                "text on image",
                "watermark",
                "글자 배치",
                "텍스트 합성",
                "문구 넣기",
            ],
            inputs=[
                io.Image.Input("background", tooltip="The picture that the words go on."),
                io.Image.Input(
                    "overlay",
                    optional=True,
                    tooltip="Lettering with a transparent ground, for example from CalligraphyRender. "
                    "Its empty border does not count.",
                ),
                io.Mask.Input(
                    "overlay_mask",
                    optional=True,
                    tooltip="What of the overlay shows (1 = shows). Used when the overlay has no alpha of its own. "
                    "A mask straight from Load Image, which is 1 where the file is transparent, is turned round.",
                ),
                io.String.Input(
                    "text",
                    multiline=True,
                    default="",
                    tooltip="Words to typeset when no overlay is connected. With neither, the picture stays as it is.",
                ),
                *_box_inputs(),
                *_look_inputs(),
                io.Custom("FIT_AD_LAYOUT").Input(
                    "layout",
                    optional=True,
                    tooltip="From the layout advisor: its best box replaces x, y, width, height and anchor, and its "
                    "colour is that of the typed words.",
                ),
                io.Mask.Input(
                    "subject_mask",
                    optional=True,
                    tooltip="Where the subject is (1 = subject). The report says how much of the words lies on it.",
                ),
                io.Combo.Input(
                    "safe_zone",
                    options=list(formats.zone_names()),
                    default="none",
                    advanced=True,
                    tooltip="Keeps the words out of what the app covers: moved, and made smaller where they must be.",
                ),
                _choice(
                    "legibility",
                    "off: nothing. report: measures the contrast. fix: adds the least that makes the "
                    "words legible (another colour, a soft shadow, a gradient or scrim, an outline).",
                ),
                io.String.Input(
                    "edited",
                    optional=True,
                    default="",
                    advanced=True,
                    tooltip="Kept by the editor in the node: on which pictures the box was set by hand, or where the "
                    "words are held while others are moved. While it is empty, a connected layout says where the words "
                    "go.",
                ),
                io.Custom("LAYERS").Input(
                    "layers",
                    optional=True,
                    tooltip="The layers that make up the background, from the TextPlacer before this one: the words "
                    "are put on top of them, and words below do not count as another picture. Without it the "
                    "background is one layer.",
                ),
            ],
            outputs=[
                io.Image.Output("image", tooltip="The picture with the words on it."),
                io.Mask.Output("mask", tooltip="What the words cover (1 = covered)."),
                io.Custom("LAYERS").Output(
                    "layers",
                    tooltip="Background, what was added and the words as layers, for ComfyUI's layer editor and PSD.",
                ),
                io.String.Output(
                    "report",
                    tooltip="JSON: box in px, contrast, how much of the words lies on the subject and on faces and "
                    "hands, what was added; one for each picture.",
                ),
            ],
            hidden=[io.Hidden.unique_id, io.Hidden.extra_pnginfo, io.Hidden.prompt],
            **_SHOWN_AGAIN,
        )

    @classmethod
    def execute(
        cls,
        background: torch.Tensor,
        overlay: torch.Tensor | None = None,
        overlay_mask: torch.Tensor | None = None,
        text: str = "",
        layout: Any = None,
        subject_mask: torch.Tensor | None = None,
        safe_zone: str = "none",
        legibility: str = CHOICES["legibility"].default,
        edited: str = "",
        layers: Any = None,
        **placement: Any,
    ) -> io.NodeOutput:
        from ..core.placement.render import place

        backgrounds, overlays = arrays(background), _overlays(overlay, _as_shown(overlay_mask, cls.hidden))
        subjects: list[Array | None] = [None] if subject_mask is None else list(mask_arrays(subject_mask))
        advised = None if layout is None else Layout.from_dict(layout)
        protected = _protected(backgrounds, legibility)
        count = max(len(backgrounds), len(overlays))
        options = {"text": text, "safe_zone": safe_zone, "legibility": legibility, "edited": edited}
        picture = _bottom(layers)
        placing = partial(
            place,
            placement=_placement(placement),
            layout=advised,
            text=text,
            safe_zone=safe_zone,
            legibility=legibility,
            edited=edited,
            picture=picture,
        )
        report = reporter() if count > 1 else None
        placed = []
        for i in range(count):
            background_i, overlay_i = finite(at(backgrounds, i)), at(overlays, i)
            overlay_i = None if overlay_i is None else finite(overlay_i)
            lies_on = at(subjects, i), at(protected, i)
            placed.append(placing(background_i, overlay_i, subject_mask=lies_on[0], protected_mask=lies_on[1]))
            if report is not None:
                report((i + 1) / count)
        reports = [p.report for p in placed]
        return io.NodeOutput(
            image_tensor([p.image for p in placed]),
            mask_tensor([p.mask for p in placed]),
            _document(_below(layers, background, backgrounds[0]), backgrounds[0], placed[0].layers),
            json.dumps(reports[0] if count == 1 else reports, ensure_ascii=False),
            ui=_kept(
                (backgrounds[0], overlays[0], subjects[0], advised, picture),
                {**placement, **options},
                placed[0],
                _node(cls.hidden),
            ),
        )


def _protected(backgrounds: list[Array], legibility: str) -> list[Array | None]:
    """Return where faces and hands are on each picture; None where legibility is not asked for."""
    from ..core.matting import find_protected

    if legibility == "off":
        return [None]
    return [find_protected(finite(one[..., :3])).mask() for one in backgrounds]


def _number(name: str, tooltip: str, **more: Any) -> Any:
    field = NUMBERS[name]
    return io.Float.Input(
        name, default=field.default, min=field.low, max=field.high, step=field.step, tooltip=tooltip, **more
    )


def _choice(name: str, tooltip: str, **more: Any) -> Any:
    field = CHOICES[name]
    return io.Combo.Input(name, options=list(field.choices), default=field.default, tooltip=tooltip, **more)


def _box_inputs() -> list[Any]:
    return [
        _number("x", "Where the box's anchor point is, in percent of the picture's width."),
        _number("y", "Where the box's anchor point is, in percent of the picture's height."),
        _number("width", "Width of the box in percent of the picture's width."),
        _number("height", "Height of the box in percent of the picture's height."),
    ]


def _look_inputs() -> list[Any]:
    return [
        io.Boolean.Input(
            "keep_aspect",
            default=KEEP_ASPECT,
            advanced=True,
            tooltip="On: the overlay is fitted into the box undistorted. Off: it is stretched to the box.",
        ),
        _choice(
            "anchor",
            "The point of the box that x and y give, and the side that a smaller overlay goes to.",
            advanced=True,
        ),
        _number("rotation", "Degrees clockwise, about the middle.", advanced=True),
        _number("opacity", "0 is invisible, 1 is solid.", advanced=True),
        _choice("blend", "How the colours mix with the picture.", advanced=True),
    ]


def _node(hidden: Any) -> str:
    """Return which node of which workflow runs; empty where ComfyUI does not say."""
    node_id = getattr(hidden, "unique_id", None)
    told = getattr(hidden, "extra_pnginfo", None)
    workflow = told.get("workflow") if isinstance(told, dict) else None
    return f"{workflow.get('id') if isinstance(workflow, dict) else ''}/{node_id}" if node_id else ""


def _kept(pictures: tuple[Any, ...], inputs: dict[str, Any], placed: Any, node: str) -> dict[str, Any] | None:
    """Keep a picture of a run for the editor in the node; None where no editor can ask, or the run has enough.

    The editor is told the picture's fingerprint, and where the layout has put the words: there it holds them, when
    something else is changed by hand.
    """
    from .routes import _preview_runs, _previews

    context = executing()
    origin = _preview_runs.RunOrigin(node, str(context.prompt_id)) if node and context is not None else None
    if not _previews.RUNS.takes(origin):
        return None
    from ..core.placement.placer_preview import stage

    run = _preview_runs.PreviewRun(stage(*pictures), inputs)
    told = {"token": _previews.RUNS.keep(run, origin=origin), "picture": placed.report["fingerprint"]}
    if placed.target.advice is not None:
        told["place"] = asdict(placed.target.advice)
    return {"fit_ad_place": [told]}


def _placement(values: dict[str, Any]) -> Any:
    from ..core.placement.render import Placement

    renamed = {{"rotation": "rotation_deg"}.get(name, name): value for name, value in values.items()}
    return Placement(**renamed)


def _as_shown(mask: torch.Tensor | None, hidden: Any) -> torch.Tensor | None:
    """Return the overlay's mask as 1 where it shows: that of ComfyUI's own loaders is the other way round."""
    from ..core.placement.overlay import loads_transparency

    if mask is None:
        return None
    prompt, node_id = getattr(hidden, "prompt", None), str(getattr(hidden, "unique_id", ""))
    return 1 - mask if loads_transparency(prompt, node_id, "overlay_mask") else mask


def _overlays(overlay: torch.Tensor | None, mask: torch.Tensor | None) -> list[Array | None]:
    """Return RGBA overlays; the mask is the alpha of those that have none."""
    if overlay is None:
        return [None]
    pictures = arrays(overlay)
    if mask is None:
        return list(pictures)
    from ..core.placement.render import with_alpha

    masks = mask_arrays(mask)
    return [with_alpha(at(pictures, i), at(masks, i)) for i in range(max(len(pictures), len(masks)))]


def _bottom(layers: Any) -> str:
    """Return the fingerprint of the lowest of the layers: the picture that all words go on; '' where none are given."""
    from ..core.raster.fingerprint import fingerprint

    items = layers.get("layers") if isinstance(layers, Mapping) else None
    held = [item for item in items or () if isinstance(item, Mapping) and isinstance(item.get("image"), torch.Tensor)]
    if not held:
        return ""
    lowest = min(held, key=lambda item: item.get("z_index", 0))
    return fingerprint(finite(arrays(lowest["image"])[0]))


def _below(layers: Any, background: torch.Tensor, picture: Array) -> list[dict[str, Any]]:
    """Return the layers that the words go on: those that are given, if they are of that size, else the background."""
    height, width = picture.shape[:2]
    if layers is not None:
        given = layers.get("layers") if isinstance(layers, Mapping) else None
        if not isinstance(given, (list, tuple)) or tuple(layers.get("canvas", ())) != (width, height):
            raise FitAdError(
                "The layers do not belong to the background",
                why=f"The background is {width} × {height} px",
                fix="Connect image and layers of the same TextPlacer, or unplug layers",
            )
        return sorted((dict(item) for item in given), key=lambda item: item.get("z_index", 0))
    whole = background[:1] if background.ndim == 4 else background[None]
    return [{"name": "Background", "image": whole.float(), "type": "raster", "x": 0, "y": 0}]


def _document(below: list[dict[str, Any]], picture: Array, layers: tuple[Any, ...]) -> dict[str, Any]:
    """Return the first picture of a batch as ComfyUI's LAYERS (0.32 and newer): version, canvas, raster layers."""
    from ..core.raster.blending import for_linear_light

    items = list(below)
    for layer in for_linear_light(picture, layers):
        if layer.rgba.size:
            image = image_tensor([np.ascontiguousarray(layer.rgba)])
            items.append({"name": layer.name, "image": image, "type": "raster", "x": layer.x, "y": layer.y})
    height, width = picture.shape[:2]
    return {
        "version": 1,
        "canvas": (width, height),
        "layers": [{**item, "z_index": number} for number, item in enumerate(items)],
    }
