"""Picture -> where the words go."""

from __future__ import annotations

import json
from typing import Any

import torch
from comfy_api.latest import io

from ..core import formats
from ..core.errors import NotInThisVersionError
from ._images import Array, arrays, at, image_tensor, mask_arrays

_PIXELS = "pixels"


class Qwen2VLLayoutAdvisor(io.ComfyNode):
    """Says where a text goes on a picture and in which colour."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="Qwen2VLLayoutAdvisor",
            display_name="Layout Advisor",
            category="Fit-AD",
            description="Finds the best places for a text on a picture: off the subject, on calm ground, in a colour "
            "that reads. Needs no model.",
            search_aliases=[
                "layout",
                "text position",
                "palette",
                "mood",
                "qwen2-vl",
                "레이아웃",
                "글자 위치",
                "배치 추천",
                "분위기",
            ],
            inputs=[
                io.Image.Input(
                    "image", tooltip="The picture that the words go on. Words that are on it already are kept free."
                ),
                io.Mask.Input(
                    "subject_mask",
                    optional=True,
                    tooltip="Where the subject is (1 = subject), for example the mask of AdCompose. The boxes keep "
                    "off it. Without a mask, the parts that catch the eye are kept free.",
                ),
                io.String.Input(
                    "text",
                    multiline=True,
                    default="",
                    tooltip="The words to place: their length and line breaks shape the boxes. Empty counts as "
                    "a short headline.",
                ),
                io.Combo.Input(
                    "model",
                    options=[_PIXELS],
                    default=_PIXELS,
                    tooltip="What judges the picture. 'pixels' measures the picture itself: no model, no network.",
                ),
                io.Clip.Input(
                    "clip",
                    optional=True,
                    tooltip="A vision-language text encoder. This version judges by pixels only: leave it unconnected.",
                ),
                io.Combo.Input(
                    "language", options=["ko", "en"], default="ko", tooltip="The language of the mood words."
                ),
            ],
            outputs=[
                io.Custom("FIT_AD_LAYOUT").Output(
                    "layout",
                    tooltip="Ranked boxes with colour, palette and mood, for TextPlacer (of the first picture).",
                ),
                io.String.Output(
                    "position",
                    tooltip="Where the best box is: top, center, bottom-left … (first picture).",
                ),
                io.Color.Output(
                    "text_color",
                    tooltip="A colour that reads on the best box, as #RRGGBB (first picture).",
                ),
                io.String.Output(
                    "palette",
                    tooltip="The picture's main colours, the most frequent first (first picture).",
                ),
                io.String.Output("mood", tooltip="Words for the picture's mood (first picture)."),
                io.String.Output(
                    "analysis", tooltip="The reasons as JSON; of a batch, a list with one entry a picture."
                ),
                io.Image.Output("preview", tooltip="Each picture with the boxes drawn on it, at most 1024 px."),
            ],
        )

    @classmethod
    def execute(
        cls,
        image: torch.Tensor,
        text: str = "",
        model: str = _PIXELS,
        language: str = "ko",
        subject_mask: torch.Tensor | None = None,
        clip: Any = None,
    ) -> io.NodeOutput:
        from ..core.advice import advise
        from ..core.advice_preview import preview

        _pixels_only(model, clip)
        pictures = arrays(image)
        masks: list[Array | None] = [None] if subject_mask is None else list(mask_arrays(subject_mask))
        keep_out = formats.zone(formats.AUTO_ZONE, pictures[0].shape[1], pictures[0].shape[0])
        advices = [advise(picture, at(masks, i), text, language, keep_out) for i, picture in enumerate(pictures)]
        first = advices[0].layout
        analyses = [advice.analysis for advice in advices]
        return io.NodeOutput(
            first.as_dict(),
            first.position,
            first.text_color,
            ", ".join(first.palette),
            first.mood,
            json.dumps(analyses[0] if len(analyses) == 1 else analyses, ensure_ascii=False),
            image_tensor([preview(picture, advice) for picture, advice in zip(pictures, advices, strict=True)]),
        )


def _pixels_only(model: str, clip: Any) -> None:
    if clip is not None:
        raise NotInThisVersionError(
            "The input clip is connected, but this version of Fit-AD judges a layout by its pixels only",
            fix="Unplug clip; the advice works without it",
        )
    if model != _PIXELS:
        raise NotInThisVersionError(
            f"model is {model!r}, but this version of Fit-AD judges a layout by its pixels only",
            fix="Set model to pixels",
        )
