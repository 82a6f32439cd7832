"""AdDesign: photo + words -> a designed ad."""

from __future__ import annotations

import json
from typing import Any

import torch
from comfy_api.latest import io

from ..core.design.design_names import PHOTO_USES
from ..core.errors import FitAdError
from . import _designs, _images, _layers, _settings
from ._progress import reporter

PARTS = io.Custom("FIT_AD_PARTS")


class AdDesign(io.ComfyNode):
    """A designed ad."""

    EACH_PICTURE = True  # see _lists

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdDesign",
            display_name="Ad Design",
            category="Fit-AD",
            description="Makes the finished ad from photo and words: a design that suits both, composed afresh for the "
            "format, with lettering, badge, price, button and colours.",
            search_aliases=[
                "ad layout",
                "poster",
                "template",
                "banner",
                "flyer",
                "광고 디자인",
                "포스터",
                "전단지",
                "템플릿",
            ],
            inputs=[*_picture_inputs(), *_choice_inputs(), *_more_inputs()],
            outputs=[
                io.Image.Output("image", tooltip="The finished ad."),
                io.Mask.Output("mask", tooltip="What words and elements cover (1 = covered)."),
                io.Custom("LAYERS").Output(
                    "layers",
                    tooltip="Every text, element, the product and the ground as a layer of its own, for ComfyUI's "
                    "layer editor and, through Ad Save, PSD. Only made where it is connected.",
                ),
                io.String.Output(
                    "report",
                    tooltip="JSON: design, slots and boxes in px, type sizes, figures, what was left out and why.",
                ),
                io.String.Output("design_used", tooltip="The name of the design, for the same one again."),
            ],
            hidden=[io.Hidden.unique_id, io.Hidden.prompt],
        )

    @classmethod
    def execute(
        cls,
        parts: Any,
        width: int,
        height: int,
        design: str,
        photo: str,
        palette: str,
        type: str,  # noqa: A002 - the contract's name
        seed: int,
        image: torch.Tensor | None = None,
        cutout: torch.Tensor | None = None,
        subject_mask: torch.Tensor | None = None,
        confidence: float | None = None,
        logo: torch.Tensor | None = None,
        lettering: torch.Tensor | None = None,
        layout: Any = None,
        edits: str = "",
        safe_zone: str = "auto",
    ) -> io.NodeOutput:
        from ..core.copywriting.parts import read_parts
        from ..core.design.brand import brand_of, logo_of
        from ..core.design.edits import read_edits
        from ..core.design.engine import DesignRequest, design_ad
        from ..core.layout.model import Layout

        brand = brand_of(_settings.lenient().shop)
        own = _first(logo)
        request = DesignRequest(
            read_parts(parts),
            width,
            height,
            _first(image),
            _first(cutout),
            None if subject_mask is None else _images.mask_arrays(subject_mask)[0],
            1.0 if confidence is None else float(confidence),
            design,
            photo,
            palette or "auto",
            type,
            seed,
            brand if own is None else brand.with_logo(logo_of(own)),
            _first(lettering),
            None if layout is None else Layout.from_dict(layout),
            read_edits(edits),
            _designs.folders(),
            safe_zone,
        )
        wanted = _layers_wanted(cls.hidden)
        made = design_ad(request, wanted, reporter())
        return io.NodeOutput(
            _images.image_tensor([made.image]),
            _images.mask_tensor([made.mask]),
            _layers.of_sheet(made.layers, (width, height)) if wanted else None,
            json.dumps(made.report, ensure_ascii=False),
            made.design,
        )


def _picture_inputs() -> list[Any]:
    return [
        io.Image.Input(
            "image", optional=True, tooltip="The photo, or a generated scene. Without one, words carry the ad."
        ),
        io.Image.Input("cutout", optional=True, tooltip="The subject alone (RGBA), from Ad Cutout."),
        io.Mask.Input(
            "subject_mask",
            optional=True,
            tooltip="Where the subject is, for a cut-out that has no transparency of its own.",
        ),
        io.Float.Input(
            "confidence",
            optional=True,
            default=1.0,
            min=0.0,
            max=1.0,
            force_input=True,
            tooltip="How good the cut-out is, from Ad Cutout. Below 0.5 the photo is used whole.",
        ),
        io.MultiType.Input(
            "parts",
            types=[PARTS, io.String],
            tooltip="The words, taken apart: from Ad Copy LLM, or the same as JSON text.",
        ),
    ]


def _choice_inputs() -> list[Any]:
    from ..core.design.faces import face_set_names

    side = {"min": 64, "max": 8192}
    return [
        io.Int.Input("width", default=1080, **side, tooltip="Width of the ad in pixels, from Ad Canvas."),
        io.Int.Input("height", default=1350, **side, tooltip="Height of the ad in pixels, from Ad Canvas."),
        io.Combo.Input(
            "design",
            options=["auto", *_designs.names()],
            default="auto",
            tooltip="auto chooses by purpose, trade, words, photo and format. Another seed gives another design.",
        ),
        io.Combo.Input(
            "photo",
            options=list(PHOTO_USES),
            default="auto",
            tooltip="cut-out puts the subject on a designed ground, full makes the whole photo the ad, frame sets it "
            "in a frame. auto chooses.",
        ),
        io.String.Input(
            "palette",
            default="auto",
            tooltip="auto, shop (the colours of your settings), the name of a colourway, or hex colours such as "
            "#1F4DFF #FFD21F: ground first, then accent.",
        ),
        io.Combo.Input(
            "type",
            options=["auto", *face_set_names()],
            default="auto",
            advanced=True,
            tooltip="The set of fonts. auto takes the design's, with the font of your settings for headlines.",
        ),
        io.Int.Input(
            "seed",
            default=0,
            min=0,
            max=0xFFFFFFFFFFFFFFFF,
            control_after_generate=True,
            tooltip="Another seed gives another design, not the same one in another colour. 0 takes the best.",
        ),
    ]


def _more_inputs() -> list[Any]:
    from ..core.layout.formats import zone_names

    return [
        io.Image.Input("logo", optional=True, tooltip="The shop's logo (RGBA); else the one of your settings."),
        io.Image.Input(
            "lettering",
            optional=True,
            tooltip="Lettering (RGBA) from Calligraphy Render, set in place of the headline.",
        ),
        io.Custom("FIT_AD_LAYOUT").Input(
            "layout",
            optional=True,
            tooltip="From the layout advisor: where words should stand, where the design leaves a choice.",
        ),
        io.String.Input(
            "edits",
            optional=True,
            default="",
            advanced=True,
            tooltip="Kept by the editor in the node: what was changed by hand.",
        ),
        io.Combo.Input(
            "safe_zone",
            options=list(zone_names()),
            default="auto",
            optional=True,
            advanced=True,
            tooltip="What apps cover, which words keep out of. auto goes by the size; 9:16 keeps out of stories' and "
            "reels' buttons alike.",
        ),
    ]


def _first(image: torch.Tensor | None) -> Any:
    if image is None:
        return None
    pictures = _images.arrays(image)
    if not pictures:
        raise FitAdError("A connected batch is empty", fix="Connect at least one picture, or nothing")
    return _images.finite(pictures[0])


def _layers_wanted(hidden: Any) -> bool:
    """Return whether the output layers is connected; where ComfyUI does not say, it counts as that."""
    prompt, own = getattr(hidden, "prompt", None), str(getattr(hidden, "unique_id", None))
    if not isinstance(prompt, dict) or own not in prompt:
        return True
    wires = (
        value
        for node in prompt.values()
        for value in (node.get("inputs", {}) if isinstance(node, dict) else {}).values()
        if isinstance(value, list) and len(value) == 2
    )
    return any(str(wire[0]) == own and wire[1] == 2 for wire in wires)
